/* fuzz_decimal.c -- what parses prints, and what is printed parses to the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_decimal(struct bytes text)
{
	char printed[DECIMAL_TEXT_MAX];
	struct decimal value, again;
	int64_t scaled;

	if (decimal_parse(&value, text))
		return;
	decimal_format(printed, value);
	if (!memchr(printed, 0, sizeof(printed)) ||
	    decimal_parse(&again, bytes_of_string(printed)))
		abort();
	if (again.mantissa != value.mantissa ||
	    again.exponent != value.exponent || decimal_compare(value, again))
		abort();
	if (!isfinite(decimal_to_double(value)))
		abort();
	for (int places = 0; places <= 18; places++)
		if (!decimal_scale(&scaled, value, places) && !value.mantissa &&
		    scaled)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_decimal(bytes_of(data, size));
	return 0;
}
