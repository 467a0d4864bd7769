/* rng.c -- see rng.h. */
#include "models/rng.h"

#include <Random123/philox.h>
#include <math.h>

#include "base/bytes.h"
#include "models/elementary.h"

/* Both halves of the seed folded together: every byte counts. */
struct rng_key rng_key_of(const uint8_t seed32[32])
{
	struct rng_key key;
	uint32_t folded[4];

	for (size_t i = 0; i < 4; i++)
		folded[i] = load_be32(seed32 + 4 * i) ^
			    load_be32(seed32 + 16 + 4 * i);
	key.words[0] = folded[0];
	key.words[1] = folded[1];
	key.salt[0] = folded[2];
	key.salt[1] = folded[3];
	return key;
}

void rng_words(uint32_t out[4], const struct rng_key *key,
	       const struct rng_counter *counter)
{
	philox4x32_ctr_t c = { { counter->path, counter->step,
				 counter->stream ^ key->salt[0],
				 key->salt[1] } };
	philox4x32_key_t k = { { key->words[0], key->words[1] } };
	philox4x32_ctr_t r = philox4x32(c, k);

	for (int i = 0; i < 4; i++)
		out[i] = r.v[i];
}

static double uniform(uint32_t high, uint32_t low)
{
	uint64_t bits = ((uint64_t)high << 21) ^ (low >> 11);

	/* 52 of the 53 bits, so that adding a half is exact: never 0 or 1 */
	return ((double)((bits & 0x1fffffffffffffu) >> 1) + 0.5) * 0x1p-52;
}

void rng_uniforms(double out[2], const struct rng_key *key,
		  const struct rng_counter *counter)
{
	uint32_t words[4];

	rng_words(words, key, counter);
	out[0] = uniform(words[0], words[1]);
	out[1] = uniform(words[2], words[3]);
}

void rng_normals(double out[2], const struct rng_key *key,
		 const struct rng_counter *counter)
{
	double u[2], radius, sine, cosine;

	rng_uniforms(u, key, counter);
	radius = sqrt(-2.0 * elementary_log(u[0]));
	elementary_sincos_turn(&sine, &cosine, u[1]);
	out[0] = radius * cosine;
	out[1] = radius * sine;
}
