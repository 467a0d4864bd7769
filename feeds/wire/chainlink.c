/* chainlink.c -- the five words of a round, the one word of a bound. */
#include "feeds/wire/chainlink.h"

#include "base/wide.h"
#include "crypto/keccak.h"
#include "feeds/wire/abi_words.h"

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
		status = chainlink_decode_answer(&read.answer,
						 bytes_of(in.data + WORD, WORD));
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
	struct words words = words_of(in, 1);
	i128 read = words_signed(&words);

	if (!words.status)
		*out = read;
	return words.status;
}

void chainlink_update_topic(uint8_t out32[32])
{
	static const char event[] = "AnswerUpdated(int256,uint256,uint256)";

	keccak256(out32, event, sizeof(event) - 1);
}

enum status chainlink_decode_update(struct chainlink_update *out,
				    struct bytes topics, struct bytes data)
{
	struct words words = words_of(topics, CHAINLINK_UPDATE_TOPICS);
	struct words rest = words_of(data, 1);
	struct chainlink_update read;
	uint8_t topic[HASH_SIZE];

	chainlink_update_topic(topic);
	if (words.status || rest.status ||
	    memcmp(words_next(&words), topic, sizeof(topic)))
		return E_MALFORMED;
	read.answer = words_signed(&words);
	read.round = words_bounded(&words, UINT64_MAX);
	read.updated_s = words_bounded(&rest, UINT64_MAX);
	if (words.status || rest.status)
		return words.status ? words.status : rest.status;
	*out = read;
	return OK;
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
