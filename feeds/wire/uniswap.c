/* uniswap.c -- see uniswap.h.
 *
 * 1.0001^n by squaring: a number is a mantissa of 128 bits, its highest bit
 * set, and a power of two, so that neither end of the ticks overflows. */
#include "feeds/wire/uniswap.h"

#include "feeds/wire/abi_words.h"

#define CUMULATIVE_BITS 56
#define DECIMALS_MAX 36

/** mantissa * 2^exponent */
struct scaled {
	u128 mantissa;
	int exponent;
};

static struct scaled scaled_of(u128 value)
{
	struct scaled out = { value, 0 };

	while (!(out.mantissa >> 127)) {
		out.mantissa <<= 1;
		out.exponent--;
	}
	return out;
}

/* The upper half of the product, rounded down: an error below 2^-126. */
static struct scaled times(struct scaled a, struct scaled b)
{
	u128 mask = UINT64_MAX;
	u128 ah = a.mantissa >> 64, al = a.mantissa & mask;
	u128 bh = b.mantissa >> 64, bl = b.mantissa & mask;
	u128 middle = ah * bl + (al * bl >> 64), other = al * bh;
	u128 carry = ((middle & mask) + (other & mask)) >> 64;
	struct scaled out = { ah * bh + (middle >> 64) + (other >> 64) + carry,
			      a.exponent + b.exponent + 128 };

	if (!(out.mantissa >> 127)) {
		out.mantissa <<= 1;
		out.exponent--;
	}
	return out;
}

/* 2^255 / mantissa, by long division bit by bit. */
static struct scaled inverse(struct scaled a)
{
	u128 quotient = 0, rest = (u128)1 << 127;

	if (a.mantissa == rest) /* a power of two */
		return (struct scaled){ rest, -a.exponent - 254 };
	for (int i = 0; i < 128; i++) {
		bool carry = rest >> 127;

		rest <<= 1;
		quotient <<= 1;
		if (carry || rest >= a.mantissa) {
			rest -= a.mantissa;
			quotient |= 1;
		}
	}
	return (struct scaled){ quotient, -a.exponent - 255 };
}

static struct scaled power(struct scaled base, uint32_t exponent)
{
	struct scaled out = scaled_of(1);

	for (; exponent; exponent >>= 1) {
		if (exponent & 1)
			out = times(out, base);
		base = times(base, base);
	}
	return out;
}

/* 1.0001 = 10001 / 10000 */
static struct scaled price_of_tick(int32_t tick)
{
	struct scaled base = times(scaled_of(10001), inverse(scaled_of(10000)));
	struct scaled out = power(base, (uint32_t)(tick < 0 ? -tick : tick));

	return tick < 0 ? inverse(out) : out;
}

enum status uniswap_price_e8(uint64_t *out, int32_t tick, uint8_t decimals0,
			     uint8_t decimals1)
{
	int32_t tens = 8 + (int32_t)decimals0 - (int32_t)decimals1;
	struct scaled price, scale;
	uint64_t twice;

	if (tick > UNISWAP_TICK_MAX || tick < -UNISWAP_TICK_MAX ||
	    decimals0 > DECIMALS_MAX || decimals1 > DECIMALS_MAX)
		return E_INPUT;
	scale = power(scaled_of(10), (uint32_t)(tens < 0 ? -tens : tens));
	price = times(price_of_tick(tick), tens < 0 ? inverse(scale) : scale);
	if (price.exponent > -65) /* one bit to round by */
		return E_RANGE;
	twice = price.exponent < -128
			? 0
			: (uint64_t)(price.mantissa >> (-price.exponent - 1));
	*out = twice / 2 + twice % 2;
	return OK;
}

/* A sign-extended number of `bits`. */
static int64_t narrow_signed(struct words *words, unsigned bits)
{
	i128 value = words_signed(words), limit = (i128)1 << (bits - 1);

	if (value >= limit || value < -limit) {
		words_fail(words, E_RANGE);
		return 0;
	}
	return (int64_t)value;
}

static void read_u160(uint8_t out[20], struct words *words)
{
	words_address(out, words); /* the same 20 low bytes */
}

enum status uniswap_decode_slot(struct uniswap_slot *out, struct bytes in)
{
	struct words words = words_of(in, 7);
	struct uniswap_slot read = { 0 };

	read_u160(read.root_price_x96, &words);
	read.tick = (int32_t)narrow_signed(&words, 24);
	read.observation = (uint16_t)words_bounded(&words, UINT16_MAX);
	read.cardinality = (uint16_t)words_bounded(&words, UINT16_MAX);
	read.cardinality_next = (uint16_t)words_bounded(&words, UINT16_MAX);
	read.protocol_fee = (uint8_t)words_bounded(&words, UINT8_MAX);
	read.unlocked = words_flag(&words);
	if (!words.status)
		*out = read;
	return words.status;
}

/* Two arrays of two: offsets, count, values, count, values. */
enum status uniswap_decode_observation(struct uniswap_observation *out,
				       struct bytes in)
{
	struct words words = words_of(in, 8);
	struct uniswap_observation read;
	bool fits = words_amount(&words) == 2 * WORD &&
		    words_amount(&words) == 5 * WORD &&
		    words_amount(&words) == 2;

	for (size_t i = 0; i < 2; i++)
		read.ticks[i] = narrow_signed(&words, CUMULATIVE_BITS);
	fits = words_amount(&words) == 2 && fits;
	for (size_t i = 0; i < 2; i++)
		read_u160(read.seconds_per_liquidity[i], &words);
	if (!words.status && !fits)
		words_fail(&words, E_MALFORMED);
	if (!words.status)
		*out = read;
	return words.status;
}

enum status uniswap_mean_tick(int32_t *out,
			      const struct uniswap_observation *observation,
			      uint32_t window_s)
{
	const int64_t wrap = (int64_t)1 << CUMULATIVE_BITS;
	int64_t change = observation->ticks[1] - observation->ticks[0], mean;

	if (!window_s)
		return E_INPUT;
	if (change >= wrap / 2)
		change -= wrap;
	else if (change < -wrap / 2)
		change += wrap;
	mean = change / (int64_t)window_s;
	if (change % (int64_t)window_s < 0)
		mean--;
	if (mean > UNISWAP_TICK_MAX || mean < -UNISWAP_TICK_MAX)
		return E_RANGE;
	*out = (int32_t)mean;
	return OK;
}
