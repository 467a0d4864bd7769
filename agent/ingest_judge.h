/* ingest_judge.h -- from readings to rows: each with the verdict of its pair's
 * quality rules, and what became of it counted.
 *
 * Host only; no clock, no store.  Nothing is dropped that the store can take;
 * what it cannot take is counted as unstorable with its reason. */
#ifndef AGENT_INGEST_JUDGE_H
#define AGENT_INGEST_JUDGE_H

#include "agent/ingest_plan.h"

/**
 * ingest_judge - what to store of a reading, and the pair's memory of it.
 *
 * In:      job      whose feed reading->item is, its chain state as the answer
 *                   left it
 *          observed_ms  unix; when the answer came
 * Out:     row      filled when true
 * Returns: false: nothing is to be stored (said before, or unstorable) */
bool ingest_judge(struct ingest_row *row, struct live_job *job,
		  const struct reading *reading, int64_t observed_ms);

/** ingest_recall - a stored row, ascending for each feed: the pair remembers it
 *  as it was judged. */
void ingest_recall(struct live_feed *feed, const struct ingest_row *row);

/** ingest_rate - observations of the last minute. */
uint32_t ingest_rate(const struct live_feed *feed, int64_t now_s);

#endif
