/* wide.h -- exact a * b / c with a 256-bit product.  Pure. */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include "base/bytes.h"

enum rounding { ROUND_DOWN, ROUND_UP, ROUND_HALF_UP };

/**
 * multiply_divide - a * b / c, the product kept in 256 bits.
 * Returns: E_RANGE when c is 0 or the quotient needs more than 128 bits. */
MUST_CHECK enum status multiply_divide(u128 *out, u128 a, u128 b, u128 c,
				       enum rounding rounding);

#endif
