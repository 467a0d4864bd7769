/* feed_report.c -- see feed_report.h: reports and prices as text. */
#include "agent/feed_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/json_writer.h"

#define EXPONENT_MOST 40

bool feed_is_signer(const struct feed_signers *signers,
		    const uint8_t address[ADDRESS_SIZE])
{
	for (size_t i = 0; i < signers->count; i++)
		if (!memcmp(signers->addresses[i], address, ADDRESS_SIZE))
			return true;
	return false;
}

struct feed_message *feed_report_add(struct feed_report *report)
{
	struct feed_message *message;

	if (report->count == FEED_MESSAGES_MAX)
		return NULL;
	message = &report->messages[report->count++];
	memset(message, 0, sizeof(*message));
	return message;
}

void feed_report_blame(struct feed_report *report, const char *format, ...)
{
	va_list list;

	report->valid = false;
	if (*report->reason)
		return;
	va_start(list, format);
	vsnprintf(report->reason, sizeof(report->reason), format, list);
	va_end(list);
}

/* Digits with a point `places` before their end, noughts behind it dropped. */
static void put_point(char *out, const char *digits, size_t places)
{
	size_t size = strlen(digits), whole = size > places ? size - places : 0;
	char *end = out;

	memcpy(end, whole ? digits : "0", whole ? whole : 1);
	end += whole ? whole : 1;
	*end++ = '.';
	for (size_t i = size; i < places; i++)
		*end++ = '0';
	memcpy(end, digits + whole, size - whole);
	end += size - whole;
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	*end = '\0';
}

void feed_price_format(char out[128], i128 value, int32_t exponent)
{
	char digits[40];

	if (value < 0)
		*out++ = '-';
	u128_format(digits, value < 0 ? -(u128)value : (u128)value);
	if (exponent < -EXPONENT_MOST || exponent > EXPONENT_MOST) {
		snprintf(out, 64, "%se%d", digits, (int)exponent);
		return;
	}
	if (exponent < 0) {
		put_point(out, digits, (size_t)-exponent);
		return;
	}
	memcpy(out, digits, strlen(digits) + 1);
	if (strcmp(digits, "0")) {
		memset(out + strlen(digits), '0', (size_t)exponent);
		out[strlen(digits) + (size_t)exponent] = '\0';
	}
}
