/* source_candles.c -- an exchange's closed candles, from the newest stored one
 * on: history is read a page after the other, then what has closed since.
 *
 * Where nothing was traded there is no candle, so a page can be empty for
 * ever; one that ended well in the past is not asked for again. */
#include "feeds/net/candle_venues.h"
#include "feeds/net/source.h"

#define SETTLED_BARS 2 /* a page that ended so long ago has all it will have */

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct candle_query query_of(const struct source_job *job,
				    const char *base_url)
{
	const struct source_item *item = &job->items[0];
	int64_t interval = job->interval_s;
	int64_t from = item->newest_ms ? item->newest_ms / 1000 + interval
				       : job->since_s;
	int64_t page_bars;
	struct candle_query query = {
		.venue = job->kind->name, .base_url = base_url,
		.product = item->key, .interval_s = interval,
		.from_s = larger(from, item->read_to_s), .now_s = job->now_s };

	if (interval <= 0)
		return query; /* candle_query_check says so */
	query.from_s = (query.from_s + interval - 1) / interval * interval;
	query.to_s = larger(job->now_s / interval * interval,
			    query.from_s);
	page_bars = candle_page_bars(&query);
	if (page_bars && query.to_s - query.from_s > page_bars * interval)
		query.to_s = query.from_s + page_bars * interval;
	return query;
}

static enum status ask(struct source_request *out, struct source_job *job,
		       const char *base_url, struct error *error)
{
	struct candle_query query = query_of(job, base_url);
	struct candle_query any = query;
	enum status status;

	any.to_s = any.from_s + 1; /* an empty range is no mistake here */
	status = candle_query_check(&any, error);
	if (status)
		return status;
	if (query.from_s >= query.to_s)
		return E_MISSING;
	job->items[0].asked_to_s = query.to_s;
	candle_page_url(&out->url, &query, query.from_s, query.to_s);
	return OK;
}

static struct decimal number(const struct candle_row *row,
			     enum candle_column column)
{
	struct decimal out = { 0, 0 };

	/* candle_page_read let nothing else through. */
	(void)!decimal_parse(&out, bytes_of_string(row->numbers[column]));
	return out;
}

static void add_rows(struct readings *out, const struct candle_rows *rows,
		     struct bytes body)
{
	uint8_t digest[HASH_SIZE];

	keccak256(digest, body.data, body.size);
	for (size_t i = 0; i < rows->count; i++) {
		const struct candle_row *row = &rows->rows[i];
		struct reading *reading = readings_add(out);

		reading->time_ms = row->time_s * 1000;
		reading->is_candle = reading->is_past = true;
		reading->open = number(row, CANDLE_OPEN);
		reading->high = number(row, CANDLE_HIGH);
		reading->low = number(row, CANDLE_LOW);
		reading->value = number(row, CANDLE_CLOSE);
		reading->volume = number(row, CANDLE_VOLUME);
		for (size_t b = 0; b < HASH_SIZE; b++)
			reading->raw_digest[b] = digest[b];
	}
}

static enum status read_page(struct readings *out, struct source_job *job,
			     struct bytes body, const struct json *root,
			     struct error *error)
{
	struct candle_query query = query_of(job, NULL);
	struct candle_rows rows = { 0 };
	struct source_item *item = &job->items[0];
	enum status status;

	query.to_s = item->asked_to_s;
	status = candle_page_read(&rows, &query, root, error);
	if (!status)
		status = candle_rows_sort(&rows, &query, error);
	if (!status)
		add_rows(out, &rows, body);
	memory_free(rows.rows);
	if (!status && query.to_s + SETTLED_BARS * job->interval_s <=
			       job->now_s)
		item->read_to_s = query.to_s;
	return status;
}

static enum status answer(struct readings *out, struct source_job *job,
			  struct bytes body, struct error *error)
{
	struct json *root = NULL;
	enum status status = json_parse(&root, body, error);

	if (!status)
		status = read_page(out, job, body, root, error);
	json_free(root);
	return status;
}

/* Their documented limits, with a margin. */
const struct source_kind source_coinbase = {
	.name = "coinbase", .default_url = "https://api.exchange.coinbase.com",
	.items_max = 1, .burst = 8, .refill_ms = 125,
	.ask = ask, .answer = answer,
};

const struct source_kind source_kraken = {
	.name = "kraken", .default_url = "https://api.kraken.com",
	.items_max = 1, .burst = 2, .refill_ms = 1000,
	.ask = ask, .answer = answer,
};

const struct source_kind source_binance = {
	.name = "binance", .default_url = "https://api.binance.com",
	.items_max = 1, .burst = 10, .refill_ms = 100,
	.ask = ask, .answer = answer,
};
