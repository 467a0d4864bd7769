/* fuzz_pyth_wire.c -- Pyth updates and Wormhole messages from anyone. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/pyth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct signer_context *context(void)
{
	static struct signer_context *made;
	static const uint8_t seed[32] = { 1 };

	if (!made)
		made = signer_context_create(seed);
	return made;
}

/* Views lie within the input; nobody's signature is accepted. */
static void check_message(const struct wormhole_message *message,
			  struct bytes in)
{
	const struct guardian_set nobody = { .index = message->set_index,
					     .count = 1 };

	if (message->payload.data < in.data ||
	    message->payload.data + message->payload.size > in.data + in.size ||
	    message->signatures.size !=
		    message->signature_count * WORMHOLE_SIGNATURE_SIZE)
		abort();
	if (wormhole_verify(message, &nobody, context()) == OK)
		abort();
}

/* What was read is all there: as many messages as it said. */
static void check_update(struct pyth_update *update)
{
	struct pyth_price price;
	enum pyth_kind kind;
	size_t count = 0;

	while (pyth_next(&kind, &price, update) == OK)
		count++;
	if (count != update->count || update->rest.size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	struct wormhole_message message;
	struct guardian_set set = { .count = 1 };
	struct pyth_update update;

	if (!wormhole_read(&message, in))
		check_message(&message, in);
	if (wormhole_follow(&set, &set, in, context()) == OK)
		abort(); /* of the address 0 */
	if (!pyth_read(&update, in)) {
		check_message(&update.message, in);
		check_update(&update);
	}
	return 0;
}
