/* fuzz_decimal.c -- what parses prints, and what is printed parses to the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"

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

static void try_time(struct bytes text)
{
	char printed[TIME_TEXT_MAX];
	int64_t time_s, again, duration_s;

	if (!time_parse(&time_s, text)) {
		time_format(printed, time_s);
		if (time_parse(&again, bytes_of_string(printed)) ||
		    again != time_s)
			abort();
	}
	if (!duration_parse(&duration_s, text) && duration_s < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_decimal(bytes_of(data, size));
	try_time(bytes_of(data, size));
	return 0;
}
