/* fuzz_time.c -- times and durations: in range, printed and read the same. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#define LAST_S 7258118400 /* 2200-01-01 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_time(struct bytes text)
{
	char printed[TIME_TEXT_MAX];
	int64_t time_s = 77, again;
	enum status status = time_parse(&time_s, text);

	if (status) {
		if (time_s != 77 ||
		    (status != E_MALFORMED && status != E_RANGE))
			abort();
		return;
	}
	/* A zone east of Greenwich leads a day's begin before 1970. */
	if (time_s < -86400 || time_s > LAST_S)
		abort();
	if (time_s < 0)
		return;
	time_format(printed, time_s);
	if (!memchr(printed, 0, sizeof(printed)) || strlen(printed) != 20 ||
	    time_parse(&again, bytes_of_string(printed)) || again != time_s)
		abort();
}

static void try_duration(struct bytes text)
{
	int64_t duration_s = 77;
	enum status status = duration_parse(&duration_s, text);

	if (status ? duration_s != 77 || status != E_MALFORMED
		   : duration_s < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_time(bytes_of(data, size));
	try_duration(bytes_of(data, size));
	return 0;
}
