/* backtest_sweep.c -- see backtest_sweep.h: the plan to every rank, the points
 * to workers, the records to rank 0, which reports. */
#include "agent/backtest_sweep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/backtest_options.h"
#include "agent/sweep_grid.h"
#include "agent/sweep_shards.h"
#include "agent/sweep_workers.h"
#include "agent/threads.h"
#include "base/host/log.h"

const struct option_spec backtest_sweep_options[] = {
	BACKTEST_OPTIONS,
	BACKTEST_SETTERS_OPTION,
	{ "vary", "KEY=V1,V2,...", "a number of the policy and its values: KEY "
				   "of [policy], SYMBOL.KEY, or *.KEY of every "
				   "asset; repeated: all combinations" },
	{ "o", "DIR", "folder of results (needed); an interrupted sweep goes "
		      "on from there" },
	{ "jobs", "N", "processes, 0: one a core (default; under mpirun 1 a "
		       "rank); bytes are equal" },
	{ "save-every", "SECONDS", "how often a point under way is saved, 0 to "
				   "20 (default 20)" },
	{ "fresh", NULL, "begin anew, whatever the folder has of this grid" },
	{ 0 },
};

/* One rank's sweep. */
struct sweeping {
	const struct invocation *invocation;
	struct backtest_document *document; /* of rank 0 */
	struct plan_store *plan;            /* as it reached this rank */
	struct sweep sweep;
	struct sweep_share share;
};

static enum status open_plan(struct text *out, struct sweeping *sweeping,
			     struct error *error)
{
	enum status status;

	if (shards_rank())
		return OK;
	sweeping->document = memory_allocate(1, sizeof(*sweeping->document));
	status = backtest_document_open(sweeping->document,
					sweeping->invocation, error);
	if (!status)
		plan_encode(out, &sweeping->document->plan);
	return status;
}

/* Ranks but 0 need neither files nor a store: the plan comes to them. */
static enum status take_plan(struct sweeping *sweeping, struct error *error)
{
	struct text bytes = { 0 };
	struct cbor_reader reader;
	enum status status = open_plan(&bytes, sweeping, error);

	if (!status)
		status = shards_spread(&bytes, error);
	sweeping->plan = memory_allocate(1, sizeof(*sweeping->plan));
	cbor_reader_init(&reader, bytes_of((const uint8_t *)bytes.data,
					   bytes.size));
	if (!status && plan_decode(sweeping->plan, &reader))
		status = error_set(error, E_MALFORMED,
				   "the plan does not parse");
	text_free(&bytes);
	sweeping->sweep.base = &sweeping->plan->plan;
	return status;
}

/* Files of this grid's points. */
static void forget(const struct sweep *sweep)
{
	size_t count = sweep_points(sweep);
	char path[SWEEP_PATH_MAX];

	for (size_t p = 0; p < count; p++) {
		sweep_point_path(path, sweep, p, ".cbor");
		unlink(path);
		sweep_point_path(path, sweep, p, ".checkpoint");
		unlink(path);
	}
}

static enum status open_folder(const struct sweeping *sweeping,
			       struct error *error)
{
	char path[SWEEP_PATH_MAX];
	enum status status = backtest_folder(sweeping->sweep.folder, error);

	snprintf(path, sizeof(path), "%s/points", sweeping->sweep.folder);
	if (!status)
		status = backtest_folder(path, error);
	if (!status && option_flag(sweeping->invocation, "fresh"))
		forget(&sweeping->sweep);
	return status;
}

/* What is swept, checked before anything runs. */
static enum status prepare(struct sweeping *sweeping, struct error *error)
{
	const struct invocation *invocation = sweeping->invocation;
	struct sweep *sweep = &sweeping->sweep;
	enum status status;

	sweep->set = policy_file_set;
	sweep->folder = option(invocation, "o");
	if (!sweep->folder)
		return error_set(error, E_USAGE, "-o DIR is needed: the points "
				 "are kept there");
	status = backtest_setters_of(&sweep->setters, invocation, error);
	if (!status)
		status = take_plan(sweeping, error);
	if (!status)
		status = sweep_grid_read(sweep, invocation, error);
	if (!status)
		status = sweep_check(sweep, error);
	if (!status)
		status = open_folder(sweeping, error);
	return status;
}

static enum status jobs_of(unsigned *out, const struct sweeping *sweeping,
			   struct error *error)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t points = sweeping->share.count;
	long long jobs;
	enum status status = option_integer(&jobs, sweeping->invocation, "jobs",
					    shards_size() > 1, error);

	if (status)
		return status;
	if (jobs < 0 || jobs > SWEEP_JOBS_MAX)
		return error_set(error, E_USAGE, "--jobs: 0 to %u",
				 SWEEP_JOBS_MAX);
	jobs = jobs ? jobs : cores > 0 ? cores : 1;
	jobs = jobs > SWEEP_JOBS_MAX ? SWEEP_JOBS_MAX : jobs;
	*out = (unsigned)jobs;
	if (points && points < *out)
		*out = (unsigned)points;
	return OK;
}

static enum status save_every(int64_t *out_ms, const struct sweeping *sweeping,
			      struct error *error)
{
	long long seconds;
	enum status status = option_integer(&seconds, sweeping->invocation,
					    "save-every", SWEEP_SAVE_EVERY_S,
					    error);

	if (!status && (seconds < 0 || seconds > SWEEP_SAVE_EVERY_S))
		status = error_set(error, E_USAGE, "--save-every: 0 to %d",
				   SWEEP_SAVE_EVERY_S);
	if (!status)
		*out_ms = 1000 * (int64_t)seconds;
	return status;
}

static enum status play(struct sweeping *sweeping, struct error *error)
{
	struct parallel threads;
	struct sweep_order order = { .sweep = &sweeping->sweep,
				     .points = sweeping->share.points,
				     .count = sweeping->share.count };
	enum status status = jobs_of(&order.jobs, sweeping, error);

	if (!status)
		status = save_every(&order.save_every_ms, sweeping, error);
	if (!status)
		status = backtest_threads(&threads, sweeping->invocation,
					  error);
	if (status)
		return status;
	/* Ranks of one machine share its cores already. */
	if (shards_size() == 1 || option(sweeping->invocation, "threads"))
		order.parallel = &threads;
	return sweep_workers(&order, error);
}

/* Summed up by rank 0 alone: all cores are free by now. */
static enum status report(const struct sweeping *sweeping, struct error *error)
{
	const struct parallel threads = threads_parallel(0);
	const struct summary_options options = { &threads, 0 };
	const struct sweep *sweep = &sweeping->sweep;
	struct sweep_report_input input;
	struct sweep_summary *summary;
	struct text command = { 0 }, text = { 0 };
	enum status status = sweep_summary_new(&summary, sweep, &options,
					       command_interrupted, error);

	if (status)
		return status;
	backtest_command_line(&command, sweeping->invocation, "sweep",
			      sweep->base);
	for (size_t i = 0; option_at(sweeping->invocation, "vary", i); i++)
		backtest_command_option(
			&command, "vary",
			option_at(sweeping->invocation, "vary", i));
	input = (struct sweep_report_input){ summary, command.data };
	status = sweep_report_write(&input, error);
	if (!status) {
		if (want_json(sweeping->invocation))
			sweep_json(&text, &input);
		else
			sweep_text(&text, &input);
		fputs(text.data, stdout);
		log_line(LOG_INFO, "results are in %s: sweep.html, sweep.json, "
			 "sweep.csv, points/", sweep->folder);
	}
	text_free(&text);
	text_free(&command);
	sweep_summary_free(summary);
	return status;
}

static enum status sweep_all(struct sweeping *sweeping, struct error *error)
{
	enum status status = shards_open(error);

	if (!status)
		status = prepare(sweeping, error);
	if (!status)
		status = sweep_share_make(&sweeping->share, &sweeping->sweep,
					  error);
	if (!status)
		status = play(sweeping, error);
	if (!status)
		status = sweep_collect(&sweeping->share, &sweeping->sweep,
				       error);
	if (status)
		return status;
	shards_close();
	return shards_rank() ? OK : report(sweeping, error);
}

enum status backtest_sweep_run(const struct invocation *invocation,
			       struct error *error)
{
	struct sweeping *sweeping = memory_allocate(1, sizeof(*sweeping));
	enum status status;

	sweeping->invocation = invocation;
	status = sweep_all(sweeping, error);
	if (status == E_INTERRUPTED) /* wherever it was, a wait for others too */
		error_hint(error, "The same command goes on from where it "
				  "was.");
	if (sweeping->plan) {
		plan_store_free(sweeping->plan);
		memory_free(sweeping->plan);
	}
	if (sweeping->document) {
		backtest_document_free(sweeping->document);
		memory_free(sweeping->document);
	}
	memory_free(sweeping);
	return status;
}
