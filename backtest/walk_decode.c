/* walk_decode.c -- see walk_codec.h: reading. */
#include <string.h>

#include "backtest/record_codec.h"
#include "backtest/walk_codec.h"
#include "backtest/walk_fields.h"

#define FORECASTS_MAX 200000u

static bool all_finite(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!record_bounded(values[i]))
			return false;
	return true;
}

static bool market_is_sound(const struct market_asset *m)
{
	const double values[] = { m->price_usd,	  m->supply_index,
				  m->borrow_index, m->lent,
				  m->treasury,	  m->supplied,
				  m->borrowed,	  m->deficit,
				  m->borrow_rate, m->rest,
				  m->deficit_usd, m->revenue_usd,
				  m->market_usd };

	return all_finite(values, sizeof(values) / sizeof(values[0])) &&
	       m->price_usd > 0.0 && m->market_usd > 0.0 &&
	       m->supply_index > 0.0 &&
	       m->borrow_index > 0.0;
}

static enum status take_part(struct walk *walk, size_t a,
			     const struct asset_state_part *part)
{
	const double values[] = { part->fast, part->slow, part->answer_usd,
				  part->answer_age_s, part->seen_usd,
				  part->pressure_usd };

	if (!all_finite(values, sizeof(values) / sizeof(values[0])) ||
	    part->first > walk->grid->plan->assets[a].bar_count ||
	    !(part->answer_usd > 0.0) || !(part->seen_usd > 0.0))
		return E_MALFORMED;
	walk->steward.assets[a].last_class_c_s = part->last_class_c_s;
	walk->steward.assets[a].frozen_s = part->frozen_s;
	walk->steward.assets[a].before_freeze = part->before_freeze;
	walk->history.assets[a].first = part->first;
	memcpy(walk->history.assets[a].prefix, part->prefix, HASH_SIZE);
	walk->depth.fast[a] = part->fast;
	walk->depth.slow[a] = part->slow;
	walk->carry.answer_usd[a] = part->answer_usd;
	walk->carry.answer_age_s[a] = part->answer_age_s;
	walk->carry.seen_usd[a] = part->seen_usd;
	walk->carry.pressure_usd[a] = part->pressure_usd;
	return OK;
}

static enum status get_answers(struct walk *walk, struct cbor_reader *reader,
			       size_t a)
{
	enum status status = cbor_expect_array(reader,
					       LOSS_DELAY_STEPS_MAX + 1);

	for (size_t k = 0; k <= LOSS_DELAY_STEPS_MAX && !status; k++) {
		uint64_t bits;

		status = cbor_get_unsigned(reader, &bits);
		if (status)
			break;
		memcpy(&walk->carry.answers[k][a], &bits, sizeof(bits));
		if (!record_bounded(walk->carry.answers[k][a]))
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_kinds(struct walk *walk, struct cbor_reader *reader,
			     size_t a)
{
	uint8_t count = walk->steward.assets[a].count;
	enum status status = cbor_expect_array(reader, count);

	for (uint8_t k = 0; k < count && !status; k++) {
		struct tuple_state *kind = &walk->steward.assets[a].kinds[k];
		uint8_t expected = kind->kind;

		status = tuple_state_decode(kind, reader);
		if (!status && kind->kind != expected)
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_samples(struct walk *walk, struct cbor_reader *reader,
			       size_t a)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, CASE_USAGE_MAX);

	for (size_t i = 0; i < count && !status; i++)
		status = record_decode(&walk->history.assets[a].usage[i],
				       reader, sample_fields,
				       FIELDS_COUNT(sample_fields));
	walk->history.assets[a].usage_count = (uint32_t)count;
	return status;
}

static enum status get_asset(struct walk *walk, struct cbor_reader *reader,
			     size_t a)
{
	struct asset_state_part part = { 0 };
	enum status status = cbor_expect_array(reader, 5);

	if (!status)
		status = record_decode(&walk->market.assets[a], reader,
				       market_fields,
				       FIELDS_COUNT(market_fields));
	if (!status && !market_is_sound(&walk->market.assets[a]))
		status = E_MALFORMED;
	if (!status)
		status = record_decode(&part, reader, part_fields,
				       FIELDS_COUNT(part_fields));
	if (!status)
		status = take_part(walk, a, &part);
	if (!status)
		status = get_answers(walk, reader, a);
	if (!status)
		status = get_kinds(walk, reader, a);
	return status ? status : get_samples(walk, reader, a);
}

static enum status get_borrowers(struct walk *walk, struct cbor_reader *reader)
{
	size_t count = walk->market.borrower_count;
	enum status status = cbor_expect_array(reader, count);

	for (size_t i = 0; i < count && !status; i++) {
		struct borrower *who = &walk->market.borrowers[i];
		const double *values[] = { &who->supplied_scaled,
					   &who->borrowed_scaled };

		status = record_decode(who, reader, borrower_fields,
				       FIELDS_COUNT(borrower_fields));
		for (size_t v = 0; v < 2 && !status; v++)
			if (!record_bounded(*values[v]) || *values[v] < 0.0)
				status = E_MALFORMED;
	}
	return status;
}

static enum status get_state(struct walk *walk, struct cbor_reader *reader)
{
	struct bytes state;
	enum status status = cbor_get_bytes(reader, &state);

	if (status || state.size > sizeof(walk->decider.state))
		return E_MALFORMED;
	memcpy(walk->decider.state, state.data, state.size);
	walk->decider.state_size = state.size;
	return OK;
}

static enum status get_wish(struct walk *walk, struct cbor_reader *reader)
{
	struct setter_wish *wish = &walk->wish;
	enum status status = cbor_expect_array(reader, 3);

	if (!status)
		status = cbor_get_bool(reader, &wish->at_once);
	if (!status)
		status = list_open(&wish->count, reader, TUPLES_MAX);
	for (size_t i = 0; i < wish->count && !status; i++)
		status = record_decode(&wish->tuples[i], reader, tuple_fields,
				       FIELDS_COUNT(tuple_fields));
	if (!status)
		status = cbor_expect_array(reader, walk->market.asset_count);
	for (size_t a = 0; a < walk->market.asset_count && !status; a++)
		status = record_decode(&wish->direct[a], reader, direct_fields,
				       FIELDS_COUNT(direct_fields));
	return status;
}

static bool head_is_sound(const struct walk *walk)
{
	return walk->hour <= walk->grid->hours &&
	       walk->record.hour_count == walk->hour &&
	       walk->record.decision_count == walk->decisions &&
	       walk->record.setter == walk->setter &&
	       (!walk->waiting || walk->decisions) &&
	       walk->carry.waiting <= LOSS_DELAY_STEPS_MAX + 1 &&
	       walk->depth.share > 0.0 && walk->depth.share <= 1.0;
}

enum status walk_decode(struct walk *walk, struct cbor_reader *reader)
{
	size_t assets = walk->market.asset_count;
	enum status status = record_open(reader, WALK_MEMBERS,
					 WALK_VERSION);

	if (!status)
		status = record_decode(walk, reader, head_fields,
				       FIELDS_COUNT(head_fields));
	if (!status)
		status = cbor_expect_array(reader, assets);
	for (size_t a = 0; a < assets && !status; a++)
		status = get_asset(walk, reader, a);
	if (!status)
		status = get_borrowers(walk, reader);
	if (!status)
		status = get_state(walk, reader);
	if (!status)
		status = get_wish(walk, reader);
	if (!status)
		status = run_record_decode(&walk->record, reader, assets);
	if (!status && !head_is_sound(walk))
		status = E_MALFORMED;
	return status;
}

enum status forecasts_decode(struct forecast_log *out,
			     struct cbor_reader *reader, size_t asset_count)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, FORECASTS_MAX);

	for (size_t i = 0; i < count && !status; i++) {
		struct decision_record line = { 0 };

		status = cbor_expect_array(reader, asset_count);
		for (size_t a = 0; a < asset_count && !status; a++) {
			uint64_t value = 0;

			status = cbor_get_unsigned(reader, &value);
			if (!status && value > UINT32_MAX)
				status = E_MALFORMED;
			line.assets[a].volatility_bps = (uint32_t)value;
		}
		if (!status)
			forecasts_add(out, &line);
	}
	return status;
}
