/* decide_work.h -- what decide()'s stages hand to each other.  Private to the
 * decide_*.c files. */
#ifndef MODELS_DECIDE_WORK_H
#define MODELS_DECIDE_WORK_H

#include "case/case.h"
#include "case/report.h"
#include "models/choice/reach.h"
#include "models/choice/targets.h"
#include "models/decide.h"
#include "models/forecaster.h"
#include "models/loss/simulate.h"

/** One reserve on its way through the stages; index = reserve index. */
struct asset_work {
	const struct reserve *reserve;
	const struct asset_policy *policy; /* NULL: not covered */
	const struct series *series;       /* NULL: no history */
	const struct liquidity_curve *quotes;
	struct asset_state *state;         /* in work->next */
	struct forecaster *forecaster;     /* of state; NULL before advance */
	struct impact_curve curve;
	bool has_curve;
	double deviation;                  /* of a return over the horizon */
	struct asset_risk risk;
	struct targets targets;
	uint64_t reasons;                  /* bits of enum reason */
};

struct decide_work {
	struct arena *arena;
	const struct parallel *parallel;
	struct case_input in;
	struct policy policy;
	struct state previous, next;
	size_t asset_count;
	struct asset_work assets[ASSETS_MAX];
	uint64_t reasons;                  /* market-wide */
	struct loss_book book;
	const uint8_t **book_accounts;     /* [account] address */
	struct loss_paths paths;
	double *path_minimum;              /* [path][asset] lowest ratio, 24 h */
	uint8_t seed[HASH_SIZE];
	struct report report;
	struct decision decision;
	struct attachment attachment;
	const char *detail;
};

/** decide_read - parses and authenticates; binds reserves to policy, series,
 *  quotes and state. */
MUST_CHECK enum status decide_read(struct decide_work *work, struct bytes in);
/** decide_judge_inputs - fills reasons for missing, stale or disagreeing
 *  input; never fails. */
void decide_judge_inputs(struct decide_work *work);
/** decide_advance - next state from the new bars. */
MUST_CHECK enum status decide_advance(struct decide_work *work);
/** decide_forecast - variances, gap and touch falls, paths, book. */
MUST_CHECK enum status decide_forecast(struct decide_work *work);
/** decide_dependence - how the assets move together: the factor of today's
 *  correlation (shrunk, then DCC), and the degrees of freedom of joint steps:
 *  the heaviest margin's or the t copula's, whichever is less; even. */
struct decide_dependence {
	double factor[ASSETS_MAX * ASSETS_MAX]; /* lower Cholesky */
	unsigned degrees;
};
MUST_CHECK enum status decide_dependence(struct decide_dependence *out,
					 struct decide_work *work);
/** decide_losses - loss distribution at the given parameters. */
struct decide_parameters {
	uint32_t lt_bps[ASSETS_MAX], lb_bps[ASSETS_MAX];
};
struct decide_loss_summary {
	struct loss_report figures;
	uint64_t asset_es_usd[ASSETS_MAX]; /* Euler shares of ES 97.5 */
	double es_upper_usd;               /* ES 97.5 + 2 standard errors */
};
MUST_CHECK enum status decide_losses(struct decide_loss_summary *out,
				     struct decide_work *work,
				     const struct decide_parameters *at);
/** decide_targets - closed forms, then constraint a by simulation. */
MUST_CHECK enum status decide_targets(struct decide_work *work);
/** decide_tuples - targets to tuples that rules and limiter admit now. */
MUST_CHECK enum status decide_tuples(struct decide_work *work);

/** Debt and accounts that become liquidatable at today's prices under the
 *  thresholds that are lower than those in force: a higher one is queued and
 *  helps nobody yet. */
struct cut_effect {
	uint64_t debt_usd;
	uint32_t accounts;
};
MUST_CHECK enum status decide_cut_effect(struct cut_effect *out,
					 const struct decide_work *work,
					 const struct decide_parameters *at);

/** decide_probes - the accounts with debt nearest to liquidation, at most
 *  PROBES_MAX, healthy ones only, nearest first. */
MUST_CHECK enum status decide_probes(struct decide_work *work);

/** decide_must_hold - input reasons that forbid any move. */
bool decide_must_hold(uint64_t reasons);

#endif
