/* state.c -- canonical bytes of the carried state. */
#include "case/state.h"

#include <string.h>

#include "case/fields.h"

static const struct field volatility_fields[] = {
	FIELD(FIELD_BOOL, struct volatility_state, fitted),
	FIELD(FIELD_BOOL, struct volatility_state, converged),
	FIELD(FIELD_SIGNED, struct volatility_state, mu_e12),
	FIELD(FIELD_SIGNED, struct volatility_state, omega_e18),
	FIELD(FIELD_SIGNED, struct volatility_state, alpha_e9),
	FIELD(FIELD_SIGNED, struct volatility_state, beta_e9),
	FIELD(FIELD_SIGNED, struct volatility_state, nu_e6),
	FIELD(FIELD_SIGNED, struct volatility_state, decay_e6),
	FIELD(FIELD_SIGNED, struct volatility_state, garch_variance_e18),
	FIELD(FIELD_SIGNED, struct volatility_state, ewma_variance_e18),
	FIELD(FIELD_UNSIGNED, struct volatility_state, fitted_at),
};

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

void state_encode(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, 4);
	cbor_put_unsigned(out, STATE_VERSION);
	fields_encode(out, state, head_fields, FIELDS_COUNT(head_fields));
	cbor_put_array(out, state->asset_count);
	for (size_t i = 0; i < state->asset_count; i++) {
		const struct asset_state *asset = &state->assets[i];

		cbor_put_array(out, FIELDS_COUNT(asset_fields) +
					    FIELDS_COUNT(volatility_fields));
		fields_encode(out, asset, asset_fields,
			      FIELDS_COUNT(asset_fields));
		fields_encode(out, &asset->volatility, volatility_fields,
			      FIELDS_COUNT(volatility_fields));
	}
}

static enum status decode_asset(struct asset_state *out,
				struct cbor_reader *reader)
{
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(asset_fields) +
						  FIELDS_COUNT(volatility_fields));

	if (!status)
		status = fields_decode(out, reader, asset_fields,
				       FIELDS_COUNT(asset_fields));
	if (!status)
		status = fields_decode(&out->volatility, reader,
				       volatility_fields,
				       FIELDS_COUNT(volatility_fields));
	if (!status && out->forecast_count > RECENT_FORECASTS)
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
