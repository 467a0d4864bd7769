/* plan_codec.c -- see plan_codec.h. */
#include "backtest/plan_codec.h"

#include <string.h>

#include "backtest/backtest.h"
#include "backtest/digest_stream.h"
#include "backtest/record_codec.h"
#include "backtest/record_fields.h"
#include "base/host/spool.h"
#include "case/report.h"

#define REST_BARS 16384u /* three quarters of a megabyte */
#define ITEM_MAX 4096
#define PLAN_VERSION 3
#define PLAN_MEMBERS 9 /* version, policy, head, population, steward, limits,
			* assets, changes, disturbances */
#define ASSET_MEMBERS (FIELDS_COUNT(asset_fields) + 2) /* curve, bars */

static const struct field head_fields[] = {
	FIELD(FIELD_SIGNED, struct backtest_plan, from_s),
	FIELD(FIELD_SIGNED, struct backtest_plan, to_s),
	FIELD(FIELD_UNSIGNED, struct backtest_plan, embargo_s),
	FIELD(FIELD_UNSIGNED, struct backtest_plan, evidence),
	FIELD(FIELD_BOOL, struct backtest_plan, match_ltv),
	FIELD(FIELD_BYTES, struct backtest_plan, seed),
	FIELD(FIELD_UNSIGNED, struct backtest_plan, depth_elasticity), /* bits */
	FIELD(FIELD_UNSIGNED, struct backtest_plan, depth_floor),
	FIELD(FIELD_UNSIGNED, struct backtest_plan, families),
};

static const struct field population_fields[] = {
	FIELD(FIELD_UNSIGNED, struct plan_population, borrowers),
	FIELD(FIELD_UNSIGNED, struct plan_population, follow_ppm),
	FIELD(FIELD_UNSIGNED, struct plan_population, short_ppm),
	FIELD(FIELD_UNSIGNED, struct plan_population, loop_ppm),
	FIELD(FIELD_UNSIGNED, struct plan_population, largest_ppm),
};

static const struct field steward_fields[] = {
	FIELD(FIELD_UNSIGNED, struct plan_steward, confirm_delay_s),
	FIELD(FIELD_UNSIGNED, struct plan_steward, timelock_delay_s),
	FIELD(FIELD_UNSIGNED, struct plan_steward, pending_life_s),
	FIELD(FIELD_UNSIGNED, struct plan_steward, submission_delay_s),
	FIELD(FIELD_UNSIGNED, struct plan_steward, thaw_after_s),
};

/* supply_usd as its bits. */
static const struct field asset_fields[] = {
	FIELD(FIELD_TEXT, struct plan_asset, symbol),
	FIELD(FIELD_TEXT, struct plan_asset, series),
	FIELD(FIELD_BOOL, struct plan_asset, synthetic),
	FIELD(FIELD_UNSIGNED, struct plan_asset, decimals),
	FIELD(FIELD_BOOL, struct plan_asset, stable),
	FIELD(FIELD_UNSIGNED, struct plan_asset, parent),
	PARAMETERS(struct plan_asset, start),
	FIELD(FIELD_UNSIGNED, struct plan_asset, reserve_factor_bps),
	FIELD(FIELD_UNSIGNED, struct plan_asset, protocol_fee_bps),
	FIELD(FIELD_UNSIGNED, struct plan_asset, supply_usd),
};

static const struct field curve_fields[] = {
	FIELD(FIELD_UNSIGNED, struct liquidity_curve, reserve),
	FIELD(FIELD_UNSIGNED, struct liquidity_curve, time_s),
	FIELD(FIELD_TEXT, struct liquidity_curve, source),
};

static const struct field point_fields[] = {
	FIELD(FIELD_UNSIGNED, struct curve_point, size_usd),
	FIELD(FIELD_UNSIGNED, struct curve_point, impact_bps),
};

static const struct field bar_fields[] = {
	FIELD(FIELD_SIGNED, struct bar, open_time_s),
	FIELD(FIELD_SIGNED, struct bar, open.mantissa),
	FIELD(FIELD_SIGNED, struct bar, open.exponent),
	FIELD(FIELD_SIGNED, struct bar, high.mantissa),
	FIELD(FIELD_SIGNED, struct bar, high.exponent),
	FIELD(FIELD_SIGNED, struct bar, low.mantissa),
	FIELD(FIELD_SIGNED, struct bar, low.exponent),
	FIELD(FIELD_SIGNED, struct bar, close.mantissa),
	FIELD(FIELD_SIGNED, struct bar, close.exponent),
};

static const struct field change_fields[] = {
	FIELD(FIELD_SIGNED, struct plan_change, time_s),
	FIELD(FIELD_UNSIGNED, struct plan_change, asset),
	FIELD(FIELD_UNSIGNED, struct plan_change, component),
	FIELD(FIELD_UNSIGNED, struct plan_change, value),
};

/* value and rate as their bits. */
static const struct field disturbance_fields[] = {
	FIELD(FIELD_UNSIGNED, struct plan_disturbance, kind),
	FIELD(FIELD_UNSIGNED, struct plan_disturbance, asset),
	FIELD(FIELD_UNSIGNED, struct plan_disturbance, family),
	FIELD(FIELD_SIGNED, struct plan_disturbance, from_s),
	FIELD(FIELD_SIGNED, struct plan_disturbance, to_s),
	FIELD(FIELD_SIGNED, struct plan_disturbance, since_s),
	FIELD(FIELD_UNSIGNED, struct plan_disturbance, value),
	FIELD(FIELD_UNSIGNED, struct plan_disturbance, rate),
};

#define PUT(item, object, table) \
	do { \
		cbor_put_array(item, FIELDS_COUNT(table)); \
		fields_encode(item, object, table, FIELDS_COUNT(table)); \
	} while (0)

static void flush(struct text *out, struct buffer *item)
{
	record_put(out, item);
	item->size = 0;
}

static void put_limits(struct text *out, struct buffer *item,
		       const struct plan_steward *steward)
{
	cbor_put_array(item, KINDS_COUNT);
	for (uint8_t kind = 1; kind <= KINDS_COUNT; kind++) {
		struct tuple_state state = { .kind = kind,
					     .limit = steward->limits[kind] };

		tuple_state_encode(item, &state);
		flush(out, item);
	}
}

static void put_asset(struct text *out, struct buffer *item,
		      const struct plan_asset *asset)
{
	cbor_put_array(item, ASSET_MEMBERS);
	fields_encode(item, asset, asset_fields, FIELDS_COUNT(asset_fields));
	cbor_put_array(item, FIELDS_COUNT(curve_fields) + 1);
	fields_encode(item, &asset->curve, curve_fields,
		      FIELDS_COUNT(curve_fields));
	cbor_put_array(item, asset->curve.count);
	for (size_t i = 0; i < asset->curve.count; i++)
		PUT(item, &asset->curve.points[i], point_fields);
	cbor_put_array(item, asset->bar_count);
	flush(out, item);
	for (size_t i = 0; i < asset->bar_count; i++) {
		PUT(item, &asset->bars[i], bar_fields);
		flush(out, item);
		if (i % REST_BARS == 0 || i + 1 == asset->bar_count)
			bars_rest(asset, i);
	}
}

void plan_encode(struct text *out, const struct backtest_plan *plan)
{
	uint8_t room[ITEM_MAX];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, PLAN_MEMBERS);
	cbor_put_unsigned(&item, PLAN_VERSION);
	flush(out, &item);
	record_put_bytes(out, plan->policy_bytes);
	PUT(&item, plan, head_fields);
	PUT(&item, &plan->population, population_fields);
	PUT(&item, &plan->steward, steward_fields);
	put_limits(out, &item, &plan->steward);
	cbor_put_array(&item, plan->asset_count);
	for (size_t i = 0; i < plan->asset_count; i++)
		put_asset(out, &item, &plan->assets[i]);
	cbor_put_array(&item, plan->change_count);
	for (size_t i = 0; i < plan->change_count; i++) {
		PUT(&item, &plan->changes[i], change_fields);
		flush(out, &item);
	}
	cbor_put_array(&item, plan->disturbance_count);
	for (size_t i = 0; i < plan->disturbance_count; i++)
		PUT(&item, &plan->disturbances[i], disturbance_fields);
	flush(out, &item);
}

void plan_digest(uint8_t out32[HASH_SIZE], const struct backtest_plan *plan)
{
	struct digest_stream stream;

	digest_stream_open(&stream, NULL);
	plan_encode(&stream.text, plan);
	digest_stream_digest(out32, &stream);
	digest_stream_close(&stream);
}

static enum status get_policy(struct plan_store *out,
			      struct cbor_reader *reader)
{
	struct bytes read;
	enum status status = cbor_get_bytes(reader, &read);

	if (status)
		return status;
	if (!read.size)
		return E_MALFORMED;
	out->policy_bytes = memory_allocate(read.size, 1);
	memcpy(out->policy_bytes, read.data, read.size);
	out->plan.policy_bytes = bytes_of(out->policy_bytes, read.size);
	out->plan.policy = &out->policy;
	return policy_decode(&out->policy, out->plan.policy_bytes);
}

static enum status get_limits(struct plan_steward *out,
			      struct cbor_reader *reader)
{
	enum status status = cbor_expect_array(reader, KINDS_COUNT);

	for (uint8_t kind = 1; kind <= KINDS_COUNT && !status; kind++) {
		struct tuple_state state, plain;
		uint8_t read[2][ITEM_MAX];
		struct buffer bytes[2];

		memset(&state, 0, sizeof(state));
		status = tuple_state_decode(&state, reader);
		if (status || state.kind != kind)
			return status ? status : E_MALFORMED;
		out->limits[kind] = state.limit;
		/* Nothing but the limit may be set. */
		plain = (struct tuple_state){ .kind = kind,
					      .limit = state.limit };
		buffer_init(&bytes[0], read[0], ITEM_MAX);
		buffer_init(&bytes[1], read[1], ITEM_MAX);
		tuple_state_encode(&bytes[0], &state);
		tuple_state_encode(&bytes[1], &plain);
		if (!bytes_equal(buffer_bytes(&bytes[0]),
				 buffer_bytes(&bytes[1])))
			return E_MALFORMED;
	}
	return status;
}

static enum status get_curve(struct liquidity_curve *out,
			     struct cbor_reader *reader)
{
	const size_t members = FIELDS_COUNT(curve_fields);
	enum status status = cbor_expect_array(reader, members + 1);
	size_t count = 0;

	if (!status)
		status = fields_decode(out, reader, curve_fields, members);
	if (!status)
		status = list_open(&count, reader, CURVE_POINTS_MAX);
	out->count = (uint8_t)count;
	for (size_t i = 0; i < count && !status; i++) {
		status = record_decode(&out->points[i], reader, point_fields,
				       FIELDS_COUNT(point_fields));
		if (!status && i && out->points[i - 1].size_usd >=
					    out->points[i].size_usd)
			status = E_MALFORMED;
	}
	return status;
}

static bool price_sound(struct decimal price)
{
	return price.mantissa > 0 &&
	       price.mantissa < INT64_C(1000000000000000000) &&
	       price.exponent >= DECIMAL_EXPONENT_MIN &&
	       price.exponent <= DECIMAL_EXPONENT_MAX;
}

static enum status get_bar(struct bar *out, struct cbor_reader *reader)
{
	enum status status = record_decode(out, reader, bar_fields,
					   FIELDS_COUNT(bar_fields));

	return !status && !(price_sound(out->open) && price_sound(out->high) &&
			    price_sound(out->low) && price_sound(out->close))
		       ? E_MALFORMED : status;
}

static enum status get_bars(struct bar **out, size_t *bar_count,
			    struct cbor_reader *reader)
{
	uint64_t count = 0;
	size_t capacity = 0;
	enum status status = cbor_get_array(reader, &count);

	if (!status && count > PLAN_BARS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < count && !status; i++) {
		if (i == capacity) { /* as far as there is something to read */
			capacity = capacity ? 2 * capacity : 64;
			*out = spool_resize(*out, capacity, sizeof(**out));
		}
		status = get_bar(&(*out)[i], reader);
		if (!status && (!record_time((*out)[i].open_time_s) ||
				(i && (*out)[i - 1].open_time_s >=
					      (*out)[i].open_time_s)))
			status = E_MALFORMED;
	}
	*bar_count = status ? 0 : (size_t)count;
	return status;
}

static enum status get_asset(struct plan_store *out, size_t index,
			     struct cbor_reader *reader)
{
	struct plan_asset *asset = &out->plan.assets[index];
	enum status status = cbor_expect_array(reader, ASSET_MEMBERS);

	if (!status)
		status = fields_decode(asset, reader, asset_fields,
				       FIELDS_COUNT(asset_fields));
	if (!status)
		status = get_curve(&asset->curve, reader);
	if (!status)
		status = get_bars(&out->bars[index], &asset->bar_count, reader);
	asset->bars = out->bars[index];
	asset->spooled = true;
	if (!status && (asset->parent >= out->plan.asset_count ||
			asset->decimals > 36 ||
			!record_bounded(asset->supply_usd)))
		status = E_MALFORMED;
	return status;
}

static enum status get_assets(struct plan_store *out,
			      struct cbor_reader *reader)
{
	enum status status = list_open(&out->plan.asset_count, reader,
				       ASSETS_MAX);

	if (!status && out->plan.asset_count != out->policy.asset_count)
		status = E_MALFORMED;
	for (size_t i = 0; !status && i < out->plan.asset_count; i++)
		status = get_asset(out, i, reader);
	return status;
}

static enum status get_changes(struct plan_store *out,
			       struct cbor_reader *reader)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, PLAN_EVENTS_MAX);

	if (!status && count)
		out->changes = memory_allocate(count, sizeof(*out->changes));
	for (size_t i = 0; i < count && !status; i++) {
		struct plan_change *change = &out->changes[i];

		status = record_decode(change, reader, change_fields,
				       FIELDS_COUNT(change_fields));
		if (!status && (change->asset >= out->plan.asset_count ||
				change->component >= COMPONENTS_COUNT ||
				(i && change[-1].time_s > change->time_s)))
			status = E_MALFORMED;
	}
	out->plan.changes = out->changes;
	out->plan.change_count = status ? 0 : count;
	return status;
}

static bool disturbance_sound(const struct plan_disturbance *d,
			      const struct backtest_plan *plan)
{
	return d->kind >= 1 && d->kind < DISTURBANCE_KINDS &&
	       d->asset < plan->asset_count &&
	       d->family < PLAN_FAMILIES_MAX && d->from_s < d->to_s &&
	       record_time(d->from_s) && record_time(d->to_s) &&
	       record_time(d->since_s) && record_bounded(d->value) &&
	       record_bounded(d->rate) && d->value >= 0.0 && d->rate >= 0.0;
}

static enum status get_disturbances(struct plan_store *out,
				    struct cbor_reader *reader)
{
	size_t count = 0;
	enum status status = list_open(&count, reader, PLAN_DISTURBANCES_MAX);

	if (!status && count)
		out->disturbances =
			memory_allocate(count, sizeof(*out->disturbances));
	for (size_t i = 0; i < count && !status; i++) {
		status = record_decode(&out->disturbances[i], reader,
				       disturbance_fields,
				       FIELDS_COUNT(disturbance_fields));
		if (!status && !disturbance_sound(&out->disturbances[i],
						  &out->plan))
			status = E_MALFORMED;
	}
	out->plan.disturbances = out->disturbances;
	out->plan.disturbance_count = status ? 0 : count;
	return status;
}

static enum status get_head(struct backtest_plan *plan,
			    struct cbor_reader *reader)
{
	enum status status = record_decode(plan, reader, head_fields,
					   FIELDS_COUNT(head_fields));

	if (!status)
		status = record_decode(&plan->population, reader,
				       population_fields,
				       FIELDS_COUNT(population_fields));
	if (!status)
		status = record_decode(&plan->steward, reader, steward_fields,
				       FIELDS_COUNT(steward_fields));
	if (!status)
		status = get_limits(&plan->steward, reader);
	if (!status && (plan->from_s >= plan->to_s ||
			!record_time(plan->from_s) || !record_time(plan->to_s) ||
			plan->evidence < EVIDENCE_A ||
			plan->evidence > EVIDENCE_C ||
			plan->families > PLAN_FAMILIES_MAX ||
			!record_bounded(plan->depth_elasticity) ||
			!record_bounded(plan->depth_floor)))
		status = E_MALFORMED;
	return status;
}

enum status plan_decode(struct plan_store *out, struct cbor_reader *reader)
{
	enum status status = record_open(reader, PLAN_MEMBERS, PLAN_VERSION);

	if (!status)
		status = get_policy(out, reader);
	if (!status)
		status = get_head(&out->plan, reader);
	if (!status)
		status = get_assets(out, reader);
	if (!status)
		status = get_changes(out, reader);
	if (!status)
		status = get_disturbances(out, reader);
	return status == E_RANGE ? E_MALFORMED : status;
}

void plan_store_free(struct plan_store *store)
{
	memory_free(store->policy_bytes);
	for (size_t i = 0; i < ASSETS_MAX; i++)
		spool_free(store->bars[i]);
	memory_free(store->changes);
	memory_free(store->disturbances);
	memset(store, 0, sizeof(*store));
}
