/* record_codec.c -- see record_codec.h. */
#include "backtest/record_codec.h"

#include <assert.h>
#include <string.h>

#include "backtest/record_fields.h"

#define ITEM_MAX 8192 /* bytes of one line, all assets */
#define RUN_MEMBERS 5 /* setter, shift, decisions, hours, liquidations */
#define HOUR_SERIES 5 /* prices, LTV, supplied, borrowed, backed */
#define QUIET_NAN 0x7fc00000u
#define SHIFT_MOST 10000

static const struct field decision_fields[] = {
	FIELD(FIELD_SIGNED, struct decision_record, time_s),
	FIELD(FIELD_UNSIGNED, struct decision_record, outcome),
	FIELD(FIELD_UNSIGNED, struct decision_record, reasons),
	FIELD(FIELD_BYTES, struct decision_record, digest),
	FIELD(FIELD_UNSIGNED, struct decision_record, tuples),
	FIELD(FIELD_UNSIGNED, struct decision_record, applied),
	FIELD(FIELD_UNSIGNED, struct decision_record, queued),
	FIELD(FIELD_UNSIGNED, struct decision_record, confirmed),
	FIELD(FIELD_UNSIGNED, struct decision_record, refused),
	BITS(struct decision_record, es975_usd),
};

static const struct field asset_fields[] = {
	PARAMETERS(struct decision_asset, before),
	PARAMETERS(struct decision_asset, target),
	PARAMETERS(struct decision_asset, after),
	FIELD(FIELD_TEXT, struct decision_asset, binding[0]),
	FIELD(FIELD_TEXT, struct decision_asset, binding[1]),
	FIELD(FIELD_TEXT, struct decision_asset, binding[2]),
	FIELD(FIELD_TEXT, struct decision_asset, binding[3]),
	FIELD(FIELD_UNSIGNED, struct decision_asset, volatility_bps),
	BITS(struct decision_asset, var99),
	BITS(struct decision_asset, es975),
	BITS(struct decision_asset, var975),
	BITS(struct decision_asset, realised),
};

static const struct field hour_fields[] = {
	FIELD(FIELD_SIGNED, struct hour_record, time_s),
	BITS(struct hour_record, bad_debt_usd),
	BITS(struct hour_record, liquidated_usd),
	BITS(struct hour_record, revenue_usd),
	BITS(struct hour_record, supplied_usd),
	BITS(struct hour_record, borrowed_usd),
	FIELD(FIELD_UNSIGNED, struct hour_record, at_supply_cap),
	FIELD(FIELD_UNSIGNED, struct hour_record, at_borrow_cap),
};

static const struct field liquidation_fields[] = {
	FIELD(FIELD_SIGNED, struct liquidation_record, time_s),
	FIELD(FIELD_UNSIGNED, struct liquidation_record, borrower),
	FIELD(FIELD_UNSIGNED, struct liquidation_record, collateral),
	FIELD(FIELD_UNSIGNED, struct liquidation_record, debt),
	BITS(struct liquidation_record, repaid_usd),
	BITS(struct liquidation_record, seized_usd),
	BITS(struct liquidation_record, health),
	BITS(struct liquidation_record, price_ratio),
};

void record_put(struct text *out, const struct buffer *item)
{
	assert(!item->overflow);
	text_add(out, (const char *)item->data, item->size);
	text_drain(out);
}

void record_put_bytes(struct text *out, struct bytes bytes)
{
	uint8_t room[16];
	struct buffer item;

	/* The head alone: the bytes follow. */
	buffer_init(&item, room, sizeof(room));
	cbor_put_unsigned(&item, bytes.size);
	item.data[0] |= CBOR_BYTES << 5;
	text_add(out, (const char *)item.data, item.size);
	text_add(out, (const char *)bytes.data, bytes.size);
	text_drain(out);
}

bool record_bounded(double value)
{
	return value > -RECORD_AMOUNT_MAX && value < RECORD_AMOUNT_MAX;
}

bool record_time(int64_t time_s)
{
	return time_s >= 0 && time_s < RECORD_TIME_MAX;
}

static uint32_t bits_of(float value)
{
	uint32_t bits;

	if (value != value)
		return QUIET_NAN;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static void put_floats(struct buffer *out, const float *values, size_t count)
{
	cbor_put_array(out, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_unsigned(out, bits_of(values[i]));
}

static void put_decision(struct buffer *out,
			 const struct decision_record *decision,
			 size_t asset_count)
{
	const size_t members = FIELDS_COUNT(decision_fields);

	cbor_put_array(out, members + 1);
	fields_encode(out, decision, decision_fields, members);
	cbor_put_array(out, asset_count);
	for (size_t i = 0; i < asset_count; i++) {
		struct decision_asset asset = decision->assets[i];
		uint32_t bits = bits_of(asset.realised);

		memcpy(&asset.realised, &bits, sizeof(bits));
		cbor_put_array(out, FIELDS_COUNT(asset_fields));
		fields_encode(out, &asset, asset_fields,
			      FIELDS_COUNT(asset_fields));
	}
}

static void put_hour(struct buffer *out, const struct hour_record *hour,
		     size_t asset_count)
{
	const size_t members = FIELDS_COUNT(hour_fields);

	const float *const series[HOUR_SERIES] = {
		hour->price_usd, hour->ltv, hour->supplied, hour->borrowed,
		hour->backed_usd };

	cbor_put_array(out, members + HOUR_SERIES);
	fields_encode(out, hour, hour_fields, members);
	for (size_t i = 0; i < HOUR_SERIES; i++)
		put_floats(out, series[i], asset_count);
}

static void put_liquidation(struct buffer *out,
			    const struct liquidation_record *liquidation)
{
	const size_t members = FIELDS_COUNT(liquidation_fields);

	cbor_put_array(out, members);
	fields_encode(out, liquidation, liquidation_fields, members);
}

static void put_head(struct text *out, struct buffer *item, size_t count)
{
	item->size = 0;
	cbor_put_array(item, count);
	record_put(out, item);
}

void shift_encode(struct buffer *out, const struct threshold_shift *shift,
		  size_t asset_count)
{
	cbor_put_array(out, asset_count);
	for (size_t a = 0; a < asset_count; a++)
		cbor_put_signed(out, shift->bps[a]);
}

void run_record_encode(struct text *out, const struct run_record *run,
		       size_t asset_count)
{
	uint8_t room[ITEM_MAX];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, RUN_MEMBERS);
	cbor_put_unsigned(&item, (uint64_t)run->setter);
	shift_encode(&item, &run->shift, asset_count);
	record_put(out, &item);
	put_head(out, &item, run->decision_count);
	for (size_t i = 0; i < run->decision_count; i++) {
		item.size = 0;
		put_decision(&item, run_decision(run, i), asset_count);
		record_put(out, &item);
	}
	put_head(out, &item, run->hour_count);
	for (size_t i = 0; i < run->hour_count; i++) {
		item.size = 0;
		put_hour(&item, run_hour(run, i), asset_count);
		record_put(out, &item);
	}
	put_head(out, &item, run->liquidation_count);
	for (size_t i = 0; i < run->liquidation_count; i++) {
		item.size = 0;
		put_liquidation(&item, run_liquidation(run, i));
		record_put(out, &item);
	}
	run_rest(run);
}

/* Of a float that may be missing: finite, or the one NaN that is written. */
static bool float_sound(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return record_bounded((double)value) || bits == QUIET_NAN;
}

static enum status get_floats(float *out, struct cbor_reader *reader,
			      size_t count)
{
	static const struct field one = { FIELD_UNSIGNED, 0, sizeof(float) };
	enum status status = cbor_expect_array(reader, count);

	for (size_t i = 0; i < count && !status; i++) {
		status = fields_decode(&out[i], reader, &one, 1);
		if (!status && !float_sound(out[i]))
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_asset(struct decision_asset *out,
			     struct cbor_reader *reader)
{
	enum status status = record_decode(out, reader, asset_fields,
					   FIELDS_COUNT(asset_fields));

	if (!status && (!record_bounded((double)out->var99) ||
			!record_bounded((double)out->es975) ||
			!record_bounded((double)out->var975) ||
			!float_sound(out->realised)))
		status = E_MALFORMED;
	return status;
}

static enum status get_decision(struct decision_record *out,
				struct cbor_reader *reader, size_t asset_count)
{
	const size_t members = FIELDS_COUNT(decision_fields);
	enum status status = cbor_expect_array(reader, members + 1);

	if (!status)
		status = fields_decode(out, reader, decision_fields, members);
	if (!status && (out->outcome > OUTCOME_FREEZE ||
			out->reasons >> REASONS_COUNT ||
			!record_bounded(out->es975_usd)))
		status = E_MALFORMED;
	if (!status)
		status = cbor_expect_array(reader, asset_count);
	for (size_t i = 0; i < asset_count && !status; i++)
		status = get_asset(&out->assets[i], reader);
	return status;
}

static enum status get_hour(struct hour_record *out,
			    struct cbor_reader *reader, size_t asset_count)
{
	const size_t members = FIELDS_COUNT(hour_fields);
	float *const series[HOUR_SERIES] = { out->price_usd, out->ltv,
					     out->supplied, out->borrowed,
					     out->backed_usd };
	enum status status = cbor_expect_array(reader, members + HOUR_SERIES);

	if (!status)
		status = fields_decode(out, reader, hour_fields, members);
	for (size_t i = 0; i < HOUR_SERIES && !status; i++)
		status = get_floats(series[i], reader, asset_count);
	if (status)
		return status;
	for (size_t i = 0; i < asset_count; i++) {
		for (size_t k = 1; k < HOUR_SERIES; k++)
			if (!record_bounded((double)series[k][i]))
				return E_MALFORMED;
		if (!(out->ltv[i] >= 0.0f && out->ltv[i] <= RECORD_LTV_MAX))
			return E_MALFORMED;
	}
	return out->at_supply_cap <= asset_count &&
	       out->at_borrow_cap <= asset_count &&
	       record_bounded(out->bad_debt_usd) &&
	       record_bounded(out->liquidated_usd) &&
	       record_bounded(out->revenue_usd) &&
	       record_bounded(out->supplied_usd) &&
	       record_bounded(out->borrowed_usd) ? OK : E_MALFORMED;
}

static enum status get_liquidation(struct liquidation_record *out,
				   struct cbor_reader *reader,
				   size_t asset_count)
{
	enum status status = record_decode(out, reader, liquidation_fields,
					   FIELDS_COUNT(liquidation_fields));

	if (status)
		return status;
	return out->collateral < asset_count && out->debt < asset_count &&
	       record_bounded(out->repaid_usd) &&
	       record_bounded(out->seized_usd) && record_bounded(out->health) &&
	       record_bounded(out->price_ratio) ? OK : E_MALFORMED;
}

static enum status get_decisions(struct run_record *run,
				 struct cbor_reader *reader, size_t asset_count)
{
	uint64_t count = 0;
	enum status status = cbor_get_array(reader, &count);

	if (!status && count > RECORD_DECISIONS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < count && !status; i++) {
		struct decision_record *to = run_add_decision(run);

		status = get_decision(to, reader, asset_count);
		if (!status && (!record_time(to->time_s) ||
				(i && to[-1].time_s >= to->time_s)))
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_hours(struct run_record *run,
			     struct cbor_reader *reader, size_t asset_count)
{
	uint64_t count = 0;
	enum status status = cbor_get_array(reader, &count);

	if (!status && count > RECORD_HOURS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < count && !status; i++) {
		struct hour_record *to = run_add_hour(run);

		status = get_hour(to, reader, asset_count);
		if (!status && (!record_time(to->time_s) ||
				(i && to[-1].time_s >= to->time_s)))
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_liquidations(struct run_record *run,
				    struct cbor_reader *reader,
				    size_t asset_count)
{
	uint64_t count = 0;
	enum status status = cbor_get_array(reader, &count);

	if (!status && count > RECORD_LIQUIDATIONS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < count && !status; i++) {
		struct liquidation_record *to = run_add_liquidation(run);

		status = get_liquidation(to, reader, asset_count);
		if (!status && (!record_time(to->time_s) ||
				(i && to[-1].time_s > to->time_s)))
			status = E_MALFORMED;
	}
	return status;
}

enum status shift_decode(struct threshold_shift *out,
			 struct cbor_reader *reader, size_t asset_count)
{
	enum status status = cbor_expect_array(reader, asset_count);

	memset(out, 0, sizeof(*out));
	for (size_t a = 0; a < asset_count && !status; a++) {
		int64_t shift = 0;

		status = cbor_get_signed(reader, &shift);
		if (!status && (shift < -SHIFT_MOST || shift > SHIFT_MOST))
			status = E_MALFORMED;
		out->bps[a] = status ? 0 : (int32_t)shift;
	}
	return status;
}

static enum status get_setter(struct run_record *out,
			      struct cbor_reader *reader, size_t asset_count)
{
	uint64_t setter = 0;
	enum status status = cbor_expect_array(reader, RUN_MEMBERS);

	if (!status)
		status = cbor_get_unsigned(reader, &setter);
	if (!status && setter >= SETTERS_COUNT)
		status = E_MALFORMED;
	out->setter = status ? SETTER_PLIMSOLL : (enum setter)setter;
	return status ? status
		      : shift_decode(&out->shift, reader, asset_count);
}

enum status run_record_decode(struct run_record *out,
			      struct cbor_reader *reader, size_t asset_count)
{
	enum status status = get_setter(out, reader, asset_count);

	if (!status)
		status = get_decisions(out, reader, asset_count);
	if (!status)
		status = get_hours(out, reader, asset_count);
	if (!status)
		status = get_liquidations(out, reader, asset_count);
	return status == E_RANGE ? E_MALFORMED : status;
}
