/* candle_venues.c -- see candle_venues.h. */
#include "feeds/net/candle_venues.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"

struct venue {
	const char *name, *base_url;
	int64_t page_bars;         /* 0: everything comes in one answer */
	int64_t time_unit;         /* of its time column, per second */
	uint8_t columns[CANDLE_COLUMNS]; /* where o, h, l, c, v stand in a row */
	const char *intervals;     /* " seconds=its word " */
	void (*url)(struct text *out, const struct candle_query *query,
		    const char *base, int64_t from, int64_t to);
	const struct json *(*list)(const struct json *root);
};

/* The venue's word for the interval, or NULL. */
static const char *interval_word(const struct venue *venue, int64_t interval_s,
				 char word[8])
{
	char key[32];
	const char *at;
	size_t length;

	snprintf(key, sizeof(key), " %lld=", (long long)interval_s);
	at = strstr(venue->intervals, key);
	if (!at)
		return NULL;
	at += strlen(key);
	length = strcspn(at, " ");
	memcpy(word, at, length);
	word[length] = 0;
	return word;
}

static void coinbase_url(struct text *out, const struct candle_query *query,
			 const char *base, int64_t from, int64_t to)
{
	char start[TIME_TEXT_MAX], end[TIME_TEXT_MAX];

	time_format(start, from);
	time_format(end, to - query->interval_s); /* end is included */
	text_add_format(out, "%s/products/%s/candles?granularity=%lld&start=%s"
			"&end=%s", base, query->product,
			(long long)query->interval_s, start, end);
}

static void kraken_url(struct text *out, const struct candle_query *query,
		       const char *base, int64_t from, int64_t to)
{
	(void)to;
	text_add_format(out, "%s/0/public/OHLC?pair=%s&interval=%lld&since=%lld",
			base, query->product,
			(long long)(query->interval_s / 60),
			(long long)from - 1);
}

static const struct venue *find_venue(const char *name);

static void binance_url(struct text *out, const struct candle_query *query,
			const char *base, int64_t from, int64_t to)
{
	char word[8];

	interval_word(find_venue(query->venue), query->interval_s, word);
	text_add_format(out, "%s/api/v3/klines?symbol=%s&interval=%s&startTime="
			"%lld&endTime=%lld&limit=1000", base, query->product,
			word, (long long)from * 1000, (long long)to * 1000 - 1);
}

static const struct json *plain_list(const struct json *root)
{
	return json_is_array(root) ? root : NULL;
}

/* {"error":[],"result":{PAIR:[...],"last":t}}: the pair's key is its own. */
static const struct json *kraken_list(const struct json *root)
{
	const struct json *member = json_first(json_member(root, "result"));

	if (json_count(json_member(root, "error")))
		return NULL;
	while (member && !json_is_array(member))
		member = json_next(member);
	return member;
}

static const struct venue venues[] = {
	{ "coinbase", "https://api.exchange.coinbase.com", 300, 1,
	  { 3, 2, 1, 4, 5 },
	  " 60=60 300=300 900=900 3600=3600 21600=21600 86400=86400 ",
	  coinbase_url, plain_list },
	{ "kraken", "https://api.kraken.com", 0, 1, { 1, 2, 3, 4, 6 },
	  " 60=1 300=5 900=15 1800=30 3600=60 14400=240 86400=1440 ",
	  kraken_url, kraken_list },
	{ "binance", "https://api.binance.com", 1000, 1000, { 1, 2, 3, 4, 5 },
	  " 60=1m 300=5m 900=15m 1800=30m 3600=1h 14400=4h 86400=1d ",
	  binance_url, plain_list },
};

static const struct venue *find_venue(const char *name)
{
	for (size_t i = 0; i < sizeof(venues) / sizeof(venues[0]); i++)
		if (!strcmp(venues[i].name, name))
			return &venues[i];
	return NULL;
}

const char *candle_base_url(const char *venue)
{
	const struct venue *found = find_venue(venue);

	return found ? found->base_url : NULL;
}

/* What the venue says instead of rows, as far as it is printable. */
static enum status refused_by_venue(const struct candle_query *query,
				    const struct json *root,
				    struct error *error)
{
	const char *words = json_string(json_member(root, "msg"));
	char clean[160];
	size_t used = 0;

	if (!words)
		words = json_string(json_member(root, "message"));
	if (!words)
		words = json_string(json_first(json_member(root, "error")));
	for (; words && *words && used + 1 < sizeof(clean); words++)
		clean[used++] = *words >= ' ' && *words <= '~' ? *words : ' ';
	clean[used] = 0;
	error_set(error, E_PEER, "%s answered no candles: %s",
		  query->venue, used ? clean : "another layout");
	return error_hint(error, "Check the product name \"%.60s\"; each venue "
			  "has its own.", query->product);
}

static const char *number_text(const struct json *value)
{
	const char *text = json_number(value);

	return text ? text : json_string(value);
}

/* Prices must be exact decimals; volumes are cut to 17 characters when they
 * hold more digits than a decimal does (they carry binary noise). */
static enum status take_number(char out[CANDLE_NUMBER_MAX], const struct json *value,
			       bool is_volume)
{
	const char *text = number_text(value);
	struct decimal decimal;
	enum status status;

	if (!text || strlen(text) >= CANDLE_NUMBER_MAX)
		return E_MALFORMED;
	memset(out, 0, CANDLE_NUMBER_MAX);
	memcpy(out, text, strlen(text));
	status = decimal_parse(&decimal, bytes_of_string(out));
	if (status == E_RANGE && is_volume && strchr(out, '.') &&
	    !strpbrk(out, "eE")) {
		out[17] = 0;
		status = decimal_parse(&decimal, bytes_of_string(out));
	}
	return status;
}

static enum status read_row(struct candle_row *row, const struct venue *venue,
			    const struct json *item)
{
	int64_t time = 0;
	enum status status = json_integer(&time, json_item(item, 0));

	for (int c = 0; c < CANDLE_COLUMNS && !status; c++)
		status = take_number(row->numbers[c],
				     json_item(item, venue->columns[c]),
				     c == CANDLE_VOLUME);
	row->time_s = time / venue->time_unit;
	return status;
}

static enum status take_row(struct candle_rows *out,
			    const struct candle_query *query,
			    const struct json *item)
{
	struct candle_row row = { 0 };

	if (read_row(&row, find_venue(query->venue), item) ||
	    row.time_s % query->interval_s)
		return E_MALFORMED;
	if (row.time_s < query->from_s || row.time_s >= query->to_s ||
	    row.time_s + query->interval_s > query->now_s)
		return OK; /* not asked, or still open */
	if (out->count == out->capacity) {
		out->capacity = out->capacity * 2 + 1024;
		out->rows = memory_resize(out->rows, out->capacity,
					  sizeof(*out->rows));
	}
	out->rows[out->count++] = row;
	return OK;
}

enum status candle_page_read(struct candle_rows *out,
			     const struct candle_query *query,
			     const struct json *root, struct error *error)
{
	const struct json *list = find_venue(query->venue)->list(root);
	bool drop_last = !strcmp(query->venue, "kraken");
	size_t index = 0;

	if (!list)
		return refused_by_venue(query, root, error);
	for (const struct json *item = json_first(list); item;
	     item = json_next(item), index++) {
		if (drop_last && !json_next(item))
			break; /* Kraken's last bar is not committed */
		if (take_row(out, query, item))
			return error_set(error, E_PEER, "%s: row %zu is no "
					 "candle of %lld s", query->venue,
					 index, (long long)query->interval_s);
	}
	return OK;
}

int64_t candle_page_bars(const struct candle_query *query)
{
	return find_venue(query->venue)->page_bars;
}

void candle_page_url(struct text *out, const struct candle_query *query,
		     int64_t from_s, int64_t to_s)
{
	const struct venue *venue = find_venue(query->venue);

	venue->url(out, query,
		   query->base_url ? query->base_url : venue->base_url, from_s,
		   to_s);
}

static int by_time(const void *a, const void *b)
{
	const struct candle_row *x = a, *y = b;

	return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

enum status candle_rows_sort(struct candle_rows *rows,
			     const struct candle_query *query,
			     struct error *error)
{
	size_t kept = 0;

	if (rows->count)
		qsort(rows->rows, rows->count, sizeof(*rows->rows), by_time);
	for (size_t i = 0; i < rows->count; i++) {
		const struct candle_row *row = &rows->rows[i];
		bool again = kept &&
			     rows->rows[kept - 1].time_s == row->time_s;

		if (again && memcmp(row, &rows->rows[kept - 1], sizeof(*row)))
			return error_set(error, E_PEER, "%s answered two "
					 "different candles for one time",
					 query->venue);
		if (!again)
			rows->rows[kept++] = *row;
	}
	rows->count = kept;
	return OK;
}

enum status candle_query_check(const struct candle_query *query,
			       struct error *error)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-";
	const struct venue *venue = find_venue(query->venue);
	char word[8];

	if (!venue) {
		error_set(error, E_USAGE, "no candle source \"%s\"",
			  query->venue);
		return error_hint(error, "There are coinbase, kraken and "
				  "binance.");
	}
	if (!*query->product || query->product[strspn(query->product, allowed)])
		return error_set(error, E_USAGE, "\"%s\" is no product name",
				 query->product);
	if (query->interval_s <= 0 ||
	    !interval_word(venue, query->interval_s, word))
		return error_set(error, E_USAGE, "%s has no candles of %lld s",
				 venue->name, (long long)query->interval_s);
	if (query->from_s < 0 || query->from_s >= query->to_s)
		return error_set(error, E_USAGE, "the range of candles is "
				 "empty");
	return OK;
}
