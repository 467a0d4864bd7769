/* backtest_file.h -- backtest.ini: the market that a backtest simulates.  Host.
 *
 *   [backtest]                       the world: borrowers, evidence, depth
 *   [steward]                        delays of the limiter
 *   [limit COLLATERAL]               its limits of a kind, bps
 *   ltv = STEP_TIGHTEN STEP_LOOSEN ALLOWANCE_TIGHTEN ALLOWANCE_LOOSEN FAST
 *   [asset ETH]                      every asset of the policy
 *   series = ETH/USDT@binance        stored bars
 *   curve = SIZE_USD:IMPACT_BPS ...  depth in usual times, ascending
 *   ...
 * `plimsoll backtest init` writes a whole file with every key. */
#ifndef AGENT_BACKTEST_FILE_H
#define AGENT_BACKTEST_FILE_H

#include "agent/history.h"
#include "agent/policy_file.h"
#include "backtest/backtest.h"

/** Caps that the file gives in USD; 0: in tokens. */
struct caps_usd {
	uint64_t supply, borrow;
};

struct backtest_document {
	struct policy_document policy;
	struct backtest_plan plan;      /* points into this document */
	struct history_sources sources; /* by the policy's symbols */
	char history_symbol[ASSETS_MAX][SYMBOL_MAX]; /* in --history */
	struct caps_usd caps[ASSETS_MAX];
	struct bar *bars[ASSETS_MAX]; /* spools (base/host/spool.h) */
	struct plan_change *changes;
	char name[64];                  /* of the policy's file, for people */
};

/** backtest_file_read - policy and market; no bars yet.
 *  E_MISSING no file; E_USAGE a key or value that cannot be, an asset of the
 *  policy without a section or the other way round (named).  Free it also after
 *  a failure. */
MUST_CHECK enum status backtest_file_read(struct backtest_document *out,
					  const char *policy_path,
					  const char *market_path,
					  struct error *error);
void backtest_document_free(struct backtest_document *document);

/** backtest_load_bars - the stored bars of every asset up to the plan's end.
 *  E_MISSING a series without bars, E_PEER. */
MUST_CHECK enum status backtest_load_bars(struct backtest_document *document,
					  struct database *database,
					  struct error *error);

/** backtest_caps_in_tokens - caps that the file gives in USD, at the first price
 *  of the range.  Bars and range are there. */
void backtest_caps_in_tokens(struct backtest_document *document);

/** backtest_load_history - the DAO's changes from a CSV: time, symbol,
 *  parameter, value_to, and chain_id, of which `chain` alone counts (0: all).
 *  Rows of other assets or parameters are counted in one warning.
 *  E_MISSING, E_MALFORMED, E_INPUT a value that cannot be (line named). */
MUST_CHECK enum status backtest_load_history(struct backtest_document *document,
					     const char *path, int64_t chain,
					     struct error *error);

/** backtest_preset_write - backtest.ini and policy.ini of known assets
 *  ("ETH,BTC,USDC").  E_USAGE an unknown asset or preset. */
MUST_CHECK enum status backtest_preset_write(struct text *market,
					     struct text *policy,
					     const char *assets,
					     const char *preset,
					     struct error *error);

#endif
