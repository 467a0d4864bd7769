/* quotes.h -- the newest stored price that each source has of an asset, as it was
 * known at a moment.  Host only. */
#ifndef SQL_QUOTES_H
#define SQL_QUOTES_H

#include "case/case.h"
#include "sql/database.h"

struct quotes_query {
	const char *asset, *quote; /* of this quote, or of USD */
	int64_t at_s;       /* observed by then, and of no later time */
	int64_t since_s;    /* nor of an earlier one than this */
};

struct stored_quote {
	char source[SOURCE_MAX];
	struct decimal price;
	int64_t time_s;     /* source time; a candle's end */
};

/** quotes_newest - accepted and marked ones, one a source, ascending by its
 *  name, memory_free'd by the caller; none is OK.  E_PEER, E_RANGE a number
 *  with more digits than a struct decimal has. */
MUST_CHECK enum status quotes_newest(struct stored_quote **out, size_t *count,
				     struct database *database,
				     const struct quotes_query *query,
				     struct error *error);

#endif
