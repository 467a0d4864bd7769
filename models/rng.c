/* rng.c -- see rng.h.
 *
 * Four counters at once keep their words in the low halves of 64-bit lanes,
 * where one instruction makes the product of two words.  It exists for whole
 * AVX2 registers and for SSE2's halves; the loader's clones (lanes.h) cannot
 * choose between instructions that are named, so that rng.c chooses itself. */
#include "models/rng.h"

#include <Random123/philox.h>
#include <math.h>

#include "base/bytes.h"
#include "models/elementary.h"
#include "models/volatility/lanes.h"

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
	!defined(__clang__)
#include <immintrin.h>
#define RNG_WHOLE 1 /* kernels for AVX2 beside those for every CPU */
#endif

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

/* Words in the low halves of 64-bit lanes; the high halves hold anything. */
typedef lanes_bits word_product(lanes_bits, lanes_bits);

LANES_INLINE lanes_bits bits_all(uint64_t value)
{
	return (lanes_bits){ value, value, value, value };
}

static inline lanes_bits product_anywhere(lanes_bits a, lanes_bits b)
{
#if defined(__SSE2__)
	__m128i left[2], right[2];

	memcpy(left, &a, sizeof(a));
	memcpy(right, &b, sizeof(b));
	left[0] = _mm_mul_epu32(left[0], right[0]);
	left[1] = _mm_mul_epu32(left[1], right[1]);
	memcpy(&a, left, sizeof(a));
	return a;
#else
	return (a & UINT32_MAX) * (b & UINT32_MAX);
#endif
}

/* What the lanes of a batch share. */
struct batch {
	const struct rng_key *key;
	lanes_bits paths;
	uint32_t step;
};

LANES_INLINE struct batch batch_of(const struct rng_key *key,
				   const struct rng_counter *counter)
{
	const lanes_bits lane = { 0, 1, 2, 3 };

	return (struct batch){ key, bits_all(counter->path) + lane,
			       counter->step };
}

/* Ten rounds of Philox: rng_words, lane by lane. */
LANES_INLINE void words_of(lanes_bits c[4], const struct batch *batch,
			   uint32_t stream, word_product *product)
{
	const lanes_bits first = bits_all(PHILOX_M4x32_0);
	const lanes_bits second = bits_all(PHILOX_M4x32_1);
	uint32_t key[2] = { batch->key->words[0], batch->key->words[1] };

	c[0] = batch->paths;
	c[1] = bits_all(batch->step);
	c[2] = bits_all(stream ^ batch->key->salt[0]);
	c[3] = bits_all(batch->key->salt[1]);
#pragma GCC unroll 10
	for (int round = 0; round < 10; round++) {
		lanes_bits a = product(c[0], first), b = product(c[2], second);

		c[0] = (b >> 32) ^ c[1] ^ bits_all(key[0]);
		c[2] = (a >> 32) ^ c[3] ^ bits_all(key[1]);
		c[1] = b;
		c[3] = a;
		key[0] += PHILOX_W32_0;
		key[1] += PHILOX_W32_1;
	}
}

/* 1 + u - 2^-53 of each lane: 52 bits of two words behind the point. */
LANES_INLINE lanes_bits fraction_of(lanes_bits high, lanes_bits low)
{
	return ((high << 32) >> 12) | ((low & UINT32_MAX) >> 12) |
	       (lanes_bits)lanes_all(1.0);
}

LANES_INLINE lanes uniform_of(lanes_bits fraction)
{
	return (lanes)fraction - (1.0 - 0x1p-53);
}

LANES_INLINE lanes polynomial(lanes x, const double *coefficients, int count)
{
	lanes sum = lanes_all(coefficients[count - 1]);

#pragma GCC unroll 16
	for (int i = count - 2; i >= 0; i--)
		sum = sum * x + coefficients[i];
	return sum;
}

/* elementary_sincos_turn of uniform_of(fraction), to the last bit. */
LANES_INLINE void sincos_of(lanes *sine, lanes *cosine, lanes_bits fraction)
{
	static const double odd[] = { 1.0, -1.0 / 6, 1.0 / 120, -1.0 / 5040,
				      1.0 / 362880, -1.0 / 39916800,
				      1.0 / 6227020800.0,
				      -1.0 / 1307674368000.0 };
	static const double even[] = { 1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720,
				       1.0 / 40320, -1.0 / 3628800,
				       1.0 / 479001600, -1.0 / 87178291200.0,
				       1.0 / 20922789888000.0 };
	const lanes whole = lanes_all(0x1p52);
	lanes_bits octant = (fraction >> 49) & 7;
	lanes_bits swap = -(((octant + 1) >> 1) & 1);
	lanes rest = uniform_of(fraction) * 8.0 -
		     ((lanes)(octant | (lanes_bits)whole) - whole);
	lanes angle = lanes_select(-(octant & 1), 1.0 - rest, rest) *
		      (0x1.921fb54442d18p1 / 4.0);
	lanes square = angle * angle;
	lanes s = angle * polynomial(square, odd, 8);
	lanes c = polynomial(square, even, 9);

	*sine = (lanes)((lanes_bits)lanes_select(swap, c, s) ^
			(octant >> 2 << 63));
	*cosine = (lanes)((lanes_bits)lanes_select(swap, s, c) ^
			  ((octant + 2) >> 2 << 63));
}

LANES_INLINE void fill_uniforms(double *out, const struct batch *batch,
				uint32_t stream, word_product *product)
{
	lanes_bits c[4];

	words_of(c, batch, stream, product);
	lanes_store(out, uniform_of(fraction_of(c[0], c[1])));
	lanes_store(out + LANES, uniform_of(fraction_of(c[2], c[3])));
}

LANES_INLINE void fill_normals(double *out, const struct batch *batch,
			       uint32_t stream, word_product *product)
{
	lanes_bits c[4];
	lanes radius, sine, cosine;

	words_of(c, batch, stream, product);
	radius = lanes_sqrt(
		-2.0 * lanes_log(uniform_of(fraction_of(c[0], c[1]))));
	sincos_of(&sine, &cosine, fraction_of(c[2], c[3]));
	lanes_store(out, radius * cosine);
	lanes_store(out + LANES, radius * sine);
}

#define KERNEL(name, fill, product)                                           \
	static void name(double *out, const struct rng_key *key,              \
			 const struct rng_counter *counter, size_t streams)   \
	{                                                                     \
		struct batch batch = batch_of(key, counter);                  \
									      \
		for (uint32_t s = 0; s < streams; s++)                        \
			fill(out + (size_t)s * 2 * LANES, &batch,             \
			     counter->stream + s, product);                   \
	}

KERNEL(uniforms_anywhere, fill_uniforms, product_anywhere)
KERNEL(normals_anywhere, fill_normals, product_anywhere)

#if defined(RNG_WHOLE)
__attribute__((target("avx2"))) static inline lanes_bits
product_whole(lanes_bits a, lanes_bits b)
{
	return (lanes_bits)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}

__attribute__((target("avx2")))
KERNEL(uniforms_whole, fill_uniforms, product_whole)
__attribute__((target("avx2")))
KERNEL(normals_whole, fill_normals, product_whole)
#endif

void rng_uniforms_lanes(double *out, const struct rng_key *key,
			const struct rng_counter *counter, size_t streams)
{
#if defined(RNG_WHOLE)
	if (__builtin_cpu_supports("avx2")) {
		uniforms_whole(out, key, counter, streams);
		return;
	}
#endif
	uniforms_anywhere(out, key, counter, streams);
}

void rng_normals_lanes(double *out, const struct rng_key *key,
		       const struct rng_counter *counter, size_t streams)
{
#if defined(RNG_WHOLE)
	if (__builtin_cpu_supports("avx2")) {
		normals_whole(out, key, counter, streams);
		return;
	}
#endif
	normals_anywhere(out, key, counter, streams);
}
