/* ingest_clock.h -- our clock against those of the servers, by the Date headers
 * of their answers.
 *
 * Host only; no clock of its own.  One server may be wrong: a skew counts when
 * two hosts say so, or the only one there is. */
#ifndef AGENT_INGEST_CLOCK_H
#define AGENT_INGEST_CLOCK_H

#include "feeds/net/endpoints.h"

#define CLOCK_SKEW_MOST_S 30

struct clock_watch {
	size_t count;
	struct clock_word {
		const struct host *host;
		int64_t ahead_s; /* its clock before ours; below 0: behind */
	} words[HOSTS_MAX];
};

/** clock_watch_note - what a host said, when we had own_s; both unix. */
void clock_watch_note(struct clock_watch *watch, const struct host *host,
		      int64_t server_s, int64_t own_s);
/** clock_watch_skew - seconds by which our clock is behind: the middle of what
 *  those say that have it wrong, if two do, else of what all say; 0 when none
 *  said anything. */
int64_t clock_watch_skew(const struct clock_watch *watch);
/** clock_watch_wrong - is our clock wrong?
 *  In: alone  believe a single host, when no other has said anything */
bool clock_watch_wrong(const struct clock_watch *watch, bool alone);

#endif
