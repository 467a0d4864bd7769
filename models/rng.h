/* rng.h -- counter-based random numbers: Philox4x32-10 (Random123).
 *
 * Pure.  number = f(seed, path, step, asset): any one can be made alone, so
 * thread count and order do not matter.
 * Source: Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3" */
#ifndef MODELS_RNG_H
#define MODELS_RNG_H

#include <stddef.h>
#include <stdint.h>

#define RNG_LANES 4

/** 128 bits of a 32-byte seed: Philox's key and half of its counter. */
struct rng_key {
	uint32_t words[2];
	uint32_t salt[2];
};

struct rng_counter {
	uint32_t path, step, stream; /* stream: asset pair or purpose */
};

struct rng_key rng_key_of(const uint8_t seed32[32]);

/** rng_words - the four 32-bit words of a counter. */
void rng_words(uint32_t out[4], const struct rng_key *key,
	       const struct rng_counter *counter);
/** rng_uniforms - two numbers in (0, 1), 52 bits each. */
void rng_uniforms(double out[2], const struct rng_key *key,
		  const struct rng_counter *counter);
/** rng_normals - two independent standard normals (Box and Muller 1958). */
void rng_normals(double out[2], const struct rng_key *key,
		 const struct rng_counter *counter);

/** rng_uniforms_lanes, rng_normals_lanes - the same numbers, to the last bit,
 *  of RNG_LANES paths from counter->path on and of `streams` streams from
 *  counter->stream on: out[2 * streams][RNG_LANES], row 2 s + k being number k
 *  of stream s.  Cost: about 2 ns a uniform, 5 ns a normal with AVX2. */
void rng_uniforms_lanes(double *out, const struct rng_key *key,
			const struct rng_counter *counter, size_t streams);
void rng_normals_lanes(double *out, const struct rng_key *key,
		       const struct rng_counter *counter, size_t streams);

#endif
