/* fuzz_data_streams_wire.c -- Data Streams reports from anyone. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/data_streams.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct signer_context *context;
	static const uint8_t seed[32] = { 1 };
	const struct stream_signers nobody = { .count = 1, .threshold = 1 };
	struct stream_report report;

	if (!context)
		context = signer_context_create(seed);
	if (stream_read(&report, bytes_of(data, size)))
		return 0;
	if (size != (19 + 2 * report.signature_count) * 32 ||
	    !report.signature_count || report.feed[1] != 3)
		abort();
	if (stream_verify(&report, &nobody, context) == OK)
		abort();
	return 0;
}
