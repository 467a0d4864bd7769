/* ingest_clock.c -- see ingest_clock.h. */
#include "agent/ingest_clock.h"

#include <stdlib.h>

void clock_watch_note(struct clock_watch *watch, const struct host *host,
		      int64_t server_s, int64_t own_s)
{
	size_t i = 0;

	if (server_s <= 0)
		return;
	while (i < watch->count && watch->words[i].host != host)
		i++;
	if (i == HOSTS_MAX)
		return;
	if (i == watch->count)
		watch->count++;
	watch->words[i] = (struct clock_word){ host, server_s - own_s };
}

static int by_size(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

/* How many are beyond the bound, ahead (1) or behind (-1). */
static size_t beyond(const struct clock_watch *watch, int side)
{
	size_t count = 0;

	for (size_t i = 0; i < watch->count; i++)
		count += side * watch->words[i].ahead_s > CLOCK_SKEW_MOST_S;
	return count;
}

int64_t clock_watch_skew(const struct clock_watch *watch)
{
	int side = beyond(watch, 1) >= 2 ? 1 : beyond(watch, -1) >= 2 ? -1 : 0;
	int64_t sorted[HOSTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < watch->count; i++)
		if (!side ||
		    side * watch->words[i].ahead_s > CLOCK_SKEW_MOST_S)
			sorted[count++] = watch->words[i].ahead_s;
	if (!count)
		return 0;
	qsort(sorted, count, sizeof(*sorted), by_size);
	return sorted[(count - 1) / 2];
}

bool clock_watch_wrong(const struct clock_watch *watch, bool alone)
{
	size_t ahead = beyond(watch, 1), behind = beyond(watch, -1);

	return ahead >= 2 || behind >= 2 ||
	       (alone && watch->count == 1 && ahead + behind == 1);
}
