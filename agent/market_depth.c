/* market_depth.c -- see market_depth.h. */
#include "agent/market_depth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/liquidity/pools.h"

#define NUMBERS_MAX 4

/* "KIND:NUMBER:NUMBER:…"; how many numbers, 0 for what is none. */
static size_t read_numbers(double *out, const char *text)
{
	size_t count = 0;

	while (count < NUMBERS_MAX) {
		char *end;

		out[count++] = strtod(text, &end);
		if (end == text)
			return 0;
		if (!*end)
			return count;
		if (*end != ':')
			return 0;
		text = end + 1;
	}
	return 0;
}

static bool read_pool(struct pool *out, const char *text)
{
	bool stable = !strncmp(text, "stable:", 7);
	double n[NUMBERS_MAX];
	size_t count;

	if (!stable && strncmp(text, "product:", 8))
		return false;
	count = read_numbers(n, strchr(text, ':') + 1);
	if (count != (stable ? 4u : 3u))
		return false;
	*out = (struct pool){ stable ? POOL_STABLE : POOL_CONSTANT_PRODUCT,
			      n[0], n[1], stable ? n[3] : 0.0, n[2] / 10000.0 };
	return pool_is_sane(out);
}

static enum status read_pools(struct pool *pools, size_t *count,
			      const struct invocation *invocation,
			      struct error *error)
{
	const char *text;

	for (*count = 0; (text = option_at(invocation, "pool", *count));
	     ++*count) {
		if (*count == POOLS_MAX)
			return error_set(error, E_USAGE, "--pool: at most %d",
					 POOLS_MAX);
		if (read_pool(&pools[*count], text))
			continue;
		error_set(error, E_USAGE, "--pool: \"%s\" is no pool", text);
		return error_hint(error, "product:SOLD:GOT:FEE_BPS or "
				  "stable:SOLD:GOT:FEE_BPS:A, balances in coins "
				  "(of a stable pool in coins of one value).");
	}
	if (*count)
		return OK;
	return error_set(error, E_USAGE, "--pool is needed, once for each pool");
}

enum status market_depth_run(const struct invocation *invocation,
			     struct error *error)
{
	const char *symbol = option(invocation, "symbol");
	const char *price = option(invocation, "price");
	struct pool pools[POOLS_MAX];
	struct liquidity_curve curve;
	char *end = NULL;
	double usd = price ? strtod(price, &end) : 0.0;
	size_t count = 0;
	enum status status;

	if (!symbol || strlen(symbol) >= SYMBOL_MAX)
		return error_set(error, E_USAGE, "--symbol names the asset that "
				 "is sold");
	if (!price || *end || !(usd > 0.0 && usd < 1e12))
		return error_set(error, E_USAGE, "--price is what one coin is "
				 "worth, in USD");
	status = read_pools(pools, &count, invocation, error);
	if (status)
		return status;
	pools_curve(&curve, pools, count, usd);
	printf("symbol,size_usd,impact_bps\n");
	for (uint8_t i = 0; i < curve.count; i++)
		printf("%s,%" PRIu64 ",%" PRIu32 "\n", symbol,
		       curve.points[i].size_usd, curve.points[i].impact_bps);
	return OK;
}
