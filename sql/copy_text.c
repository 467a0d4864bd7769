/* copy_text.c -- see copy_text.h. */
#include "sql/copy_text.h"

#include <inttypes.h>

#include "base/time.h"

void copy_start(struct text *out, int64_t first)
{
	text_add_format(out, "%" PRId64, first);
}

void copy_integer(struct text *out, uint64_t value)
{
	text_add_format(out, "\t%" PRIu64, value);
}

void copy_u128(struct text *out, u128 value)
{
	char digits[41];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	text_add_string(out, "\t");
	text_add(out, digits + at, sizeof(digits) - at);
}

void copy_bytes(struct text *out, const uint8_t *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	text_add_string(out, "\t\\\\x");
	for (size_t i = 0; i < size; i++) {
		char pair[2] = { digits[data[i] >> 4], digits[data[i] & 15] };

		text_add(out, pair, 2);
	}
}

void copy_name(struct text *out, const char *name)
{
	text_add_string(out, "\t");
	for (; *name; name++)
		text_add(out, *name > ' ' && *name != '\\' ? name : " ", 1);
}

void copy_time(struct text *out, uint64_t unix_s)
{
	char time[TIME_TEXT_MAX];

	if (unix_s)
		time_format(time, (int64_t)unix_s);
	text_add_format(out, "\t%s", unix_s ? time : "\\N");
}
