/* lanes.h -- four doubles at a time, with the same bits on every CPU.
 *
 * Pure.  GCC's vector extension: plain IEEE operations lane by lane, so SSE2
 * (two halves) and AVX2 agree to the last bit.  LANES_CLONES compiles a
 * function for both and the loader picks; not under the address sanitizer,
 * which is not awake yet when the loader asks. */
#ifndef MODELS_VOLATILITY_LANES_H
#define MODELS_VOLATILITY_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "models/elementary.h"
#include "models/elementary_series.h"

#pragma GCC diagnostic ignored "-Wpsabi" /* everything here is inlined */

#define LANES 4
#define LANES_INLINE static inline __attribute__((always_inline))
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define LANES_CLONES
#else
#define LANES_CLONES __attribute__((target_clones("avx2", "default")))
#endif

typedef double lanes __attribute__((vector_size(32)));
typedef uint64_t lanes_bits __attribute__((vector_size(32)));

/** lanes_padded - n rounded up to whole vectors. */
LANES_INLINE size_t lanes_padded(size_t n)
{
	return (n + LANES - 1) / LANES * LANES;
}

LANES_INLINE lanes lanes_load(const double *from)
{
	lanes out;

	memcpy(&out, from, sizeof(out));
	return out;
}

LANES_INLINE void lanes_store(double *to, lanes value)
{
	memcpy(to, &value, sizeof(value));
}

LANES_INLINE lanes lanes_all(double value)
{
	return (lanes){ value, value, value, value };
}

/** lanes_select - yes where the mask's lane is all ones, else no. */
LANES_INLINE lanes lanes_select(lanes_bits mask, lanes yes, lanes no)
{
	return (lanes)((mask & (lanes_bits)yes) | (~mask & (lanes_bits)no));
}

/** lanes_any - is any lane of the mask set? */
LANES_INLINE bool lanes_any(lanes_bits mask)
{
	return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
}

/** lanes_size - without its sign. */
LANES_INLINE lanes lanes_size(lanes x)
{
	return (lanes)((lanes_bits)x & ~(lanes_bits)lanes_all(-0.0));
}

LANES_INLINE double lanes_sum(lanes v)
{
	return (v[0] + v[1]) + (v[2] + v[3]);
}

/** lanes_sqrt - of each lane. */
LANES_INLINE lanes lanes_sqrt(lanes x)
{
#if defined(__SSE2__)
	/* not by sqrt: its call for errno would hold vectors up */
	__m128d low = _mm_sqrt_pd(__builtin_shufflevector(x, x, 0, 1));
	__m128d high = _mm_sqrt_pd(__builtin_shufflevector(x, x, 2, 3));

	return __builtin_shufflevector(low, high, 0, 1, 2, 3);
#else
	return (lanes){ sqrt(x[0]), sqrt(x[1]), sqrt(x[2]), sqrt(x[3]) };
#endif
}

/** A product of many positive normal numbers, for the sum of their logs: one
 *  logarithm at the end instead of one a factor. */
struct lanes_product {
	lanes mantissa;      /* of the product so far, in [1, 2) */
	lanes_bits exponent; /* sum of biased exponents */
	uint64_t count;
};

LANES_INLINE struct lanes_product lanes_product_of_none(void)
{
	return (struct lanes_product){ { 1.0, 1.0, 1.0, 1.0 },
				       { 0, 0, 0, 0 }, 0 };
}

LANES_INLINE void lanes_multiply(struct lanes_product *product, lanes factor)
{
	const lanes_bits fraction = { 0xfffffffffffff, 0xfffffffffffff,
				      0xfffffffffffff, 0xfffffffffffff };
	const lanes_bits one = (lanes_bits)lanes_all(1.0);
	lanes_bits bits = (lanes_bits)(product->mantissa * factor);

	product->exponent += bits >> 52;
	product->mantissa = (lanes)((bits & fraction) | one);
	product->count++;
}

/** lanes_log_of - log of one lane of the product. */
LANES_INLINE double lanes_log_of(const struct lanes_product *product,
				 size_t lane)
{
	int64_t exponent = (int64_t)product->exponent[lane] -
			   1023 * (int64_t)product->count;

	return (double)exponent * 0x1.62e42fefa39efp-1 +
	       elementary_log(product->mantissa[lane]);
}

/** lanes_log_sum - of all four. */
LANES_INLINE double lanes_log_sum(const struct lanes_product *product)
{
	return (lanes_log_of(product, 0) + lanes_log_of(product, 1)) +
	       (lanes_log_of(product, 2) + lanes_log_of(product, 3));
}

/** x = 2^k (1 + f), f within (-0.3, 0.42). */
struct lanes_parts {
	lanes k, f;
};

LANES_INLINE struct lanes_parts lanes_split(lanes x)
{
	const lanes_bits fraction = { 0xfffffffffffff, 0xfffffffffffff,
				      0xfffffffffffff, 0xfffffffffffff };
	const lanes whole = lanes_all(0x1p52);
	lanes_bits bits = (lanes_bits)x;
	/* a small integer in the low bits of 2^52 */
	lanes k = (lanes)((bits >> 52) | (lanes_bits)whole) - whole - 1023.0;
	lanes m = (lanes)((bits & fraction) | (lanes_bits)lanes_all(1.0));
	lanes_bits large = (lanes_bits)(m > lanes_all(ROOT_TWO));

	m = lanes_select(large, m * 0.5, m);
	return (struct lanes_parts){ lanes_select(large, k + 1.0, k), m - 1.0 };
}

LANES_INLINE lanes lanes_log_of_parts(lanes k, lanes f)
{
	lanes s = f / (2.0 + f), square = s * s;
	lanes sum = lanes_all(log_series[LOG_TERMS - 1]);

#pragma GCC unroll 16
	for (int i = LOG_TERMS - 2; i >= 0; i--)
		sum = sum * square + log_series[i];
	return k * LN2_HIGH + (f - (s * (f - square * sum) - k * LN2_LOW));
}

/** lanes_log - elementary_log of each lane, to the last bit, for positive
 *  normal numbers; others give something finite or NaN. */
LANES_INLINE lanes lanes_log(lanes x)
{
	struct lanes_parts parts = lanes_split(x);

	return lanes_log_of_parts(parts.k, parts.f);
}

/** lanes_log1p - elementary_log1p of each lane, to the last bit, for 0 <= x <
 *  2^1000. */
LANES_INLINE lanes lanes_log1p(lanes x)
{
	lanes_bits small = (lanes_bits)(x < 0.41);
	lanes_bits huge = (lanes_bits)(x > 0x1p53);
	lanes u = 1.0 + x, zero = lanes_all(0.0);
	struct lanes_parts parts = lanes_split(u);
	lanes log = lanes_log_of_parts(lanes_select(small, zero, parts.k),
				       lanes_select(small, x, parts.f));
	lanes lost = (x - (u - 1.0)) / u; /* by rounding to u */

	return lanes_select(small | huge, log, log + lost);
}

/** lanes_exp - elementary_exp of each lane, to the last bit, for -700 < x <
 *  700; beyond, the value there. */
LANES_INLINE lanes lanes_exp(lanes x)
{
	const lanes edge = lanes_all(700.0), rounder = lanes_all(ROUNDER);
	lanes k, r, sum, power;

	x = lanes_select((lanes_bits)(x < edge), x, edge);
	x = lanes_select((lanes_bits)(x > -edge), x, -edge);
	power = x * INVERSE_LN2 + rounder;
	k = power - rounder;
	r = (x - k * LN2_HIGH) - k * LN2_LOW;
	sum = lanes_all(exp_series[EXP_TERMS - 1]);
#pragma GCC unroll 16
	for (int i = EXP_TERMS - 2; i >= 0; i--)
		sum = sum * r + exp_series[i];
	/* 2^k from the integer that the rounder left in the low bits */
	return (1.0 + r * sum) *
	       (lanes)(((lanes_bits)power - (lanes_bits)rounder + 1023) << 52);
}

#endif
