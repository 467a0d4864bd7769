/* source.c -- the table of kinds, and readings; see source.h. */
#include "feeds/net/source.h"

#include <string.h>

static const struct source_kind *const kinds[] = {
	&source_pyth, &source_redstone, &source_coinbase, &source_kraken,
	&source_binance, &source_chainlink,
};

const struct source_kind *source_kind_at(size_t index)
{
	return index < sizeof(kinds) / sizeof(kinds[0]) ? kinds[index] : NULL;
}

const struct source_kind *source_kind_find(const char *name)
{
	for (size_t i = 0; source_kind_at(i); i++)
		if (!strcmp(source_kind_at(i)->name, name))
			return source_kind_at(i);
	return NULL;
}

struct reading *readings_add(struct readings *readings)
{
	if (readings->count == readings->capacity) {
		readings->capacity = readings->capacity * 2 + 16;
		readings->items = memory_resize(readings->items,
						readings->capacity,
						sizeof(*readings->items));
	}
	readings->items[readings->count] = (struct reading){ 0 };
	return &readings->items[readings->count++];
}

void readings_free(struct readings *readings)
{
	memory_free(readings->items);
	*readings = (struct readings){ 0 };
}

void source_request_free(struct source_request *request)
{
	text_free(&request->url);
	text_free(&request->body);
}

enum status source_decimal(struct decimal *out, i128 value, int32_t exponent)
{
	bool negative = value < 0;
	u128 rest = negative ? -(u128)value : (u128)value;
	u128 last = 0;
	struct decimal read;

	for (; rest >= 1000000000000000000u; exponent++) {
		last = rest % 10;
		rest /= 10;
	}
	rest += last >= 5;
	read = decimal_from_scaled(negative ? -(int64_t)rest : (int64_t)rest,
				   0);
	if (!read.mantissa)
		exponent = 0;
	if (exponent < -2 * DECIMAL_EXPONENT_MAX ||
	    exponent + read.exponent < DECIMAL_EXPONENT_MIN ||
	    exponent + read.exponent > DECIMAL_EXPONENT_MAX)
		return E_RANGE;
	read.exponent += exponent;
	*out = read;
	return OK;
}
