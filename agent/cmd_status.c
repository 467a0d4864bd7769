/* cmd_status.c -- plimsoll status: what is stored, how old it is, what runs. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/cluster.h"
#include "agent/command.h"
#include "agent/json_writer.h"
#include "base/host/clock.h"
#include "base/time.h"
#include "sql/bars.h"

struct series_line {
	const struct series_summary *summary;
	struct bar newest;
	bool has_bar;
	int64_t age_s; /* since the newest bar closed, at the asked time */
};

static enum status read_time(int64_t *out, const struct invocation *invocation,
			     struct error *error)
{
	const char *text = option(invocation, "at");

	*out = clock_unix_s();
	if (!text)
		return OK;
	return time_parse(out, bytes_of_string(text))
		       ? error_set(error, E_USAGE, "--at: \"%s\" is no time",
				   text)
		       : OK;
}

/* The newest bar that had closed by `at_s`. */
static enum status read_line(struct series_line *out,
			     struct database *database, int64_t at_s,
			     struct error *error)
{
	const struct series_summary *s = out->summary;
	struct bars_query query = {
		.asset = s->asset, .quote = s->quote, .source = s->source,
		.interval_s = s->interval_s, .limit = 1,
		.to_s = at_s - (int64_t)s->interval_s + 1 };
	struct stored_bars bars;
	enum status status = bars_load(&bars, database, &query, error);

	if (status)
		return status;
	out->has_bar = bars.count > 0;
	if (out->has_bar) {
		out->newest = bars.bars[bars.count - 1];
		out->age_s = at_s - out->newest.open_time_s -
			     (int64_t)s->interval_s;
	}
	stored_bars_free(&bars);
	return OK;
}

static void put_line(struct json_writer *w, const struct series_line *line)
{
	const struct series_summary *s = line->summary;
	char close[DECIMAL_TEXT_MAX];

	json_open_object(w, NULL);
	json_put_string(w, "asset", s->asset);
	json_put_string(w, "quote", s->quote);
	json_put_string(w, "source", s->source);
	json_put_integer(w, "intervalSeconds", s->interval_s);
	json_put_bool(w, "synthetic", s->synthetic);
	json_put_integer(w, "bars", s->count);
	json_put_integer(w, "firstOpen", s->first_s);
	if (line->has_bar) {
		decimal_format(close, line->newest.close);
		json_put_integer(w, "newestOpen", line->newest.open_time_s);
		json_put_string(w, "close", close);
		json_put_integer(w, "ageSeconds", line->age_s);
	}
	json_close_object(w);
}

static void print_line(const struct series_line *line)
{
	const struct series_summary *s = line->summary;
	char close[DECIMAL_TEXT_MAX] = "-", time[TIME_TEXT_MAX] = "-";

	if (line->has_bar) {
		decimal_format(close, line->newest.close);
		time_format(time, line->newest.open_time_s);
	}
	printf("%-6s %-6s %-12s %6us %8" PRId64 " %-20s %16s %8" PRId64 "h%s\n",
	       s->asset, s->quote, s->source, s->interval_s, s->count, time,
	       close, line->age_s / 3600,
	       s->synthetic ? "  SYNTHETIC" : "");
}

static enum status print_series(struct database *database,
				const struct invocation *invocation,
				int64_t at_s, struct error *error)
{
	struct series_summary *list = NULL;
	struct text text = { 0 };
	struct json_writer w;
	size_t count = 0;
	enum status status = series_list(&list, &count, database, error);

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_integer(&w, "at", at_s);
	json_open_array(&w, "series");
	if (!want_json(invocation))
		printf("%-6s %-6s %-12s %7s %8s %-20s %16s %9s\n", "asset",
		       "quote", "source", "bar", "bars", "newest opens",
		       "close", "age");
	for (size_t i = 0; i < count && !status; i++) {
		struct series_line line = { .summary = &list[i] };

		status = read_line(&line, database, at_s, error);
		if (status)
			break;
		put_line(&w, &line);
		if (!want_json(invocation))
			print_line(&line);
	}
	json_close_array(&w);
	json_close_object(&w);
	if (!status && want_json(invocation))
		puts(text.data);
	text_free(&text);
	memory_free(list);
	return status;
}

static enum status run_status(const struct invocation *invocation,
			      struct error *error)
{
	struct database *database = NULL;
	int64_t at_s;
	enum status status = read_time(&at_s, invocation, error);

	if (!status)
		status = database_open_home(&database, home(invocation), error);
	if (!status)
		status = print_series(database, invocation, at_s, error);
	if (database)
		database_close(database);
	return status;
}

static const struct option_spec options[] = {
	{ "at", "TIME", "as of TIME (default now): bars closed by then" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "stored series, their newest bars and ages",
	  "  plimsoll status\n  plimsoll status --at 2023-12-30T08:00:00Z "
	  "--json\n",
	  options, 0, 0, run_status },
	{ 0 },
};

const struct command_group commands_status = {
	"status", "what is stored, and how old it is", verbs
};
