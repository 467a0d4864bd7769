/* candles.c -- pages of rows from each venue, checked, sorted, written. */
#include "feeds/net/candles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/host/log.h"
#include "base/time.h"
#include "feeds/net/json.h"

#define NUMBER_MAX 40
#define PAGES_MAX 10000

enum column { OPEN, HIGH, LOW, CLOSE, VOLUME, COLUMNS };

struct row {
	int64_t time_s;
	char numbers[COLUMNS][NUMBER_MAX];
};

struct fetch {
	const struct candle_query *query;
	const struct venue *venue;
	struct http_client *http;
	const char *base;
	struct row *rows;
	size_t count, capacity;
};

struct venue {
	const char *name, *base_url;
	int64_t page_bars;         /* 0: everything comes in one answer */
	int64_t time_unit;         /* of its time column, per second */
	uint8_t columns[COLUMNS];  /* where o, h, l, c, v stand in a row */
	const char *intervals;     /* " seconds=its word " */
	void (*url)(struct text *out, const struct fetch *fetch, int64_t from,
		    int64_t to);
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

static void coinbase_url(struct text *out, const struct fetch *fetch,
			 int64_t from, int64_t to)
{
	char start[TIME_TEXT_MAX], end[TIME_TEXT_MAX];

	time_format(start, from);
	time_format(end, to - fetch->query->interval_s); /* end is included */
	text_add_format(out, "%s/products/%s/candles?granularity=%lld&start=%s"
			"&end=%s", fetch->base, fetch->query->product,
			(long long)fetch->query->interval_s, start, end);
}

static void kraken_url(struct text *out, const struct fetch *fetch,
		       int64_t from, int64_t to)
{
	(void)to;
	text_add_format(out, "%s/0/public/OHLC?pair=%s&interval=%lld&since=%lld",
			fetch->base, fetch->query->product,
			(long long)(fetch->query->interval_s / 60),
			(long long)from - 1);
}

static void binance_url(struct text *out, const struct fetch *fetch,
			int64_t from, int64_t to)
{
	char word[8];

	interval_word(fetch->venue, fetch->query->interval_s, word);
	text_add_format(out, "%s/api/v3/klines?symbol=%s&interval=%s&startTime="
			"%lld&endTime=%lld&limit=1000", fetch->base,
			fetch->query->product, word, (long long)from * 1000,
			(long long)to * 1000 - 1);
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
static enum status refused_by_venue(const struct fetch *fetch,
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
		  fetch->venue->name, used ? clean : "another layout");
	return error_hint(error, "Check the product name \"%.60s\"; each venue "
			  "has its own.", fetch->query->product);
}

static const char *number_text(const struct json *value)
{
	const char *text = json_number(value);

	return text ? text : json_string(value);
}

/* Prices must be exact decimals; volumes are cut to 17 characters when they
 * hold more digits than a decimal does (they carry binary noise). */
static enum status take_number(char out[NUMBER_MAX], const struct json *value,
			       bool is_volume)
{
	const char *text = number_text(value);
	struct decimal decimal;
	enum status status;

	if (!text || strlen(text) >= NUMBER_MAX)
		return E_MALFORMED;
	memset(out, 0, NUMBER_MAX);
	memcpy(out, text, strlen(text));
	status = decimal_parse(&decimal, bytes_of_string(out));
	if (status == E_RANGE && is_volume && strchr(out, '.') &&
	    !strpbrk(out, "eE")) {
		out[17] = 0;
		status = decimal_parse(&decimal, bytes_of_string(out));
	}
	return status;
}

static enum status take_row(struct fetch *fetch, const struct json *item)
{
	struct row row = { 0 };
	int64_t time;
	enum status status = json_integer(&time, json_item(item, 0));

	for (int c = 0; c < COLUMNS && !status; c++)
		status = take_number(row.numbers[c],
				     json_item(item,
					       fetch->venue->columns[c]),
				     c == VOLUME);
	if (status)
		return status;
	row.time_s = time / fetch->venue->time_unit;
	if (row.time_s % fetch->query->interval_s)
		return E_MALFORMED;
	if (row.time_s < fetch->query->from_s ||
	    row.time_s >= fetch->query->to_s ||
	    row.time_s + fetch->query->interval_s > fetch->query->now_s)
		return OK; /* not asked, or still open */
	if (fetch->count == fetch->capacity) {
		fetch->capacity = fetch->capacity * 2 + 1024;
		fetch->rows = memory_resize(fetch->rows, fetch->capacity,
					    sizeof(*fetch->rows));
	}
	fetch->rows[fetch->count++] = row;
	return OK;
}

static enum status take_page(struct fetch *fetch, const struct json *root,
			     struct error *error)
{
	const struct json *list = fetch->venue->list(root);
	bool drop_last = !strcmp(fetch->venue->name, "kraken");
	size_t index = 0;

	if (!list)
		return refused_by_venue(fetch, root, error);
	for (const struct json *item = json_first(list); item;
	     item = json_next(item), index++) {
		if (drop_last && !json_next(item))
			break; /* Kraken's last bar is not committed */
		if (take_row(fetch, item))
			return error_set(error, E_PEER, "%s: row %zu is no "
					 "candle of %lld s",
					 fetch->venue->name, index,
					 (long long)fetch->query->interval_s);
	}
	return OK;
}

static enum status fetch_page(struct fetch *fetch, int64_t from, int64_t to,
			      struct error *error)
{
	struct text url = { 0 };
	struct http_response response = { 0 };
	struct json *root = NULL;
	enum status status;

	fetch->venue->url(&url, fetch, from, to);
	status = http_send(&response, fetch->http,
			   &(struct http_request){ .url = url.data }, error);
	text_free(&url);
	if (!status)
		status = json_parse(&root, bytes_of(response.body.data,
						    response.body.size),
				    error);
	if (!status)
		status = take_page(fetch, root, error);
	json_free(root);
	http_response_free(&response);
	return status;
}

static enum status fetch_pages(struct fetch *fetch, struct error *error)
{
	const struct candle_query *query = fetch->query;
	int64_t from = query->from_s - query->from_s % query->interval_s;
	int64_t end = query->to_s < query->now_s ? query->to_s : query->now_s;
	int64_t page = fetch->venue->page_bars * query->interval_s;
	enum status status = OK;

	if (from < query->from_s)
		from += query->interval_s;
	if (!page || (end - from) / page > PAGES_MAX)
		page = end - from;
	for (; from < end && !status; from += page) {
		int64_t to = end - from < page ? end : from + page;

		progress_show(fetch->venue->name,
			      (uint64_t)(from - query->from_s),
			      (uint64_t)(end - query->from_s));
		status = fetch_page(fetch, from, to, error);
	}
	progress_clear();
	return status;
}

static int by_time(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

static enum status write_rows(struct text *out, size_t *rows,
			      struct fetch *fetch, struct error *error)
{
	size_t written = 0;

	if (!fetch->count)
		return error_set(error, E_MISSING, "%s has no candles of %s "
				 "in that range", fetch->venue->name,
				 fetch->query->product);
	qsort(fetch->rows, fetch->count, sizeof(*fetch->rows), by_time);
	for (size_t i = 1; i < fetch->count; i++)
		if (fetch->rows[i].time_s == fetch->rows[i - 1].time_s &&
		    memcmp(&fetch->rows[i], &fetch->rows[i - 1],
			   sizeof(*fetch->rows)))
			return error_set(error, E_PEER, "%s answered two "
					 "different candles for one time",
					 fetch->venue->name);
	text_add_string(out, "time,open,high,low,close,volume\n");
	for (size_t i = 0; i < fetch->count; i++) {
		const struct row *row = &fetch->rows[i];
		char time[TIME_TEXT_MAX];

		if (i && row->time_s == row[-1].time_s)
			continue;
		time_format(time, row->time_s);
		text_add_format(out, "%s,%s,%s,%s,%s,%s\n", time,
				row->numbers[OPEN], row->numbers[HIGH],
				row->numbers[LOW], row->numbers[CLOSE],
				row->numbers[VOLUME]);
		written++;
	}
	*rows = written;
	return OK;
}

static enum status check_query(const struct candle_query *query,
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

/* Who gave the answer that is no good. */
static enum status name_venue(const char *base, struct error *error)
{
	char message[sizeof(error->message)];

	if (!strstr(error->message, "://")) {
		snprintf(message, sizeof(message), "%s", error->message);
		snprintf(error->message, sizeof(error->message),
			 "%.120s: %.380s", base, message);
	}
	return error->status;
}

enum status fetch_candles(struct text *out, size_t *rows,
			  const struct candle_query *query,
			  const struct http_limits *limits,
			  struct error *error)
{
	static const struct http_limits short_limits = {
		.connect_ms = 3000, .total_ms = 15000, .tries = 3 };
	struct fetch fetch = { .query = query };
	enum status status = check_query(query, error);

	if (status)
		return status;
	fetch.venue = find_venue(query->venue);
	fetch.base = query->base_url ? query->base_url
				     : fetch.venue->base_url;
	fetch.http = http_open(limits ? limits : &short_limits);
	status = fetch_pages(&fetch, error);
	if (!status)
		status = write_rows(out, rows, &fetch, error);
	http_close(fetch.http);
	memory_free(fetch.rows);
	return status ? name_venue(fetch.base, error) : OK;
}
