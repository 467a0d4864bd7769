/* incidents.h -- crises that have happened to lending markets, staged: what the
 * agent did, when, and whether that is what should have been done.
 *
 * Host, but asks no clock and no source: prices and people are made up from a
 * seed, so that nothing of a real market is needed and the same seed gives the
 * same result to the last bit.  An incident is a small market, a disturbance of
 * the world or of what a case shows of it, and expectations that are checked.
 *
 * What it cannot say: how often such things happen, and what an attacker would
 * do who watches the agent.  Gains are upper bounds, said with each. */
#ifndef BACKTEST_INCIDENTS_H
#define BACKTEST_INCIDENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/host/error.h"
#include "models/parallel.h"

#define INCIDENT_VERDICTS_MAX 6
#define INCIDENT_SEEN_MAX 120
#define INCIDENT_CHANGED_MAX 200

struct incident;

/** incident_at - in the order of incident_count(); incident_find - by name, or
 *  NULL. */
size_t incident_count(void);
const struct incident *incident_at(size_t index);
const struct incident *incident_find(const char *name);

/** What is told of it beside a result. */
struct incident_text {
	const char *name;   /* "oracle-at-bound" */
	const char *event;  /* the real one it stands for */
	const char *should; /* what should have been done */
	const char *guard;  /* the rule that is taken away when unguarded */
};
struct incident_text incident_text(const struct incident *incident);

/** One decision, or several alike in a row. */
struct incident_step {
	int64_t after_s;    /* since the incident began; < 0: before */
	uint32_t decisions;
	uint8_t outcome;    /* enum outcome */
	uint64_t reasons;   /* bits of enum reason */
	char changed[INCIDENT_CHANGED_MAX]; /* in force after it; "": nothing */
};

struct incident_verdict {
	const char *expected;
	const char *missing; /* NULL, or why it cannot hold yet: a known gap,
			      * which fails nothing */
	bool passed;
	char seen[INCIDENT_SEEN_MAX];
};

struct incident_result {
	const struct incident *incident;
	bool unguarded;
	uint64_t seed;
	size_t step_count;
	struct incident_step *steps;  /* incident_result_free */
	bool reacted;
	int64_t reacted_s;            /* since it began: held, froze, tightened */
	size_t verdict_count;
	struct incident_verdict verdicts[INCIDENT_VERDICTS_MAX];
	/* At the end; `unmoved` under the start's parameters for ever. */
	double bad_debt_usd, bad_debt_unmoved_usd;
	bool has_bare;                /* also run without the rule */
	double bad_debt_bare_usd;
	double liquidated_usd, liquidated_unmoved_usd; /* during and after */
	/* What somebody could take who supplies or borrows at the oracle's
	 * prices, at the worst hour before and after the reaction. */
	double open_before_usd, open_after_usd, open_unmoved_usd;
	bool has_attacker;
	double cost_usd, gain_usd;    /* attacker's; gain an upper bound */
	double lost_ltv_days;         /* usable LTV that the market lost against
				       * the same time undisturbed: share
				       * times days, of the asset attacked */
};

static inline bool incident_passed(const struct incident_result *result)
{
	for (size_t i = 0; i < result->verdict_count; i++)
		if (!result->verdicts[i].passed && !result->verdicts[i].missing)
			return false;
	return true;
}

struct incident_order {
	uint64_t seed;
	bool unguarded;               /* without the rule that protects: to see
				       * what it is worth */
	const struct parallel *parallel; /* NULL: serial */
};

/**
 * incident_run - an incident from its start to its end.
 *
 * Out:     out  untouched unless OK; incident_result_free it
 * Returns: OK       also where an expectation failed
 *          E_LIMIT, E_RANGE, E_INPUT  as backtest_run
 * Cost:    two or three runs of tens of decisions: about a second */
MUST_CHECK enum status incident_run(struct incident_result *out,
				    const struct incident *incident,
				    const struct incident_order *order,
				    struct error *error);
void incident_result_free(struct incident_result *result);

#endif
