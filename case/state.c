/* state.c -- canonical bytes of the carried state. */
#include "case/state.h"

#include <string.h>

#include "case/fields.h"

static const struct field volatility_fields[] = {
	FIELD(FIELD_BOOL, struct volatility_state, fitted),
	FIELD(FIELD_BOOL, struct volatility_state, converged),
	FIELD(FIELD_UNSIGNED, struct volatility_state, fitted_at),
	FIELD(FIELD_SIGNED, struct volatility_state, scale_e12),
	FIELD(FIELD_SIGNED, struct volatility_state, range_ratio_e9),
	FIELD(FIELD_SIGNED, struct volatility_state, last_return_e9),
	FIELD(FIELD_SIGNED, struct volatility_state, jumps_e9),
	FIELD(FIELD_UNSIGNED, struct volatility_state, range_count),
	FIELD(FIELD_BYTES, struct volatility_state, ranges),
	FIELD(FIELD_UNSIGNED, struct volatility_state, scored),
	FIELD(FIELD_SIGNED, struct volatility_state, loss_variance_e6),
	FIELD(FIELD_SIGNED, struct volatility_state, loss_tail_e6),
};

static const struct field expert_fields[] = {
	FIELD(FIELD_BOOL, struct expert_state, fitted),
	FIELD(FIELD_BOOL, struct expert_state, converged),
	FIELD(FIELD_SIGNED, struct expert_state, variance_e9),
	FIELD(FIELD_SIGNED, struct expert_state, lowest_e9),
	FIELD(FIELD_SIGNED, struct expert_state, weight_variance_e9),
	FIELD(FIELD_SIGNED, struct expert_state, weight_tail_e9),
	FIELD(FIELD_SIGNED, struct expert_state, loss_variance_e6),
	FIELD(FIELD_SIGNED, struct expert_state, loss_tail_e6),
	FIELD(FIELD_SIGNED, struct expert_state, switching_variance_e6),
	FIELD(FIELD_SIGNED, struct expert_state, switching_tail_e6),
};

static const struct field tail_fields[] = {
	FIELD(FIELD_BOOL, struct tail_state, fitted),
	FIELD(FIELD_SIGNED, struct tail_state, threshold_e9),
	FIELD(FIELD_SIGNED, struct tail_state, share_e9),
	FIELD(FIELD_SIGNED, struct tail_state, shape_e9),
	FIELD(FIELD_SIGNED, struct tail_state, scale_e9),
};

static void put_numbers(struct buffer *out, const int64_t *at, size_t count)
{
	cbor_put_array(out, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_signed(out, at[i]);
}

static enum status get_numbers(int64_t *at, struct cbor_reader *reader,
			       size_t count)
{
	enum status status = cbor_expect_array(reader, count);

	for (size_t i = 0; i < count && !status; i++)
		status = cbor_get_signed(reader, &at[i]);
	return status;
}

static const struct field asset_fields[] = {
	FIELD(FIELD_BYTES, struct asset_state, asset),
	FIELD(FIELD_UNSIGNED, struct asset_state, bar_count),
	FIELD(FIELD_SIGNED, struct asset_state, last_open_time_s),
	FIELD(FIELD_SIGNED, struct asset_state, last_close_mantissa),
	FIELD(FIELD_SIGNED, struct asset_state, last_close_exponent),
	FIELD(FIELD_BYTES, struct asset_state, history),
	FIELD(FIELD_UNSIGNED, struct asset_state, forecast_count),
	FIELD(FIELD_BYTES, struct asset_state, exceeded),
};

static const struct field head_fields[] = {
	FIELD(FIELD_BYTES, struct state, market),
	FIELD(FIELD_UNSIGNED, struct state, sequence),
};

const char *expert_name(enum expert expert)
{
	static const char *const names[] = {
		"ewma",          "garch-normal", "garch-t",    "garch-skewt",
		"gjr-normal",    "gjr-t",        "gjr-skewt",  "egarch-normal",
		"egarch-t",      "egarch-skewt", "aparch-normal", "aparch-t",
		"aparch-skewt",  "har",          "har-log",    "learned",
		"historical" };

	return expert < EXPERTS_COUNT ? names[expert] : "?";
}

#define VOLATILITY_MEMBERS (FIELDS_COUNT(volatility_fields) + 6)

static void put_yearly(struct buffer *out, const struct volatility_state *v)
{
	cbor_put_array(out, v->yearly_count);
	for (uint32_t i = 0; i < v->yearly_count; i++)
		cbor_put_unsigned(out, v->yearly_bps[i]);
}

static enum status get_narrow(uint32_t *out, struct cbor_reader *reader)
{
	uint64_t value = 0;
	enum status status = cbor_get_unsigned(reader, &value);

	if (!status && value > UINT32_MAX)
		status = E_MALFORMED;
	*out = (uint32_t)value;
	return status;
}

static enum status get_yearly(struct volatility_state *out,
			      struct cbor_reader *reader)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, YEARLY_VOLATILITIES);

	out->yearly_count = (uint32_t)count;
	for (size_t i = 0; i < count && !status; i++)
		status = get_narrow(&out->yearly_bps[i], reader);
	return status;
}

static void put_targets(struct buffer *out, const struct asset_state *asset)
{
	cbor_put_array(out, asset->target_count);
	for (uint32_t i = 0; i < asset->target_count; i++) {
		cbor_put_array(out, TARGET_VALUES);
		for (size_t k = 0; k < TARGET_VALUES; k++)
			cbor_put_unsigned(out, asset->targets[i][k]);
	}
}

static enum status get_targets(struct asset_state *out,
			       struct cbor_reader *reader)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, RECENT_TARGETS);

	out->target_count = (uint32_t)count;
	for (size_t i = 0; i < count && !status; i++) {
		status = cbor_expect_array(reader, TARGET_VALUES);
		for (size_t k = 0; k < TARGET_VALUES && !status; k++)
			status = cbor_get_unsigned(reader,
						   &out->targets[i][k]);
	}
	return status;
}

static void encode_volatility(struct buffer *out,
			      const struct volatility_state *v)
{
	cbor_put_array(out, VOLATILITY_MEMBERS);
	fields_encode(out, v, volatility_fields,
		      FIELDS_COUNT(volatility_fields));
	put_numbers(out, v->season_e9, SEASONAL_TERMS);
	put_numbers(out, v->level_e9, CONFORMAL_LEVELS);
	put_yearly(out, v);
	cbor_put_array(out, FIELDS_COUNT(tail_fields));
	fields_encode(out, &v->lower, tail_fields, FIELDS_COUNT(tail_fields));
	cbor_put_array(out, FIELDS_COUNT(tail_fields));
	fields_encode(out, &v->upper, tail_fields, FIELDS_COUNT(tail_fields));
	cbor_put_array(out, EXPERTS_COUNT);
	for (size_t i = 0; i < EXPERTS_COUNT; i++) {
		cbor_put_array(out, FIELDS_COUNT(expert_fields) + 1);
		fields_encode(out, &v->experts[i], expert_fields,
			      FIELDS_COUNT(expert_fields));
		put_numbers(out, v->experts[i].values_e12, EXPERT_VALUES);
	}
}

void state_encode(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, 4);
	cbor_put_unsigned(out, STATE_VERSION);
	fields_encode(out, state, head_fields, FIELDS_COUNT(head_fields));
	cbor_put_array(out, state->asset_count);
	for (size_t i = 0; i < state->asset_count; i++) {
		const struct asset_state *asset = &state->assets[i];

		cbor_put_array(out, FIELDS_COUNT(asset_fields) + 2);
		fields_encode(out, asset, asset_fields,
			      FIELDS_COUNT(asset_fields));
		put_targets(out, asset);
		encode_volatility(out, &asset->volatility);
	}
}

static enum status decode_expert(struct expert_state *out,
				 struct cbor_reader *reader)
{
	enum status status = cbor_expect_array(
		reader, FIELDS_COUNT(expert_fields) + 1);

	if (!status)
		status = fields_decode(out, reader, expert_fields,
				       FIELDS_COUNT(expert_fields));
	return status ? status
		      : get_numbers(out->values_e12, reader, EXPERT_VALUES);
}

static enum status decode_volatility(struct volatility_state *out,
				     struct cbor_reader *reader)
{
	enum status status = cbor_expect_array(reader, VOLATILITY_MEMBERS);

	if (!status)
		status = fields_decode(out, reader, volatility_fields,
				       FIELDS_COUNT(volatility_fields));
	if (!status)
		status = get_numbers(out->season_e9, reader, SEASONAL_TERMS);
	if (!status)
		status = get_numbers(out->level_e9, reader, CONFORMAL_LEVELS);
	if (!status)
		status = get_yearly(out, reader);
	if (!status)
		status = record_decode(&out->lower, reader, tail_fields,
				       FIELDS_COUNT(tail_fields));
	if (!status)
		status = record_decode(&out->upper, reader, tail_fields,
				       FIELDS_COUNT(tail_fields));
	if (!status)
		status = cbor_expect_array(reader, EXPERTS_COUNT);
	for (size_t i = 0; i < EXPERTS_COUNT && !status; i++)
		status = decode_expert(&out->experts[i], reader);
	return status;
}

static enum status decode_asset(struct asset_state *out,
				struct cbor_reader *reader)
{
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(asset_fields) + 2);

	if (!status)
		status = fields_decode(out, reader, asset_fields,
				       FIELDS_COUNT(asset_fields));
	if (!status)
		status = get_targets(out, reader);
	if (!status)
		status = decode_volatility(&out->volatility, reader);
	if (!status && (out->forecast_count > RECENT_FORECASTS ||
			out->volatility.range_count > RECENT_RANGES))
		status = E_MALFORMED;
	return status;
}

static enum status decode_assets(struct state *out, struct cbor_reader *reader)
{
	enum status status = list_open(&out->asset_count, reader, ASSETS_MAX);

	for (size_t i = 0; i < out->asset_count && !status; i++) {
		status = decode_asset(&out->assets[i], reader);
		if (!status && i &&
		    memcmp(out->assets[i - 1].asset, out->assets[i].asset,
			   ADDRESS_SIZE) >= 0)
			status = E_MALFORMED;
	}
	return status;
}

enum status state_decode(struct state *out, struct bytes in)
{
	struct state read;
	struct cbor_reader reader;
	enum status status;

	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = record_open(&reader, 4, STATE_VERSION);
	if (!status)
		status = fields_decode(&read, &reader, head_fields,
				       FIELDS_COUNT(head_fields));
	if (!status)
		status = decode_assets(&read, &reader);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = read;
	return status;
}

void state_digest(uint8_t out32[HASH_SIZE], struct bytes canonical)
{
	keccak256(out32, canonical.data, canonical.size);
}
