/* time.c -- see time.h.  Civil dates by the days-from-epoch algorithm of
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#include "base/time.h"

#define UNIX_MAX 7258118400 /* 2200-01-01 */

struct cursor {
	const uint8_t *at, *end;
};

static bool take(struct cursor *c, char expected)
{
	if (c->at == c->end || *c->at != (uint8_t)expected)
		return false;
	c->at++;
	return true;
}

static bool take_number(struct cursor *c, int digits, int64_t *out)
{
	int64_t value = 0;

	for (int i = 0; i < digits; i++, c->at++) {
		if (c->at == c->end || *c->at < '0' || *c->at > '9')
			return false;
		value = value * 10 + (*c->at - '0');
	}
	*out = value;
	return true;
}

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool take_date(struct cursor *c, int64_t *unix_s)
{
	int64_t year, month, day;

	if (!take_number(c, 4, &year) || !take(c, '-') ||
	    !take_number(c, 2, &month) || !take(c, '-') ||
	    !take_number(c, 2, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return false;
	*unix_s = days_from_civil(year, month, day) * 86400;
	return true;
}

static bool take_zone(struct cursor *c, int64_t *unix_s)
{
	int64_t hours, minutes, sign;

	if (take(c, 'Z') || take(c, 'z'))
		return true;
	if (c->at == c->end || (*c->at != '+' && *c->at != '-'))
		return false;
	sign = *c->at++ == '+' ? 1 : -1;
	if (!take_number(c, 2, &hours) || !take(c, ':') ||
	    !take_number(c, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*unix_s -= sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool take_clock(struct cursor *c, int64_t *unix_s)
{
	int64_t hours, minutes, seconds, ignored;

	if (!take_number(c, 2, &hours) || !take(c, ':') ||
	    !take_number(c, 2, &minutes) || !take(c, ':') ||
	    !take_number(c, 2, &seconds))
		return false;
	if (hours > 23 || minutes > 59 || seconds > 59)
		return false;
	*unix_s += hours * 3600 + minutes * 60 + seconds;
	if (take(c, '.')) {
		if (!take_number(c, 1, &ignored))
			return false;
		while (take_number(c, 1, &ignored))
			;
	}
	return take_zone(c, unix_s);
}

static enum status parse_unix(int64_t *unix_s, struct cursor c)
{
	int64_t value = 0, digit;

	while (c.at < c.end) {
		if (!take_number(&c, 1, &digit))
			return E_MALFORMED;
		value = value * 10 + digit;
		if (value > UNIX_MAX)
			return E_RANGE;
	}
	*unix_s = value;
	return OK;
}

enum status time_parse(int64_t *unix_s, struct bytes text)
{
	struct cursor c = { text.data, text.data + text.size };
	int64_t value;

	if (!text.size)
		return E_MALFORMED;
	if (text.size < 5 || text.data[4] != '-')
		return parse_unix(unix_s, c);
	if (!take_date(&c, &value))
		return E_MALFORMED;
	if (c.at < c.end) {
		if (!take(&c, 'T') && !take(&c, ' '))
			return E_MALFORMED;
		if (!take_clock(&c, &value) || c.at != c.end)
			return E_MALFORMED;
	}
	if (value > UNIX_MAX)
		return E_RANGE;
	*unix_s = value;
	return OK;
}

static char *put(char *at, int64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_date(char *at, int64_t days)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1;
	int64_t month = mp + (mp < 10 ? 3 : -9);

	at = put(at, yoe + era * 400 + (month <= 2), 4);
	*at++ = '-';
	at = put(at, month, 2);
	*at++ = '-';
	return put(at, day, 2);
}

void time_format(char out[TIME_TEXT_MAX], int64_t unix_s)
{
	int64_t clamped = unix_s < 0 ? 0 : unix_s > UNIX_MAX ? UNIX_MAX : unix_s;
	int64_t second = clamped % 86400;
	char *at = put_date(out, clamped / 86400);

	*at++ = 'T';
	at = put(at, second / 3600, 2);
	*at++ = ':';
	at = put(at, second / 60 % 60, 2);
	*at++ = ':';
	at = put(at, second % 60, 2);
	*at++ = 'Z';
	*at = 0;
}

enum status duration_parse(int64_t *seconds, struct bytes text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 },
		      { 'd', 86400 }, { 'w', 604800 } };
	struct cursor c = { text.data, text.data + text.size };
	int64_t value = 0, digit;

	if (text.size < 2 || text.size > 12)
		return E_MALFORMED;
	while (c.at < c.end - 1) {
		if (!take_number(&c, 1, &digit))
			return E_MALFORMED;
		value = value * 10 + digit;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*c.at == (uint8_t)units[i].unit) {
			*seconds = value * units[i].seconds;
			return OK;
		}
	return E_MALFORMED;
}
