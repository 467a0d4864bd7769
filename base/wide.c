/* wide.c -- see wide.h.  Schoolbook product, long division by
 * digits of 64 bits (Knuth, The Art of Computer Programming 2, 4.3.1 D). */
#include "base/wide.h"

struct wide {
	u128 high, low;
};

static struct wide multiply(u128 a, u128 b)
{
	const u128 mask = UINT64_MAX;
	u128 a0 = a & mask, a1 = a >> 64, b0 = b & mask, b1 = b >> 64;
	u128 low = a0 * b0, middle = a1 * b0 + (low >> 64);
	u128 other = a0 * b1 + (middle & mask);

	return (struct wide){ a1 * b1 + (middle >> 64) + (other >> 64),
			      (other << 64) | (low & mask) };
}

/* (*rest * 2^64 + digit) / c for *rest < c and the highest bit of c set: the
 * digit guessed from the upper half is at most two too large. */
static u128 divide_digit(u128 *rest, uint64_t digit, u128 c)
{
	u128 upper = c >> 64, lower = c & UINT64_MAX;
	u128 guess = *rest / upper, r = *rest % upper;

	while (!(r >> 64) &&
	       (guess >> 64 || guess * lower > ((r << 64) | digit))) {
		guess--;
		r += upper;
	}
	*rest = ((*rest << 64) | digit) - guess * c;
	return guess;
}

/* Quotient of (high, low) / c for high < c; the remainder in *rest. */
static u128 divide(struct wide n, u128 c, u128 *rest)
{
	u128 quotient, r = n.high;
	unsigned shift;

	if (!r) {
		*rest = n.low % c;
		return n.low / c;
	}
	shift = (unsigned)(c >> 64 ? __builtin_clzll((uint64_t)(c >> 64))
				   : 64 + __builtin_clzll((uint64_t)c));
	c <<= shift;
	r = (r << shift) | (shift ? n.low >> (128 - shift) : 0);
	n.low <<= shift;
	quotient = divide_digit(&r, (uint64_t)(n.low >> 64), c) << 64;
	quotient |= divide_digit(&r, (uint64_t)n.low, c);
	*rest = r >> shift;
	return quotient;
}

/* n / d and the remainder, for the upper half of n below d: the processor's own
 * division, which a call of the compiler's for any 128 bits only wraps. */
static uint64_t divide_low(u128 n, uint64_t d, uint64_t *rest)
{
#if defined(__x86_64__)
	uint64_t quotient;

	__asm__("divq %4"
		: "=a"(quotient), "=d"(*rest)
		: "0"((uint64_t)n), "1"((uint64_t)(n >> 64)), "r"(d)
		: "cc");
	return quotient;
#else
	*rest = (uint64_t)(n % d);
	return (uint64_t)(n / d);
#endif
}

static u128 divide_short(u128 n, uint64_t d, u128 *rest)
{
	uint64_t high = (uint64_t)(n >> 64), left;
	u128 quotient = 0;

	if (high >= d) {
		quotient = (u128)(high / d) << 64;
		n = (u128)(high % d) << 64 | (uint64_t)n;
	}
	quotient |= divide_low(n, d, &left);
	*rest = left;
	return quotient;
}

/* Do the bits of both, side by side, fit 128? */
static bool product_fits(u128 a, u128 b)
{
	uint64_t high = (uint64_t)(a >> 64);

	return !(b >> 64) &&
	       (!high || !b ||
		__builtin_clzll(high) + __builtin_clzll((uint64_t)b) >= 64);
}

/* The quotient of a product that fits, by c > 0. */
static u128 divide_product(u128 product, u128 c, u128 *rest)
{
	u128 quotient;

	if (!(c >> 64))
		return divide_short(product, (uint64_t)c, rest);
	quotient = product / c;
	*rest = product - quotient * c;
	return quotient;
}

enum status multiply_divide(u128 *out, u128 a, u128 b, u128 c,
			    enum rounding rounding)
{
	u128 quotient, rest;
	bool up;

	if (c && product_fits(a, b)) {
		quotient = divide_product(a * b, c, &rest);
	} else {
		struct wide product = multiply(a, b);

		if (product.high >= c)
			return E_RANGE;
		quotient = divide(product, c, &rest);
	}
	up = rounding == ROUND_UP ? rest != 0
				  : rounding == ROUND_HALF_UP && rest >= c - rest;
	if (up && quotient + 1 == 0)
		return E_RANGE;
	*out = quotient + (up ? 1 : 0);
	return OK;
}
