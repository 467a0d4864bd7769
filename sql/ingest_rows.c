/* ingest_rows.c -- see ingest_rows.h; ingest_row_check of ingest.h. */
#include "sql/ingest_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "sql/copy_binary.h"

#define COLUMNS 16 /* of queries/ingest_copy.sql and ingest_append.sql */

const char *ingest_verdict_name(enum ingest_verdict verdict)
{
	switch (verdict) {
	case INGEST_ACCEPTED: return "accepted";
	case INGEST_MARKED: return "marked";
	case INGEST_REJECTED: return "rejected";
	}
	return "";
}

const char *ingest_signature_name(enum ingest_signature signature)
{
	switch (signature) {
	case INGEST_SIGNATURE_NONE: return "none";
	case INGEST_SIGNATURE_VERIFIED: return "verified";
	case INGEST_SIGNATURE_FAILED: return "failed";
	}
	return "";
}

static enum status check_times(const struct ingest_row *row,
			       struct error *error)
{
	char source[TIME_TEXT_MAX], observed[TIME_TEXT_MAX];
	int64_t at_ms = row->source_time_ms;

	if (at_ms < INGEST_EARLIEST_S * INT64_C(1000) ||
	    at_ms > INGEST_LATEST_S * INT64_C(1000))
		return error_set(error, E_INPUT, "the source time %" PRId64
				 " ms is not between the years 2009 and 2199",
				 at_ms);
	if (row->observed_ms >= at_ms - INGEST_AHEAD_S_MAX * INT64_C(1000) &&
	    row->observed_ms <= INGEST_LATEST_S * INT64_C(1000))
		return OK;
	time_format(source, at_ms / 1000);
	if (row->observed_ms < 0 ||
	    row->observed_ms > INGEST_LATEST_S * INT64_C(1000))
		return error_set(error, E_INPUT, "the observed time %" PRId64
				 " ms of the row of %s is not usable",
				 row->observed_ms, source);
	time_format(observed, row->observed_ms / 1000);
	return error_set(error, E_INPUT, "the source time %s lies more than a "
			 "day after %s, when it was observed", source,
			 observed);
}

static bool is_price(struct decimal value)
{
	static const struct decimal limit = { 1, 12 };

	return value.mantissa > 0 && decimal_compare(value, limit) < 0;
}

static bool is_candle(const struct ingest_row *row)
{
	return is_price(row->low) && is_price(row->high) &&
	       decimal_compare(row->low, row->value) <= 0 &&
	       decimal_compare(row->low, row->open) <= 0 &&
	       decimal_compare(row->open, row->high) <= 0 &&
	       decimal_compare(row->value, row->high) <= 0;
}

static enum status refuse_values(const struct ingest_row *row, const char *why,
				 struct error *error)
{
	char digits[DECIMAL_TEXT_MAX];

	decimal_format(digits, row->value);
	return error_set(error, E_INPUT, "the %s %s %s",
			 row->has_candle ? "candle that closes at" : "price",
			 digits, why);
}

/* What may go into a bar. */
static enum status check_values(const struct ingest_row *row,
				struct error *error)
{
	if (!is_price(row->value))
		return refuse_values(row, "is not above 0 and below 10^12, and "
				     "not marked as rejected", error);
	if (row->has_candle && !is_candle(row))
		return refuse_values(row, "is not bound by its low and high",
				     error);
	if ((row->has_volume && row->volume.mantissa < 0) ||
	    (row->has_confidence && row->confidence.mantissa < 0))
		return refuse_values(row, "has a volume or confidence below 0",
				     error);
	return OK;
}

enum status ingest_row_check(const struct ingest_row *row, struct error *error)
{
	enum status status = check_times(row, error);

	if (status)
		return status;
	if (row->verdict != INGEST_ACCEPTED && !row->reason[0])
		return error_set(error, E_INPUT, "%s without a reason",
				 ingest_verdict_name(row->verdict));
	if (row->block > INT64_MAX)
		return error_set(error, E_INPUT, "block %" PRIu64, row->block);
	if (row->verdict == INGEST_ACCEPTED &&
	    row->signature == INGEST_SIGNATURE_FAILED)
		return error_set(error, E_INPUT, "accepted although its "
				 "signature failed");
	return row->verdict == INGEST_REJECTED ? OK
					       : check_values(row, error);
}

int ingest_compare_names(const struct ingest_row *a, const struct ingest_row *b)
{
	if (a->feed_id != b->feed_id)
		return a->feed_id < b->feed_id ? -1 : 1;
	if (a->source_time_ms != b->source_time_ms)
		return a->source_time_ms < b->source_time_ms ? -1 : 1;
	if (a->round != b->round)
		return a->round < b->round ? -1 : 1;
	return 0;
}

static bool same(struct decimal a, struct decimal b)
{
	return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

/* As queries/ingest_disagree.sql compares; fields that a row has not are 0 and
 * may differ in what is not looked at, which only stages a row in vain. */
bool ingest_says_the_same(const struct ingest_row *a,
			  const struct ingest_row *b)
{
	return same(a->value, b->value) && a->has_candle == b->has_candle &&
	       same(a->open, b->open) && same(a->high, b->high) &&
	       same(a->low, b->low) && a->has_volume == b->has_volume &&
	       same(a->volume, b->volume) &&
	       a->has_confidence == b->has_confidence &&
	       same(a->confidence, b->confidence);
}

static void add_decimal(struct text *out, struct decimal value, bool present)
{
	if (present)
		copy_binary_decimal(out, value);
	else
		copy_binary_null(out);
}

static void add_name(struct text *out, const char *name)
{
	copy_binary_bytes(out, name, strlen(name));
}

static void encode_prices(struct text *out, const struct ingest_row *row)
{
	copy_binary_decimal(out, row->value);
	add_decimal(out, row->open, row->has_candle);
	add_decimal(out, row->high, row->has_candle);
	add_decimal(out, row->low, row->has_candle);
	add_decimal(out, row->volume, row->has_volume);
	add_decimal(out, row->confidence, row->has_confidence);
}

/* Where it came from and what the checks said. */
static void encode_origin(struct text *out, const struct ingest_row *row)
{
	if (row->block)
		copy_binary_int64(out, (int64_t)row->block);
	else
		copy_binary_null(out);
	if (row->has_raw_digest)
		copy_binary_bytes(out, row->raw_digest, HASH_SIZE);
	else
		copy_binary_null(out);
	add_name(out, ingest_signature_name(row->signature));
	add_name(out, ingest_verdict_name(row->verdict));
	if (row->reason[0])
		add_name(out, row->reason);
	else
		copy_binary_null(out);
	copy_binary_time(out, row->observed_ms);
}

void ingest_encode(struct text *out, const struct ingest_row *row,
		   int64_t import_id)
{
	copy_binary_row(out, COLUMNS);
	copy_binary_int64(out, row->feed_id);
	copy_binary_time(out, row->source_time_ms);
	copy_binary_u128(out, row->round);
	encode_prices(out, row);
	encode_origin(out, row);
	copy_binary_int64(out, import_id);
}
