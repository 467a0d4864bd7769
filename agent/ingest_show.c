/* ingest_show.c -- what the user sees of a run on standard error: a table that is
 * redrawn on a terminal, lines elsewhere; see ingest_run.h.  Of an address only
 * http_origin is ever shown. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/ingest_judge.h"
#include "agent/ingest_run.h"
#include "base/host/clock.h"
#include "base/host/log.h"
#include "base/time.h"

#define SUMMARY_MS 60000
#define PAIRS_SHOWN 4
#define AROUND (4 + PAIRS_SHOWN) /* lines that are no feeds */

void ingest_job_state(char out[32], const struct live_job *job, int64_t now_ms)
{
	int64_t wait_s = (job->due_ms - now_ms + 999) / 1000;

	if (ingest_stream_lives(job, now_ms))
		snprintf(out, 32, "stream");
	else if (job->failures)
		snprintf(out, 32, "backoff %" PRId64 " s",
			 wait_s > 0 ? wait_s : 0);
	else
		snprintf(out, 32, "%s", job->answered ? "ok" : "asking");
}

static void clear_table(struct ingest_show *show)
{
	if (show->lines)
		fprintf(stderr, "\033[%dA\033[J", show->lines);
	show->lines = 0;
}

/* What servers say is repeated here and must not steer the terminal. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

void ingest_event(struct ingest_run *run, const char *format, ...)
{
	char line[600], time[TIME_TEXT_MAX];
	va_list list;

	if (run->show.quiet)
		return;
	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	make_plain(line);
	time_format(time, clock_unix_s());
	clear_table(&run->show);
	log_line(LOG_INFO, "%s %s", time, line);
}

static void feed_name(char out[64], const struct live_feed *feed)
{
	snprintf(out, 64, "%s/%s@%s", feed->entry->asset, feed->entry->quote,
		 feed->source->name);
}

void ingest_show_begin(struct ingest_run *run, bool quiet)
{
	run->show.quiet = quiet;
	run->show.table = !quiet && isatty(STDERR_FILENO);
	run->show.summary_ms = clock_monotonic_ms();
	for (size_t i = 0; i < run->plan.feed_count && !run->show.table; i++) {
		const struct live_feed *feed = &run->plan.feeds[i];
		char origin[HOST_NAME_MAX], name[64], time[TIME_TEXT_MAX];

		http_origin(origin, sizeof(origin), feed->source->urls[0]);
		feed_name(name, feed);
		time_format(time, feed->last.source_time_ms / 1000);
		ingest_event(run, "%s from %s, %s", name, origin,
			     feed->has_last ? time : "nothing stored yet");
	}
}

static void format_age(char out[32], const struct live_feed *feed,
		       int64_t now_s)
{
	int64_t age_s = now_s - feed->last.source_time_ms / 1000;

	if (feed->last.has_candle)
		age_s -= feed->source->interval_s;
	if (!feed->has_last)
		snprintf(out, 32, "-");
	else if (age_s < 6000)
		snprintf(out, 32, "%" PRId64 " s", age_s);
	else
		snprintf(out, 32, "%" PRId64 " min", age_s / 60);
}

/** The screen; a line longer than it would break the table. */
struct screen {
	size_t rows;
	int columns;
};

static struct screen screen_size(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_row < 12 ||
	    size.ws_col < 20)
		return (struct screen){ 24, 79 };
	return (struct screen){ size.ws_row, size.ws_col - 1 };
}

static void put_line(struct ingest_show *show, const struct screen *screen,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_line(struct ingest_show *show, const struct screen *screen,
		     const char *format, ...)
{
	char line[400];
	va_list list;

	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	make_plain(line);
	fprintf(stderr, "%.*s\n", screen->columns, line);
	show->lines++;
}

static void draw_feed(struct ingest_show *show, const struct screen *screen,
		      const struct live_feed *feed, const char *state)
{
	const struct live_counts *c = &feed->counts;
	int64_t now_s = clock_unix_s();
	char name[64], age[32];

	feed_name(name, feed);
	format_age(age, feed, now_s);
	put_line(show, screen, "%-32.32s %9s %6u %8" PRIu64 " %6" PRIu64 " %6"
		 PRIu64 "  %-13.13s %s", name, age, ingest_rate(feed, now_s),
		 c->accepted, c->marked, c->rejected + c->unstorable, state,
		 feed->reason);
}

static void draw_feeds(struct ingest_run *run, const struct screen *screen,
		       int64_t now_ms)
{
	size_t room = screen->rows - AROUND, shown = 0;
	char state[32];

	put_line(&run->show, screen, "%-32s %9s %6s %8s %6s %6s  %-13s %s",
		 "feed", "age", "a min", "accepted", "marked", "reject",
		 "server", "last reason");
	for (size_t i = 0; i < run->plan.job_count; i++) {
		const struct live_job *job = &run->plan.jobs[i];

		ingest_job_state(state, job, now_ms);
		for (size_t f = 0; f < job->job.item_count && shown < room;
		     f++, shown++)
			draw_feed(&run->show, screen, &job->feeds[f], state);
	}
	if (shown < run->plan.feed_count)
		put_line(&run->show, screen, "... and %zu more",
			 run->plan.feed_count - shown);
}

static void draw_foot(struct ingest_run *run, const struct screen *screen)
{
	const struct ingest_writer *writer = &run->writer;

	put_line(&run->show, screen, "%" PRId64 " stored, %zu wait%s%s; clock "
		 "%+" PRId64 " s%s", writer->totals.added, writer->count,
		 writer->database ? "" : ", the database is away",
		 ingest_writer_full(writer) ? ", no source is asked" : "",
		 clock_watch_skew(&run->clock),
		 run->show.skewed ? ": set the clock" : "");
}

/* The price of several sources: pairs whose breaker is open come first. */
static void draw_pairs(struct ingest_run *run, const struct screen *screen)
{
	size_t shown = 0;

	for (size_t i = 0; i < 2 * run->plan.pair_count; i++) {
		const struct live_pair *pair =
			&run->plan.pairs[i % run->plan.pair_count];
		bool first = i < run->plan.pair_count;

		if (first != pair->breaker.open || shown == PAIRS_SHOWN ||
		    (!first && pair->price.families < 2))
			continue;
		put_line(&run->show, screen, "%s/%s %.8g of %zu families, %.2f "
			 "%% apart%s", pair->asset, pair->quote,
			 pair->price.price, pair->price.families,
			 100 * pair->price.dispersion,
			 first ? ": breaker open" : "");
		shown++;
	}
}

static void draw(struct ingest_run *run, int64_t now_ms)
{
	struct screen screen = screen_size();

	clear_table(&run->show);
	draw_feeds(run, &screen, now_ms);
	draw_pairs(run, &screen);
	draw_foot(run, &screen);
	fflush(stderr);
}

static void summarise(struct ingest_run *run)
{
	const struct ingest_writer *writer = &run->writer;
	struct live_counts sum = { 0 };
	size_t well = 0, open = 0;

	for (size_t i = 0; i < run->plan.feed_count; i++) {
		sum.received += run->plan.feeds[i].counts.received;
		sum.marked += run->plan.feeds[i].counts.marked;
		sum.rejected += run->plan.feeds[i].counts.rejected;
	}
	for (size_t i = 0; i < run->plan.source_count; i++)
		well += ingest_source_is_well(&run->plan.sources[i]);
	for (size_t i = 0; i < run->plan.pair_count; i++)
		open += run->plan.pairs[i].breaker.open;
	ingest_event(run, "%zu of %zu sources well, %" PRIu64 " received, %"
		     PRIu64 " marked, %" PRIu64 " rejected, %" PRId64
		     " stored, %zu wait, %zu breakers open%s", well,
		     run->plan.source_count, sum.received, sum.marked,
		     sum.rejected, writer->totals.added, writer->count, open,
		     writer->database ? "" : ", the database is away");
}

void ingest_show_tick(struct ingest_run *run, int64_t now_ms)
{
	if (run->show.table)
		draw(run, now_ms);
	else if (now_ms >= run->show.summary_ms + SUMMARY_MS) {
		run->show.summary_ms = now_ms;
		summarise(run);
	}
}

void ingest_show_end(struct ingest_run *run)
{
	clear_table(&run->show);
}
