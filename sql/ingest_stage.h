/* ingest_stage.h -- the rows of a flush on their way: sorted by name, told
 * apart into those newer than all that is stored of their feed and the others,
 * and sent.  Host only, inside sql/. */
#ifndef SQL_INGEST_STAGE_H
#define SQL_INGEST_STAGE_H

#include "sql/ingest.h"

struct ingest_stage {
	const struct ingest_row **rows; /* without those that say again what
					 * the first of the name says */
	size_t count;
	size_t fresh;       /* of them: newer than what is stored */
	int64_t first_ms, last_ms; /* source times */
	int64_t *newest_ms; /* stored of each feed, ascending feeds; -1 none */
	uint32_t bar_interval_s;
	/* Arrays of PostgreSQL's: days since 1970; feeds and the open times of
	 * bars that fresh rows touch, side by side, NULL without any. */
	struct text days, pending_feeds, pending_opens;
};

/** ingest_stage_init - sorts; ingest_stage_free releases. */
void ingest_stage_init(struct ingest_stage *out,
		       const struct ingest_batch *batch);
void ingest_stage_free(struct ingest_stage *stage);

/** ingest_stage_send - asks what is newest and sends all rows; in the
 *  transaction and under the lock of the flush.  E_PEER, E_REFUSED. */
MUST_CHECK enum status ingest_stage_send(struct ingest_stage *stage,
					 struct database *database,
					 struct error *error);

#endif
