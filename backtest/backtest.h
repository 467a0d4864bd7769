/* backtest.h -- would it have kept the market solvent, and at what cost?
 *
 * Replays history through decide() and the limiter, decision by decision, on a
 * simulated market, and beside it through other rules, over the same prices,
 * borrowers and random numbers.  The door of this folder: what the command
 * needs comes in here.
 *
 * Host, but asks no clock and no source: the same plan gives the same bytes, on
 * any machine, with any number of threads, in one go or resumed. */
#ifndef BACKTEST_BACKTEST_H
#define BACKTEST_BACKTEST_H

#include "backtest/compare.h"
#include "backtest/incidents.h"
#include "backtest/plan.h"
#include "backtest/record.h"
#include "backtest/record_file.h"
#include "backtest/report.h"
#include "backtest/summary.h"
#include "backtest/sweep_report.h"
#include "backtest/verdict.h"
#include "base/host/error.h"
#include "models/parallel.h"

/** Where a backtest stands. */
struct backtest_progress {
	enum setter setter;
	size_t run, runs;       /* this one, of so many */
	size_t hour, hours;     /* of this run */
};

/** What the caller lends; NULL members are left out. */
struct backtest_hooks {
	const struct parallel *parallel;
	bool (*interrupted)(void);
	/** Called after every hour; true: write the checkpoint now. */
	bool (*progress)(void *user, const struct backtest_progress *progress);
	/** Every decision when it has taken effect, in order. */
	void (*decided)(void *user, enum setter setter,
			const struct decision_record *record);
	void *user;
	const char *checkpoint; /* path; resumed from when it is there */
};

/** backtest_setters - bits of the setters a plan can have: the DAO's history
 *  only where the plan has changes. */
uint32_t backtest_setters(const struct backtest_plan *plan);

/**
 * backtest_run - a plan through these setters (bits 1 << setter; plimsoll is
 * always among them, its forecasts feed the rules).
 *
 * Out:     out  untouched unless OK; backtest_record_free it
 * Returns: OK
 *          E_USAGE, E_MISSING  the time range (prices.h)
 *          E_INPUT             a market that cannot be
 *          E_INTERRUPTED       hooks said so; the checkpoint is written
 *          E_MALFORMED         the checkpoint is corrupt
 *          E_REFUSED           the checkpoint is of another plan
 *          E_SYSTEM            it cannot be written: the run goes no further
 *          and what decide() answers
 * Cost:    decide() a decision; about 20 us an hour and run beside it */
MUST_CHECK enum status backtest_run(struct backtest_record *out,
				    const struct backtest_plan *plan,
				    uint32_t setters,
				    const struct backtest_hooks *hooks,
				    struct error *error);

/** bars_rest - the bars before `end` leave memory until they are read again, if
 *  they lie in a spool. */
void bars_rest(const struct plan_asset *asset, size_t end);

/** backtest_holes - hours of the range in which an asset has no bar. */
size_t backtest_holes(const struct backtest_plan *plan, size_t asset);

/** backtest_holes_before - hours without a bar in the policy's window before
 *  the range, from the asset's first bar on: models begin on what is there. */
size_t backtest_holes_before(const struct backtest_plan *plan, size_t asset);

/** What a second look at a record with another future found. */
struct lookahead_report {
	int64_t split_s;        /* until when all has to be equal */
	size_t decisions, hours; /* compared, over all runs and both futures */
	bool differs;
	enum setter setter;     /* the first that differs, ... */
	int64_t time_s;         /* ... when ... */
	bool scrambled;         /* ... and under which future */
	bool decision;          /* a decision; else an hour of the market */
};

/**
 * backtest_check_lookahead - does anything depend on what came later?  The
 * record's plan is played again with its future cut off, and with its future
 * scrambled: up to the split nothing may differ.
 *
 *   The foresight bound is left out: it is meant to look ahead.
 *
 * Out:     out  untouched unless OK; it is for the caller to refuse what
 *               differs
 * In:      record   of backtest_run on its plan
 *          split_s  a decision's time inside the range
 * Returns: OK, E_USAGE a split outside, and what backtest_run answers
 * Cost:    two backtests up to the split */
MUST_CHECK enum status
backtest_check_lookahead(struct lookahead_report *out,
			 const struct backtest_record *record, int64_t split_s,
			 const struct backtest_hooks *hooks,
			 struct error *error);

#endif
