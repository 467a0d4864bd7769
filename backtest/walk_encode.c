/* walk_encode.c -- see walk_codec.h: writing. */
#include <string.h>

#include "backtest/record_codec.h"
#include "backtest/walk_codec.h"
#include "backtest/walk_fields.h"

#define ITEM_MAX 262144

static void put_item(struct text *out, const void *object,
		     const struct field *fields, size_t count)
{
	uint8_t room[2048];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, count);
	fields_encode(&item, object, fields, count);
	record_put(out, &item);
}

static void put_array(struct text *out, uint64_t count)
{
	uint8_t room[16];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, count);
	record_put(out, &item);
}

static struct asset_state_part part_of(const struct walk *walk, size_t a)
{
	struct asset_state_part part = {
		.last_class_c_s = walk->steward.assets[a].last_class_c_s,
		.frozen_s = walk->steward.assets[a].frozen_s,
		.first = walk->history.assets[a].first,
		.before_freeze = walk->steward.assets[a].before_freeze,
		.fast = walk->depth.fast[a],
		.slow = walk->depth.slow[a],
		.answer_usd = walk->carry.answer_usd[a],
		.answer_age_s = walk->carry.answer_age_s[a],
		.seen_usd = walk->carry.seen_usd[a],
		.pressure_usd = walk->carry.pressure_usd[a] };

	memcpy(part.prefix, walk->history.assets[a].prefix, HASH_SIZE);
	return part;
}

/* [market, part, [answer, ...], [kind, ...], [sample, ...]] */
static void put_asset(struct text *out, const struct walk *walk, size_t a)
{
	struct asset_state_part part = part_of(walk, a);
	uint32_t samples = walk->history.assets[a].usage_count;
	uint8_t *room = memory_allocate(ITEM_MAX, 1);
	struct buffer item;

	put_array(out, 5);
	put_item(out, &walk->market.assets[a], market_fields,
		 FIELDS_COUNT(market_fields));
	put_item(out, &part, part_fields, FIELDS_COUNT(part_fields));
	buffer_init(&item, room, ITEM_MAX);
	cbor_put_array(&item, LOSS_DELAY_STEPS_MAX + 1);
	for (size_t k = 0; k <= LOSS_DELAY_STEPS_MAX; k++) {
		uint64_t bits;

		memcpy(&bits, &walk->carry.answers[k][a], sizeof(bits));
		cbor_put_unsigned(&item, bits);
	}
	cbor_put_array(&item, walk->steward.assets[a].count);
	for (uint8_t k = 0; k < walk->steward.assets[a].count; k++)
		tuple_state_encode(&item, &walk->steward.assets[a].kinds[k]);
	record_put(out, &item);
	memory_free(room);
	put_array(out, samples);
	for (uint32_t i = 0; i < samples; i++)
		put_item(out, &walk->history.assets[a].usage[i], sample_fields,
			 FIELDS_COUNT(sample_fields));
}

/* [at once, [tuple, ...], [direct, ...]] */
static void put_wish(struct text *out, const struct walk *walk)
{
	const struct setter_wish *wish = &walk->wish;
	uint8_t room[8];
	struct buffer item;

	put_array(out, 3);
	buffer_init(&item, room, sizeof(room));
	cbor_put_bool(&item, wish->at_once);
	record_put(out, &item);
	put_array(out, wish->count);
	for (size_t i = 0; i < wish->count; i++)
		put_item(out, &wish->tuples[i], tuple_fields,
			 FIELDS_COUNT(tuple_fields));
	put_array(out, walk->market.asset_count);
	for (size_t a = 0; a < walk->market.asset_count; a++)
		put_item(out, &wish->direct[a], direct_fields,
			 FIELDS_COUNT(direct_fields));
}

void walk_encode(struct text *out, const struct walk *walk)
{
	uint8_t room[16];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, WALK_MEMBERS);
	cbor_put_unsigned(&item, WALK_VERSION);
	record_put(out, &item);
	put_item(out, walk, head_fields, FIELDS_COUNT(head_fields));
	put_array(out, walk->market.asset_count);
	for (size_t a = 0; a < walk->market.asset_count; a++)
		put_asset(out, walk, a);
	put_array(out, walk->market.borrower_count);
	for (size_t i = 0; i < walk->market.borrower_count; i++)
		put_item(out, &walk->market.borrowers[i], borrower_fields,
			 FIELDS_COUNT(borrower_fields));
	record_put_bytes(out, bytes_of(walk->decider.state,
				walk->decider.state_size));
	put_wish(out, walk);
	run_record_encode(out, &walk->record, walk->market.asset_count);
}

void forecasts_encode(struct text *out, const struct forecast_log *log,
		      size_t asset_count)
{
	uint8_t room[16 * ASSETS_MAX];

	put_array(out, log->count);
	for (size_t i = 0; i < log->count; i++) {
		struct buffer item;

		buffer_init(&item, room, sizeof(room));
		cbor_put_array(&item, asset_count);
		for (size_t a = 0; a < asset_count; a++)
			cbor_put_unsigned(&item, log->volatility_bps[i][a]);
		record_put(out, &item);
	}
}
