/* fuzz_case.c -- first byte picks a canonical format, the rest is its bytes:
 * what the decoder takes, the encoder writes back byte for byte; what it
 * refuses touches nothing. */
#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "case/report.h"

#define ROOM (8u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

union noun {
	struct case_input input;
	struct signed_decision decision;
	struct policy policy;
	struct state state;
	struct report report;
};

static uint8_t block[ROOM] __attribute__((aligned(16)));
static uint8_t written[65536];
static union noun noun, untouched;

/* Decodes and encodes again; not OK: refused. */
static enum status rewrite(struct buffer *out, uint8_t which, struct bytes in)
{
	struct arena arena;
	enum status status;

	arena_init(&arena, block, sizeof(block));
	switch (which % 5) {
	case 0:
		status = case_decode(&noun.input, in, &arena);
		if (!status)
			case_encode(out, &noun.input);
		return status;
	case 1:
		status = signed_decision_decode(&noun.decision, in);
		if (!status)
			signed_decision_encode(out, &noun.decision);
		return status;
	case 2:
		status = policy_decode(&noun.policy, in);
		if (!status)
			policy_encode(out, &noun.policy);
		return status;
	case 3:
		status = state_decode(&noun.state, in);
		if (!status)
			state_encode(out, &noun.state);
		return status;
	default:
		status = report_decode(&noun.report, in);
		if (!status)
			report_encode(out, &noun.report);
		return status;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer out;

	if (size < 1 || size > sizeof(written))
		return 0;
	memset(&noun, 0x5a, sizeof(noun));
	memset(&untouched, 0x5a, sizeof(untouched));
	buffer_init(&out, written, sizeof(written));
	if (rewrite(&out, data[0], bytes_of(data + 1, size - 1))) {
		if (memcmp(&noun, &untouched, sizeof(noun)))
			abort();
		return 0;
	}
	if (out.overflow ||
	    !bytes_equal(buffer_bytes(&out), bytes_of(data + 1, size - 1)))
		abort();
	return 0;
}
