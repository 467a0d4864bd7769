/* status_feeds.c -- see status_feeds.h. */
#include "agent/status_feeds.h"

#include <inttypes.h>
#include <stdio.h>

#include "sql/breakers.h"
#include "sql/ingest.h"

static int64_t age_of(const struct ingest_feed_status *feed, int64_t at_s)
{
	return at_s - feed->source_time_ms / 1000 - feed->interval_s;
}

static void put_counts(struct json_writer *w, const char *key,
		       const struct ingest_counts *counts)
{
	json_open_object(w, key);
	json_put_integer(w, "accepted", counts->accepted);
	json_put_integer(w, "marked", counts->marked);
	json_put_integer(w, "rejected", counts->rejected);
	json_close_object(w);
}

static void put_breaker(struct json_writer *w,
			const struct breaker_change *breaker)
{
	json_put_bool(w, "breakerOpen", breaker && breaker->opened);
	if (breaker)
		json_put_integer(w, "breakerChanged",
				 breaker->changed_ms / 1000);
}

static void put_feed(struct json_writer *w,
		     const struct ingest_feed_status *feed, int64_t at_s,
		     const struct breaker_change *breaker)
{
	json_open_object(w, NULL);
	json_put_string(w, "asset", feed->asset);
	json_put_string(w, "quote", feed->quote);
	json_put_string(w, "source", feed->source);
	json_put_string(w, "kind", feed->kind);
	json_put_integer(w, "intervalSeconds", feed->interval_s);
	json_put_bool(w, "synthetic", feed->synthetic);
	if (feed->found) {
		json_put_integer(w, "newestSourceTime",
				 feed->source_time_ms / 1000);
		json_put_integer(w, "observedAt", feed->observed_ms / 1000);
		json_put_integer(w, "ageSeconds", age_of(feed, at_s));
	}
	put_counts(w, "hour", &feed->hour);
	put_counts(w, "day", &feed->day);
	json_put_integer(w, "disagreementsDay", feed->disagreements_day);
	put_breaker(w, breaker);
	json_close_object(w);
}

static void print_counts(const struct ingest_counts *counts)
{
	printf(" %7" PRId64 " %5" PRId64 " %5" PRId64, counts->accepted,
	       counts->marked, counts->rejected);
}

static void print_feed(const struct ingest_feed_status *feed, int64_t at_s,
		       const struct breaker_change *breaker)
{
	char name[64], age[24] = "-";

	snprintf(name, sizeof(name), "%s/%s@%s", feed->asset, feed->quote,
		 feed->source);
	if (feed->found)
		snprintf(age, sizeof(age), "%" PRId64 "s", age_of(feed, at_s));
	printf("%-34s %-7s %10s", name, feed->kind, age);
	print_counts(&feed->hour);
	print_counts(&feed->day);
	printf(" %8" PRId64 "%s\n", feed->disagreements_day,
	       breaker && breaker->opened ? "  BREAKER OPEN" : "");
}

static void print_head(void)
{
	printf("\n%-34s %-7s %10s %7s %5s %5s %7s %5s %5s %8s\n", "feed",
	       "kind", "age", "hour ok", "mark", "rej", "day ok", "mark",
	       "rej", "disagree");
}

static enum status read_both(struct ingest_feed_status **feeds,
			     struct row_list *breakers,
			     struct database *database, int64_t at_s,
			     struct error *error)
{
	struct breaker_change *changes = NULL;
	size_t count = 0;
	enum status status = breakers_load(&changes, &breakers->count, database,
					   at_s, error);

	breakers->items = changes;
	if (!status)
		status = ingest_status(feeds, &count, database, at_s, error);
	if (status)
		return status;
	*feeds = memory_resize(*feeds, count + 1, sizeof(**feeds));
	(*feeds)[count] = (struct ingest_feed_status){ 0 }; /* the end */
	return OK;
}

enum status status_feeds(struct json_writer *w, struct database *database,
			 int64_t at_s, struct error *error)
{
	struct ingest_feed_status *feeds = NULL;
	struct row_list breakers = { 0 };
	enum status status = read_both(&feeds, &breakers, database, at_s,
				       error);

	if (w)
		json_open_array(w, "feeds");
	else if (!status && feeds[0].feed_id)
		print_head();
	for (size_t i = 0; !status && feeds[i].feed_id; i++) {
		const struct breaker_change *breaker = breaker_find(
			breakers.items, breakers.count, feeds[i].asset,
			feeds[i].quote);

		if (w)
			put_feed(w, &feeds[i], at_s, breaker);
		else
			print_feed(&feeds[i], at_s, breaker);
	}
	if (w)
		json_close_array(w);
	memory_free(feeds);
	memory_free(breakers.items);
	return status;
}
