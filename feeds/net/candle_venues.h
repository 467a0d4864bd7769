/* candle_venues.h -- the candle APIs of three exchanges: the address of a page,
 * and the rows of an answer.  No sockets; candles.c and source_candles.c ask.
 *
 * Coinbase Exchange GET /products/{id}/candles (300 a page, newest first, gaps
 * where nothing traded), Kraken GET /0/public/OHLC (the newest 720 bars, the
 * last not committed), Binance GET /api/v3/klines (1000 a page). */
#ifndef FEEDS_NET_CANDLE_VENUES_H
#define FEEDS_NET_CANDLE_VENUES_H

#include "feeds/net/candles.h"
#include "feeds/net/json.h"

#define CANDLE_NUMBER_MAX 40

enum candle_column { CANDLE_OPEN, CANDLE_HIGH, CANDLE_LOW, CANDLE_CLOSE,
		     CANDLE_VOLUME, CANDLE_COLUMNS };

/** A candle in the exchange's own decimal text, every one a decimal. */
struct candle_row {
	int64_t time_s; /* of its open */
	char numbers[CANDLE_COLUMNS][CANDLE_NUMBER_MAX];
};

struct candle_rows {
	struct candle_row *rows; /* memory_free'd by the caller */
	size_t count, capacity;
};

/** candle_query_check - E_USAGE unknown venue, odd product, interval that the
 *  venue has not, an empty range. */
MUST_CHECK enum status candle_query_check(const struct candle_query *query,
					  struct error *error);
/** candle_page_bars - of a checked query: bars in one answer, 0 when all come
 *  in one. */
int64_t candle_page_bars(const struct candle_query *query);
/** candle_page_url - appends the address of the bars that open in [from, to),
 *  at most a page of them. */
void candle_page_url(struct text *out, const struct candle_query *query,
		     int64_t from_s, int64_t to_s);
/** candle_page_read - appends the closed bars of an answer that open in the
 *  query's range.  E_PEER: an error body, or rows that are no candles. */
MUST_CHECK enum status candle_page_read(struct candle_rows *out,
					const struct candle_query *query,
					const struct json *root,
					struct error *error);
/** candle_rows_sort - ascending, each time once; E_PEER: one time, two
 *  different candles. */
MUST_CHECK enum status candle_rows_sort(struct candle_rows *rows,
					const struct candle_query *query,
					struct error *error);

#endif
