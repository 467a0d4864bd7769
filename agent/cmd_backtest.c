/* cmd_backtest.c -- plimsoll backtest init|run: history through decide(). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/backtest_file.h"
#include "agent/cluster.h"
#include "agent/command.h"
#include "agent/threads.h"
#include "base/host/clock.h"
#include "base/host/log.h"
#include "base/time.h"

static enum status run_run(const struct invocation *invocation,
			   struct error *error)
{
	struct backtest_document *document =
		memory_allocate(1, sizeof(*document));
	struct backtest_record record = { 0 };
	struct database *database = NULL;
	struct parallel parallel = threads_parallel(0);
	struct backtest_hooks hooks = { .parallel = &parallel,
					.interrupted = command_interrupted };
	enum status status = backtest_file_read(
		document, option(invocation, "policy"),
		invocation_argument(invocation, 0), error);
	int64_t start = clock_monotonic_ms();

	if (!status)
		status = time_parse(&document->plan.from_s, bytes_of_string(option(invocation, "from")));
	if (!status)
		status = time_parse(&document->plan.to_s, bytes_of_string(option(invocation, "to")));
	if (!status)
		status = database_open_home(&database, home(invocation), error);
	if (!status)
		status = backtest_load_bars(document, database, error);
	if (!status)
		status = backtest_run(&record, &document->plan, ~0u, &hooks, error);
	fprintf(stderr, "%.1f s\n", (double)(clock_monotonic_ms() - start) / 1e3);
	for (size_t r = 0; r < record.run_count; r++) {
		const struct run_record *run = &record.runs[r];
		double ltv = 0, liq = 0, rev = 0, worst = 0;
		unsigned applied = 0, confirmed = 0, refused = 0, hold = 0;

		for (size_t h = 0; h < run->hour_count; h++) {
			for (size_t a = 0; a < document->plan.asset_count; a++)
				ltv += (double)run->hours[h].ltv[a];
			liq += run->hours[h].liquidated_usd;
			rev += run->hours[h].revenue_usd;
			if (run->hours[h].bad_debt_usd > worst)
				worst = run->hours[h].bad_debt_usd;
		}
		for (size_t d = 0; d < run->decision_count; d++) {
			applied += run->decisions[d].applied;
			confirmed += run->decisions[d].confirmed;
			refused += run->decisions[d].refused;
			hold += run->decisions[d].outcome == OUTCOME_HOLD;
		}
		printf("%-14s ltv %.4f bad %.0f (worst %.0f) liquidated %.0f in %zu revenue %.0f; applied %u confirmed %u refused %u hold %u of %zu\n",
		       setter_name(run->setter), ltv / (double)run->hour_count / (double)document->plan.asset_count,
		       run->hours[run->hour_count - 1].bad_debt_usd, worst, liq, run->liquidation_count, rev, applied, confirmed, refused, hold, run->decision_count);
	}
	if (database)
		database_close(database);
	backtest_record_free(&record);
	backtest_document_free(document);
	memory_free(document);
	return status;
}

static enum status run_init(const struct invocation *invocation,
			    struct error *error)
{
	struct text market = { 0 }, policy = { 0 };
	char path[4096];
	const char *folder = option_or(invocation, "o", ".");
	enum status status = backtest_preset_write(
		&market, &policy, option_or(invocation, "assets",
					    "ETH,BTC,LINK,AAVE,CRV,USDC"),
		option_or(invocation, "preset", "standard"), error);

	snprintf(path, sizeof(path), "%s/backtest.ini", folder);
	if (!status)
		status = file_write(path, bytes_of(market.data, market.size),
				    error);
	snprintf(path, sizeof(path), "%s/policy.ini", folder);
	if (!status)
		status = file_write(path, bytes_of(policy.data, policy.size),
				    error);
	text_free(&market);
	text_free(&policy);
	return status;
}

static const struct option_spec init_options[] = {
	{ "assets", "LIST", "ETH,BTC,LINK,AAVE,CRV,stETH,USDC" },
	{ "preset", "NAME", "cautious, standard or open" },
	{ "o", "DIR", "folder of both files (default .)" },
	{ 0 },
};

static const struct option_spec run_options[] = {
	{ "policy", "FILE", "the policy" },
	{ "from", "TIME", "start" },
	{ "to", "TIME", "end" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "init", "", "files to start from", "  plimsoll backtest init -o .\n",
	  init_options, 0, 0, run_init },
	{ "run", "FILE", "history through decide()",
	  "  plimsoll backtest run backtest.ini --policy policy.ini\n",
	  run_options, 1, 1, run_run },
	{ 0 },
};

const struct command_group commands_backtest = {
	"backtest", "would it have kept the market solvent, and at what cost",
	verbs
};
