/* wide.c -- see wide.h.  Schoolbook product, bitwise long division. */
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

/* Quotient of (high, low) / c for high < c; the remainder in *rest. */
static u128 divide(struct wide n, u128 c, u128 *rest)
{
	u128 quotient = 0, r = n.high;

	if (!r) {
		*rest = n.low % c;
		return n.low / c;
	}
	for (int i = 127; i >= 0; i--) {
		bool carry = r >> 127;

		r = (r << 1) | ((n.low >> i) & 1);
		quotient <<= 1;
		if (carry || r >= c) {
			r -= c;
			quotient |= 1;
		}
	}
	*rest = r;
	return quotient;
}

enum status multiply_divide(u128 *out, u128 a, u128 b, u128 c,
			    enum rounding rounding)
{
	struct wide product = multiply(a, b);
	u128 quotient, rest;
	bool up;

	if (product.high >= c)
		return E_RANGE;
	quotient = divide(product, c, &rest);
	up = rounding == ROUND_UP ? rest != 0
				  : rounding == ROUND_HALF_UP && rest >= c - rest;
	if (up && quotient + 1 == 0)
		return E_RANGE;
	*out = quotient + (up ? 1 : 0);
	return OK;
}
