/* fuzz_enclave_wire.c -- first byte picks a body, the rest is its bytes: what
 * is taken is written back byte for byte, what is refused touches nothing. */
#include <stdlib.h>
#include <string.h>

#include "agent/enclave/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

union body {
	struct wire_configure configure;
	struct wire_ready ready;
	struct wire_evaluated evaluated;
	struct wire_failure failure;
};

static void put_failure(struct buffer *out, const struct wire_failure *failure)
{
	char detail[FAILURE_DETAIL_MAX + 1] = "";

	if (failure->status == OK || failure->status > E_INTERRUPTED ||
	    failure->detail.size > FAILURE_DETAIL_MAX)
		abort();
	if (failure->detail.size)
		memcpy(detail, failure->detail.data, failure->detail.size);
	for (size_t i = 0; i < failure->detail.size; i++)
		if (detail[i] < ' ' || detail[i] > '~')
			abort();
	wire_failure_put(out, failure->status, detail);
}

/* Decodes and encodes again; not OK: refused. */
static enum status rewrite(struct buffer *out, union body *body, uint8_t which,
			   struct bytes in)
{
	enum status status;

	switch (which % 4) {
	case 0:
		status = wire_configure_get(&body->configure, in);
		if (!status)
			wire_configure_put(out, &body->configure);
		return status;
	case 1:
		status = wire_ready_get(&body->ready, in);
		if (!status)
			wire_ready_put(out, &body->ready);
		return status;
	case 2:
		status = wire_evaluated_get(&body->evaluated, in);
		if (!status)
			wire_evaluated_put(out, &body->evaluated);
		return status;
	default:
		status = wire_failure_get(&body->failure, in);
		if (!status)
			put_failure(out, &body->failure);
		return status;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t written[131072];
	union body body, untouched;
	struct buffer out;
	enum status status;

	if (size < 1 || size > sizeof(written))
		return 0;
	memset(&body, 0x5a, sizeof(body));
	memset(&untouched, 0x5a, sizeof(untouched));
	buffer_init(&out, written, sizeof(written));
	status = rewrite(&out, &body, data[0], bytes_of(data + 1, size - 1));
	if (status == OK) {
		if (out.overflow || !bytes_equal(buffer_bytes(&out),
						 bytes_of(data + 1, size - 1)))
			abort();
	} else if ((status != E_MALFORMED && status != E_RANGE) ||
		   memcmp(&body, &untouched, sizeof(body))) {
		abort();
	}
	return 0;
}
