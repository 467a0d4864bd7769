/* decimal.h -- exact decimals: an integer and a power of ten.
 *
 * Pure.  Prices and amounts are parsed from text into this and never through
 * a double.  Normal form: no trailing zeros in the mantissa; zero is 0e0. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdint.h>

#include "base/bytes.h"

#define DECIMAL_DIGITS_MAX 18
#define DECIMAL_EXPONENT_MIN (-30)
#define DECIMAL_EXPONENT_MAX 30
#define DECIMAL_TEXT_MAX 64

struct decimal {
	int64_t mantissa;  /* |mantissa| < 10^18 */
	int32_t exponent;  /* value = mantissa * 10^exponent */
};

/**
 * decimal_parse - "-12.50", "3e-7", "+0.1".
 * Returns: E_MALFORMED  not a number, empty, or other characters around it
 *          E_RANGE      more than 18 significant digits or exponent beyond
 *                       +-30 (nothing is rounded silently) */
MUST_CHECK enum status decimal_parse(struct decimal *out, struct bytes text);

/** decimal_format - plain notation, no exponent, no trailing zeros. */
void decimal_format(char out[DECIMAL_TEXT_MAX], struct decimal value);

int decimal_compare(struct decimal a, struct decimal b);

/** decimal_scale - value * 10^places as an integer, rounded half away from
 *  zero; E_RANGE when it does not fit. */
MUST_CHECK enum status decimal_scale(int64_t *out, struct decimal value,
				     int places);
struct decimal decimal_from_scaled(int64_t value, int places);

/** decimal_to_double - mantissa and power of ten each exactly rounded once;
 *  same bits everywhere, at most 1 ulp from the nearest double. */
double decimal_to_double(struct decimal value);

#endif
