/* bars.h -- price history at rest: which series there are, and their bars.
 *
 * Host only.  Bars are versioned: a load sees the newest version known after
 * the import `snapshot`, so a decision's input can be read again as it was. */
#ifndef SQL_BARS_H
#define SQL_BARS_H

#include "case/case.h"
#include "sql/database.h"

/** Which bars; NULL names match any. */
struct bars_query {
	const char *asset, *quote, *source;
	uint32_t interval_s;
	int64_t from_s; /* first open time, inclusive */
	int64_t to_s;   /* open times before this; 0: all */
	size_t limit;   /* at most so many, the newest; 0: BARS_MAX */
	int64_t snapshot; /* newest import to see; 0: all there are */
};

struct stored_bars {
	int64_t feed_id;
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX];
	bool synthetic;
	int64_t snapshot; /* the newest import these bars could see */
	size_t count;
	struct bar *bars; /* ascending open time */
};

/**
 * bars_load - the bars of one series, ascending.  When several series match,
 * real before synthetic, then the one with the newest bar.
 * Returns: E_MISSING no such series (with the hint to import); an existing
 *          series without bars in the range is OK and empty; E_PEER */
MUST_CHECK enum status bars_load(struct stored_bars *out,
				 struct database *database,
				 const struct bars_query *query,
				 struct error *error);
void stored_bars_free(struct stored_bars *bars);

/** bars_newest - open time of the newest bar of the series that bars_load
 *  would choose; E_MISSING when it has none. */
MUST_CHECK enum status bars_newest(int64_t *open_time_s,
				   struct database *database,
				   const struct bars_query *query,
				   struct error *error);

/** bars_mark_used - the versions that `query` sees in [from_s, to_s) of a feed
 *  are from now on part of a case. */
MUST_CHECK enum status bars_mark_used(struct database *database,
				      int64_t feed_id,
				      const struct bars_query *query,
				      struct error *error);

struct series_summary {
	int64_t feed_id;
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX];
	char kind[8];
	uint32_t interval_s;
	bool synthetic;
	int64_t count; /* distinct open times */
	int64_t first_s, last_s; /* open times */
};

/** series_list - every series with bars, ascending by asset, quote, source,
 *  interval; memory_free'd by the caller. */
MUST_CHECK enum status series_list(struct series_summary **out, size_t *count,
				   struct database *database,
				   struct error *error);

/** One bar that no longer agrees with the observations it came from. */
struct altered_bar {
	int64_t open_time_s;
	int32_t version;
	char field[8];   /* gone, open, high, low, close, volume, count */
	char bar_value[DECIMAL_TEXT_MAX];
	char observed_value[DECIMAL_TEXT_MAX]; /* what its observations say */
	int64_t observation_s; /* source time of its last observation, 0 none */
};

struct bars_check_order {
	int64_t feed_id;
	uint32_t interval_s;
	int64_t from_s, to_s; /* to_s exclusive */
	int64_t snapshot;     /* 0: all imports */
	size_t capacity;      /* of out */
};

/** bars_check - compares the bars of a feed in [from_s, to_s), whole
 *  intervals, as known after
 *  `snapshot` with their observations; at most `capacity` differences, oldest
 *  first.  *count is how many were written. */
MUST_CHECK enum status bars_check(struct altered_bar *out, size_t *count,
				  struct database *database,
				  const struct bars_check_order *order,
				  struct error *error);

#endif
