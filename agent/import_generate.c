/* import_generate.c -- see import_generate.h.
 *
 * Doubles are made of IEEE operations and models/elementary.h alone, so a seed
 * gives the same decimals on every machine. */
#include "agent/import_generate.h"

#include <math.h>
#include <string.h>

#include "crypto/keccak.h"
#include "models/elementary.h"
#include "models/rng.h"

#define PLACES 6
#define DEGREES 6         /* of the Student-t steps; even */
#define ALPHA 0.07        /* weight of the last square */
#define BETA 0.91         /* persistence of variance */
#define FACTOR_STREAMS 0
#define OWN_STREAMS 16

struct profile {
	const char *asset;
	double level;   /* first open, US dollars */
	double factor;  /* hourly deviation from the common factor */
	double own;     /* hourly deviation of its own */
	double pull;    /* share of the distance to level closed in an hour */
};

static const struct profile profiles[] = {
	{ "WETH", 3000, 0.0062, 0.0035, 0 },
	{ "WBTC", 90000, 0.0046, 0.0020, 0 },
	{ "LINK", 15, 0.0066, 0.0060, 0 },
	{ "CRV", 0.6, 0.0068, 0.0085, 0 },
	{ "AAVE", 180, 0.0068, 0.0060, 0 },
	{ "USDC", 1, 0.00002, 0.00012, 0.05 },
};

/* Variance relative to its long run, and the step it gave last. */
struct clustering {
	double variance, last_square;
};

static const struct profile *find_profile(const char *asset)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (!strcmp(profiles[i].asset, asset))
			return &profiles[i];
	return NULL;
}

bool generate_known(const char *asset)
{
	return find_profile(asset) != NULL;
}

/* The common factor has the key of the empty symbol. */
static struct rng_key make_key(uint64_t seed, const char *symbol)
{
	uint8_t number[8], digest[HASH_SIZE];
	struct keccak keccak;

	store_be64(number, seed);
	keccak_init(&keccak);
	keccak_update(&keccak, "plimsoll-generator", 18);
	keccak_update(&keccak, number, sizeof(number));
	keccak_update(&keccak, symbol, strlen(symbol));
	keccak_final(&keccak, digest);
	return rng_key_of(digest);
}

/* One Student-t step of unit variance: normal over the root of chi-square. */
static double student_step(const struct rng_key *key, uint32_t hour,
			   uint32_t stream)
{
	struct rng_counter counter = { 0, hour, stream };
	double normals[2], uniforms[2], chi = 0;

	rng_normals(normals, key, &counter);
	for (uint32_t i = 0; i < DEGREES / 2; i += 2) {
		counter.stream = stream + 1 + i;
		rng_uniforms(uniforms, key, &counter);
		chi -= 2 * elementary_log(uniforms[0]);
		if (i + 1 < DEGREES / 2)
			chi -= 2 * elementary_log(uniforms[1]);
	}
	return normals[0] * sqrt((DEGREES - 2) / chi);
}

static double clustered_step(struct clustering *state, double step)
{
	double value;

	state->variance = (1 - ALPHA - BETA) + ALPHA * state->last_square +
			  BETA * state->variance;
	value = sqrt(state->variance) * step;
	state->last_square = value * value;
	return value;
}

static struct decimal price_of(double value)
{
	double scaled = value * 1e6 + 0.5;

	return decimal_from_scaled(scaled < 1 ? 1 : (int64_t)scaled, PLACES);
}

/* High and low: how far a path of that variance reaches beyond both ends. */
static void fill_candle(struct observation *row, double open, double close,
			const double reach[2])
{
	double high = open > close ? open : close;
	double low = open > close ? close : open;

	row->open = price_of(open);
	row->value = price_of(close);
	row->high = price_of(high * elementary_exp(reach[0]));
	row->low = price_of(low * elementary_exp(-reach[1]));
}

static void generate(struct observation *rows,
		     const struct generate_order *order,
		     const struct profile *profile)
{
	struct rng_key common = make_key(order->seed, "");
	struct rng_key own = make_key(order->seed, profile->asset);
	struct clustering factor = { 1, 1 }, self = { 1, 1 };
	double level = elementary_log(profile->level), at = level;
	int64_t start_s = order->end_s -
			  (int64_t)order->hours * GENERATE_INTERVAL_S;

	for (uint32_t h = 0; h < order->hours; h++) {
		struct rng_counter counter = { 0, h, OWN_STREAMS + 8 };
		double open = at, sigma, reach[2];
		double f = clustered_step(&factor,
					  student_step(&common, h,
						       FACTOR_STREAMS));
		double e = clustered_step(&self, student_step(&own, h,
							      OWN_STREAMS));

		at += profile->factor * f + profile->own * e +
		      profile->pull * (level - at);
		sigma = profile->factor * sqrt(factor.variance) +
			profile->own * sqrt(self.variance);
		rng_normals(reach, &own, &counter);
		reach[0] = 0.4 * sigma * fabs(reach[0]);
		reach[1] = 0.4 * sigma * fabs(reach[1]);
		rows[h] = (struct observation){
			.line = h + 1,
			.source_time_s = start_s + (int64_t)h *
							   GENERATE_INTERVAL_S };
		fill_candle(&rows[h], elementary_exp(open), elementary_exp(at),
			    reach);
	}
}

enum status generate_candles(struct observation *rows,
			     const struct generate_order *order,
			     struct error *error)
{
	const struct profile *profile = find_profile(order->asset);

	if (!profile) {
		error_set(error, E_INPUT, "the generator knows no asset \"%s\"",
			  order->asset);
		return error_hint(error, "It has levels for WETH, WBTC, LINK, "
				  "CRV, AAVE and USDC.");
	}
	if (!order->hours || order->hours > GENERATE_HOURS_MAX)
		return error_set(error, E_INPUT, "--hours is 1 .. %u",
				 GENERATE_HOURS_MAX);
	if (order->end_s % GENERATE_INTERVAL_S ||
	    order->end_s < (int64_t)order->hours * GENERATE_INTERVAL_S)
		return error_set(error, E_INPUT,
				 "--end is a whole hour, after 1970");
	generate(rows, order, profile);
	return OK;
}
