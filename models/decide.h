/* decide.h -- case -> decision: the only place where a decision is made.
 *
 * Pure: no clock, no I/O, no globals, no heap; same bytes in, same bytes out,
 * on any x86-64 machine, optimisation level and thread count.  Enclave,
 * verify, backtest and dashboard call this and nothing else. */
#ifndef MODELS_DECIDE_H
#define MODELS_DECIDE_H

#include "base/arena.h"
#include "case/case.h"
#include "models/parallel.h"

/** What of a case was proven to whoever calls: agent/core derives it from the
 *  case's evidence, nobody else may.  NULL or zero: nothing. */
struct authenticity {
	bool market; /* reserves, totals and the steward's words, at the anchor */
	bool prices[ASSETS_MAX], bars[ASSETS_MAX], depth[ASSETS_MAX];
	const uint8_t *positions; /* [position_count] 1: proven; NULL: none */
};

struct decide_output {
	struct signed_decision signed_decision; /* report points into arena */
	struct bytes state;       /* canonical bytes of the next state */
	double var975[ASSETS_MAX]; /* fall over the horizon whose mean beyond
				    * is the report's es975_bps, a share; not
				    * signed, so that tests of forecasts have
				    * it; 0: nothing was forecast */
	const char *detail;       /* on failure: what was wrong, static text */
};

/**
 * decide - UPDATE with values, HOLD with reasons, or FREEZE.
 *
 * Out:     out        untouched but for detail unless OK
 * In:      case_bytes canonical case (case/case.h), at most CASE_BYTES_MAX
 *          proven     what was authenticated of it; NULL: nothing
 *          arena      working memory; decide_memory() bytes are enough
 *          parallel   how to run independent tasks; NULL runs them serially
 * Returns: OK           a decision, HOLD included
 *          E_MALFORMED  the case, its policy or its state does not parse
 *          E_AUTHENTIC  the case claims a better class than was proven, or state, policy or history digest differs from what
 *                       the steward vouches for, or history is rewritten
 *          E_INPUT      the case is inconsistent (indexes, units, bounds)
 *          E_LIMIT      the arena is too small
 * Cost:    dominated by paths x steps x assets and by positions x paths */
MUST_CHECK enum status decide(struct decide_output *out,
			      struct bytes case_bytes,
			      const struct authenticity *proven,
			      struct arena *arena,
			      const struct parallel *parallel);

/** decide_memory - bytes of arena that decide() needs at most for a case. */
size_t decide_memory(struct bytes case_bytes);

/** model_hash - keccak over the model's name and version and the learned
 *  expert's weights: anyone can know which model answered. */
void model_hash(uint8_t out32[HASH_SIZE]);

#endif
