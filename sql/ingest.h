/* ingest.h -- live price observations of many feeds into the store, and the
 * bars that follow from them.
 *
 * Host only.  Asks no clock and no source: rows and the time come from the
 * caller.  Unlike observations.h, which takes a file whole or refuses it, a
 * flush takes what is new of each row: what is there stays, a row that says
 * otherwise is recorded as a disagreement, and rejected observations are kept
 * with their reason.  Flushes may come in any order, twice, or from two
 * processes at once; the store ends up the same. */
#ifndef SQL_INGEST_H
#define SQL_INGEST_H

#include "case/case.h"
#include "sql/database.h"
#include "sql/observations.h"

#define INGEST_REASON_MAX 48
#define INGEST_ROWS_MAX 4194304         /* of one flush */
#define INGEST_FEEDS_MAX 4096           /* of one question */
#define INGEST_EARLIEST_S 1230940800    /* 2009-01-03: no price is older */
#define INGEST_LATEST_S 7226582400      /* 2199-01-01 */
#define INGEST_AHEAD_S_MAX 86400        /* source time after observed time */

/** What the quality checks made of an observation.  Bars are made of accepted
 *  and marked ones; rejected ones may have any value. */
enum ingest_verdict { INGEST_ACCEPTED, INGEST_MARKED, INGEST_REJECTED };

enum ingest_signature {
	INGEST_SIGNATURE_NONE,     /* the source signs nothing */
	INGEST_SIGNATURE_VERIFIED, /* by us, of the raw message */
	INGEST_SIGNATURE_FAILED    /* present and wrong: never accepted */
};

/** One observation.  Its name is (feed_id, source_time_ms, round). */
struct ingest_row {
	int64_t feed_id;        /* of ingest_feed */
	int64_t source_time_ms; /* unix ms; open time of a candle */
	u128 round;             /* 0 where the source has none */
	struct decimal value;   /* quote units per asset; close of a candle */
	struct decimal open, high, low;    /* quote units; with has_candle */
	struct decimal volume;             /* asset units; with has_volume */
	struct decimal confidence;         /* quote units; with has_confidence */
	bool has_candle, has_volume, has_confidence;
	bool has_raw_digest;
	uint8_t raw_digest[HASH_SIZE]; /* keccak of the message it came in */
	uint64_t block;                /* where it was read; 0 none */
	enum ingest_signature signature;
	enum ingest_verdict verdict;
	char reason[INGEST_REASON_MAX]; /* not "" unless accepted */
	int64_t observed_ms;            /* unix ms when it reached us */
};

/** Which feed; names as in observation_batch. */
struct ingest_feed {
	const char *asset, *quote, *source;
	enum feed_kind kind;
	uint32_t interval_s; /* of candles; 0 otherwise */
	bool synthetic;      /* exactly when source is "SYNTHETIC" */
};

/**
 * ingest_feed_find - the id of a feed, made when it is not there.
 *
 * Out:     feed_id  untouched unless OK
 * Returns: OK
 *          E_REFUSED  a name too long or empty, candles without interval
 *          E_PEER     the server went away
 * Cost:    one short transaction; waits for a flush or import under way */
MUST_CHECK enum status ingest_feed_find(int64_t *feed_id,
					struct database *database,
					const struct ingest_feed *feed,
					struct error *error);

/**
 * ingest_row_check - whether the store could take a row.  Pure; what
 * ingest_flush asks of every row, for callers that would rather drop one row
 * than have a batch refused.
 *
 * Returns: OK
 *          E_INPUT  a time before INGEST_EARLIEST_S, after INGEST_LATEST_S or
 *                   more than INGEST_AHEAD_S_MAX after observed_ms; a block
 *                   of 2^63 or more; a verdict other than accepted without
 *                   reason; accepted or marked with a value, open, high or low
 *                   outside (0, 1e12), low or high that do not bound the
 *                   candle, volume or confidence below 0; accepted with a
 *                   signature that failed
 * Cost:    O(1) */
MUST_CHECK enum status ingest_row_check(const struct ingest_row *row,
					struct error *error);

struct ingest_batch {
	const struct ingest_row *rows; /* any order, any feeds, may repeat */
	size_t count;                  /* 0 .. INGEST_ROWS_MAX */
	uint32_t bar_interval_s;       /* bars that will follow; 0: none */
	const char *origin;            /* for people: "ingest" */
};

struct ingest_result {
	int64_t import_id;     /* 0: nothing was new */
	int64_t added;         /* observations */
	int64_t duplicates;    /* rows said before, and equal */
	int64_t disagreements; /* rows that say otherwise than the store; it keeps
				* its own, the other is recorded once */
};

/**
 * ingest_flush - all that is new of a batch, in one durable transaction, with
 * the intervals it touched remembered for ingest_bars.  added + duplicates +
 * disagreements = count.  Of equal names within a batch the first counts.  A
 * batch without news leaves no trace.
 *
 * Out:     out   untouched unless OK
 * Returns: OK
 *          E_INPUT   ingest_row_check refuses a row (its index and feed are in
 *                    the message); count or interval out of range
 *          E_REFUSED feed_id that ingest_feed_find did not give
 *          E_PEER    the server went away: all or nothing is written, and the
 *                    same batch may be flushed again over a new connection,
 *                    also when only the answer to COMMIT was lost
 *          E_REFUSED, E_INPUT: nothing is written
 * Cost:    O(n log n); 9 bytes a row of memory and some 100 for each name that
 *          is stored between a feed's first row and its last, up to 262,144
 *          names; a COPY of what is new, a COPY and a merge of the rest, one
 *          commit; waits for an import or another flush under way
 * Source:  COPY's binary format: PostgreSQL 15, reference page of COPY */
MUST_CHECK enum status ingest_flush(struct ingest_result *out,
				    struct database *database,
				    const struct ingest_batch *batch,
				    struct error *error);

struct ingest_bars_result {
	int64_t intervals; /* that had closed and were looked at */
	int64_t added;     /* bars, new ones and new versions */
	int64_t versions;  /* of those: corrections by late data */
};

/**
 * ingest_bars - the bars of every touched interval that has closed by now_s,
 * of all feeds, in one transaction; an open interval waits.  Call it after
 * flushes, as often as wanted: without a closed interval nothing is written.
 *
 * In:      now_s            unix s; subtract the time late data may take
 *          bar_interval_s   > 0, that of the flushes
 * Out:     out   untouched unless OK
 * Returns: OK, E_INPUT (interval 0), E_PEER (nothing is written: call again)
 * Cost:    the observations of the intervals built, by index */
MUST_CHECK enum status ingest_bars(struct ingest_bars_result *out,
				   struct database *database, int64_t now_s,
				   uint32_t bar_interval_s,
				   struct error *error);

/** Feeds asked for, 1 .. INGEST_FEEDS_MAX of them. */
struct ingest_feed_ids {
	const int64_t *ids;
	size_t count;
};

struct ingest_position {
	int64_t feed_id;
	bool found;             /* false: nothing stored, the rest is 0 */
	int64_t source_time_ms; /* newest stored, whatever its verdict */
	u128 round;             /* highest of that time */
	uint64_t block;         /* of that row; 0 none */
};

/**
 * ingest_resume - where each feed stands, for a restart.
 *
 * Out:     out  [feeds->count]  in the order of the ids; untouched unless OK
 * Returns: OK, E_INPUT (count), E_PEER, E_RANGE (a round above 128 bits)
 * Cost:    one index look-up a feed */
MUST_CHECK enum status ingest_resume(struct ingest_position *out,
				     struct database *database,
				     const struct ingest_feed_ids *feeds,
				     struct error *error);

/** The newest observations of one feed. */
struct ingest_recent_query {
	int64_t feed_id;
	int64_t before_ms; /* source times before this; 0: all */
	size_t limit;      /* at most so many, > 0 */
	bool with_rejected;
};

/**
 * ingest_recent - the newest observations of a feed, ascending (time, round),
 * for warming up the state of its checks.
 *
 * Out:     rows   memory_free'd by the caller; count  how many
 * Returns: OK (none is OK and empty), E_INPUT (limit 0), E_PEER, E_RANGE (a
 *          number that an imported file stored with more digits than a
 *          struct decimal has)
 * Cost:    O(limit), by index */
MUST_CHECK enum status ingest_recent(struct ingest_row **rows, size_t *count,
				     struct database *database,
				     const struct ingest_recent_query *query,
				     struct error *error);

/** Observations by verdict whose source time lies in a window before now. */
struct ingest_counts {
	int64_t accepted, marked, rejected;
};

struct ingest_feed_status {
	int64_t feed_id;
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX];
	char kind[8];
	uint32_t interval_s;
	bool synthetic;
	bool found;             /* false: nothing stored, times are 0 */
	int64_t source_time_ms; /* newest */
	int64_t observed_ms;    /* when that one reached us */
	struct ingest_counts hour, day;
	int64_t disagreements_day; /* recorded in the last 24 h */
};

/**
 * ingest_status - every feed and how it stands, ascending by asset, quote,
 * source, kind, interval.
 *
 * Out:     out  memory_free'd by the caller; count
 * Returns: OK, E_PEER
 * Cost:    the last day's observations, by index */
MUST_CHECK enum status ingest_status(struct ingest_feed_status **out,
				     size_t *count, struct database *database,
				     int64_t now_s, struct error *error);

#endif
