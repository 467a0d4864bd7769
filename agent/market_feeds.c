/* market_feeds.c -- what stands behind prices and tokens: the bounds of each
 * reserve's price feed, and the reserves behind tokens that are backed.
 *
 * A bound that cannot be read is none: adapters before a feed hide it, and
 * newer aggregators have one beyond every price.  A price source without
 * rounds is an adapter: what it calls its aggregator may count in something
 * else. */
#include <string.h>

#include "agent/market_internal.h"
#include "base/wide.h"

enum bound_call {
	BOUND_LOW, /* off-chain reporting */
	BOUND_HIGH,
	BOUND_LOW_FLUX, /* FluxAggregator */
	BOUND_HIGH_FLUX,
	BOUND_CALLS,
};

static const char *const bound_names[BOUND_CALLS] = {
	"minAnswer()", "maxAnswer()", "minSubmissionValue()",
	"maxSubmissionValue()" };

/* 0 when neither function answered a bound of 64 bits. */
static uint64_t take_bound(const struct chain_call *calls, enum bound_call one,
			   enum bound_call other, uint8_t decimals)
{
	const struct chain_call *call =
		calls[one].failed ? &calls[other] : &calls[one];
	uint64_t bound_e8;
	i128 answer;

	if (call->failed || chainlink_decode_answer(&answer, chain_answer(call)) ||
	    chainlink_answer_e8(&bound_e8, answer, decimals))
		return 0;
	return bound_e8;
}

static void take_bounds(struct market_reserve *reserve,
			const struct chain_call *calls)
{
	if (!reserve->feed_readable)
		return;
	reserve->core.oracle_low_e8 = take_bound(
		calls, BOUND_LOW, BOUND_LOW_FLUX, reserve->feed_decimals);
	reserve->core.oracle_high_e8 = take_bound(
		calls, BOUND_HIGH, BOUND_HIGH_FLUX, reserve->feed_decimals);
}

enum status market_read_bounds(struct market_read *read, struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	size_t count = snapshot->reserve_count * BOUND_CALLS;
	struct chain_call *calls = memory_allocate(count + 1, sizeof(*calls));
	enum status status;

	for (size_t i = 0; i < count; i++) {
		calls[i] = market_call(
			snapshot->reserves[i / BOUND_CALLS].aggregator,
			bound_names[i % BOUND_CALLS], NULL, NULL);
		calls[i].may_fail = true;
	}
	status = chain_call_all(&read->view, calls, count, NULL, error);
	for (size_t r = 0; r < snapshot->reserve_count && !status; r++)
		take_bounds(&snapshot->reserves[r], calls + r * BOUND_CALLS);
	chain_answers_free(calls, count);
	memory_free(calls);
	return status;
}

/* --- backing --------------------------------------------------------------- */

enum backing_call { BACKING_ROUND, BACKING_DECIMALS, BACKING_SUPPLY,
		    BACKING_CALLS };

static u128 power_of_ten(uint32_t exponent)
{
	u128 value = 1;

	while (exponent--)
		value *= 10;
	return value;
}

enum status market_backing_ppm(uint32_t *out,
			       const struct market_backing_answer *answer)
{
	uint8_t feed = answer->feed_decimals, token = answer->token_decimals;
	u128 backing, ppm;
	enum status status;

	if (answer->reserves < 0 || feed > 38 || token > 38)
		return E_RANGE;
	*out = 0;
	if (!answer->supply)
		return OK; /* nothing that could be backed */
	status = multiply_divide(&backing, (u128)answer->reserves,
				 power_of_ten(token), power_of_ten(feed),
				 ROUND_DOWN);
	if (!status)
		status = multiply_divide(&ppm, backing, 1000000,
					 answer->supply, ROUND_DOWN);
	if (status || ppm > BACKING_PPM_MAX)
		ppm = BACKING_PPM_MAX; /* beyond 128 bits is far above it */
	*out = ppm ? (uint32_t)ppm : 1; /* 0 would say: unknown */
	return OK;
}

static enum status take_backing(struct market_reserve *reserve,
				const struct chain_call *calls,
				uint64_t block_time_s, struct error *error)
{
	struct market_backing_answer answer = {
		.token_decimals = reserve->core.decimals };
	struct chainlink_round round;
	u128 decimals = 0;
	enum status status = chainlink_decode_round(
		&round, chain_answer(&calls[BACKING_ROUND]));

	if (status)
		return market_bad_answer(&calls[BACKING_ROUND], status, error);
	if (!round.updated_s || round.updated_s > block_time_s)
		return error_set(error, E_PEER, "%s: its feed of reserves has "
				 "no answer by that block",
				 reserve->core.symbol);
	status = aave_decode_amount(&decimals,
				    chain_answer(&calls[BACKING_DECIMALS]));
	if (status || decimals > 38)
		return market_bad_answer(&calls[BACKING_DECIMALS], E_RANGE,
					 error);
	status = aave_decode_amount(&answer.supply,
				    chain_answer(&calls[BACKING_SUPPLY]));
	if (status)
		return market_bad_answer(&calls[BACKING_SUPPLY], status, error);
	answer.reserves = round.answer;
	answer.feed_decimals = (uint8_t)decimals;
	status = market_backing_ppm(&reserve->core.backing_ppm, &answer);
	return status ? market_bad_answer(&calls[BACKING_ROUND], status, error)
		      : OK;
}

static struct market_reserve *reserve_of(const struct market_snapshot *snapshot,
					 const char *symbol)
{
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (!strcmp(snapshot->reserves[i].core.symbol, symbol))
			return &snapshot->reserves[i];
	return NULL;
}

static enum status read_one_backing(struct market_read *read,
				    const struct market_backing *backing,
				    struct error *error)
{
	struct market_reserve *reserve = reserve_of(read->snapshot,
						    backing->symbol);
	struct chain_call calls[BACKING_CALLS];
	enum status status;

	if (!reserve)
		return error_set(error, E_MISSING, "[backing] %s: the market "
				 "has no such reserve", backing->symbol);
	calls[BACKING_ROUND] = market_call(backing->feed, "latestRoundData()",
					   NULL, NULL);
	calls[BACKING_DECIMALS] = market_call(backing->feed, "decimals()",
					      NULL, NULL);
	calls[BACKING_SUPPLY] = market_call(reserve->core.asset,
					    "totalSupply()", NULL, NULL);
	status = chain_call_all(&read->view, calls, BACKING_CALLS, NULL,
				error);
	if (!status)
		status = take_backing(reserve, calls,
				      read->snapshot->block.time_s, error);
	chain_answers_free(calls, BACKING_CALLS);
	return status;
}

enum status market_read_backing(struct market_read *read, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < read->query->backing_count && !status; i++)
		status = read_one_backing(read, &read->query->backings[i],
					  error);
	return status;
}
