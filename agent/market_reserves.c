/* market_reserves.c -- every reserve's parameters, prices and totals.
 *
 * Two rounds of batched calls: the first names each reserve's tokens, price
 * source and rate strategy, the second asks those. */
#include <stdlib.h>
#include <string.h>

#include "agent/market_internal.h"
#include "base/wide.h"

enum first_call {
	CALL_CONFIGURATION,
	CALL_CAPS,
	CALL_DATA,
	CALL_PAUSED,
	CALL_FEE,
	CALL_TOKENS,
	CALL_STRATEGY,
	CALL_DEFICIT,
	CALL_ID,
	CALL_INCOME,
	CALL_DEBT,
	CALL_PRICE,
	CALL_SOURCE,
	CALL_PENDING,
	CALL_ISOLATION,
	CALL_SYMBOL,
	FIRST_CALLS,
};

enum second_call {
	CALL_RATES,
	CALL_OPTIMAL, /* this and the next three: before 3.1, in ray */
	CALL_BASE,
	CALL_SLOPE1,
	CALL_SLOPE2,
	CALL_ROUND,
	CALL_AGGREGATOR,
	CALL_FEED_DECIMALS,
	CALL_AVAILABLE,
	SECOND_CALLS,
};

static void first_calls(struct chain_call *calls,
			const struct market_contracts *at,
			const uint8_t asset[ADDRESS_SIZE])
{
	const uint8_t *dp = at->data_provider, *pool = at->pool;

	calls[CALL_CONFIGURATION] = market_call(
		dp, "getReserveConfigurationData(address)", asset, NULL);
	calls[CALL_CAPS] =
		market_call(dp, "getReserveCaps(address)", asset, NULL);
	calls[CALL_DATA] =
		market_call(dp, "getReserveData(address)", asset, NULL);
	calls[CALL_PAUSED] = market_call(dp, "getPaused(address)", asset, NULL);
	calls[CALL_FEE] = market_call(dp, "getLiquidationProtocolFee(address)",
				      asset, NULL);
	calls[CALL_TOKENS] = market_call(
		dp, "getReserveTokensAddresses(address)", asset, NULL);
	calls[CALL_STRATEGY] = market_call(
		dp, "getInterestRateStrategyAddress(address)", asset, NULL);
	calls[CALL_DEFICIT] =
		market_call(dp, "getReserveDeficit(address)", asset, NULL);
	calls[CALL_ID] =
		market_call(pool, "getReserveData(address)", asset, NULL);
	calls[CALL_INCOME] = market_call(
		pool, "getReserveNormalizedIncome(address)", asset, NULL);
	calls[CALL_DEBT] = market_call(
		pool, "getReserveNormalizedVariableDebt(address)", asset, NULL);
	calls[CALL_PRICE] =
		market_call(at->oracle, "getAssetPrice(address)", asset, NULL);
	calls[CALL_SOURCE] = market_call(
		at->oracle, "getSourceOfAsset(address)", asset, NULL);
	calls[CALL_PENDING] = market_call(at->configurator,
					  "getPendingLtv(address)", asset,
					  NULL);
	calls[CALL_ISOLATION] =
		market_call(pool, "getConfiguration(address)", asset, NULL);
	calls[CALL_SYMBOL] = market_call(asset, "symbol()", NULL, NULL);
	calls[CALL_DEFICIT].may_fail = true; /* since 3.3 */
	calls[CALL_PENDING].may_fail = true; /* since 3.1 */
	calls[CALL_SYMBOL].may_fail = true;
}

static void second_calls(struct chain_call *calls,
			 const struct market_reserve *reserve)
{
	const uint8_t *strategy = reserve->rate_strategy;

	calls[CALL_RATES] =
		market_call(strategy, "getInterestRateDataBps(address)",
			    reserve->core.asset, NULL);
	calls[CALL_OPTIMAL] =
		market_call(strategy, "OPTIMAL_USAGE_RATIO()", NULL, NULL);
	calls[CALL_BASE] = market_call(strategy, "getBaseVariableBorrowRate()",
				       NULL, NULL);
	calls[CALL_SLOPE1] =
		market_call(strategy, "getVariableRateSlope1()", NULL, NULL);
	calls[CALL_SLOPE2] =
		market_call(strategy, "getVariableRateSlope2()", NULL, NULL);
	calls[CALL_ROUND] = market_call(reserve->core.feed,
					"latestRoundData()", NULL, NULL);
	calls[CALL_AGGREGATOR] = market_call(reserve->core.feed,
					     "aggregator()", NULL, NULL);
	calls[CALL_FEED_DECIMALS] = market_call(reserve->core.feed,
						"decimals()", NULL, NULL);
	for (int i = CALL_RATES; i <= CALL_FEED_DECIMALS; i++)
		calls[i].may_fail = true;
	calls[CALL_AVAILABLE] = market_call(reserve->core.asset,
					    "balanceOf(address)",
					    reserve->atoken, NULL);
}

/* A decoded single word that must fit 64 bits. */
static enum status word_u64(uint64_t *out, const struct chain_call *call)
{
	u128 value;
	enum status status = aave_decode_amount(&value, chain_answer(call));

	if (!status && value >> 64)
		status = E_RANGE;
	if (!status)
		*out = (uint64_t)value;
	return status;
}

static enum status take_configuration(struct market_reserve *reserve,
				      const struct chain_call *calls)
{
	struct reserve *core = &reserve->core;
	struct aave_configuration configuration;
	bool paused;
	enum status status = aave_decode_configuration(
		&configuration, chain_answer(&calls[CALL_CONFIGURATION]));

	if (!status)
		status = aave_decode_flag(&paused,
					  chain_answer(&calls[CALL_PAUSED]));
	if (status)
		return status;
	core->decimals = configuration.decimals;
	core->lt_bps = configuration.lt_bps;
	core->lb_bps = configuration.lb_bps;
	core->reserve_factor_bps = configuration.reserve_factor_bps;
	reserve->live_ltv_bps = configuration.ltv_bps;
	reserve->collateral = configuration.collateral;
	core->flags = (configuration.active ? RESERVE_ACTIVE : 0) |
		      (configuration.frozen ? RESERVE_FROZEN : 0) |
		      (paused ? RESERVE_PAUSED : 0) |
		      (configuration.borrowing ? RESERVE_BORROWING : 0);
	return core->decimals > 38 ? E_RANGE : OK; /* 10^38 < 2^127 */
}

/* The ltv in force once a pending one returns: effective = pending. */
static enum status take_pending(struct market_reserve *reserve,
				const struct chain_call *call)
{
	enum status status = OK;

	if (!call->failed)
		status = aave_decode_bps(&reserve->pending_ltv_bps,
					 chain_answer(call));
	reserve->core.ltv_bps = reserve->live_ltv_bps;
	if (!reserve->live_ltv_bps && reserve->pending_ltv_bps) {
		reserve->core.ltv_bps = reserve->pending_ltv_bps;
		reserve->core.flags |= RESERVE_LTV_ZERO;
	}
	return status;
}

static enum status take_totals(struct market_reserve *reserve,
			       const struct chain_call *calls)
{
	struct aave_reserve_data data;
	enum status status = aave_decode_reserve_data(
		&data, chain_answer(&calls[CALL_DATA]));

	if (!status)
		status = aave_decode_amount(&reserve->income_index_ray,
					    chain_answer(&calls[CALL_INCOME]));
	if (!status)
		status = aave_decode_amount(&reserve->debt_index_ray,
					    chain_answer(&calls[CALL_DEBT]));
	if (status)
		return status;
	status = multiply_divide(&reserve->treasury, data.treasury_scaled,
				 reserve->income_index_ray, AAVE_RAY, ROUND_UP);
	if (status ||
	    __builtin_add_overflow(data.atoken_total, reserve->treasury,
				   &reserve->core.supplied))
		return E_RANGE;
	reserve->atoken_total = data.atoken_total;
	reserve->core.borrowed = data.debt_total;
	reserve->liquidity_rate_ray = data.liquidity_rate_ray;
	reserve->borrow_rate_ray = data.borrow_rate_ray;
	return OK;
}

static enum status take_caps(struct market_reserve *reserve,
			     const struct chain_call *call)
{
	struct aave_caps caps;
	enum status status = aave_decode_caps(&caps, chain_answer(call));

	if (!status) {
		reserve->core.supply_cap = caps.supply;
		reserve->core.borrow_cap = caps.borrow;
	}
	return status;
}

static void take_symbol(struct market_reserve *reserve,
			const struct chain_call *call)
{
	char symbol[AAVE_SYMBOL_MAX] = "?";

	if (call->failed || aave_decode_symbol(symbol, chain_answer(call)))
		symbol[0] = '?', symbol[1] = 0;
	memcpy(reserve->core.symbol, symbol, sizeof(reserve->core.symbol) - 1);
}

static enum status take_isolation(struct market_reserve *reserve,
				  struct bytes answer)
{
	struct aave_isolation isolation;
	enum status status = aave_decode_isolation(&isolation, answer);

	if (status)
		return status;
	reserve->core.debt_ceiling_cents = isolation.debt_ceiling_cents;
	reserve->core.flags |=
		(isolation.debt_ceiling_cents ? RESERVE_ISOLATED : 0) |
		(isolation.siloed ? RESERVE_SILOED : 0);
	return OK;
}

/* Decodes call i of the first round. */
static enum status take_first(struct market_reserve *reserve,
			      const struct chain_call *calls, enum first_call i)
{
	struct bytes answer = chain_answer(&calls[i]);

	switch (i) {
	case CALL_CONFIGURATION:
		return take_configuration(reserve, calls);
	case CALL_CAPS:
		return take_caps(reserve, &calls[i]);
	case CALL_DATA:
		return take_totals(reserve, calls);
	case CALL_FEE:
		return aave_decode_bps(&reserve->core.protocol_fee_bps, answer);
	case CALL_TOKENS:
		return aave_decode_tokens(reserve->atoken, reserve->debt_token,
					  answer);
	case CALL_STRATEGY:
		return aave_decode_address(reserve->rate_strategy, answer);
	case CALL_DEFICIT:
		return calls[i].failed ? OK
				       : aave_decode_amount(
						 &reserve->core.deficit,
						 answer);
	case CALL_ID:
		return aave_decode_reserve_id(&reserve->id, answer);
	case CALL_PRICE:
		return word_u64(&reserve->core.price_e8, &calls[i]);
	case CALL_SOURCE:
		return aave_decode_address(reserve->core.feed, answer);
	case CALL_PENDING:
		return take_pending(reserve, &calls[i]);
	case CALL_ISOLATION:
		return take_isolation(reserve, answer);
	case CALL_SYMBOL:
		take_symbol(reserve, &calls[i]);
		return OK;
	case CALL_PAUSED:
	case CALL_INCOME:
	case CALL_DEBT:
	case FIRST_CALLS:
		return OK; /* taken with the calls they belong to */
	}
	return OK;
}

static enum status take_rates(struct market_reserve *reserve,
			      const struct chain_call *calls)
{
	struct aave_rates rates;
	uint32_t *out[] = { &reserve->core.optimal_bps,
			    &reserve->core.base_bps,
			    &reserve->core.slope1_bps,
			    &reserve->core.slope2_bps };

	if (!calls[CALL_RATES].failed) {
		enum status status = aave_decode_rates(
			&rates, chain_answer(&calls[CALL_RATES]));

		if (status)
			return status;
		*out[0] = rates.optimal_bps;
		*out[1] = rates.base_bps;
		*out[2] = rates.slope1_bps;
		*out[3] = rates.slope2_bps;
		return OK;
	}
	for (int i = 0; i < 4; i++) { /* 1 bps = 1e23 ray */
		u128 ray;

		if (aave_decode_amount(&ray,
				       chain_answer(&calls[CALL_OPTIMAL + i])))
			return E_MALFORMED;
		ray /= AAVE_RAY / 10000;
		if (ray > UINT32_MAX)
			return E_RANGE;
		*out[i] = (uint32_t)ray;
	}
	return OK;
}

static void take_round(struct market_reserve *reserve,
		       const struct chain_call *call, uint64_t block_time_s)
{
	struct chainlink_round round;

	if (call->failed || chainlink_decode_round(&round, chain_answer(call)))
		return;
	reserve->feed_round = round;
	reserve->feed_readable = true;
	if (chainlink_check(&round, block_time_s) == CHAINLINK_SOUND)
		reserve->core.price_time_s = round.updated_s;
}

/* What is asked for the feed's bounds: the aggregator behind a proxy, or the
 * price source itself. */
static void take_aggregator(struct market_reserve *reserve,
			    const struct chain_call *calls)
{
	const struct chain_call *decimals = &calls[CALL_FEED_DECIMALS];
	u128 value;

	if (calls[CALL_AGGREGATOR].failed ||
	    aave_decode_address(reserve->aggregator,
				chain_answer(&calls[CALL_AGGREGATOR])))
		memcpy(reserve->aggregator, reserve->core.feed, ADDRESS_SIZE);
	reserve->feed_decimals = 8; /* what the protocol takes answers for */
	if (!decimals->failed &&
	    !aave_decode_amount(&value, chain_answer(decimals)) && value <= 38)
		reserve->feed_decimals = (uint8_t)value;
}

static enum status take_second(struct market_reserve *reserve,
			       const struct chain_call *calls,
			       uint64_t block_time_s, struct error *error)
{
	enum status status = take_rates(reserve, calls);

	if (status)
		return market_bad_answer(&calls[CALL_RATES], status, error);
	take_round(reserve, &calls[CALL_ROUND], block_time_s);
	take_aggregator(reserve, calls);
	status = aave_decode_amount(&reserve->core.available,
				    chain_answer(&calls[CALL_AVAILABLE]));
	if (status)
		return market_bad_answer(&calls[CALL_AVAILABLE], status,
					 error);
	return OK;
}

static enum status read_first(struct market_read *read, struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	size_t count = snapshot->reserve_count * FIRST_CALLS;
	struct chain_call *calls = memory_allocate(count + 1, sizeof(*calls));
	enum status status;

	for (size_t r = 0; r < snapshot->reserve_count; r++)
		first_calls(calls + r * FIRST_CALLS, &snapshot->contracts,
			    snapshot->reserves[r].core.asset);
	status = chain_call_all(&read->view, calls, count,
				"reading reserves", error);
	for (size_t i = 0; i < count && !status; i++) {
		size_t r = i / FIRST_CALLS;

		status = take_first(&snapshot->reserves[r],
				    calls + r * FIRST_CALLS,
				    (enum first_call)(i % FIRST_CALLS));
		if (status)
			status = market_bad_answer(&calls[i], status, error);
	}
	chain_answers_free(calls, count);
	memory_free(calls);
	return status;
}

static enum status read_second(struct market_read *read, struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	size_t count = snapshot->reserve_count * SECOND_CALLS;
	struct chain_call *calls = memory_allocate(count + 1, sizeof(*calls));
	enum status status;

	for (size_t r = 0; r < snapshot->reserve_count; r++)
		second_calls(calls + r * SECOND_CALLS, &snapshot->reserves[r]);
	status = chain_call_all(&read->view, calls, count,
				"reading rates and feeds", error);
	for (size_t r = 0; r < snapshot->reserve_count && !status; r++)
		status = take_second(&snapshot->reserves[r],
				     calls + r * SECOND_CALLS,
				     snapshot->block.time_s, error);
	chain_answers_free(calls, count);
	memory_free(calls);
	return status;
}

static int by_asset(const void *a, const void *b)
{
	const struct market_reserve *x = a, *y = b;

	return memcmp(x->core.asset, y->core.asset, ADDRESS_SIZE);
}

static enum status take_list(struct market_snapshot *snapshot,
			     const struct chain_call *list,
			     struct error *error)
{
	uint8_t assets[MARKET_RESERVES_MAX][ADDRESS_SIZE];
	size_t count = 0;
	enum status status = aave_decode_addresses(
		assets, &count, MARKET_RESERVES_MAX, chain_answer(list));

	if (status == E_LIMIT)
		return error_set(error, E_LIMIT, "more than %d reserves",
				 MARKET_RESERVES_MAX);
	if (status)
		return market_bad_answer(list, status, error);
	if (!count)
		return error_set(error, E_MISSING, "the market has no reserves");
	snapshot->reserves =
		memory_allocate(count, sizeof(*snapshot->reserves));
	snapshot->reserve_count = count;
	for (size_t i = 0; i < count; i++) {
		memcpy(snapshot->reserves[i].core.asset, assets[i],
		       ADDRESS_SIZE);
		snapshot->reserves[i].list_index = (uint8_t)i;
	}
	qsort(snapshot->reserves, count, sizeof(*snapshot->reserves),
	      by_asset);
	return OK;
}

/* Prices are compared and reported in USD 1e-8: another base is refused. */
static enum status check_base_unit(const struct chain_call *unit,
				   struct error *error)
{
	uint64_t value;
	enum status status = word_u64(&value, unit);

	if (status)
		return market_bad_answer(unit, status, error);
	if (value != 100000000)
		return error_set(error, E_REFUSED, "the market's oracle counts "
				 "in units of 1/%llu, not USD 1e-8",
				 (unsigned long long)value);
	return OK;
}

enum status market_read_reserves(struct market_read *read,
				 struct error *error)
{
	const struct market_contracts *at = &read->snapshot->contracts;
	struct chain_call calls[2] = {
		market_call(at->pool, "getReservesList()", NULL, NULL),
		market_call(at->oracle, "BASE_CURRENCY_UNIT()", NULL, NULL),
	};
	enum status status = chain_call_all(&read->view, calls, 2,
					    NULL, error);

	if (!status)
		status = check_base_unit(&calls[1], error);
	if (!status)
		status = take_list(read->snapshot, &calls[0], error);
	chain_answers_free(calls, 2);
	if (!status)
		status = read_first(read, error);
	return status ? status : read_second(read, error);
}
