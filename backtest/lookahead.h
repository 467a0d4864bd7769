/* lookahead.h -- does anything of a backtest depend on what came later?  It is
 * played again with its future cut off, and with its future scrambled: up to
 * that moment nothing may differ.  Host, but asks no clock. */
#ifndef BACKTEST_LOOKAHEAD_H
#define BACKTEST_LOOKAHEAD_H

#include "backtest/backtest.h"

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
 * backtest_check_lookahead - a record against its plan with another future.
 *
 *   The foresight bound is left out: it is meant to look ahead.
 *
 * Out:     out  untouched unless OK; it is for the caller to refuse what
 *               differs
 * In:      record   of backtest_run on its plan
 *          split_s  a decision's time inside the range, not its last
 * Returns: OK, E_USAGE a split outside, and what backtest_run answers
 * Cost:    two backtests up to the split */
MUST_CHECK enum status
backtest_check_lookahead(struct lookahead_report *out,
			 const struct backtest_record *record, int64_t split_s,
			 const struct backtest_hooks *hooks,
			 struct error *error);

#endif
