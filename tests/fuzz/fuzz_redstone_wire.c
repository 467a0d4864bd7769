/* fuzz_redstone_wire.c -- payloads of RedStone from anyone. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/wire/redstone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every point lies within the input and every package before the next. */
static void check_package(const struct redstone_package *package,
			  struct bytes in)
{
	struct redstone_point point;
	size_t width = REDSTONE_FEED_SIZE + package->value_size;

	if (!package->point_count ||
	    package->points.size != package->point_count * width ||
	    package->points.data < in.data ||
	    package->points.data + package->points.size > in.data + in.size)
		abort();
	for (size_t i = 0; i < package->point_count; i++) {
		enum status status = redstone_point_of(&point, package, i);

		if (status && status != E_RANGE)
			abort();
	}
	if (redstone_point_of(&point, package, package->point_count) !=
	    E_INPUT)
		abort();
}

/* Nobody is authorised, so nothing may be accepted. */
static void check_verify(const struct redstone_payload *payload)
{
	static struct signer_context *context;
	static const uint8_t seed[32] = { 1 };
	struct redstone_rules rules = { .signer_count = 1, .threshold = 1 };
	struct redstone_price price;

	if (!context)
		context = signer_context_create(seed);
	if (redstone_verify(&price, payload, payload->packages[0].points.data,
			    &rules, context) == OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct redstone_payload payload;
	struct bytes in = bytes_of(data, size);

	if (redstone_read(&payload, in))
		return 0;
	for (size_t i = 0; i < payload.count; i++)
		check_package(&payload.packages[i], in);
	check_verify(&payload);
	return 0;
}
