/* observations.h -- raw observations into the store: COPY, then one merge.
 *
 * Host only.  A batch is one feed's rows from one origin; it goes in whole or
 * not at all, and bars are derived in the same transaction.  Rows that are
 * there already with equal values are duplicates; rows that disagree with the
 * store stop the batch. */
#ifndef SQL_OBSERVATIONS_H
#define SQL_OBSERVATIONS_H

#include "case/case.h"
#include "sql/database.h"

enum feed_kind { FEED_CANDLES, FEED_TICKS, FEED_ROUNDS };

struct observation {
	uint64_t line;        /* in the origin, for messages */
	int64_t source_time_s; /* open time of a candle */
	u128 round;           /* 0 where the source has none */
	struct decimal value; /* price; close of a candle */
	struct decimal open, high, low; /* candles only */
	struct decimal volume;
	bool has_volume;
};

struct rejection {
	uint64_t line;
	char reason[96];
	char content[128]; /* the line, cut */
};

struct observation_batch {
	const char *asset, *quote, *source;
	enum feed_kind kind;
	uint32_t interval_s;     /* of candles; 0 otherwise */
	uint32_t bar_interval_s; /* of the bars to make */
	bool synthetic;
	const char *origin;      /* file name, for people */
	uint8_t digest[HASH_SIZE]; /* keccak of the origin's bytes */
	uint64_t rows_read, duplicates; /* found before the store */
	const struct observation *rows; /* ascending (time, round), unique */
	size_t count;
	const struct rejection *rejections;
	size_t rejection_count;
	/* Called while rows go out; may be NULL. */
	void (*progress)(const char *label, uint64_t done, uint64_t total);
	bool (*interrupted)(void); /* true: give up; may be NULL */
};

struct observation_result {
	int64_t feed_id, import_id; /* import 0: nothing was new */
	int64_t added, duplicates;  /* against the store */
	int64_t bars_added;         /* new bars and new versions */
};

/** feed_kind_name - "candles", "ticks", "rounds". */
const char *feed_kind_name(enum feed_kind kind);

/**
 * observations_merge - the whole batch, or nothing.  A batch without news
 * leaves no trace.
 * Returns: E_MALFORMED   a row disagrees with the store (line and both values
 *                        in the message)
 *          E_PEER        the server went away: nothing was written
 *          E_INTERRUPTED likewise nothing */
MUST_CHECK enum status observations_merge(struct observation_result *out,
					  struct database *database,
					  const struct observation_batch *batch,
					  struct error *error);

#endif
