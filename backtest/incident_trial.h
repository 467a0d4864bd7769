/* incident_trial.h -- an incident being played: the runs it takes, what is
 * judged of them, and the table's rows.
 *
 * Host.  Private to backtest/incident*.c and their test. */
#ifndef BACKTEST_INCIDENT_TRIAL_H
#define BACKTEST_INCIDENT_TRIAL_H

#include "backtest/incident_stage.h"
#include "backtest/incidents.h"
#include "backtest/walk.h"

/** A decision as it was made: its record, and what its tuples ask for. */
struct incident_decision {
	struct decision_record record;
	uint32_t loosening, tightening; /* bit a: a tuple of asset a does */
	uint32_t freezing;              /* bit a: freezes asset a */
	bool caps_price, caps_half;     /* a price cap; and one that does not
					 * bring the whole of what was asked */
};

/** One run, in full. */
struct incident_track {
	struct run_record run;
	size_t count;
	struct incident_decision *decisions; /* [run.decision_count] */
	double *open_usd; /* [run.hour_count] what the oracle's prices give */
};

/** An incident's runs; calm is the same time undisturbed, bare the agent
 *  without the rule that protects. */
struct incident_trial {
	struct incident_stage *stage, *calm_stage, *bare_stage;
	struct incident_track plimsoll, unmoved, calm, bare;
};

/** An expectation: fills seen, true when it holds. */
struct incident_expectation {
	const char *text;
	bool (*holds)(char seen[INCIDENT_SEEN_MAX],
		      const struct incident_trial *trial);
	const char *missing; /* the rule that would meet it is not there yet:
			      * what it is; NULL: it has to hold */
};

#define MUST(text, holds) { text, holds, NULL }

/** What an attacker pays and may gain, USD. */
struct incident_money {
	double cost_usd, gain_usd;
};

struct incident {
	struct incident_text text;
	void (*design)(struct incident_stage *stage);
	void (*unguard)(struct incident_stage *stage); /* after design */
	bool needs_calm, needs_bare; /* runs beside it */
	struct incident_money (*money)(const struct incident_trial *trial);
	struct incident_expectation expectations[INCIDENT_VERDICTS_MAX];
};

/** The rows of each file, in the order of the list. */
extern const struct incident incidents_oracle[], incidents_market[];
extern const size_t incidents_oracle_count, incidents_market_count;

/** incident_play - all runs of an incident; incident_trial_free it also when it
 *  failed. */
MUST_CHECK enum status incident_play(struct incident_trial *out,
				     const struct incident *incident,
				     const struct incident_order *order,
				     struct error *error);
void incident_trial_free(struct incident_trial *trial);

/** incident_judge - the expectations, into a result. */
void incident_judge(struct incident_result *out,
		    const struct incident *incident,
		    const struct incident_trial *trial);

/** Decisions that can know of the disturbance: [first, end). */
struct incident_window {
	size_t first, end;
};
struct incident_window incident_window(const struct incident_trial *trial);
/** incident_reaction - the first decision of the window that holds for its
 *  inputs, freezes or tightens; the window's end: none. */
size_t incident_reaction(const struct incident_trial *trial);

/** incident_open_usd - what could be taken now by supplying and borrowing at
 *  the oracle's prices: of each reserve that is not frozen, what its caps, the
 *  LTVs and the other reserves' liquidity let be borrowed beyond what is left
 *  behind at the market's price; the best one. */
double incident_open_usd(const struct walk *walk);

/** incident_swing_cost_usd - to move an asset's price by a share and let it
 *  go: the impact paid on the way, at the book of a time. */
double incident_swing_cost_usd(const struct backtest_plan *plan, size_t asset,
			       int64_t time_s, double share);

/* Expectations that several incidents share; `asset` is the stage's. */
bool incident_froze_at_once(char seen[INCIDENT_SEEN_MAX],
			    const struct incident_trial *trial);
bool incident_use_only(char seen[INCIDENT_SEEN_MAX],
		       const struct incident_trial *trial);
bool incident_closed(char seen[INCIDENT_SEEN_MAX],
		     const struct incident_trial *trial);
bool incident_no_loosening(char seen[INCIDENT_SEEN_MAX],
			   const struct incident_trial *trial);
bool incident_disagreed(char seen[INCIDENT_SEEN_MAX],
			const struct incident_trial *trial);
bool incident_none_liquidated_by_us(char seen[INCIDENT_SEEN_MAX],
				    const struct incident_trial *trial);
bool incident_no_more_bad_debt(char seen[INCIDENT_SEEN_MAX],
			       const struct incident_trial *trial);
bool incident_does_not_pay(char seen[INCIDENT_SEEN_MAX],
			   struct incident_money money);

/** incident_has - a decision's reasons contain one. */
static inline bool incident_has(const struct incident_decision *decision,
				enum reason reason)
{
	return decision->record.reasons >> reason & 1;
}

/** incident_liquidated - of a run, by then, in USD of debt repaid. */
double incident_liquidated(const struct incident_track *track);
/** incident_bonus_usd - seized beyond what was repaid: what liquidators took
 *  from the incident's start on, before their costs. */
double incident_bonus_usd(const struct incident_trial *trial,
			  const struct incident_track *track);
double incident_bad_debt(const struct incident_track *track);

#endif
