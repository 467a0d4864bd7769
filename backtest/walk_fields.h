/* walk_fields.h -- the members of a run under way, in the order that both
 * directions of walk_codec.h take.  Private to walk_encode.c and walk_decode.c. */
#ifndef BACKTEST_WALK_FIELDS_H
#define BACKTEST_WALK_FIELDS_H

#include "backtest/record_fields.h"
#include "backtest/walk.h"

#define WALK_VERSION 2
#define WALK_MEMBERS 7 /* version, head, assets, borrowers, state, wish,
			* record */

static const struct field head_fields[] = {
	FIELD(FIELD_UNSIGNED, struct walk, hour),
	FIELD(FIELD_UNSIGNED, struct walk, decisions),
	FIELD(FIELD_BOOL, struct walk, waiting),
	FIELD(FIELD_UNSIGNED, struct walk, effect_hour),
	BITS(struct walk, depth.share),
	FIELD(FIELD_BOOL, struct walk, carry.begun),
	FIELD(FIELD_UNSIGNED, struct walk, carry.step),
	FIELD(FIELD_UNSIGNED, struct walk, carry.waiting),
	FIELD(FIELD_BOOL, struct walk, steward.state.has_epoch),
	FIELD(FIELD_UNSIGNED, struct walk, steward.state.last_epoch),
};

static const struct field market_fields[] = {
	PARAMETERS(struct market_asset, values),
	FIELD(FIELD_BOOL, struct market_asset, frozen),
	BITS(struct market_asset, price_usd),
	BITS(struct market_asset, market_usd),
	BITS(struct market_asset, supply_index),
	BITS(struct market_asset, borrow_index),
	BITS(struct market_asset, lent),
	BITS(struct market_asset, treasury),
	BITS(struct market_asset, supplied),
	BITS(struct market_asset, borrowed),
	BITS(struct market_asset, deficit),
	BITS(struct market_asset, borrow_rate),
	BITS(struct market_asset, rest),
	BITS(struct market_asset, deficit_usd),
	BITS(struct market_asset, revenue_usd),
};

static const struct field borrower_fields[] = {
	BITS(struct borrower, supplied_scaled),
	BITS(struct borrower, borrowed_scaled),
	FIELD(FIELD_UNSIGNED, struct borrower, attends),
	FIELD(FIELD_SIGNED, struct borrower, block),
	FIELD(FIELD_BOOL, struct borrower, liquidated),
	FIELD(FIELD_UNSIGNED, struct borrower, lt_bps),
	FIELD(FIELD_SIGNED, struct borrower, returns_s),
};

/* What a reserve's part of steward, history, depth and carry consists of. */
struct asset_state_part {
	uint64_t last_class_c_s, frozen_s, first;
	struct parameters before_freeze;
	uint8_t prefix[HASH_SIZE];
	double fast, slow;
	double answer_usd, answer_age_s, seen_usd, pressure_usd;
};

static const struct field part_fields[] = {
	FIELD(FIELD_UNSIGNED, struct asset_state_part, last_class_c_s),
	FIELD(FIELD_UNSIGNED, struct asset_state_part, frozen_s),
	FIELD(FIELD_UNSIGNED, struct asset_state_part, first),
	PARAMETERS(struct asset_state_part, before_freeze),
	FIELD(FIELD_BYTES, struct asset_state_part, prefix),
	BITS(struct asset_state_part, fast),
	BITS(struct asset_state_part, slow),
	BITS(struct asset_state_part, answer_usd),
	BITS(struct asset_state_part, answer_age_s),
	BITS(struct asset_state_part, seen_usd),
	BITS(struct asset_state_part, pressure_usd),
};

static const struct field sample_fields[] = {
	FIELD(FIELD_SIGNED, struct usage_sample, time_s),
	FIELD(FIELD_UNSIGNED, struct usage_sample, utilisation_ppm),
	FIELD(FIELD_UNSIGNED, struct usage_sample, borrow_rate_bps),
};

static const struct field direct_fields[] = {
	FIELD(FIELD_UNSIGNED, struct parameters, ltv_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, lt_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, lb_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, supply_cap),
	FIELD(FIELD_UNSIGNED, struct parameters, borrow_cap),
	FIELD(FIELD_UNSIGNED, struct parameters, optimal_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, base_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, slope1_bps),
	FIELD(FIELD_UNSIGNED, struct parameters, slope2_bps),
};

static const struct field tuple_fields[] = {
	FIELD(FIELD_BYTES, struct tuple, asset),
	FIELD(FIELD_UNSIGNED, struct tuple, kind),
	FIELD(FIELD_UNSIGNED, struct tuple, count),
	FIELD(FIELD_U128, struct tuple, old_values[0]),
	FIELD(FIELD_U128, struct tuple, old_values[1]),
	FIELD(FIELD_U128, struct tuple, old_values[2]),
	FIELD(FIELD_U128, struct tuple, old_values[3]),
	FIELD(FIELD_U128, struct tuple, new_values[0]),
	FIELD(FIELD_U128, struct tuple, new_values[1]),
	FIELD(FIELD_U128, struct tuple, new_values[2]),
	FIELD(FIELD_U128, struct tuple, new_values[3]),
};

#endif
