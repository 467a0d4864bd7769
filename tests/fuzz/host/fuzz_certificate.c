/* fuzz_certificate.c -- certificates from files and chains of them.  Pieces,
 * each behind its size in two bytes: the first is a file, all are a chain. */
#include <stdlib.h>
#include <string.h>

#include "agent/attest/certificate_chain.h"

#define NOW 1795000000 /* 2026-11-18, when the seeds were made */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_file(struct bytes content)
{
	static uint8_t first[CERTIFICATE_BYTES_MAX];
	static uint8_t second[CERTIFICATE_BYTES_MAX];
	static const uint8_t signature[ES384_SIZE] = { 1 };
	char name[SUBJECT_MAX];
	struct buffer der, again;
	enum status status;

	buffer_init(&der, first, sizeof(first));
	buffer_init(&again, second, sizeof(second));
	status = certificate_from_file(&der, content);
	if (status) {
		if (status != E_MALFORMED && status != E_LIMIT)
			abort();
		return;
	}
	if (certificate_from_file(&again, buffer_bytes(&der)) ||
	    !bytes_equal(buffer_bytes(&der), buffer_bytes(&again)))
		abort();
	certificate_common_name(name, buffer_bytes(&der));
	if (!memchr(name, 0, sizeof(name)))
		abort();
	status = certificate_verify(buffer_bytes(&der), content, signature);
	if (status != E_AUTHENTIC && status != E_MALFORMED)
		abort();
}

static void check_chain(const struct certificate_chain *chain)
{
	static struct chain_report report;
	enum chain_verdict verdict;

	memset(&report, 0, sizeof(report));
	verdict = certificate_chain_check(&report, chain, NOW);
	if (verdict == CHAIN_VALID && (chain->count < 2 || chain->count > 5))
		abort();
	if (report.subject_count > chain->count ||
	    !memchr(report.detail, 0, sizeof(report.detail)))
		abort();
	for (size_t i = 0; i < report.subject_count; i++)
		if (!memchr(report.subjects[i], 0, SUBJECT_MAX))
			abort();
	if (verdict == CHAIN_VALID &&
	    certificate_chain_check(&report, chain, 0) == CHAIN_VALID)
		abort(); /* not in 1970 as well */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate_chain chain = { .count = 0 };

	while (size >= 2 && chain.count < CERTIFICATES_MAX) {
		size_t length = load_be16(data);

		data += 2;
		size -= 2;
		length = length < size ? length : size;
		chain.certificates[chain.count++] = bytes_of(data, length);
		data += length;
		size -= length;
	}
	if (!chain.count)
		return 0;
	check_file(chain.certificates[0]);
	check_chain(&chain);
	return 0;
}
