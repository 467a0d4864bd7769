/* ingest_report.c -- a run as one JSON object or a few lines, on standard output;
 * see ingest_run.h. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/ingest_run.h"

bool ingest_source_is_well(const struct live_source *source)
{
	for (size_t i = 0; i < source->job_count; i++)
		if (!source->jobs[i].answered || source->jobs[i].failures)
			return false;
	return true;
}

/* The last thing that went wrong in any of its jobs; NULL: nothing. */
static const char *message_of(const struct live_source *source)
{
	for (size_t i = 0; i < source->job_count; i++)
		if (source->jobs[i].message[0])
			return source->jobs[i].message;
	return NULL;
}

static void put_count(struct json_writer *w, const char *key, uint64_t value)
{
	json_put_integer(w, key, (int64_t)value);
}

static void put_feed(struct json_writer *w, const struct live_feed *feed)
{
	const struct live_counts *c = &feed->counts;
	char price[DECIMAL_TEXT_MAX];

	json_open_object(w, NULL);
	json_put_string(w, "asset", feed->entry->asset);
	json_put_string(w, "quote", feed->entry->quote);
	json_put_string(w, "source", feed->source->name);
	put_count(w, "received", c->received);
	put_count(w, "accepted", c->accepted);
	put_count(w, "marked", c->marked);
	put_count(w, "rejected", c->rejected);
	put_count(w, "duplicates", c->duplicates);
	put_count(w, "unstorable", c->unstorable);
	json_put_string(w, "lastReason", feed->reason);
	if (feed->has_last) {
		decimal_format(price, feed->last.value);
		json_put_integer(w, "newestSourceTime",
				 feed->last.source_time_ms / 1000);
		json_put_string(w, "newestPrice", price);
	} else {
		json_put_null(w, "newestSourceTime");
		json_put_null(w, "newestPrice");
	}
	json_close_object(w);
}

static void put_source(struct json_writer *w, const struct live_source *source)
{
	const char *message = message_of(source);
	uint64_t requests = 0, failed = 0;

	for (size_t i = 0; i < source->job_count; i++) {
		requests += source->jobs[i].requests;
		failed += source->jobs[i].failed;
	}
	json_open_object(w, NULL);
	json_put_string(w, "name", source->config->name);
	json_put_bool(w, "ok", ingest_source_is_well(source));
	put_count(w, "requests", requests);
	put_count(w, "failures", failed);
	if (message)
		json_put_string(w, "error", message);
	else
		json_put_null(w, "error");
	json_close_object(w);
}

static void put_pair(struct json_writer *w, const struct live_pair *pair)
{
	char price[64];

	json_open_object(w, NULL);
	json_put_string(w, "asset", pair->asset);
	json_put_string(w, "quote", pair->quote);
	json_put_bool(w, "open", pair->breaker.open);
	if (pair->price.families) {
		snprintf(price, sizeof(price), "%.12g", pair->price.price);
		json_put_string(w, "price", price);
	} else {
		json_put_null(w, "price");
	}
	put_count(w, "families", pair->price.families);
	json_put_bool(w, "enough", pair->price.enough);
	json_put_double(w, "dispersion", pair->price.dispersion);
	json_close_object(w);
}

static void put_lists(struct json_writer *w, const struct live_plan *plan)
{
	json_open_array(w, "feeds");
	for (size_t i = 0; i < plan->feed_count; i++)
		put_feed(w, &plan->feeds[i]);
	json_close_array(w);
	json_open_array(w, "sources");
	for (size_t i = 0; i < plan->source_count; i++)
		put_source(w, &plan->sources[i]);
	json_close_array(w);
	json_open_array(w, "breakers");
	for (size_t i = 0; i < plan->pair_count; i++)
		put_pair(w, &plan->pairs[i]);
	json_close_array(w);
}

/* What was seen to be said before never reached the store. */
static int64_t duplicates_of(const struct ingest_run *run)
{
	int64_t sum = run->writer.totals.duplicates;

	for (size_t i = 0; i < run->plan.feed_count; i++)
		sum += (int64_t)run->plan.feeds[i].counts.duplicates;
	return sum;
}

static void report_json(const struct ingest_run *run)
{
	const struct ingest_writer *writer = &run->writer;
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	put_lists(&w, &run->plan);
	if (run->clock.count)
		json_put_integer(&w, "clockSkewSeconds",
				 clock_watch_skew(&run->clock));
	else
		json_put_null(&w, "clockSkewSeconds");
	json_put_bool(&w, "clockWrong", run->show.skewed);
	json_put_integer(&w, "added", writer->totals.added);
	json_put_integer(&w, "duplicates", duplicates_of(run));
	json_put_integer(&w, "disagreements", writer->totals.disagreements);
	json_put_integer(&w, "bars", writer->bars_added);
	json_put_integer(&w, "notStored", (int64_t)writer->count);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

void ingest_report(const struct ingest_run *run, bool json)
{
	const struct ingest_writer *writer = &run->writer;

	if (json) {
		report_json(run);
		return;
	}
	printf("%" PRId64 " observations stored, %" PRId64 " known before, %"
	       PRId64 " disagree, %" PRId64 " bars\n", writer->totals.added,
	       duplicates_of(run), writer->totals.disagreements,
	       writer->bars_added);
	for (size_t i = 0; i < run->plan.source_count; i++) {
		const struct live_source *source = &run->plan.sources[i];
		const char *message = message_of(source);

		printf("%-24s %s%s%s\n", source->config->name,
		       ingest_source_is_well(source) ? "ok" : "failed",
		       message ? ": " : "", message ? message : "");
	}
	for (size_t i = 0; i < run->plan.pair_count; i++)
		if (run->plan.pairs[i].breaker.open)
			printf("%s/%s: the breaker is open\n",
			       run->plan.pairs[i].asset,
			       run->plan.pairs[i].quote);
	if (run->show.skewed)
		printf("the clock of this machine is off by %" PRId64 " s\n",
		       clock_watch_skew(&run->clock));
}
