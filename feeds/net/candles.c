/* candles.c -- pages of a venue's candles one after another, as CSV. */
#include "feeds/net/candles.h"

#include <stdio.h>
#include <string.h>

#include "base/host/log.h"
#include "base/time.h"
#include "feeds/net/candle_venues.h"

#define PAGES_MAX 10000

struct fetch {
	const struct candle_query *query;
	struct http_client *http;
	struct candle_rows rows;
};

static enum status fetch_page(struct fetch *fetch, int64_t from, int64_t to,
			      struct error *error)
{
	struct text url = { 0 };
	struct http_response response = { 0 };
	struct json *root = NULL;
	enum status status;

	candle_page_url(&url, fetch->query, from, to);
	status = http_send(&response, fetch->http,
			   &(struct http_request){ .url = url.data }, error);
	text_free(&url);
	if (!status)
		status = json_parse(&root, bytes_of(response.body.data,
						    response.body.size),
				    error);
	if (!status)
		status = candle_page_read(&fetch->rows, fetch->query, root,
					  error);
	json_free(root);
	http_response_free(&response);
	return status;
}

static enum status fetch_pages(struct fetch *fetch, struct error *error)
{
	const struct candle_query *query = fetch->query;
	int64_t from = query->from_s - query->from_s % query->interval_s;
	int64_t end = query->to_s < query->now_s ? query->to_s : query->now_s;
	int64_t page = candle_page_bars(query) * query->interval_s;
	enum status status = OK;

	if (from < query->from_s)
		from += query->interval_s;
	if (!page || (end - from) / page > PAGES_MAX)
		page = end - from;
	for (; from < end && !status; from += page) {
		int64_t to = end - from < page ? end : from + page;

		progress_show(query->venue,
			      (uint64_t)(from - query->from_s),
			      (uint64_t)(end - query->from_s));
		status = fetch_page(fetch, from, to, error);
	}
	progress_clear();
	return status;
}

static enum status write_rows(struct text *out, size_t *rows,
			      struct fetch *fetch, struct error *error)
{
	enum status status = candle_rows_sort(&fetch->rows, fetch->query,
					      error);

	if (status)
		return status;
	if (!fetch->rows.count)
		return error_set(error, E_MISSING, "%s has no candles of %s "
				 "in that range", fetch->query->venue,
				 fetch->query->product);
	text_add_string(out, "time,open,high,low,close,volume\n");
	for (size_t i = 0; i < fetch->rows.count; i++) {
		const struct candle_row *row = &fetch->rows.rows[i];
		char time[TIME_TEXT_MAX];

		time_format(time, row->time_s);
		text_add_format(out, "%s,%s,%s,%s,%s,%s\n", time,
				row->numbers[CANDLE_OPEN],
				row->numbers[CANDLE_HIGH],
				row->numbers[CANDLE_LOW],
				row->numbers[CANDLE_CLOSE],
				row->numbers[CANDLE_VOLUME]);
	}
	*rows = fetch->rows.count;
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
	enum status status = candle_query_check(query, error);

	if (status)
		return status;
	fetch.http = http_open(limits ? limits : &short_limits);
	status = fetch_pages(&fetch, error);
	if (!status)
		status = write_rows(out, rows, &fetch, error);
	http_close(fetch.http);
	memory_free(fetch.rows.rows);
	return status ? name_venue(query->base_url
				    ? query->base_url
				    : candle_base_url(query->venue), error) : OK;
}
