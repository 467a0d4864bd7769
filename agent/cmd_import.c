/* cmd_import.c -- plimsoll import: price files, fetched or generated ones.
 *
 * JSON: {"files":[{"file","asset","quote","source","synthetic","format",
 * "interval","rows","new","duplicate","rejected","bars","first","last",
 * "rejections":[{"line","reason","content"}]}],"dryRun"}; a failed file is not
 * in it, its error is on stderr. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "agent/command.h"
#include "agent/import.h"
#include "agent/json_writer.h"
#include "base/host/clock.h"
#include "base/host/log.h"
#include "base/time.h"
#include "feeds/net/candles.h"

#define REJECTIONS_SHOWN 10

/* What one run prints; text or JSON. */
/* Where the rows go, and what is said of them. */
struct output {
	struct database *database; /* NULL: a dry run */
	bool json;
	struct text text;
	struct json_writer writer;
};

static void put_rejections(struct json_writer *w,
			   const struct import_report *report)
{
	json_open_array(w, "rejections");
	for (size_t i = 0; i < report->rejection_count; i++) {
		const struct rejection *r = &report->rejections[i];

		json_open_object(w, NULL);
		json_put_integer(w, "line", (int64_t)r->line);
		json_put_string(w, "reason", r->reason);
		json_put_string(w, "content", r->content);
		json_close_object(w);
	}
	json_close_array(w);
}

static void show_json(struct json_writer *w, const char *file,
		      const struct import_order *order,
		      const struct import_report *report)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	time_format(first, report->first_s);
	time_format(last, report->last_s);
	json_open_object(w, NULL);
	json_put_string(w, "file", file);
	json_put_string(w, "asset", order->asset);
	json_put_string(w, "quote", order->quote);
	json_put_string(w, "source", order->source);
	json_put_bool(w, "synthetic", !strcmp(order->source, GENERATE_SOURCE));
	json_put_string(w, "format", feed_kind_name(report->kind));
	json_put_integer(w, "interval", report->interval_s);
	json_put_integer(w, "rows", (int64_t)report->read);
	json_put_integer(w, "new", (int64_t)report->added);
	json_put_integer(w, "duplicate", (int64_t)report->duplicates);
	json_put_integer(w, "rejected", (int64_t)report->rejected);
	json_put_integer(w, "bars", (int64_t)report->bars);
	json_put_string(w, "first", first);
	json_put_string(w, "last", last);
	put_rejections(w, report);
	json_close_object(w);
}

static void show_rejections(const struct import_report *report)
{
	size_t shown = report->rejection_count;

	if (shown > REJECTIONS_SHOWN)
		shown = REJECTIONS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		const struct rejection *r = &report->rejections[i];

		log_line(LOG_WARNING, "rejected line %" PRIu64 ": %s%s%s",
			 r->line, r->reason, *r->content ? ": " : "",
			 r->content);
	}
	if (shown < report->rejection_count)
		log_line(LOG_WARNING, "and %zu more",
			 report->rejection_count - shown);
}

static void show(struct output *out, const char *file,
		 const struct import_order *order,
		 const struct import_report *report)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	if (out->json) {
		show_json(&out->writer, file, order, report);
		return;
	}
	time_format(first, report->first_s);
	time_format(last, report->last_s);
	printf("%s: %s/%s@%s, %s: %" PRIu64 " rows, %" PRIu64 " new, %" PRIu64
	       " duplicate, %" PRIu64 " rejected, %" PRIu64 " bars, %s to %s"
	       "%s\n", file, order->asset, order->quote, order->source,
	       feed_kind_name(report->kind), report->read, report->added,
	       report->duplicates, report->rejected, report->bars, first, last,
	       order->dry_run ? " (dry run: nothing written)" : "");
}

static enum status output_begin(struct output *out,
				const struct import_order *order,
				const struct invocation *invocation,
				struct error *error)
{
	enum status status = OK;

	memset(out, 0, sizeof(*out));
	if (!order->dry_run)
		status = database_open_home(&out->database, home(invocation),
					    error);
	out->json = !status && want_json(invocation);
	if (!out->json)
		return status;
	json_writer_init(&out->writer, &out->text);
	json_open_object(&out->writer, NULL);
	json_open_array(&out->writer, "files");
	return OK;
}

static void output_end(struct output *out, const struct import_order *order)
{
	database_close(out->database);
	if (!out->json)
		return;
	json_close_array(&out->writer);
	json_put_bool(&out->writer, "dryRun", order->dry_run);
	json_close_object(&out->writer);
	puts(out->text.data);
	text_free(&out->text);
}

static enum status import_files(struct output *out,
				const struct invocation *invocation,
				const struct import_order *order,
				struct error *error)
{
	enum status status = OK;

	for (int i = 0; i < invocation_count(invocation) && !status; i++) {
		const char *file = invocation_argument(invocation, i);
		struct import_report report;

		status = import_file(&report, out->database, file, order,
				     error);
		show_rejections(&report);
		if (!status)
			show(out, file, order, &report);
		memory_free(report.rejections);
		if (!status && command_interrupted())
			status = error_set(error, E_INTERRUPTED, "interrupted "
					   "after %s", file);
	}
	return status;
}

static enum status read_interval(struct import_order *out,
				 const struct invocation *invocation,
				 struct error *error)
{
	const char *text = option(invocation, "interval");
	int64_t seconds = 0;

	if (!text)
		return OK;
	if (duration_parse(&seconds, bytes_of_string(text)) || seconds < 60 ||
	    86400 % seconds)
		return error_set(error, E_USAGE, "--interval is 1m .. 1d and "
				 "divides a day, not \"%s\"", text);
	out->format.interval_s = (uint32_t)seconds;
	return OK;
}

static enum status require(const char **out, const char *name,
			   const struct invocation *invocation,
			   struct error *error)
{
	*out = option(invocation, name);
	if (*out)
		return OK;
	error_set(error, E_USAGE, "--%s is missing", name);
	return error_hint(error, "plimsoll import FILE... --asset WETH --quote "
			  "USDT --source binance");
}

static enum status read_order(struct import_order *out,
			      const struct invocation *invocation,
			      struct error *error)
{
	enum status status = require(&out->asset, "asset", invocation, error);

	if (!status)
		status = require(&out->quote, "quote", invocation, error);
	if (!status)
		status = require(&out->source, "source", invocation, error);
	if (!status && !invocation_count(invocation))
		status = error_set(error, E_USAGE, "FILE... is missing");
	out->format.name = option(invocation, "format");
	if (!status)
		status = read_interval(out, invocation, error);
	return status ? status : import_names_check(out, error);
}

static enum status run_files(struct import_order *order,
			     const struct invocation *invocation,
			     struct error *error)
{
	struct output out;
	enum status status = read_order(order, invocation, error);

	if (!status)
		status = output_begin(&out, order, invocation, error);
	if (status)
		return status;
	status = import_files(&out, invocation, order, error);
	output_end(&out, order);
	return status;
}

static enum status read_generation(struct generate_order *out,
				   const struct invocation *invocation,
				   struct error *error)
{
	const char *end = option(invocation, "end");
	long long seed, hours;
	enum status status = option_integer(&seed, invocation, "generate", 0,
					    error);

	if (!status)
		status = option_integer(&hours, invocation, "hours", 0, error);
	if (status)
		return status;
	if (seed < 0 || hours < 1 || hours > GENERATE_HOURS_MAX)
		return error_set(error, E_USAGE, "--generate takes a seed of 0 "
				 "or more, --hours 1 .. %u",
				 GENERATE_HOURS_MAX);
	if (invocation_count(invocation))
		return error_set(error, E_USAGE,
				 "--generate takes no files");
	out->seed = (uint64_t)seed;
	out->hours = (uint32_t)hours;
	out->end_s = clock_unix_s() - clock_unix_s() % GENERATE_INTERVAL_S;
	if (end && time_parse(&out->end_s, bytes_of_string(end)))
		return error_set(error, E_USAGE, "--end is no time: \"%s\"",
				 end);
	return OK;
}

/* Every name of the comma-separated list, in order. */
static enum status generate_all(struct output *out,
				struct generate_order *generated,
				struct import_order *order,
				struct error *error)
{
	char *list = memory_copy_string(order->asset), *rest = list;
	char *name;
	enum status status = OK;

	while (!status && (name = strsep(&rest, ","))) {
		struct import_report report;

		generated->asset = order->asset = name;
		status = import_generated(&report, out->database, generated, order,
					  error);
		if (!status)
			show(out, "generator", order, &report);
	}
	memory_free(list);
	return status;
}

static enum status run_generate(struct import_order *order,
				const struct invocation *invocation,
				struct error *error)
{
	struct generate_order generated;
	struct output out;
	enum status status = require(&order->asset, "asset", invocation, error);

	order->quote = GENERATE_QUOTE;
	order->source = GENERATE_SOURCE;
	if (!status)
		status = read_generation(&generated, invocation, error);
	if (!status)
		status = output_begin(&out, order, invocation, error);
	if (status)
		return status;
	status = generate_all(&out, &generated, order, error);
	output_end(&out, order);
	return status;
}

/* The hours before now when no range is given; whole bars. */
#define FETCH_BARS_DEFAULT 1000

static enum status option_instant(int64_t *out,
				  const struct invocation *invocation,
				  const char *name, struct error *error)
{
	const char *text = option(invocation, name);

	if (!text || !time_parse(out, bytes_of_string(text)))
		return OK;
	return error_set(error, E_USAGE, "--%s: \"%s\" is no time", name,
			 text);
}

static enum status read_query(struct candle_query *out,
			      struct import_order *order,
			      const struct invocation *invocation,
			      struct error *error)
{
	enum status status = require(&out->product, "product", invocation,
				     error);

	if (!status && invocation_count(invocation))
		status = error_set(error, E_USAGE, "--fetch takes no files");
	if (!status)
		status = read_interval(order, invocation, error);
	if (status)
		return status;
	if (!order->format.interval_s)
		order->format.interval_s = IMPORT_BAR_S;
	out->interval_s = order->format.interval_s;
	out->base_url = option(invocation, "url");
	out->now_s = clock_unix_s();
	out->to_s = out->now_s - out->now_s % out->interval_s;
	status = option_instant(&out->to_s, invocation, "to", error);
	out->from_s = out->to_s - FETCH_BARS_DEFAULT * out->interval_s;
	return status ? status
		      : option_instant(&out->from_s, invocation, "from", error);
}

static enum status fetch_into(struct output *out,
			      const struct candle_query *query,
			      const struct import_order *order,
			      struct error *error)
{
	struct import_source source = { .origin = query->venue };
	struct import_report report;
	struct text csv = { 0 };
	size_t rows;
	enum status status = fetch_candles(&csv, &rows, query, NULL, error);

	if (status == E_PEER && !*error->hint)
		error_hint(error, "Nothing was written.  --url names another "
			   "address; a file of candles does as well.");
	if (!status) {
		source.text = bytes_of(csv.data, csv.size);
		keccak256(source.digest, csv.data, csv.size);
		status = import_text(&report, out->database, &source, order,
				     error);
		show_rejections(&report);
		if (!status)
			show(out, query->venue, order, &report);
		memory_free(report.rejections);
	}
	text_free(&csv);
	return status;
}

static enum status run_fetch(struct import_order *order,
			     const struct invocation *invocation,
			     struct error *error)
{
	struct candle_query query = { .venue = option(invocation, "fetch") };
	struct output out;
	enum status status = read_query(&query, order, invocation, error);

	if (!status)
		status = require(&order->asset, "asset", invocation, error);
	if (!status)
		status = require(&order->quote, "quote", invocation, error);
	order->source = option_or(invocation, "source", query.venue);
	if (!status)
		status = import_names_check(order, error);
	if (!status)
		status = output_begin(&out, order, invocation, error);
	if (status)
		return status;
	status = fetch_into(&out, &query, order, error);
	output_end(&out, order);
	return status;
}

static enum status run_import(const struct invocation *invocation,
			      struct error *error)
{
	struct import_order order = {
		.dry_run = option_flag(invocation, "dry-run"),
		.skip_rejected = option_flag(invocation, "skip-rejected"),
		.interrupted = command_interrupted };

	if (option(invocation, "generate"))
		return run_generate(&order, invocation, error);
	return option(invocation, "fetch")
		       ? run_fetch(&order, invocation, error)
		       : run_files(&order, invocation, error);
}

static const struct option_spec import_options[] = {
	{ "asset", "A", "symbol of what is priced (a list with --generate)" },
	{ "quote", "Q", "what it is priced in: USD, USDT, ETH" },
	{ "source", "S", "who says so; keeps sources apart" },
	{ "format", "FORMAT", "candles, ticks or rounds (default: by header)" },
	{ "interval", "DURATION", "of candles (default: by their times)" },
	{ "dry-run", NULL, "judge the files, write nothing" },
	{ "skip-rejected", NULL, "take the good rows of a file with bad ones" },
	{ "fetch", "VENUE", "no file: candles of coinbase, kraken or binance" },
	{ "product", "NAME", "the venue's name: ETH-USD, ETHUSD, ETHUSDT" },
	{ "from", "TIME", "first bar to fetch (default: 1000 before --to)" },
	{ "to", "TIME", "fetch bars that open before (default: now)" },
	{ "url", "URL", "the venue's address (default: its public one)" },
	{ "generate", "SEED", "no file: candles of a market that never was" },
	{ "hours", "N", "how many candles to generate" },
	{ "end", "TIME", "when the last one closes (default: this hour)" },
	{ 0 } };

static const struct command verbs[] = {
	{ "", "FILE...", "bring price history into the store",
	  "plimsoll import ETHUSDT-1h.csv.gz --asset WETH --quote USDT "
	  "--source binance\n"
	  "plimsoll import rounds.csv --asset WETH --quote USD --source "
	  "chainlink --format rounds\n"
	  "plimsoll import --fetch binance --product ETHUSDT --asset WETH "
	  "--quote USDT --from 2024-01-01\n"
	  "plimsoll import --generate 7 --asset WETH,WBTC,USDC --hours 9000\n",
	  import_options, 0, -1, run_import },
	{ 0 } };

const struct command_group commands_import = {
	"import", "price history from files", verbs };
