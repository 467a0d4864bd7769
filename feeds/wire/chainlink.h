/* chainlink.h -- answers of Chainlink price feeds (proxy or aggregator).
 *
 * Pure.  latestRoundData() and getRoundData(uint80) answer five words:
 * roundId u80, answer i256 (signed), startedAt, updatedAt, answeredInRound.
 * A proxy's roundId is phase << 64 | the aggregator's round: it does not fit
 * 64 bits.  Staleness is the policy's business, not judged here.
 *
 * An aggregator admits answers between two bounds and no others: minAnswer()
 * and maxAnswer() of off-chain reporting, minSubmissionValue() and
 * maxSubmissionValue() of FluxAggregator; one signed word each. */
#ifndef FEEDS_WIRE_CHAINLINK_H
#define FEEDS_WIRE_CHAINLINK_H

#include "base/bytes.h"

struct chainlink_round {
	uint16_t phase;            /* 0 when read from an aggregator itself */
	uint64_t round;            /* inside the phase */
	i128 answer;               /* in the feed's decimals */
	uint64_t started_s, updated_s;
	uint16_t answered_phase;
	uint64_t answered_round;   /* deprecated by Chainlink */
};

enum chainlink_fault {
	CHAINLINK_SOUND,
	CHAINLINK_NOT_POSITIVE,  /* answer <= 0 */
	CHAINLINK_NEVER_UPDATED, /* updatedAt = 0 */
	CHAINLINK_IN_FUTURE,     /* updatedAt after the block's time */
};

/** chainlink_decode_round - E_MALFORMED not five words; E_RANGE a round id
 *  beyond 80 bits, an answer beyond 127, a time beyond 64. */
MUST_CHECK enum status chainlink_decode_round(struct chainlink_round *out,
					      struct bytes in);

/** chainlink_decode_answer - one signed word; E_MALFORMED another size, E_RANGE
 *  beyond 127 bits (an aggregator's way to say "no upper bound"). */
MUST_CHECK enum status chainlink_decode_answer(i128 *out, struct bytes in);
/** chainlink_answer_e8 - an answer of `decimals` (at most 38) in units of 1e-8,
 *  rounded down; E_RANGE when it is negative or does not fit 64 bits. */
MUST_CHECK enum status chainlink_answer_e8(uint64_t *out, i128 answer,
					   uint8_t decimals);

/** AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256
 *  updatedAt): logged by the aggregator, not by the proxy in front of it. */
struct chainlink_update {
	i128 answer;
	uint64_t round;     /* of the aggregator: without a phase */
	uint64_t updated_s;
};
#define CHAINLINK_UPDATE_TOPICS 3

/** chainlink_decode_update - a log's topics, 32 bytes each, and its data.
 *  E_MALFORMED another event or size; E_RANGE as chainlink_decode_round. */
MUST_CHECK enum status chainlink_decode_update(struct chainlink_update *out,
					       struct bytes topics,
					       struct bytes data);
/** chainlink_update_topic - the first topic of such a log. */
void chainlink_update_topic(uint8_t out32[32]);

/** chainlink_split / join - round id <-> phase and round. */
void chainlink_split(uint16_t *phase, uint64_t *round, u128 round_id);
u128 chainlink_join(uint16_t phase, uint64_t round);

/** chainlink_check - first fault of a round seen at a block's time. */
enum chainlink_fault chainlink_check(const struct chainlink_round *round,
				     uint64_t block_time_s);
/** chainlink_fault_text - "answer is not positive", ...; never NULL. */
const char *chainlink_fault_text(enum chainlink_fault fault);

#endif
