/* ingest_stage.h -- the rows of a flush on their way: sorted by name, told
 * apart into new ones, which go where they stay, and those that may be stored
 * already, which go to be merged.  Host only, inside sql/. */
#ifndef SQL_INGEST_STAGE_H
#define SQL_INGEST_STAGE_H

#include "sql/ingest.h"

struct ingest_stage {
	const struct ingest_row **rows; /* without those that say again what
					 * the first of the name says */
	size_t count;
	bool *fresh;        /* [count]  certainly not stored */
	size_t fresh_count;
	int64_t first_ms, last_ms; /* source times */
	uint32_t bar_interval_s;
	/* Arrays of PostgreSQL's: days since 1970; feeds and the open times of
	 * bars that fresh rows touch, side by side, NULL without any. */
	struct text days, pending_feeds, pending_opens;
};

/** ingest_stage_init - sorts; ingest_stage_free releases. */
void ingest_stage_init(struct ingest_stage *out,
		       const struct ingest_batch *batch);
void ingest_stage_free(struct ingest_stage *stage);

/** ingest_stage_ask - which rows are fresh: the names stored in the span of each
 *  feed are read, as many as twice its rows and no more than a bound of all;
 *  beyond them nothing is fresh.  Under the lock of the flush, so that it stays
 *  true.  E_PEER. */
MUST_CHECK enum status ingest_stage_ask(struct ingest_stage *stage,
					struct database *database,
					struct error *error);

/** ingest_stage_send - the fresh rows into the observations, the others into
 *  the staging table, all as of an import.  E_PEER, E_REFUSED. */
MUST_CHECK enum status ingest_stage_send(struct ingest_stage *stage,
					 struct database *database,
					 int64_t import_id,
					 struct error *error);

#endif
