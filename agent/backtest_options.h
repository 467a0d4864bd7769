/* backtest_options.h -- a command line into the plan of a backtest.  Host. */
#ifndef AGENT_BACKTEST_OPTIONS_H
#define AGENT_BACKTEST_OPTIONS_H

#include "agent/backtest_file.h"
#include "agent/backtest_folder.h"

/** The options of everything that plays a backtest; a command's table starts
 *  with them. */
#define BACKTEST_OPTIONS \
	{ "policy", "FILE", "the DAO's policy (default: policy.ini beside " \
			    "the market's file)" }, \
	{ "timerange", "FROM..TO", "whole hours, TO not in it: " \
				   "2022-01-01..2023-01-01, or " \
				   "20220101-20230101; default all that the " \
				   "bars allow" }, \
	{ "seed", "TEXT", "of borrowers and paths (default \"1\")" }, \
	{ "window-bars", "N", "bars a fit sees, or `expanding` (default: " \
			      "policy's window_bars)" }, \
	{ "refit-bars", "N", "a fit every so many bars (default: policy's)" }, \
	{ "match-ltv", NULL, "rules are shifted until each asset's mean " \
			     "usable LTV is plimsoll's" }, \
	{ "embargo", "SECONDS", "decisions see bars closed so long ago " \
				"(default: the file's)" }, \
	{ "history", "FILE", "the DAO's real changes: time,symbol,parameter," \
			     "value_to[,chain_id]" }, \
	{ "history-chain", "ID", "of those, one chain's (default 1; 0: all)" }, \
	{ "threads", "N", "threads, 0: one a core (default); bytes are equal" }

/**
 * backtest_document_open - file, options, bars and history.
 *
 * Out:     document  backtest_document_free it, also after a failure
 * Returns: E_USAGE, E_MISSING, E_MALFORMED, E_PEER; named */
MUST_CHECK enum status
backtest_document_open(struct backtest_document *document,
		       const struct invocation *invocation,
		       struct error *error);

/** backtest_threads - E_USAGE outside 0 to 64. */
MUST_CHECK enum status backtest_threads(struct parallel *out,
					const struct invocation *invocation,
					struct error *error);

/** The option that names the rules to play; it ends a table's row. */
#define BACKTEST_SETTERS_OPTION \
	{ "setters", "LIST", "plimsoll (always), no-change, dao, smart-ltv, " \
			     "excursion, gauntlet-caps, foresight (default " \
			     "all)" }

/** backtest_setters_of - bits of --setters, all by default; E_USAGE. */
MUST_CHECK enum status backtest_setters_of(uint32_t *out,
					   const struct invocation *invocation,
					   struct error *error);

/** backtest_command_line - what makes this backtest again, for reports: without
 *  what changes no byte, such as threads. */
void backtest_command_line(struct text *out,
			   const struct invocation *invocation,
			   const char *verb, const struct backtest_plan *plan);

/** backtest_command_option - one option more, as a shell reads it back. */
void backtest_command_option(struct text *out, const char *name,
			     const char *value);

#endif
