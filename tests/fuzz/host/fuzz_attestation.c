/* fuzz_attestation.c -- attestation documents, judged by the root that they
 * bring along: refused with a reason, or signed by the leaf whose chain holds.
 *
 * First byte: bit 0 admits development documents, bit 1 debug ones; bit 2
 * judges at the document's own time instead of a fixed one; bit 3 pins AWS's
 * root, under which nothing here can be valid. */
#include <stdlib.h>
#include <string.h>

#include "agent/attest/attestation_verify.h"

#define NOW 1795000000 /* 2026-11-18, when the seeds were made */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct bytes part, struct bytes whole)
{
	if (part.data && (part.data < whole.data || part.size > whole.size ||
			  (size_t)(part.data - whole.data) >
				  whole.size - part.size))
		abort();
}

static void check_parsed(const struct attestation_document *document,
			 struct bytes whole)
{
	const struct bytes parts[] = {
		document->protected_header, document->payload,
		document->module_id, document->public_key,
		document->user_data, document->nonce,
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		check_inside(parts[i], whole);
	for (size_t i = 0; i < PCRS_MAX; i++) {
		check_inside(document->pcrs[i], whole);
		if (document->pcrs[i].data ? document->pcrs[i].size != PCR_SIZE
					   : i < 3)
			abort();
	}
	if (document->chain.count < 2 ||
	    document->chain.count > CERTIFICATES_MAX)
		abort();
	for (size_t i = 0; i < document->chain.count; i++)
		check_inside(document->chain.certificates[i], whole);
}

/* Verdict "valid": the parts say so one by one. */
static void check_valid(const struct attestation_document *document,
			int64_t at_s)
{
	static uint8_t room[ATTESTATION_BYTES_MAX + 64];
	static struct chain_report report;
	const struct certificate_chain *chain = &document->chain;
	struct buffer message;

	buffer_init(&message, room, sizeof(room));
	attestation_signed_bytes(&message, document);
	if (message.overflow ||
	    certificate_verify(chain->certificates[chain->count - 1],
			       buffer_bytes(&message), document->signature))
		abort();
	memset(&report, 0, sizeof(report));
	if (certificate_chain_check(&report, chain, at_s) != CHAIN_VALID)
		abort();
}

static void judge(struct bytes in, uint8_t flags)
{
	static struct attestation_result result;
	static struct attestation_document parsed;
	struct attestation_policy policy = { .at_s = NOW };
	uint8_t root[SHA256_SIZE] = { 0 };
	const char *detail = NULL;
	enum status status = attestation_parse(&parsed, in, &detail);

	if (status && (!detail || (status != E_MALFORMED && status != E_LIMIT)))
		abort();
	if (!status) {
		check_parsed(&parsed, in);
		sha256(root, parsed.chain.certificates[0]);
		if (flags & 4)
			policy.at_s = (int64_t)(parsed.timestamp_ms / 1000);
	}
	policy.allow_development = flags & 1;
	policy.allow_debug = flags & 2;
	policy.root_sha256 = flags & 8 ? attestation_aws_root : root;
	if (attestation_verify(&result, in, &policy) !=
	    (result.reason ? E_AUTHENTIC : OK))
		abort();
	if (!memchr(result.detail, 0, sizeof(result.detail)) ||
	    !*attestation_reason_word(result.reason) ||
	    result.parsed != (status == OK) ||
	    (status != OK) != (result.reason == ATTESTATION_MALFORMED &&
			       !result.parsed))
		abort();
	if (result.reason == ATTESTATION_VALID && flags & 8)
		abort();
	if (result.reason == ATTESTATION_VALID)
		check_valid(&parsed, policy.at_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		judge(bytes_of(data + 1, size - 1), data[0]);
	return 0;
}
