/* candles.h -- public candle APIs of three exchanges, as candle CSV.
 *
 * Host only.  The text written is what `plimsoll import` reads: header
 * time,open,high,low,close,volume, times RFC 3339 UTC of the bar's OPEN,
 * ascending, numbers the exchange's own decimal text.  Nothing is filled: a
 * missing bar is a missing row.  Bars not closed at `now_s` are dropped.
 *
 * Coinbase Exchange GET /products/{id}/candles (300 a page, gaps where nothing
 * traded), Kraken GET /0/public/OHLC (the newest 720 bars only), Binance GET
 * /api/v3/klines (1000 a page). */
#ifndef FEEDS_NET_CANDLES_H
#define FEEDS_NET_CANDLES_H

#include "feeds/net/http.h"

struct candle_query {
	const char *venue;     /* "coinbase", "kraken", "binance" */
	const char *base_url;  /* NULL: the venue's public address */
	const char *product;   /* the venue's name: ETH-USD, ETHUSD, ETHUSDT */
	int64_t from_s, to_s;  /* open times in [from, to) */
	int64_t interval_s;    /* 60 ... 86400, one the venue offers */
	int64_t now_s;         /* the host's clock */
};

/** fetch_candles - appends CSV to `out`; *rows tells how many bars.
 *  `limits` NULL: 3 s to connect, 15 s a page, 3 tries.
 *  Returns: E_USAGE   unknown venue, product with odd characters, interval
 *                     the venue has not, from not before to
 *           E_MISSING no bars in that range (Kraken: too long ago)
 *           E_PEER    unreachable, an error body, rows that are no bars
 *           E_INTERRUPTED */
MUST_CHECK enum status fetch_candles(struct text *out, size_t *rows,
				     const struct candle_query *query,
				     const struct http_limits *limits,
				     struct error *error);

/** candle_base_url - the default address of a venue, NULL if unknown. */
const char *candle_base_url(const char *venue);

#endif
