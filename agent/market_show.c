/* market_show.c -- tables and JSON of a market. */
#include "agent/market_show.h"

#include <stdio.h>
#include <string.h>

#include "agent/json_writer.h"
#include "base/decimal.h"
#include "base/time.h"
#include "base/wide.h"

/* used / whole in basis points, rounded up; -1 where whole is 0. */
static int64_t use_bps(u128 used, u128 whole)
{
	u128 bps;

	if (!whole || multiply_divide(&bps, used, 10000, whole, ROUND_UP) ||
	    bps > INT32_MAX)
		return -1;
	return (int64_t)bps;
}

static u128 cap_units(uint64_t cap, uint8_t decimals)
{
	u128 unit = 1;

	while (decimals--)
		unit *= 10;
	return unit > ((u128)1 << 91) ? 0 : unit * cap;
}

static int64_t supply_use(const struct reserve *core)
{
	return use_bps(core->supplied,
		       cap_units(core->supply_cap, core->decimals));
}

static int64_t borrow_use(const struct reserve *core)
{
	return use_bps(core->borrowed,
		       cap_units(core->borrow_cap, core->decimals));
}

static void percent(char out[24], int64_t bps)
{
	if (bps < 0)
		snprintf(out, 24, "-");
	else
		snprintf(out, 24, "%lld.%02lld", (long long)(bps / 100),
			 (long long)(bps % 100));
}

static void price_text(char out[DECIMAL_TEXT_MAX], uint64_t price_e8)
{
	if (price_e8 > INT64_MAX)
		snprintf(out, DECIMAL_TEXT_MAX, "?");
	else
		decimal_format(out, decimal_from_scaled((int64_t)price_e8, 8));
}

static void flag_words(char out[64], const struct reserve *core)
{
	snprintf(out, 64, "%s%s%s%s%s%s%s",
		 core->flags & RESERVE_ACTIVE ? "" : " inactive",
		 core->flags & RESERVE_FROZEN ? " frozen" : "",
		 core->flags & RESERVE_PAUSED ? " paused" : "",
		 core->flags & RESERVE_BORROWING ? "" : " no-borrow",
		 core->flags & RESERVE_LTV_ZERO ? " ltv-zero" : "",
		 core->flags & RESERVE_ISOLATED ? " isolated" : "",
		 core->flags & RESERVE_SILOED ? " siloed" : "");
}

static void cap_text(char out[24], uint64_t cap)
{
	if (cap)
		snprintf(out, 24, "%llu", (unsigned long long)cap);
	else
		snprintf(out, 24, "none");
}

static void table_row(struct text *out, const struct market_reserve *reserve)
{
	const struct reserve *core = &reserve->core;
	char price[DECIMAL_TEXT_MAX], ltv[24], lt[24], lb[24], factor[24];
	char supply[24], borrow[24], in_supply[24], in_borrow[24], use[24];
	char flags[64];

	price_text(price, core->price_e8);
	percent(ltv, core->ltv_bps);
	percent(lt, core->lt_bps);
	percent(lb, core->lb_bps > 10000 ? core->lb_bps - 10000 : 0);
	percent(factor, core->reserve_factor_bps);
	cap_text(supply, core->supply_cap);
	cap_text(borrow, core->borrow_cap);
	percent(in_supply, supply_use(core));
	percent(in_borrow, borrow_use(core));
	percent(use, use_bps(core->borrowed, core->borrowed + core->available));
	flag_words(flags, core);
	text_add_format(out, "%-8s %12s %6s %6s %6s %6s %14s %7s %14s %7s %7s "
			"%5u/%u/%u/%u%s\n", core->symbol, price, ltv, lt, lb,
			factor, supply, in_supply, borrow, in_borrow, use,
			core->optimal_bps, core->base_bps, core->slope1_bps,
			core->slope2_bps, flags);
}

static uint32_t count_below_one(const struct market_snapshot *snapshot)
{
	const u128 one = (u128)1000000000 * 1000000000;
	uint32_t below = 0;

	for (uint32_t i = 0; i < snapshot->position_count; i++)
		below += snapshot->accounts[i].reported.has_debt &&
			 snapshot->accounts[i].reported.health_e18 < one;
	return below;
}

static void bound_text(char out[DECIMAL_TEXT_MAX], uint64_t bound_e8)
{
	if (bound_e8)
		price_text(out, bound_e8);
	else
		snprintf(out, DECIMAL_TEXT_MAX, "none");
}

/* What only some reserves have: a line each. */
static void table_extra(struct text *out, const struct reserve *core)
{
	char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];

	if (!core->oracle_low_e8 && !core->oracle_high_e8 &&
	    !core->debt_ceiling_cents && !core->backing_ppm)
		return;
	bound_text(low, core->oracle_low_e8);
	bound_text(high, core->oracle_high_e8);
	text_add_format(out, "%s: feed bounded by %s and %s", core->symbol, low,
			high);
	if (core->debt_ceiling_cents)
		text_add_format(out, ", debt ceiling %llu.%02llu USD",
				(unsigned long long)core->debt_ceiling_cents / 100,
				(unsigned long long)core->debt_ceiling_cents % 100);
	if (core->backing_ppm)
		text_add_format(out, ", backed to %u.%04u %%",
				core->backing_ppm / 10000,
				core->backing_ppm % 10000);
	text_add_string(out, "\n");
}

static void symbols_text(struct text *out,
			 const struct market_snapshot *snapshot, u128 ids)
{
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (ids >> snapshot->reserves[i].id & 1)
			text_add_format(out, " %s",
					snapshot->reserves[i].core.symbol);
}

static void table_emode(struct text *out,
			const struct market_snapshot *snapshot,
			const struct market_emode *emode)
{
	char ltv[24], lt[24], lb[24];

	percent(ltv, emode->ltv_bps);
	percent(lt, emode->lt_bps);
	percent(lb, emode->lb_bps > 10000 ? emode->lb_bps - 10000 : 0);
	text_add_format(out, "e-mode %u: LTV %s, LT %s, LB %s; collateral",
			emode->id, ltv, lt, lb);
	symbols_text(out, snapshot, emode->collaterals);
	text_add_string(out, "; borrowable");
	symbols_text(out, snapshot, emode->borrowables);
	if (snapshot->accounts)
		text_add_format(out, "; %u accounts", emode->accounts);
	text_add_string(out, "\n");
}

void market_show_table(struct text *out, const struct market_snapshot *snapshot)
{
	char time[TIME_TEXT_MAX], hash[HASH_TEXT_MAX];

	time_format(time, (int64_t)snapshot->block.time_s);
	hex_encode_prefixed(hash, snapshot->block.hash, HASH_SIZE);
	text_add_format(out, "chain %llu, block %llu (%s), %s\n",
			(unsigned long long)snapshot->chain_id,
			(unsigned long long)snapshot->block.number, hash, time);
	text_add_format(out, "%-8s %12s %6s %6s %6s %6s %14s %7s %14s %7s %7s "
			"%s\n", "asset", "price USD", "LTV %", "LT %", "LB %",
			"RF %", "supply cap", "used %", "borrow cap", "used %",
			"util %", "rates bps opt/base/s1/s2");
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		table_row(out, &snapshot->reserves[i]);
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		table_extra(out, &snapshot->reserves[i].core);
	for (size_t i = 0; i < snapshot->emode_count; i++)
		table_emode(out, snapshot, &snapshot->emodes[i]);
	if (snapshot->accounts)
		text_add_format(out, "%u positions, %u below health 1; health "
				"recomputed: %u equal to the last digit, the "
				"others within rounding\n",
				snapshot->position_count,
				count_below_one(snapshot),
				snapshot->exact_accounts);
}

static void json_use(struct json_writer *writer, const char *key, int64_t bps)
{
	if (bps < 0)
		json_put_null(writer, key);
	else
		json_put_integer(writer, key, bps);
}

static void json_rates(struct json_writer *writer, const struct reserve *core)
{
	json_open_object(writer, "rates");
	json_put_integer(writer, "optimal", core->optimal_bps);
	json_put_integer(writer, "base", core->base_bps);
	json_put_integer(writer, "slope1", core->slope1_bps);
	json_put_integer(writer, "slope2", core->slope2_bps);
	json_close_object(writer);
}

static void json_bound(struct json_writer *writer, const char *key,
		       uint64_t bound_e8)
{
	char text[DECIMAL_TEXT_MAX];

	bound_text(text, bound_e8);
	if (bound_e8)
		json_put_string(writer, key, text);
	else
		json_put_null(writer, key);
}

static void json_feed(struct json_writer *writer,
		      const struct market_reserve *reserve)
{
	const struct chainlink_round *round = &reserve->feed_round;

	json_put_address(writer, "feed", reserve->core.feed);
	json_put_address(writer, "aggregator", reserve->aggregator);
	json_bound(writer, "oracleLow", reserve->core.oracle_low_e8);
	json_bound(writer, "oracleHigh", reserve->core.oracle_high_e8);
	json_put_integer(writer, "priceTime",
			 (int64_t)reserve->core.price_time_s);
	if (reserve->feed_readable)
		json_put_u128(writer, "feedRound",
			      chainlink_join(round->phase, round->round));
	else
		json_put_null(writer, "feedRound");
}

static void json_flags(struct json_writer *writer, const struct reserve *core)
{
	json_put_bool(writer, "active", core->flags & RESERVE_ACTIVE);
	json_put_bool(writer, "frozen", core->flags & RESERVE_FROZEN);
	json_put_bool(writer, "paused", core->flags & RESERVE_PAUSED);
	json_put_bool(writer, "borrowing", core->flags & RESERVE_BORROWING);
	json_put_bool(writer, "ltvZero", core->flags & RESERVE_LTV_ZERO);
	json_put_bool(writer, "isolated", core->flags & RESERVE_ISOLATED);
	json_put_bool(writer, "siloed", core->flags & RESERVE_SILOED);
}

static void json_parameters(struct json_writer *writer,
			    const struct market_reserve *reserve)
{
	const struct reserve *core = &reserve->core;

	json_put_integer(writer, "ltv", core->ltv_bps);
	json_put_integer(writer, "lt", core->lt_bps);
	json_put_integer(writer, "lb", core->lb_bps);
	json_put_integer(writer, "liveLtv", reserve->live_ltv_bps);
	json_put_integer(writer, "pendingLtv", reserve->pending_ltv_bps);
	json_put_u128(writer, "supplyCap", core->supply_cap);
	json_put_u128(writer, "borrowCap", core->borrow_cap);
	json_rates(writer, core);
	json_put_integer(writer, "reserveFactor", core->reserve_factor_bps);
	json_put_integer(writer, "liquidationProtocolFee",
			 core->protocol_fee_bps);
	json_put_integer(writer, "debtCeilingCents",
			 (int64_t)core->debt_ceiling_cents);
	if (core->backing_ppm)
		json_put_integer(writer, "backing", core->backing_ppm);
	else
		json_put_null(writer, "backing");
}

static void json_reserve(struct json_writer *writer,
			 const struct market_reserve *reserve)
{
	const struct reserve *core = &reserve->core;
	char price[DECIMAL_TEXT_MAX];

	price_text(price, core->price_e8);
	json_open_object(writer, NULL);
	json_put_address(writer, "asset", core->asset);
	json_put_string(writer, "symbol", core->symbol);
	json_put_integer(writer, "decimals", core->decimals);
	json_put_string(writer, "price", price);
	json_feed(writer, reserve);
	json_parameters(writer, reserve);
	json_flags(writer, core);
	json_put_address(writer, "aToken", reserve->atoken);
	json_put_address(writer, "debtToken", reserve->debt_token);
	json_put_u128(writer, "supplied", core->supplied);
	json_put_u128(writer, "borrowed", core->borrowed);
	json_put_u128(writer, "available", core->available);
	json_put_u128(writer, "deficit", core->deficit);
	json_put_u128(writer, "treasury", reserve->treasury);
	json_use(writer, "supplyUse", supply_use(core));
	json_use(writer, "borrowUse", borrow_use(core));
	json_use(writer, "utilisation",
		 use_bps(core->borrowed, core->borrowed + core->available));
	json_close_object(writer);
}

static void json_symbols(struct json_writer *writer, const char *key,
			 const struct market_snapshot *snapshot, u128 ids)
{
	json_open_array(writer, key);
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (ids >> snapshot->reserves[i].id & 1)
			json_put_string(writer, NULL,
					snapshot->reserves[i].core.symbol);
	json_close_array(writer);
}

static void json_emode(struct json_writer *writer,
		       const struct market_snapshot *snapshot,
		       const struct market_emode *emode)
{
	json_open_object(writer, NULL);
	json_put_integer(writer, "id", emode->id);
	json_put_integer(writer, "ltv", emode->ltv_bps);
	json_put_integer(writer, "lt", emode->lt_bps);
	json_put_integer(writer, "lb", emode->lb_bps);
	json_symbols(writer, "collateral", snapshot, emode->collaterals);
	json_symbols(writer, "borrowable", snapshot, emode->borrowables);
	if (snapshot->accounts)
		json_put_integer(writer, "accounts", emode->accounts);
	json_close_object(writer);
}

static void json_contracts(struct json_writer *writer,
			   const struct market_contracts *at)
{
	json_open_object(writer, "contracts");
	json_put_address(writer, "provider", at->provider);
	json_put_address(writer, "pool", at->pool);
	json_put_address(writer, "poolImplementation", at->pool_implementation);
	json_put_address(writer, "configurator", at->configurator);
	json_put_address(writer, "configuratorImplementation",
			 at->configurator_implementation);
	json_put_address(writer, "oracle", at->oracle);
	json_put_address(writer, "dataProvider", at->data_provider);
	json_put_address(writer, "aclManager", at->acl_manager);
	json_close_object(writer);
}

void market_show_json(struct text *out, const struct market_snapshot *snapshot)
{
	struct json_writer writer;

	json_writer_init(&writer, out);
	json_open_object(&writer, NULL);
	json_put_integer(&writer, "chainId", (int64_t)snapshot->chain_id);
	json_open_object(&writer, "block");
	json_put_integer(&writer, "number", (int64_t)snapshot->block.number);
	json_put_hex(&writer, "hash", snapshot->block.hash, HASH_SIZE);
	json_put_integer(&writer, "time", (int64_t)snapshot->block.time_s);
	json_close_object(&writer);
	json_contracts(&writer, &snapshot->contracts);
	json_put_hex(&writer, "fingerprint", snapshot->fingerprint, HASH_SIZE);
	json_open_array(&writer, "reserves");
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		json_reserve(&writer, &snapshot->reserves[i]);
	json_close_array(&writer);
	json_open_array(&writer, "emodes");
	for (size_t i = 0; i < snapshot->emode_count; i++)
		json_emode(&writer, snapshot, &snapshot->emodes[i]);
	json_close_array(&writer);
	if (snapshot->accounts) {
		json_open_object(&writer, "positions");
		json_put_integer(&writer, "count", snapshot->position_count);
		json_put_integer(&writer, "exact", snapshot->exact_accounts);
		json_put_integer(&writer, "belowOne",
				 count_below_one(snapshot));
		json_close_object(&writer);
	}
	json_close_object(&writer);
	text_add_string(out, "\n");
}

static void asset_name(char out[ADDRESS_TEXT_MAX],
		       const struct market_snapshot *snapshot,
		       const uint8_t asset[ADDRESS_SIZE])
{
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (!memcmp(snapshot->reserves[i].core.asset, asset,
			    ADDRESS_SIZE)) {
			snprintf(out, ADDRESS_TEXT_MAX, "%s",
				 snapshot->reserves[i].core.symbol);
			return;
		}
	address_format(out, asset);
}

static void values_text(struct text *out, const struct market_change *change)
{
	for (size_t i = 0; i < change->count; i++) {
		char old[40] = "?", new[40];

		if (change->old_known)
			u128_format(old, change->old_values[i]);
		u128_format(new, change->new_values[i]);
		text_add_format(out, " %s %s -> %s", change->names[i], old,
				new);
	}
}

void market_show_history_table(struct text *out,
			       const struct market_history *history,
			       const struct market_snapshot *snapshot)
{
	for (size_t i = 0; i < history->count; i++) {
		const struct market_change *change = &history->changes[i];
		char time[TIME_TEXT_MAX], asset[ADDRESS_TEXT_MAX];
		char author[ADDRESS_TEXT_MAX], hash[HASH_TEXT_MAX];

		time_format(time, (int64_t)change->time_s);
		asset_name(asset, snapshot, change->asset);
		address_format(author, change->author);
		hex_encode_prefixed(hash, change->transaction, HASH_SIZE);
		text_add_format(out, "%s block %llu %s %s", time,
				(unsigned long long)change->block, asset,
				change->parameter);
		values_text(out, change);
		text_add_format(out, " by %s in %s\n", author, hash);
	}
	text_add_format(out, "%zu changes\n", history->count);
}

static void json_values(struct json_writer *writer, const char *key,
			const struct market_change *change, const u128 *values)
{
	json_open_object(writer, key);
	for (size_t i = 0; i < change->count; i++)
		json_put_u128(writer, change->names[i], values[i]);
	json_close_object(writer);
}

static void json_change(struct json_writer *writer,
			const struct market_change *change,
			const struct market_snapshot *snapshot)
{
	char asset[ADDRESS_TEXT_MAX];

	asset_name(asset, snapshot, change->asset);
	json_open_object(writer, NULL);
	json_put_integer(writer, "block", (int64_t)change->block);
	json_put_integer(writer, "time", (int64_t)change->time_s);
	json_put_hex(writer, "tx", change->transaction, HASH_SIZE);
	json_put_address(writer, "author", change->author);
	json_put_address(writer, "asset", change->asset);
	json_put_string(writer, "symbol", asset);
	json_put_string(writer, "parameter", change->parameter);
	if (change->old_known)
		json_values(writer, "old", change, change->old_values);
	else
		json_put_null(writer, "old");
	json_values(writer, "new", change, change->new_values);
	json_close_object(writer);
}

void market_show_history_json(struct text *out,
			      const struct market_history *history,
			      const struct market_snapshot *snapshot)
{
	struct json_writer writer;

	json_writer_init(&writer, out);
	json_open_object(&writer, NULL);
	json_open_array(&writer, "changes");
	for (size_t i = 0; i < history->count; i++)
		json_change(&writer, &history->changes[i], snapshot);
	json_close_array(&writer);
	json_close_object(&writer);
	text_add_string(out, "\n");
}
