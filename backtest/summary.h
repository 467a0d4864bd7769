/* summary.h -- what a backtest says, in numbers: scores of each run with their
 * intervals, tests of its forecasts, and what was done in each crisis.
 *
 * Host, but asks no clock: the same record gives the same summary. */
#ifndef BACKTEST_SUMMARY_H
#define BACKTEST_SUMMARY_H

#include "backtest/crises.h"
#include "backtest/forecast_tests.h"
#include "backtest/record.h"
#include "backtest/scores/decision_scores.h"
#include "backtest/scores/reaction.h"
#include "base/host/error.h"

#define SUMMARY_CRISES_MAX 16
#define SUMMARY_REPLICATES 1000u
#define SUMMARY_LEVEL 0.95     /* of intervals */
#define CRISIS_FALL 0.10       /* that begins a crisis, of the 24 h high */
#define CRISIS_FALL_MILD 0.02  /* where the asset never fell so far */

struct run_summary {
	enum setter setter;
	struct threshold_shift shift; /* of its thresholds, to meet a leverage */
	uint32_t outcomes[4];      /* decisions by enum outcome; 0: others */
	uint32_t applied, queued, confirmed, refused; /* tuples */
	double bad_debt_usd, bad_debt_peak_usd; /* at the end; at most */
	struct decision_scores scores;
	bool has_reaction;
	struct reaction_summary reaction; /* over crises */
	double ltv_mean[ASSETS_MAX], ltv_low[ASSETS_MAX],
		ltv_high[ASSETS_MAX];      /* usable, over the hours */
	struct forecast_tests tests[ASSETS_MAX][FORECASTERS_COUNT];
	bool derived[ASSETS_MAX];  /* VaR 97.5 was not told but derived */
};

/** One run in one crisis. */
struct crisis_run {
	double bad_debt_usd;       /* that arose within the window */
	double liquidated_usd;     /* collateral taken */
	double ltv_before, ltv_low, ltv_end; /* usable, mean of the assets
					      * concerned */
	struct reaction reaction;  /* of the asset that fell deepest */
	uint32_t freezes;          /* decisions to freeze */
};

struct crisis_summary {
	const struct crisis_window *window;
	size_t first, end;         /* hours of the record inside it */
	uint8_t deepest;           /* asset concerned that fell most */
	double falls[ASSETS_MAX];  /* deepest fall from a high within it; -1:
				    * not concerned */
	struct crisis_run runs[SETTERS_COUNT]; /* by the record's runs */
};

struct backtest_summary {
	const struct backtest_record *record;
	char run_id[33];           /* of the input: 16 bytes of its digest */
	char model_id[17];         /* of decide(): 8 bytes of its hash */
	bool synthetic;            /* some prices are generated */
	size_t run_count;
	struct run_summary runs[SETTERS_COUNT];
	size_t crisis_count;       /* that lie in the record and concern it */
	struct crisis_summary crises[SUMMARY_CRISES_MAX];
};

/** How much to compute. */
struct summary_options {
	const struct parallel *parallel; /* of the bootstraps; NULL: serial */
	uint32_t replicates;             /* 0: SUMMARY_REPLICATES */
};

/**
 * summary_new - the summary of a record; numbers are f(record) alone.
 *
 * Out:     *out  untouched unless OK; summary_free frees it, the record must
 *                outlive it
 * Returns: OK
 *          E_INPUT  runs of other lengths, or as score_input_open
 * Cost:    about a second a run of five years */
MUST_CHECK enum status summary_new(struct backtest_summary **out,
				   const struct backtest_record *record,
				   const struct summary_options *options,
				   struct error *error);
void summary_free(struct backtest_summary *summary);

/** summary_bootstrap - the plan of resampling that summaries and comparisons
 *  share: the record's seed, blocks of at least a horizon. */
struct bootstrap_plan summary_bootstrap(const struct backtest_plan *plan,
					const struct rng_key *key,
					const struct summary_options *options);
/** summary_arena - scratch for the scores of runs of so many hours. */
struct arena *summary_arena(size_t hours, uint32_t replicates);

/** summary_run - the summary of a setter's run; NULL where it did not run. */
const struct run_summary *summary_run(const struct backtest_summary *summary,
				      enum setter setter);

/* Parts of summary_new. */
struct score_input;
void summary_crises(struct backtest_summary *summary);
void summary_crisis_run(struct crisis_run *out,
			const struct crisis_summary *crisis,
			const struct run_record *run,
			const struct score_input *input);

#endif
