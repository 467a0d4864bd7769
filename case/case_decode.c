/* case_decode.c -- the strict reader of a case.
 *
 * Everything is bounded before it is allocated; order and indexes are checked
 * so that two different byte strings never mean the same case. */
#include "case/case.h"

#include <string.h>

#include "case/case_fields.h"

#define DECODE(object, reader, table) \
	fields_decode(object, reader, table, FIELDS_COUNT(table))

/* A list about to be read: where its elements go and how many may come. */
struct list {
	uint64_t limit;
	size_t size; /* of an element */
	uint64_t count;
	void *elements;
};

/* Reads an array head and allocates that many elements. */
static enum status begin_list(struct list *list, struct cbor_reader *reader,
			      struct arena *arena)
{
	enum status status = cbor_get_array(reader, &list->count);

	if (status)
		return status;
	if (list->count > list->limit)
		return E_LIMIT;
	if (list->count > reader->size - reader->position)
		return E_MALFORMED; /* each element takes a byte at least */
	list->elements = arena_allocate(arena, (size_t)list->count, list->size);
	return list->elements || !list->count ? OK : E_LIMIT;
}

static enum status decode_reserve(struct reserve *out,
				  struct cbor_reader *reader)
{
	uint64_t count = 0;
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(reserve_fields) + 1);

	if (!status)
		status = DECODE(out, reader, reserve_fields);
	if (!status)
		status = cbor_get_array(reader, &count);
	if (!status && count > KINDS_COUNT)
		status = E_MALFORMED;
	if (status)
		return status;
	out->kind_count = (uint8_t)count;
	for (uint8_t i = 0; i < out->kind_count && !status; i++) {
		status = tuple_state_decode(&out->kinds[i], reader);
		if (!status && i && out->kinds[i - 1].kind >= out->kinds[i].kind)
			status = E_MALFORMED;
	}
	if (!status && out->decimals > 18)
		status = E_MALFORMED;
	return status;
}

static enum status decode_reserves(struct case_input *out,
				   struct cbor_reader *reader,
				   struct arena *arena)
{
	struct list list = { ASSETS_MAX, sizeof(struct reserve), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->reserves = list.elements;
	out->reserve_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		status = decode_reserve(&out->reserves[i], reader);
		if (!status && i &&
		    memcmp(out->reserves[i - 1].asset, out->reserves[i].asset,
			   ADDRESS_SIZE) >= 0)
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_position(struct position *out,
				   struct cbor_reader *reader,
				   struct arena *arena, uint8_t reserves)
{
	static const struct field head[] = {
		FIELD(FIELD_BYTES, struct position, account),
		FIELD(FIELD_UNSIGNED, struct position, emode),
	};
	struct list list = { reserves, sizeof(struct holding), 0, NULL };
	enum status status = cbor_expect_array(reader, 3);

	if (!status)
		status = DECODE(out, reader, head);
	if (!status)
		status = begin_list(&list, reader, arena);
	if (status)
		return status;
	out->holdings = list.elements;
	out->count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		struct holding *holding = &out->holdings[i];

		status = record_decode(holding, reader, holding_fields,
				       FIELDS_COUNT(holding_fields));
		if (!status &&
		    (holding->reserve >= reserves ||
		     (i && holding[-1].reserve >= holding->reserve)))
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_positions(struct case_input *out,
				    struct cbor_reader *reader,
				    struct arena *arena)
{
	struct list list = { POSITIONS_MAX, sizeof(struct position), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->positions = list.elements;
	out->position_count = (uint32_t)list.count;
	for (uint32_t i = 0; i < list.count && !status; i++) {
		status = decode_position(&out->positions[i], reader, arena,
					 out->reserve_count);
		if (!status && i &&
		    memcmp(out->positions[i - 1].account,
			   out->positions[i].account, ADDRESS_SIZE) >= 0)
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_points(struct liquidity_curve *out,
				 struct cbor_reader *reader)
{
	static const struct field point[] = {
		FIELD(FIELD_UNSIGNED, struct curve_point, size_usd),
		FIELD(FIELD_UNSIGNED, struct curve_point, impact_bps),
	};
	uint64_t count;
	enum status status = cbor_get_array(reader, &count);

	if (!status && (count > CURVE_POINTS_MAX || !count))
		status = E_MALFORMED;
	if (status)
		return status;
	out->count = (uint8_t)count;
	for (uint8_t i = 0; i < count && !status; i++) {
		status = cbor_expect_array(reader, 2);
		if (!status)
			status = DECODE(&out->points[i], reader, point);
		if (!status && (out->points[i].impact_bps > 10000 ||
				!out->points[i].size_usd ||
				(i && out->points[i - 1].size_usd >=
					      out->points[i].size_usd)))
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_curves(struct case_input *out,
				 struct cbor_reader *reader,
				 struct arena *arena)
{
	struct list list = { out->reserve_count, sizeof(struct liquidity_curve), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->curves = list.elements;
	out->curve_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		struct liquidity_curve *curve = &out->curves[i];

		status = cbor_expect_array(reader,
					   FIELDS_COUNT(curve_fields) + 1);
		if (!status)
			status = DECODE(curve, reader, curve_fields);
		if (!status)
			status = decode_points(curve, reader);
		if (!status && (curve->reserve >= out->reserve_count ||
				(i && curve[-1].reserve >= curve->reserve)))
			status = E_MALFORMED;
	}
	return status;
}

static bool decimal_is_price(const struct decimal *price)
{
	return price->mantissa > 0 && price->mantissa < 1000000000000000000 &&
	       price->exponent >= DECIMAL_EXPONENT_MIN &&
	       price->exponent <= 12 && price->mantissa % 10 != 0;
}

/* A price ending in zeros has those in its exponent: the normal form. */
static enum status decode_price(struct decimal *out,
				struct cbor_reader *reader)
{
	enum status status = DECODE(out, reader, decimal_fields);

	return status || decimal_is_price(out) ? status : E_MALFORMED;
}

static enum status decode_bar(struct bar *out, struct cbor_reader *reader)
{
	struct decimal *const prices[] = { &out->open, &out->high, &out->low,
					   &out->close };
	enum status status = cbor_expect_array(reader, 9);

	if (!status)
		status = cbor_get_signed(reader, &out->open_time_s);
	for (size_t i = 0; i < 4 && !status; i++)
		status = decode_price(prices[i], reader);
	return status;
}

static enum status decode_one_series(struct series *out,
				     struct cbor_reader *reader,
				     struct arena *arena)
{
	struct list list = { BARS_MAX, sizeof(struct bar), 0, NULL };
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(series_fields) + 1);

	if (!status)
		status = DECODE(out, reader, series_fields);
	if (!status)
		status = begin_list(&list, reader, arena);
	if (status)
		return status;
	out->bars = list.elements;
	out->count = (uint32_t)list.count;
	for (uint32_t i = 0; i < list.count && !status; i++) {
		status = decode_bar(&out->bars[i], reader);
		if (!status && i &&
		    out->bars[i - 1].open_time_s >= out->bars[i].open_time_s)
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_series(struct case_input *out,
				 struct cbor_reader *reader,
				 struct arena *arena)
{
	struct list list = { out->reserve_count, sizeof(struct series), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->series = list.elements;
	out->series_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		struct series *series = &out->series[i];

		status = decode_one_series(series, reader, arena);
		if (!status && (series->reserve >= out->reserve_count ||
				(i && series[-1].reserve >= series->reserve)))
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_emodes(struct case_input *out,
				 struct cbor_reader *reader,
				 struct arena *arena)
{
	struct list list = { EMODES_MAX, sizeof(struct emode), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->emodes = list.elements;
	out->emode_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		struct emode *emode = &out->emodes[i];

		status = record_decode(emode, reader, emode_fields,
				       FIELDS_COUNT(emode_fields));
		if (!status &&
		    (!emode->id || (i && emode[-1].id >= emode->id) ||
		     (emode->collateral | emode->borrowable) >>
			     out->reserve_count))
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_usage(struct usage *out, struct cbor_reader *reader,
				struct arena *arena)
{
	struct list list = { USAGE_MAX, sizeof(struct usage_sample), 0, NULL };
	uint64_t reserve = 0;
	enum status status = cbor_expect_array(reader, 2);

	if (!status)
		status = cbor_get_unsigned(reader, &reserve);
	if (!status && reserve >= ASSETS_MAX)
		status = E_MALFORMED;
	if (!status)
		status = begin_list(&list, reader, arena);
	if (status)
		return status;
	out->reserve = (uint8_t)reserve;
	out->samples = list.elements;
	out->count = (uint32_t)list.count;
	for (uint32_t i = 0; i < list.count && !status; i++) {
		status = record_decode(&out->samples[i], reader,
				       usage_sample_fields,
				       FIELDS_COUNT(usage_sample_fields));
		if (!status && i &&
		    out->samples[i - 1].time_s >= out->samples[i].time_s)
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_usages(struct case_input *out,
				 struct cbor_reader *reader,
				 struct arena *arena)
{
	struct list list = { out->reserve_count, sizeof(struct usage), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->usages = list.elements;
	out->usage_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		status = decode_usage(&out->usages[i], reader, arena);
		if (!status &&
		    (out->usages[i].reserve >= out->reserve_count ||
		     (i && out->usages[i - 1].reserve >=
				   out->usages[i].reserve)))
			status = E_MALFORMED;
	}
	return status;
}

static bool quotes_ordered(const struct quote *a, const struct quote *b)
{
	return a->reserve < b->reserve ||
	       (a->reserve == b->reserve && strcmp(a->family, b->family) < 0);
}

static enum status decode_quotes(struct case_input *out,
				 struct cbor_reader *reader,
				 struct arena *arena)
{
	struct list list = { QUOTES_MAX, sizeof(struct quote), 0, NULL };
	enum status status = begin_list(&list, reader, arena);

	if (status)
		return status;
	out->quotes = list.elements;
	out->quote_count = (uint8_t)list.count;
	for (uint8_t i = 0; i < list.count && !status; i++) {
		struct quote *quote = &out->quotes[i];

		status = cbor_expect_array(reader,
					   FIELDS_COUNT(quote_head_fields) +
						   FIELDS_COUNT(decimal_fields));
		if (!status)
			status = DECODE(quote, reader, quote_head_fields);
		if (!status)
			status = decode_price(&quote->price_usd, reader);
		if (!status && (quote->reserve >= out->reserve_count ||
				(i && !quotes_ordered(quote - 1, quote))))
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_head(struct case_input *out,
			       struct cbor_reader *reader)
{
	uint64_t version = 0;
	enum status status = cbor_expect_array(reader, CASE_MEMBERS);

	if (!status)
		status = cbor_get_unsigned(reader, &version);
	if (!status && version != CASE_VERSION)
		status = E_MALFORMED;
	if (!status)
		status = cbor_expect_array(reader,
					   FIELDS_COUNT(domain_fields) +
						   FIELDS_COUNT(head_fields));
	if (!status)
		status = DECODE(&out->domain, reader, domain_fields);
	if (!status)
		status = DECODE(out, reader, head_fields);
	if (!status && (out->mode > MODE_SHADOW || out->evidence < EVIDENCE_A ||
			out->evidence > EVIDENCE_C))
		status = E_MALFORMED;
	return status;
}

/* Head, policy, state and steward: what comes before the lists. */
static enum status decode_front(struct case_input *out,
				struct cbor_reader *reader)
{
	enum status status = decode_head(out, reader);

	if (!status)
		status = cbor_get_bytes(reader, &out->policy);
	if (!status)
		status = cbor_get_bytes(reader, &out->state);
	return status ? status : steward_state_decode(&out->steward, reader);
}

enum status case_peek(struct case_sizes *out, struct bytes in)
{
	struct case_input read;
	struct policy policy;
	struct cbor_reader reader;
	uint64_t reserves = 0;
	enum status status;

	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = decode_front(&read, &reader);
	if (!status)
		status = policy_decode(&policy, read.policy);
	if (!status)
		status = cbor_get_array(&reader, &reserves);
	if (!status && reserves > ASSETS_MAX)
		status = E_MALFORMED;
	if (!status)
		*out = (struct case_sizes){ policy.horizon_s, policy.step_s,
					    policy.path_count,
					    (size_t)reserves };
	return status;
}

static enum status decode_all(struct case_input *out,
			      struct cbor_reader *reader, struct arena *arena)
{
	enum status status = decode_front(out, reader);

	if (!status)
		status = decode_reserves(out, reader, arena);
	if (!status)
		status = decode_emodes(out, reader, arena);
	if (!status)
		status = decode_positions(out, reader, arena);
	if (!status)
		status = decode_curves(out, reader, arena);
	if (!status)
		status = decode_series(out, reader, arena);
	if (!status)
		status = decode_usages(out, reader, arena);
	if (!status)
		status = decode_quotes(out, reader, arena);
	return status ? status : cbor_finish(reader);
}

enum status case_decode(struct case_input *out, struct bytes in,
			struct arena *arena)
{
	struct case_input read;
	struct cbor_reader reader;
	size_t mark = arena_mark(arena);
	enum status status;

	if (in.size > CASE_BYTES_MAX)
		return E_LIMIT;
	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = decode_all(&read, &reader, arena);
	if (status)
		arena_reset(arena, mark);
	else
		*out = read;
	return status;
}
