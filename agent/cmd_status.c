/* cmd_status.c -- plimsoll status: what is stored, how old it is, what runs. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/cluster.h"
#include "agent/command.h"
#include "agent/enclave_record.h"
#include "agent/json_writer.h"
#include "agent/status_feeds.h"
#include "base/host/clock.h"
#include "base/time.h"
#include "sql/bars.h"
#include "sql/decisions.h"
#include "sql/transactions.h"

#define DECISIONS_SHOWN 5

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

/* Either text to standard output, or members of an object under way. */
struct report {
	struct database *database;
	struct json_writer *w; /* NULL: text */
	int64_t at_s;
};

static enum status report_series(const struct report *report,
				 struct error *error)
{
	struct series_summary *list = NULL;
	size_t count = 0;
	enum status status = series_list(&list, &count, report->database,
					 error);

	if (report->w)
		json_open_array(report->w, "series");
	else
		printf("%-6s %-6s %-12s %7s %8s %-20s %16s %9s\n", "asset",
		       "quote", "source", "bar", "bars", "newest opens",
		       "close", "age");
	for (size_t i = 0; i < count && !status; i++) {
		struct series_line line = { .summary = &list[i] };

		status = read_line(&line, report->database, report->at_s,
				   error);
		if (!status && report->w)
			put_line(report->w, &line);
		else if (!status)
			print_line(&line);
	}
	if (report->w)
		json_close_array(report->w);
	memory_free(list);
	return status;
}

static void report_decision(const struct report *report,
			    const struct stored_decision *d)
{
	char digest[HASH_TEXT_MAX], time[TIME_TEXT_MAX];
	bool valid = d->valid_until_s >= report->at_s;

	hex_encode_prefixed(digest, d->digest, HASH_SIZE);
	time_format(time, d->as_of_s);
	if (!report->w) {
		printf("decision %s  epoch %" PRIu64 "  %-6s  evidence %s  "
		       "as of %s%s\n", digest, d->epoch, d->outcome,
		       d->evidence, time, valid ? "" : "  expired");
		return;
	}
	json_open_object(report->w, NULL);
	json_put_string(report->w, "decisionDigest", digest);
	json_put_integer(report->w, "epoch", (int64_t)d->epoch);
	json_put_string(report->w, "outcome", d->outcome);
	json_put_string(report->w, "evidence", d->evidence);
	json_put_integer(report->w, "asOf", d->as_of_s);
	json_put_integer(report->w, "validUntil", d->valid_until_s);
	json_put_bool(report->w, "expired", !valid);
	json_close_object(report->w);
}

static enum status report_decisions(const struct report *report,
				    struct error *error)
{
	struct decision_filter newest = { .limit = DECISIONS_SHOWN };
	struct stored_decision *list = NULL;
	size_t count = 0;
	enum status status = decision_list(&list, &count, report->database,
					   &newest, error);

	if (report->w)
		json_open_array(report->w, "decisions");
	for (size_t i = 0; i < count && !status; i++)
		if (list[i].as_of_s <= report->at_s)
			report_decision(report, &list[i]);
	if (report->w)
		json_close_array(report->w);
	memory_free(list);
	return status;
}

static enum status report_transactions(const struct report *report,
				       struct error *error)
{
	struct transaction_summary *list = NULL;
	size_t count = 0;
	enum status status = transaction_list(&list, &count, report->database,
					      true, error);

	memory_free(list);
	if (status)
		return status;
	if (report->w)
		json_put_integer(report->w, "transactionsUnderWay",
				 (int64_t)count);
	else if (count)
		printf("%zu transactions are under way: `plimsoll tx list "
		       "--open`\n", count);
	return OK;
}

static void report_enclave(const struct report *report, const char *home_path)
{
	static struct enclave_record record;
	struct error ignored = { 0 };
	const char *state = "none";

	if (!enclave_record_read(&record, home_path, &ignored))
		state = enclave_record_is_running(&record) ? "running"
							   : "ended";
	if (report->w)
		json_put_string(report->w, "enclave", state);
	else
		printf("enclave %s\n", state);
}

static enum status print_report(struct report *report,
				const struct invocation *invocation,
				struct error *error)
{
	struct text text = { 0 };
	struct json_writer w;
	enum status status;

	json_writer_init(&w, &text);
	report->w = want_json(invocation) ? &w : NULL;
	json_open_object(&w, NULL);
	json_put_integer(&w, "at", report->at_s);
	status = report_series(report, error);
	if (!status)
		status = status_feeds(report->w, report->database,
				      report->at_s, error);
	if (!status)
		status = report_decisions(report, error);
	if (!status)
		status = report_transactions(report, error);
	if (!status)
		report_enclave(report, home(invocation));
	json_close_object(&w);
	if (!status && report->w)
		puts(text.data);
	text_free(&text);
	return status;
}

static enum status run_status(const struct invocation *invocation,
			      struct error *error)
{
	struct report report = { 0 };
	enum status status = read_time(&report.at_s, invocation, error);

	if (!status)
		status = database_open_home(&report.database, home(invocation),
					    error);
	if (!status)
		status = print_report(&report, invocation, error);
	if (report.database)
		database_close(report.database);
	return status;
}

static const struct option_spec options[] = {
	{ "at", "TIME", "as of TIME (default now): bars closed by then" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "stored series and feeds with their ages, newest decisions, what runs",
	  "  plimsoll status\n  plimsoll status --at 2023-12-30T08:00:00Z "
	  "--json\n",
	  options, 0, 0, run_status },
	{ 0 },
};

const struct command_group commands_status = {
	"status", "what is stored, and how old it is", verbs
};
