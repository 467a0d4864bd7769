/* cmd_backtest.c -- plimsoll backtest: history through decide(), beside other
 * rules; reports and comparisons of what it left. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/backtest_incidents.h"
#include "agent/backtest_options.h"
#include "agent/backtest_results.h"
#include "agent/backtest_store.h"
#include "agent/backtest_sweep.h"
#include "agent/backtest_text.h"
#include "base/host/clock.h"
#include "base/host/log.h"
#include "base/time.h"

#define PATH_SIZE 4096
#define SAVE_EVERY_MS 20000

static void path_in(char out[PATH_SIZE], const char *folder, const char *name)
{
	snprintf(out, PATH_SIZE, "%s/%s", folder, name);
}

/* A policy that no value meets, whatever the day, is no policy. */
static enum status check_feasible(const struct backtest_record *record,
				  struct error *error)
{
	const struct run_record *run = &record->runs[0];
	size_t without = 0;

	for (size_t d = 0; d < run->decision_count; d++)
		without += run->decisions[d].reasons >>
				   REASON_NO_FEASIBLE_VALUE & 1;
	if (!run->decision_count || without < run->decision_count)
		return OK;
	error_set(error, E_REFUSED, "no value meets the policy at any of the "
		  "%zu decisions", without);
	return error_hint(error, "decisions.csv of -o names what binds: x/y "
			  "are constraints that conflict, as floors above "
			  "what they allow do; a-least-loss says that every "
			  "threshold exceeds a loss budget.");
}

/* A run on its way: progress, events, when the next checkpoint is due. */
struct playing {
	const struct backtest_document *document;
	bool events;
	int64_t began_ms, saved_ms;
	size_t first; /* hours over all runs that were there at the start */
	bool counted;
};

static void decided(void *user, enum setter setter,
		    const struct decision_record *record)
{
	const struct playing *playing = user;
	struct text line = { 0 };

	if (!playing->events)
		return;
	report_event_json(&line, &playing->document->plan, setter, record);
	fputs(line.data, stdout);
	text_free(&line);
}

static bool progress(void *user, const struct backtest_progress *now)
{
	struct playing *playing = user;
	int64_t now_ms = clock_monotonic_ms();
	size_t all = now->runs * now->hours;
	size_t done = now->run * now->hours + now->hour;
	char label[80];

	/* the look-ahead check begins anew */
	if (!playing->counted || done <= playing->first) {
		playing->counted = true;
		playing->began_ms = now_ms;
		playing->first = done - 1;
	}
	snprintf(label, sizeof(label), "%-14s %" PRId64 " s left",
		 setter_name(now->setter),
		 (now_ms - playing->began_ms) * (int64_t)(all - done) / 1000 /
			 (int64_t)(done - playing->first));
	progress_show(label, done, all);
	if (now_ms - playing->saved_ms < SAVE_EVERY_MS)
		return false;
	playing->saved_ms = now_ms;
	return true;
}

static enum status write_results(const struct backtest_record *record,
				 const struct report_input *input,
				 const char *folder, struct error *error)
{
	char path[PATH_SIZE];
	enum status status;

	path_in(path, folder, RECORD_FILE_NAME);
	status = record_file_write(path, record, error);
	if (!status)
		status = report_write(folder, input, error);
	if (status)
		return status;
	path_in(path, folder, "checkpoint.cbor");
	unlink(path);
	log_line(LOG_INFO, "results are in %s: report.html, summary.json, "
		 "*.csv, " RECORD_FILE_NAME, folder);
	return OK;
}

static void print_summary(const struct report_input *input, bool json)
{
	struct text text = { 0 };

	if (json)
		report_json(&text, input);
	else
		backtest_text(&text, input->summary);
	fputs(text.data, stdout);
	text_free(&text);
}

static enum status judge(const struct backtest_summary *summary,
			 const struct invocation *invocation,
			 struct error *error)
{
	const char *word = option(invocation, "fail-on");
	enum traffic_zone zone;
	struct verdict verdict;
	enum status status;

	if (!word)
		return OK;
	status = verdict_parse(&zone, word, error);
	if (status)
		return status;
	verdict_of(&verdict, summary);
	return verdict_check(&verdict, zone, error);
}

static enum status report_record(const struct backtest_record *record,
				 const struct invocation *invocation,
				 const char *command, struct error *error)
{
	const char *folder = option(invocation, "o");
	struct parallel parallel;
	struct backtest_summary *summary = NULL;
	enum status status = backtest_threads(&parallel, invocation, error);
	const struct summary_options options = { &parallel, 0 };
	struct report_input input = { NULL, command };

	if (!status)
		status = summary_new(&summary, record, &options, error);
	input.summary = summary;
	if (!status && folder)
		status = backtest_folder(folder, error);
	if (!status && folder)
		status = write_results(record, &input, folder, error);
	if (!status && option_flag(invocation, "store"))
		status = backtest_keep(&input, invocation, error);
	if (!status) {
		print_summary(&input, want_json(invocation));
		status = check_feasible(record, error);
	}
	if (!status)
		status = judge(summary, invocation, error);
	if (summary)
		summary_free(summary);
	return status;
}

/* The middle decision of the range. */
static int64_t middle(const struct backtest_plan *plan)
{
	int64_t period = plan->policy->epoch_period_s;
	int64_t half = plan->from_s + (plan->to_s - plan->from_s) / 2;

	return half / period * period;
}

static enum status check_lookahead(const struct backtest_record *record,
				   const struct backtest_hooks *hooks,
				   struct error *error)
{
	struct lookahead_report report;
	char time[TIME_TEXT_MAX];
	enum status status = backtest_check_lookahead(
		&report, record, middle(record->plan), hooks, error);

	progress_clear();
	if (status)
		return status;
	time_format(time, report.differs ? report.time_s : report.split_s);
	if (report.differs)
		return error_set(error, E_REFUSED, "%s looks ahead: with %s "
				 "future its %s of %s is another",
				 setter_name(report.setter),
				 report.scrambled ? "a scrambled" : "no",
				 report.decision ? "decision" : "market hour",
				 time);
	log_line(LOG_INFO, "nothing looks ahead: %zu decisions and %zu hours "
		 "up to %s are the same with no future and with a scrambled "
		 "one", report.decisions, report.hours, time);
	return OK;
}

static enum status play(struct backtest_record *record,
			struct backtest_document *document,
			const struct invocation *invocation,
			struct error *error)
{
	struct playing playing = { .document = document,
				   .events = option_flag(invocation,
							 "events") };
	const char *folder = option(invocation, "o");
	char checkpoint[PATH_SIZE];
	struct parallel parallel;
	struct backtest_hooks hooks = {
		.parallel = &parallel, .interrupted = command_interrupted,
		.progress = progress, .decided = decided, .user = &playing,
		.checkpoint = folder ? checkpoint : NULL };
	uint32_t setters;
	enum status status = backtest_threads(&parallel, invocation, error);

	if (!status)
		status = backtest_setters_of(&setters, invocation, error);
	if (!status && folder) {
		path_in(checkpoint, folder, "checkpoint.cbor");
		if (option_flag(invocation, "fresh"))
			unlink(checkpoint);
	}
	playing.began_ms = playing.saved_ms = clock_monotonic_ms();
	if (!status)
		status = backtest_run(record, &document->plan, setters, &hooks,
				      error);
	progress_clear();
	if (status == E_INTERRUPTED && folder)
		return error_hint(error, "The same command goes on from where "
				  "it was.");
	if (!status && option_flag(invocation, "check-lookahead"))
		status = check_lookahead(record, &hooks, error);
	return status;
}

/* A word that nobody knows is told before an hour of work, not after. */
static enum status check_words(const struct invocation *invocation,
			       struct error *error)
{
	const char *word = option(invocation, "fail-on");
	enum traffic_zone zone;
	uint32_t setters;
	enum status status = word ? verdict_parse(&zone, word, error) : OK;

	return status ? status
		      : backtest_setters_of(&setters, invocation, error);
}

static enum status run_run(const struct invocation *invocation,
			   struct error *error)
{
	struct folder_claim claim = { -1 };
	const char *folder = option(invocation, "o");
	struct backtest_document *document =
		memory_allocate(1, sizeof(*document));
	struct backtest_record record = { 0 };
	struct text command = { 0 };
	enum status status = check_words(invocation, error);

	if (!status)
		status = backtest_document_open(document, invocation, error);
	if (!status && folder)
		status = backtest_folder_claim(
			&claim, folder, &document->plan,
			option_flag(invocation, "fresh"), error);
	if (!status)
		status = play(&record, document, invocation, error);
	if (!status) {
		backtest_command_line(&command, invocation, "run",
				      &document->plan);
		status = report_record(&record, invocation, command.data,
				       error);
	}
	backtest_folder_release(&claim);
	text_free(&command);
	backtest_record_free(&record);
	backtest_document_free(document);
	memory_free(document);
	return status;
}

static enum status run_report(const struct invocation *invocation,
			      struct error *error)
{
	const char *folder = invocation_argument(invocation, 0);
	struct record_file *file;
	struct text command = { 0 };
	enum status status = backtest_results_read(&file, folder, error);

	if (status)
		return status;
	backtest_results_command(&command, folder, &file->record);
	status = report_record(&file->record, invocation, command.data, error);
	text_free(&command);
	record_file_free(file);
	return status;
}

static enum status setter_of(enum setter *out,
			     const struct invocation *invocation,
			     const char *name, struct error *error)
{
	const char *word = option_or(invocation, name, "plimsoll");

	for (int s = 0; s < SETTERS_COUNT; s++)
		if (!strcmp(setter_name((enum setter)s), word)) {
			*out = (enum setter)s;
			return OK;
		}
	return error_set(error, E_USAGE, "--%s: no setter \"%.40s\"", name,
			 word);
}

static enum status compare(const struct backtest_record *const records[2],
			   const char *const names[2],
			   const struct invocation *invocation,
			   struct error *error)
{
	struct parallel parallel;
	enum setter setters[2];
	struct run_comparison comparison;
	struct text text = { 0 };
	enum status status = backtest_threads(&parallel, invocation, error);
	const struct summary_options options = { &parallel, 0 };

	if (!status)
		status = setter_of(&setters[0], invocation, "first", error);
	if (!status)
		status = setter_of(&setters[1], invocation, "second", error);
	if (!status)
		status = compare_runs(&comparison, records, setters, &options,
				      error);
	if (status)
		return status;
	if (want_json(invocation))
		compare_json(&text, &comparison, names);
	else
		compare_text(&text, &comparison, names);
	fputs(text.data, stdout);
	text_free(&text);
	return OK;
}

static enum status run_compare(const struct invocation *invocation,
			       struct error *error)
{
	const char *const names[2] = { invocation_argument(invocation, 0),
				       invocation_argument(invocation, 1) };
	struct record_file *files[2] = { NULL, NULL };
	enum status status = backtest_results_read(&files[0], names[0], error);

	if (!status)
		status = backtest_results_read(&files[1], names[1], error);
	if (!status)
		status = compare((const struct backtest_record *const[2]){
					 &files[0]->record, &files[1]->record },
				 names, invocation, error);
	for (size_t i = 0; i < 2; i++)
		if (files[i])
			record_file_free(files[i]);
	return status;
}

static enum status check_absent(const char *folder, const char *name,
				struct error *error)
{
	char path[PATH_SIZE];

	path_in(path, folder, name);
	if (access(path, F_OK))
		return OK;
	error_set(error, E_USAGE, "%s is there already", path);
	return error_hint(error, "--force replaces it.");
}

static enum status write_beside(const char *folder, const char *name,
				const struct text *text, struct error *error)
{
	char path[PATH_SIZE];

	path_in(path, folder, name);
	return file_write(path, bytes_of(text->data, text->size), error);
}

static enum status run_init(const struct invocation *invocation,
			    struct error *error)
{
	const char *folder = option_or(invocation, "o", ".");
	bool force = option_flag(invocation, "force");
	struct text market = { 0 }, policy = { 0 };
	enum status status = backtest_preset_write(
		&market, &policy,
		option_or(invocation, "assets", "ETH,BTC,LINK,AAVE,CRV,USDC"),
		option_or(invocation, "preset", "standard"), error);

	if (!status)
		status = backtest_folder(folder, error);
	if (!status && !force)
		status = check_absent(folder, "backtest.ini", error);
	if (!status && !force)
		status = check_absent(folder, "policy.ini", error);
	if (!status)
		status = write_beside(folder, "backtest.ini", &market, error);
	if (!status)
		status = write_beside(folder, "policy.ini", &policy, error);
	text_free(&market);
	text_free(&policy);
	return status;
}

static const struct option_spec init_options[] = {
	{ "assets", "LIST", "of ETH, BTC, LINK, AAVE, CRV, stETH, USDC, "
			    "USD (default the first five and USDC)" },
	{ "preset", "NAME", "policy: cautious, standard (default) or open" },
	{ "o", "DIR", "folder of both files (default .)" },
	{ "force", NULL, "replace files that are there" },
	{ 0 },
};

static const struct option_spec run_options[] = {
	BACKTEST_OPTIONS,
	BACKTEST_SETTERS_OPTION,
	{ "o", "DIR", "folder of results; an interrupted run goes on from "
		      "there" },
	{ "store", NULL, "keep the summary in the store, for the view "
			 "v_backtest_summary; the same run again adds nothing" },
	{ "fresh", NULL, "begin anew, whatever the folder holds" },
	{ "events", NULL, "a line of JSON a decision on stdout as they come" },
	{ "check-lookahead", NULL, "play it again with its future cut off and "
				   "scrambled: exit 1 if anything differs" },
	{ "fail-on", "ZONE", "yellow or red: exit 1 when forecasts of an asset "
			     "are there" },
	{ 0 },
};

static const struct option_spec report_options[] = {
	{ "o", "DIR", "write report.html, summary.json and tables there" },
	{ "fail-on", "ZONE", "yellow or red: exit 1 when forecasts of an asset "
			     "are there" },
	{ "threads", "N", "threads, 0: one a core (default); bytes are equal" },
	{ 0 },
};

static const struct option_spec compare_options[] = {
	{ "first", "SETTER", "of the first folder (default plimsoll)" },
	{ "second", "SETTER", "of the second (default plimsoll)" },
	{ "threads", "N", "threads, 0: one a core (default); bytes are equal" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "incidents", "[NAME...]", "staged crises, and what the agent did",
	  "  plimsoll backtest incidents oracle-at-bound\n",
	  backtest_incidents_options, 0, -1, backtest_incidents_command },
	{ "init", "", "a market and a policy to start from",
	  "  plimsoll backtest init --assets ETH,USDC -o market/\n",
	  init_options, 0, 0, run_init },
	{ "run", "FILE", "history through decide() and the limiter, beside "
			 "other rules",
	  "  plimsoll backtest run market/backtest.ini -o results/\n"
	  "  plimsoll backtest run market/backtest.ini --timerange "
	  "2022-01-01..2023-01-01 \\\n    --check-lookahead --fail-on red\n",
	  run_options, 1, 1, run_run },
	{ "sweep", "FILE", "one history under many policies: which buys how "
			   "much leverage at what risk",
	  "  plimsoll backtest sweep market/backtest.ini \\\n"
	  "    --vary ltv_touch_ppm=20000,50000 \\\n"
	  "    --vary '*.volatility_floor_bps=1000,3000' -o sweep/\n"
	  "  mpirun -n 8 --host a:4,b:4 plimsoll-mpi backtest sweep "
	  "market/backtest.ini \\\n"
	  "    --vary loss_budget_usd=250000,1000000,4000000 -o sweep/\n",
	  backtest_sweep_options, 1, 1, backtest_sweep_run },
	{ "report", "DIR", "the results of a run again: text, --json, files",
	  "  plimsoll backtest report results/ --json\n", report_options, 1, 1,
	  run_report },
	{ "compare", "DIR DIR", "two runs of one history: paired differences",
	  "  plimsoll backtest compare cautious/ open/\n"
	  "  plimsoll backtest compare results/ results/ --second no-change\n",
	  compare_options, 2, 2, run_compare },
	{ 0 },
};

const struct command_group commands_backtest = {
	"backtest", "would it have kept the market solvent, and at what cost",
	verbs
};
