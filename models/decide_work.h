/* decide_work.h -- what decide()'s stages hand to each other.  Private to the
 * decide_*.c files. */
#ifndef MODELS_DECIDE_WORK_H
#define MODELS_DECIDE_WORK_H

#include "case/case.h"
#include "case/report.h"
#include "models/choice/reach.h"
#include "models/choice/search.h"
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
	const struct usage *usage;         /* NULL: no history of use */
	struct asset_state *state;         /* in work->next */
	struct forecaster *forecaster;     /* of state; NULL before advance */
	enum status advanced;              /* what feeding it answered */
	struct impact_curve curve;
	bool has_curve;
	double deviation;                  /* of a return over the horizon */
	struct asset_risk risk;
	struct targets targets;
	struct target rates[COMPONENTS_COUNT - COMPONENT_OPTIMAL];
	bool has_rates;                    /* rates are managed and known */
	uint64_t reasons;                  /* bits of enum reason */
};

/** Which input a view of the case believes. */
enum view { VIEW_EVERYTHING, VIEW_AUTHENTICATED };

/** The book: every account, and the same with small ones merged. */
struct book_work {
	size_t account_count;              /* with debt, as the case has them */
	struct engine_account *accounts;
	const uint8_t **addresses;         /* [account] */
	double *debt_usd;                  /* [account] */
	struct loss_book losses;           /* merged, residual last */
};

/** What losses are asked of, and what they are there. */
struct decide_parameters {
	uint32_t lt_bps[ASSETS_MAX], lb_bps[ASSETS_MAX];
};

struct decide_loss_summary {
	struct loss_report figures;
	double es_upper_usd;                /* ES 97.5 + 2 standard errors */
	double asset_es_usd[ASSETS_MAX];    /* Euler shares of ES 97.5 */
	double asset_error_usd[ASSETS_MAX];
	double scenario_usd[SCENARIOS_MAX];
};

/** Simulated and named paths of one view. */
struct path_work {
	struct path_inputs *inputs;          /* of decide_forecast.c */
	struct aligned *aligned;             /* of decide_dependence.c */
	struct loss_paths paths;
	double *minimum, *weights, *factors; /* as in paths.h */
	struct loss_paths scenarios;         /* a path each */
	struct loss_result result;           /* of the last evaluation */
	struct loss_result scenario_result;
	struct loss_reach reach, scenario_reach; /* of all evaluations */
	char constraint_names[SCENARIOS_MAX][BINDING_MAX];
	uint8_t *can_matter;                 /* [path] to an expected shortfall */
	uint32_t *tail;                      /* those paths, ascending */
	size_t tail_count;
	struct decide_loss_summary now;      /* with what is in force */
};

/** More path cells than this are refused: 1 GiB has to be enough. */
#define PATH_BYTES_MAX ((size_t)700 << 20)

struct decide_work {
	struct arena *arena;
	const struct parallel *parallel;
	const struct authenticity *proven;
	enum view view;
	struct bytes case_bytes;
	uint8_t case_digest[HASH_SIZE];
	struct case_input in;
	struct policy policy;
	struct state previous, next;
	size_t asset_count;
	struct asset_work assets[ASSETS_MAX];
	uint64_t reasons;                  /* market-wide */
	struct book_work book;
	struct path_work paths;
	uint8_t seed[HASH_SIZE];
	struct report report;
	double var975[ASSETS_MAX]; /* see decide.h */
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
/** decide_each_asset - the task for every asset, in parallel; the first status
 *  that is not OK, by asset.  Scratch is given back. */
typedef enum status decide_asset_task(struct decide_work *work, size_t asset,
				      struct arena *scratch);
MUST_CHECK enum status decide_each_asset(struct decide_work *work,
					 size_t scratch_bytes,
					 decide_asset_task *task);

/** decide_each_asset_beside - the same, and one more task among them, or NULL. */
typedef void decide_beside_task(struct decide_work *work);
MUST_CHECK enum status decide_each_asset_beside(struct decide_work *work,
						size_t scratch_bytes,
						decide_asset_task *task,
						decide_beside_task *beside);

/** decide_advance - next state from the new bars; the case's digest beside. */
MUST_CHECK enum status decide_advance(struct decide_work *work);
/** decide_must_hold - input reasons that forbid any move. */
bool decide_must_hold(uint64_t reasons);

/** decide_class - evidence class that `proven` makes of the case. */
uint8_t decide_class(const struct decide_work *work);
/** decide_proven - price, bars and depth of the asset are. */
bool decide_proven(const struct decide_work *work, size_t asset);
/** decide_needs_two_views - does any class between A and C ask for two targets? */
bool decide_needs_two_views(const struct decide_work *work);

/** decide_use - whole tokens supplied and borrowed of every asset. */
void decide_use(struct decide_work *work);
/** decide_proven_ppm - share of the inputs that are proven: of reserves,
 *  prices, bars, depth and positions alike. */
uint32_t decide_proven_ppm(const struct decide_work *work);

/** decide_scenarios - depth of each path, and the named paths. */
MUST_CHECK enum status decide_scenarios(struct decide_work *work);

/** decide_forecast - variances, gap and touch falls, paths. */
MUST_CHECK enum status decide_forecast(struct decide_work *work);
/** decide_book - accounts, merged book, residual, coverage. */
MUST_CHECK enum status decide_book(struct decide_work *work);
/** decide_dependence - how the assets move together: the factor of today's
 *  correlation (shrunk, then DCC), and the degrees of freedom of joint steps,
 *  even: the t copula's, or the heaviest margin's where it has too few bars.
 *  Meanwhile something is done for each asset that needs neither. */
struct decide_dependence {
	double factor[ASSETS_MAX * ASSETS_MAX]; /* lower Cholesky */
	unsigned degrees;
};
MUST_CHECK enum status decide_dependence(struct decide_dependence *out,
					 struct decide_work *work,
					 decide_asset_task *meanwhile,
					 size_t scratch_bytes);

/** decide_losses - loss distribution at the given parameters: every path; the
 *  named ones no farther than it takes to lose more than enough_usd (0: to
 *  their ends), so that what is above it says no more than that. */
MUST_CHECK enum status decide_losses(struct decide_loss_summary *out,
				     struct decide_work *work,
				     const struct decide_parameters *at,
				     double enough_usd);
/** decide_screen - the same over the paths in work->paths.tail alone, the
 *  others taken as without loss; scenario_usd is left alone. */
MUST_CHECK enum status decide_screen(struct decide_loss_summary *out,
				     struct decide_work *work,
				     const struct decide_parameters *at);
/** decide_screen_all - decide_screen, and every named path; enough_usd as of
 *  decide_losses. */
MUST_CHECK enum status decide_screen_all(struct decide_loss_summary *out,
					 struct decide_work *work,
					 const struct decide_parameters *at,
					 double enough_usd);
/** decide_screen_scenarios - scenario_usd of some named paths: where it is above
 *  the budget that is all it says. */
struct decide_scenarios_list {
	uint32_t at[SCENARIOS_MAX];
	size_t count;
};
MUST_CHECK enum status
decide_screen_scenarios(struct decide_loss_summary *out,
			struct decide_work *work,
			const struct decide_parameters *at,
			const struct decide_scenarios_list *list);
/** decide_screen_two - usd[i], the loss of one named path at at[i], both at
 *  once; as scenario_usd above, and counted as nothing.  The second may never
 *  be asked: NaN where it fails. */
MUST_CHECK enum status
decide_screen_two(double usd[2], struct decide_work *work,
		  const struct decide_parameters at[2], uint32_t scenario);
/** What was found before it was asked for. */
struct decide_ahead {
	bool known;
	struct decide_parameters at;
	size_t scenario;
	double usd;
};
/** The budgets on the way through a search. */
struct decide_budgets {
	struct decide_work *work;
	bool simulated;      /* are the simulated paths asked ... */
	struct decide_scenarios_list scenarios; /* ... and which named ones */
	struct decide_ahead ahead;
	const char *refused; /* budget that was exceeded, static or arena */
	size_t first;        /* scenario that refused last: asked first */
	bool unnamed;        /* the last refusal has no name yet ... */
	struct decide_parameters at; /* ... and was of this point */
};
/** decide_ask_also - what a full evaluation exceeds is asked from now on; true
 *  when any of it was not asked before. */
bool decide_ask_also(struct decide_budgets *budgets,
		     const struct decide_loss_summary *losses);
/** decide_within_budgets - of a full evaluation. */
bool decide_within_budgets(struct decide_budgets *budgets,
			   const struct decide_loss_summary *losses);
/** decide_budget_excess - of a full evaluation or decide_screen_all: the largest loss over its
 *  budget; above 1 where one is exceeded. */
double decide_budget_excess(const struct decide_budgets *budgets,
			    const struct decide_loss_summary *losses);
/** decide_screen_budgets - the same of what is asked alone, no path walked
 *  farther than it takes to know; counted as one screened evaluation.  Where
 *  two hands are free, the other walks for `next`, or NULL, meanwhile. */
MUST_CHECK enum status
decide_screen_budgets(bool *out, struct decide_budgets *budgets,
		      const struct decide_parameters *at,
		      const struct decide_parameters *next);
/** decide_name_refusal - after the last decide_screen_budgets. */
MUST_CHECK enum status decide_name_refusal(struct decide_budgets *budgets);

/** decide_allocate_losses - room for the results of this view's paths. */
MUST_CHECK enum status decide_allocate_losses(struct decide_work *work);
/** decide_engine - the market's integers at given parameters. */
void decide_engine(struct engine_market *out, const struct decide_work *work,
		   const struct decide_parameters *at);
/** decide_parameters_now - those in force. */
void decide_parameters_now(struct decide_parameters *out,
			   const struct decide_work *work);

/** decide_targets - closed forms, then the lattice under constraint a. */
MUST_CHECK enum status decide_targets(struct decide_work *work);
/** decide_rates - rate curves and what utilisation allows to be borrowed. */
MUST_CHECK enum status decide_rates(struct decide_work *work);
/** decide_baselines - what other rules would set, into the report. */
MUST_CHECK enum status decide_baselines(struct decide_work *work);
/** decide_tuples - targets to tuples that rules and limiter admit now. */
MUST_CHECK enum status decide_tuples(struct decide_work *work);

/** decide_emergency - reasons for the brake among the inputs (a price at its
 *  feed's bound or apart from a market that agrees, lost backing) and, when losses are given, in them. */
void decide_emergency(struct decide_work *work,
		      const struct decide_loss_summary *losses);
/** decide_is_emergency - the asset has such a reason. */
bool decide_is_emergency(const struct asset_work *asset);
/** decide_freeze - tuples of the brake; with too weak evidence none. */
void decide_freeze(struct decide_work *work);

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

/** decide_affected - accounts with the lowest health under the parameters,
 *  into the report. */
MUST_CHECK enum status decide_affected(struct decide_work *work,
				       const struct decide_parameters *at);

/** decide_probes - the accounts with debt nearest to liquidation, at most
 *  PROBES_MAX, healthy ones only, nearest first. */
MUST_CHECK enum status decide_probes(struct decide_work *work);

#endif
