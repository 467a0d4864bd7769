/* chainlink.c -- the five words of a round, the one word of a bound. */
#include "feeds/wire/chainlink.h"

#include "base/wide.h"

#define WORD 32

void chainlink_split(uint16_t *phase, uint64_t *round, u128 round_id)
{
	*phase = (uint16_t)(round_id >> 64);
	*round = (uint64_t)round_id;
}

u128 chainlink_join(uint16_t phase, uint64_t round)
{
	return ((u128)phase << 64) + round;
}

static enum status read_round_id(uint16_t *phase, uint64_t *round,
				 const uint8_t word[WORD])
{
	u128 id;
	enum status status = load_be256(&id, word);

	if (status || id >> 80)
		return E_RANGE;
	chainlink_split(phase, round, id);
	return OK;
}

/* A sign-extended 256-bit integer that fits 128 bits. */
static enum status read_signed(i128 *out, const uint8_t word[WORD])
{
	uint8_t sign = word[16] & 0x80 ? 0xff : 0;

	for (int i = 0; i < 16; i++)
		if (word[i] != sign)
			return E_RANGE;
	*out = (i128)load_be128(word + 16);
	return OK;
}

static enum status read_time(uint64_t *out, const uint8_t word[WORD])
{
	u128 value;
	enum status status = load_be256(&value, word);

	if (status || value >> 64)
		return E_RANGE;
	*out = (uint64_t)value;
	return OK;
}

enum status chainlink_decode_round(struct chainlink_round *out, struct bytes in)
{
	struct chainlink_round read = { 0 };
	enum status status;

	if (in.size != 5 * WORD)
		return E_MALFORMED;
	status = read_round_id(&read.phase, &read.round, in.data);
	if (!status)
		status = read_signed(&read.answer, in.data + WORD);
	if (!status)
		status = read_time(&read.started_s, in.data + 2 * WORD);
	if (!status)
		status = read_time(&read.updated_s, in.data + 3 * WORD);
	if (!status)
		status = read_round_id(&read.answered_phase,
				       &read.answered_round,
				       in.data + 4 * WORD);
	if (!status)
		*out = read;
	return status;
}

enum status chainlink_decode_answer(i128 *out, struct bytes in)
{
	return in.size == WORD ? read_signed(out, in.data) : E_MALFORMED;
}

enum status chainlink_answer_e8(uint64_t *out, i128 answer, uint8_t decimals)
{
	u128 unit = 1, value;
	enum status status;

	if (answer < 0 || decimals > 38)
		return E_RANGE;
	while (decimals--)
		unit *= 10;
	status = multiply_divide(&value, (u128)answer, 100000000, unit,
				 ROUND_DOWN);
	if (status || value >> 64)
		return E_RANGE;
	*out = (uint64_t)value;
	return OK;
}

enum chainlink_fault chainlink_check(const struct chainlink_round *round,
				     uint64_t block_time_s)
{
	if (round->answer <= 0)
		return CHAINLINK_NOT_POSITIVE;
	if (!round->updated_s)
		return CHAINLINK_NEVER_UPDATED;
	if (round->updated_s > block_time_s)
		return CHAINLINK_IN_FUTURE;
	return CHAINLINK_SOUND;
}

const char *chainlink_fault_text(enum chainlink_fault fault)
{
	switch (fault) {
	case CHAINLINK_SOUND:
		return "sound";
	case CHAINLINK_NOT_POSITIVE:
		return "answer is not positive";
	case CHAINLINK_NEVER_UPDATED:
		return "never updated";
	case CHAINLINK_IN_FUTURE:
		return "updated after the block's time";
	}
	return "unknown";
}
