/* case_fields.h -- member tables shared by the case's encoder and decoder.
 * Private to case/. */
#ifndef CASE_CASE_FIELDS_H
#define CASE_CASE_FIELDS_H

#include "case/case.h"
#include "case/fields.h"

#define CASE_MEMBERS 12 /* format, head, policy, state, steward and 7 lists */

static const struct field domain_fields[] = {
	FIELD(FIELD_UNSIGNED, struct signing_domain, chain_id),
	FIELD(FIELD_BYTES, struct signing_domain, steward),
};

static const struct field head_fields[] = {
	FIELD(FIELD_BYTES, struct case_input, market),
	FIELD(FIELD_UNSIGNED, struct case_input, mode),
	FIELD(FIELD_UNSIGNED, struct case_input, trigger),
	FIELD(FIELD_UNSIGNED, struct case_input, evidence),
	FIELD(FIELD_UNSIGNED, struct case_input, epoch),
	FIELD(FIELD_UNSIGNED, struct case_input, anchor_block),
	FIELD(FIELD_BYTES, struct case_input, anchor_hash),
	FIELD(FIELD_UNSIGNED, struct case_input, anchor_time_s),
	FIELD(FIELD_BYTES, struct case_input, epoch_block_hash),
	FIELD(FIELD_BYTES, struct case_input, fingerprint),
};

static const struct field reserve_fields[] = {
	FIELD(FIELD_BYTES, struct reserve, asset),
	FIELD(FIELD_TEXT, struct reserve, symbol),
	FIELD(FIELD_UNSIGNED, struct reserve, decimals),
	FIELD(FIELD_UNSIGNED, struct reserve, flags),
	FIELD(FIELD_UNSIGNED, struct reserve, price_e8),
	FIELD(FIELD_UNSIGNED, struct reserve, price_time_s),
	FIELD(FIELD_BYTES, struct reserve, feed),
	FIELD(FIELD_UNSIGNED, struct reserve, ltv_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, lt_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, lb_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, supply_cap),
	FIELD(FIELD_UNSIGNED, struct reserve, borrow_cap),
	FIELD(FIELD_UNSIGNED, struct reserve, optimal_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, base_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, slope1_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, slope2_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, reserve_factor_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, protocol_fee_bps),
	FIELD(FIELD_U128, struct reserve, supplied),
	FIELD(FIELD_U128, struct reserve, borrowed),
	FIELD(FIELD_U128, struct reserve, available),
	FIELD(FIELD_U128, struct reserve, deficit),
	FIELD(FIELD_UNSIGNED, struct reserve, oracle_low_e8),
	FIELD(FIELD_UNSIGNED, struct reserve, oracle_high_e8),
	FIELD(FIELD_UNSIGNED, struct reserve, debt_ceiling_cents),
	FIELD(FIELD_U128, struct reserve, cap_ratio_e18),
	FIELD(FIELD_U128, struct reserve, cap_target_ratio_e18),
	FIELD(FIELD_UNSIGNED, struct reserve, cap_time_s),
	FIELD(FIELD_UNSIGNED, struct reserve, cap_target_time_s),
	FIELD(FIELD_UNSIGNED, struct reserve, cap_growth_bps),
	FIELD(FIELD_UNSIGNED, struct reserve, backing_ppm),
	FIELD(FIELD_UNSIGNED, struct reserve, outside_change_s),
};

static const struct field holding_fields[] = {
	FIELD(FIELD_UNSIGNED, struct holding, reserve),
	FIELD(FIELD_BOOL, struct holding, collateral),
	FIELD(FIELD_U128, struct holding, supplied),
	FIELD(FIELD_U128, struct holding, borrowed),
};

static const struct field emode_fields[] = {
	FIELD(FIELD_UNSIGNED, struct emode, id),
	FIELD(FIELD_UNSIGNED, struct emode, ltv_bps),
	FIELD(FIELD_UNSIGNED, struct emode, lt_bps),
	FIELD(FIELD_UNSIGNED, struct emode, lb_bps),
	FIELD(FIELD_UNSIGNED, struct emode, collateral),
	FIELD(FIELD_UNSIGNED, struct emode, borrowable),
};

static const struct field usage_sample_fields[] = {
	FIELD(FIELD_SIGNED, struct usage_sample, time_s),
	FIELD(FIELD_UNSIGNED, struct usage_sample, utilisation_ppm),
	FIELD(FIELD_UNSIGNED, struct usage_sample, borrow_rate_bps),
};

static const struct field curve_fields[] = {
	FIELD(FIELD_UNSIGNED, struct liquidity_curve, reserve),
	FIELD(FIELD_UNSIGNED, struct liquidity_curve, time_s),
	FIELD(FIELD_TEXT, struct liquidity_curve, source),
};

static const struct field series_fields[] = {
	FIELD(FIELD_UNSIGNED, struct series, reserve),
	FIELD(FIELD_TEXT, struct series, source),
	FIELD(FIELD_BOOL, struct series, synthetic),
	FIELD(FIELD_UNSIGNED, struct series, first_index),
	FIELD(FIELD_BYTES, struct series, prefix),
};

static const struct field decimal_fields[] = {
	FIELD(FIELD_SIGNED, struct decimal, mantissa),
	FIELD(FIELD_SIGNED, struct decimal, exponent),
};

static const struct field quote_head_fields[] = {
	FIELD(FIELD_UNSIGNED, struct quote, reserve),
	FIELD(FIELD_TEXT, struct quote, family),
	FIELD(FIELD_UNSIGNED, struct quote, time_s),
};

#endif
