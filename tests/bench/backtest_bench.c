/* backtest_bench.c -- a whole backtest: six assets of `plimsoll backtest init`,
 * hourly prices of the seeded generator, daily decisions, 1,000 paths, 600
 * borrowers.  Prints `name value` lines for report.awk: seconds, CPU seconds
 * and the peak of memory, each of a child process that does one backtest.
 *
 *   backtest_bench            the first year: some minutes
 *   backtest_bench whole      five years, and one and two for the memory
 *   backtest_bench DAYS [N]   so many days in this process, the slower experts
 *                             fitted at every Nth refit: for a profiler
 *
 * Not a test: nothing is asserted but that the backtests end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/backtest_file.h"
#include "agent/import_generate.h"
#include "agent/threads.h"
#include "backtest/prices.h"
#include "base/host/memory.h"
#include "base/host/spool.h"
#include "tests/bench/timing.h"

#define THREADS 2
#define YEAR_DAYS 365u
#define GOAL_DAYS (5 * YEAR_DAYS + 1)
#define PART_DAYS YEAR_DAYS
#define MONTHLY 4 /* refits of a week */
#define WARM_HOURS 2000u /* the policy's window */
#define FROM 1577836800  /* 2020-01-01 */
#define BORROWERS 100    /* of each asset */
#define SEED 1
#define MIB 1048576.0

static const char assets[] = "ETH,BTC,LINK,AAVE,CRV,USDC";
/* The generator's names for them. */
static const char *const generated[] = { "WETH", "WBTC", "LINK",
					 "AAVE", "CRV",  "USDC" };

/* What one backtest is asked. */
struct order {
	const char *name;
	uint32_t days, refit_others_every;
};

struct stopwatch {
	double began_s, cpu_began_s;
	double plimsoll_s, cpu_plimsoll_s; /* when its run was over */
	bool others;                       /* another setter's is under way */
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(enum status status, const struct error *error)
{
	if (!status)
		return;
	fprintf(stderr, "backtest_bench: %s\n", error->message);
	exit(2);
}

/* The files that `plimsoll backtest init` writes, read back. */
static void read_preset(struct backtest_document *out)
{
	char folder[] = "/tmp/plimsoll-bench-XXXXXX";
	char market_path[64], policy_path[64];
	struct text market = { 0 }, policy = { 0 };
	struct error error = { 0 };

	if (!mkdtemp(folder))
		exit(2);
	snprintf(market_path, sizeof(market_path), "%s/backtest.ini", folder);
	snprintf(policy_path, sizeof(policy_path), "%s/policy.ini", folder);
	must(backtest_preset_write(&market, &policy, assets, "standard",
				   &error), &error);
	must(file_write(market_path, bytes_of_string(market.data), &error),
	     &error);
	must(file_write(policy_path, bytes_of_string(policy.data), &error),
	     &error);
	must(backtest_file_read(out, policy_path, market_path, &error),
	     &error);
	unlink(market_path);
	unlink(policy_path);
	rmdir(folder);
	text_free(&market);
	text_free(&policy);
}

static void make_bars(struct backtest_document *document, size_t a,
		      uint32_t days)
{
	struct plan_asset *asset = &document->plan.assets[a];
	const struct generate_order order = {
		generated[a], SEED, WARM_HOURS + days * 24,
		FROM + (int64_t)days * 86400 };
	struct observation *rows = spool_allocate(order.hours, sizeof(*rows));
	struct bar *bars = spool_allocate(order.hours, sizeof(*bars));
	struct error error = { 0 };

	must(generate_candles(rows, &order, &error), &error);
	spool_rest(rows, order.hours * sizeof(*rows));
	for (uint32_t i = 0; i < order.hours; i++)
		bars[i] = (struct bar){ rows[i].source_time_s, rows[i].open,
					rows[i].high, rows[i].low,
					rows[i].value };
	spool_free(rows);
	document->bars[a] = bars;
	asset->bars = bars;
	asset->bar_count = order.hours;
	asset->spooled = true;
	asset->synthetic = true;
	bars_rest(asset, asset->bar_count);
}

static void make_plan(struct backtest_document *out, const struct order *order)
{
	struct buffer buffer;

	read_preset(out);
	out->policy.policy.refit_others_every = order->refit_others_every;
	buffer_init(&buffer, out->policy.bytes, sizeof(out->policy.bytes));
	policy_encode(&buffer, &out->policy.policy);
	out->policy.size = buffer.size;
	out->plan.policy_bytes = buffer_bytes(&buffer);
	out->plan.population.borrowers = BORROWERS;
	out->plan.seed[0] = SEED;
	out->plan.from_s = FROM;
	out->plan.to_s = FROM + (int64_t)order->days * 86400;
	for (size_t a = 0; a < out->plan.asset_count; a++)
		make_bars(out, a, order->days);
}

/* plimsoll's run is the first; the rules' follow. */
static bool watch(void *user, const struct backtest_progress *progress)
{
	struct stopwatch *watch = user;

	if (progress->setter == SETTER_PLIMSOLL || watch->others)
		return false;
	watch->others = true;
	watch->plimsoll_s = now_s();
	watch->cpu_plimsoll_s = cpu_s();
	return false;
}

/* What grows with the history, and lies in files: bars and their grid, and the
 * record. */
static size_t history_bytes(const struct backtest_plan *plan)
{
	size_t hours = (size_t)(plan->to_s - plan->from_s) / PRICES_HOUR_S;
	size_t bytes = hours * plan->asset_count * sizeof(struct price_hour);

	for (size_t a = 0; a < plan->asset_count; a++)
		bytes += plan->assets[a].bar_count * sizeof(struct bar);
	return bytes;
}

static size_t record_bytes(const struct backtest_record *record)
{
	size_t bytes = 0;

	for (size_t i = 0; i < record->run_count; i++) {
		const struct run_record *run = &record->runs[i];

		bytes += run->decision_count * sizeof(*run->decisions) +
			 run->hour_count * sizeof(*run->hours) +
			 run->liquidation_count * sizeof(*run->liquidations);
	}
	return bytes;
}

static void print_digest(const char *name, const struct run_record *run)
{
	uint8_t digest[HASH_SIZE];
	struct keccak keccak;

	keccak_init(&keccak);
	for (size_t i = 0; i < run->decision_count; i++)
		keccak_update(&keccak, run->decisions[i].digest, HASH_SIZE);
	keccak_final(&keccak, digest);
	printf("%s_digest %02x%02x%02x%02x%02x%02x%02x%02x\n", name, digest[0],
	       digest[1], digest[2], digest[3], digest[4], digest[5],
	       digest[6], digest[7]);
}

static void report(const struct order *order, const struct stopwatch *w,
		   const struct backtest_record *record)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%s_s %.2f\n%s_cpu_s %.2f\n", order->name, now_s() - w->began_s,
	       order->name, cpu_s() - w->cpu_began_s);
	printf("%s_plimsoll_s %.2f\n%s_plimsoll_cpu_s %.2f\n", order->name,
	       w->plimsoll_s - w->began_s, order->name,
	       w->cpu_plimsoll_s - w->cpu_began_s);
	printf("%s_decisions %zu\n%s_setters %zu\n", order->name,
	       record->runs[0].decision_count, order->name, record->run_count);
	printf("%s_peak_mib %.1f\n%s_bars_mib %.1f\n%s_record_mib %.1f\n",
	       order->name, (double)usage.ru_maxrss / 1024.0, order->name,
	       (double)history_bytes(record->plan) / MIB, order->name,
	       (double)record_bytes(record) / MIB);
	print_digest(order->name, &record->runs[0]);
}

/* One backtest, from made bars to its record. */
static void run(const struct order *order)
{
	struct backtest_document *document =
		memory_allocate(1, sizeof(*document));
	struct parallel parallel = threads_parallel(THREADS);
	struct stopwatch stopwatch = { 0 };
	const struct backtest_hooks hooks = { .parallel = &parallel,
					      .progress = watch,
					      .user = &stopwatch };
	struct backtest_record record;
	struct error error = { 0 };

	make_plan(document, order);
	stopwatch.began_s = now_s();
	stopwatch.cpu_began_s = cpu_s();
	must(backtest_run(&record, &document->plan, ~0u, &hooks, &error),
	     &error);
	report(order, &stopwatch, &record);
	backtest_record_free(&record);
	backtest_document_free(document);
	memory_free(document);
}

/* In a process of its own, so that the peak of memory is its own. */
static void measure(const struct order *order)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		run(order);
		fflush(stdout);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		exit(2);
}

int main(int count, char **arguments)
{
	static const struct order part[] = {
		{ "backtest_reduced", PART_DAYS, MONTHLY },
		{ "backtest_full", PART_DAYS, 1 },
		{ NULL, 0, 0 },
	};
	static const struct order whole[] = {
		{ "backtest_reduced", GOAL_DAYS, MONTHLY },
		{ "backtest_full", GOAL_DAYS, 1 },
		{ "backtest_two_years", 2 * YEAR_DAYS, MONTHLY },
		{ "backtest_one_year", YEAR_DAYS, MONTHLY },
		{ NULL, 0, 0 },
	};
	bool all = count > 1 && !strcmp(arguments[1], "whole");

	if (count > 1 && !all) {
		const struct order order = {
			"backtest_part", (uint32_t)atoi(arguments[1]),
			count > 2 ? (uint32_t)atoi(arguments[2]) : 1 };

		run(&order);
		return 0;
	}
	printf("backtest_goal_days %u\n", GOAL_DAYS);
	for (const struct order *order = all ? whole : part; order->name;
	     order++)
		measure(order);
	return 0;
}
