/* decimal.c -- see decimal.h. */
#include "base/decimal.h"



static const double powers[] = {
	1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,	1e8,  1e9,  1e10,
	1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
	1e22,
};

struct scan {
	const uint8_t *at, *end;
	int64_t mantissa;
	int32_t exponent, significant, dropped_zeros;
	bool any, point;
};

static bool is_digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

/* A zero may be trailing: it is only counted until a digit follows. */
static enum status take_digit(struct scan *s)
{
	int digit = *s->at++ - '0';

	s->any = true;
	if (s->point)
		s->exponent--;
	if (!digit && !s->mantissa)
		return OK;
	if (!digit) {
		s->dropped_zeros++;
		return OK;
	}
	s->significant += s->dropped_zeros + 1;
	if (s->significant > DECIMAL_DIGITS_MAX)
		return E_RANGE;
	for (; s->dropped_zeros; s->dropped_zeros--)
		s->mantissa *= 10;
	s->mantissa = s->mantissa * 10 + digit;
	return OK;
}

static enum status scan_digits(struct scan *s)
{
	enum status status = OK;

	while (!status && s->at < s->end) {
		if (is_digit(s)) {
			status = take_digit(s);
		} else if (*s->at == '.' && !s->point) {
			s->point = true;
			s->at++;
		} else {
			break;
		}
	}
	return status ? status : s->any ? OK : E_MALFORMED;
}

static enum status scan_exponent(struct scan *s)
{
	bool negative = false;
	int32_t value = 0;

	if (s->at == s->end || (*s->at != 'e' && *s->at != 'E'))
		return OK;
	s->at++;
	if (s->at < s->end && (*s->at == '-' || *s->at == '+'))
		negative = *s->at++ == '-';
	if (!is_digit(s))
		return E_MALFORMED;
	for (; is_digit(s); s->at++)
		value = value < 10000 ? value * 10 + (*s->at - '0') : value;
	s->exponent += negative ? -value : value;
	return OK;
}

enum status decimal_parse(struct decimal *out, struct bytes text)
{
	struct scan s = { text.data, text.data + text.size, 0, 0, 0, 0, false,
			  false };
	bool negative = false;
	enum status status;

	if (text.size > 4096)
		return E_MALFORMED;
	if (text.size && (*s.at == '-' || *s.at == '+'))
		negative = *s.at++ == '-';
	status = scan_digits(&s);
	if (!status)
		status = scan_exponent(&s);
	if (!status && s.at != s.end)
		status = E_MALFORMED;
	if (status)
		return status;
	s.exponent += s.dropped_zeros;
	if (!s.mantissa) {
		*out = (struct decimal){ 0, 0 };
		return OK;
	}
	if (s.exponent < DECIMAL_EXPONENT_MIN ||
	    s.exponent > DECIMAL_EXPONENT_MAX)
		return E_RANGE;
	*out = (struct decimal){ negative ? -s.mantissa : s.mantissa,
				 s.exponent };
	return OK;
}

void decimal_format(char out[DECIMAL_TEXT_MAX], struct decimal value)
{
	char digits[24];
	uint64_t rest = value.mantissa < 0 ? 0 - (uint64_t)value.mantissa
					   : (uint64_t)value.mantissa;
	int count = 0, at = 0, place;

	do
		digits[count++] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value.mantissa < 0)
		out[at++] = '-';
	/* place: digits before the point */
	place = count + value.exponent;
	if (place <= 0) {
		out[at++] = '0';
		out[at++] = '.';
		for (; place < 0; place++)
			out[at++] = '0';
		place = -1;
	}
	while (count) {
		out[at++] = digits[--count];
		if (--place == 0 && count)
			out[at++] = '.';
	}
	for (; place > 0; place--)
		out[at++] = '0';
	out[at] = 0;
}

/* |value| * 10^up without overflow of 128 bits: up <= 20, 60 bits mantissa. */
static i128 shift(int64_t mantissa, int32_t up)
{
	i128 value = mantissa;

	for (; up > 0; up--)
		value *= 10;
	return value;
}

int decimal_compare(struct decimal a, struct decimal b)
{
	int32_t gap = a.exponent - b.exponent;
	i128 left, right;

	if ((a.mantissa > 0) != (b.mantissa > 0) || !a.mantissa || !b.mantissa)
		return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
	if (gap > 19)
		return a.mantissa > 0 ? 1 : -1;
	if (gap < -19)
		return a.mantissa > 0 ? -1 : 1;
	left = shift(a.mantissa, gap > 0 ? gap : 0);
	right = shift(b.mantissa, gap < 0 ? -gap : 0);
	return (left > right) - (left < right);
}

enum status decimal_scale(int64_t *out, struct decimal value, int places)
{
	int32_t up = value.exponent + places;
	i128 scaled, divisor = 1;

	if (!value.mantissa) {
		*out = 0;
		return OK;
	}
	if (up > 18)
		return E_RANGE;
	if (up < -19) {
		*out = 0;
		return OK;
	}
	scaled = shift(value.mantissa, up);
	if (up < 0) {
		divisor = shift(1, -up);
		scaled = (scaled + (scaled < 0 ? -divisor : divisor) / 2) /
			 divisor;
	}
	if (scaled > INT64_MAX || scaled < INT64_MIN)
		return E_RANGE;
	*out = (int64_t)scaled;
	return OK;
}

struct decimal decimal_from_scaled(int64_t value, int places)
{
	struct decimal out = { value, -places };

	if (!value)
		return (struct decimal){ 0, 0 };
	while (out.mantissa % 10 == 0) {
		out.mantissa /= 10;
		out.exponent++;
	}
	return out;
}

double decimal_to_double(struct decimal value)
{
	double mantissa = (double)value.mantissa;
	int32_t e = value.exponent;

	if (e > 22)
		return mantissa * 1e22 * powers[e - 22];
	if (e >= 0)
		return mantissa * powers[e];
	if (e >= -22)
		return mantissa / powers[-e];
	return mantissa / 1e22 / powers[-e - 22];
}
