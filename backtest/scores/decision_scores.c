/* decision_scores.c -- see decision_scores.h.  A figure is a pair of series,
 * what goes above the line and what below; all else is the bootstrap's. */
#include "backtest/scores/decision_scores.h"

#include <string.h>

#define BPS 10000.0
#define AT_CAP 0.99

/* What a figure adds over one step; totals have no line. */
typedef void terms_fn(double terms[2], const struct scored_run *run,
		      size_t step);

/* Which liquidations count for what. */
enum sold { SOLD_VALUE, SOLD_EVENTS, SOLD_WRONGFUL, SOLD_SHARE };

struct figure {
	const char *name, *unit;
	bool ratio;
	terms_fn *terms; /* NULL: of the liquidations, by `sold` */
	enum sold sold;
};

static void bad_debt(double terms[2], const struct scored_run *run, size_t step)
{
	terms[0] = run->bad_debt_usd[step];
}

static void revenue(double terms[2], const struct scored_run *run, size_t step)
{
	terms[0] = run->revenue_usd[step];
}

static double usable_ltv(const struct run_asset *a)
{
	return a->values[RUN_FROZEN] ? 0.0 : (double)a->values[RUN_LTV] / BPS;
}

static void ltv_by_asset(double terms[2], const struct scored_run *run,
			 size_t step)
{
	for (size_t a = 0; a < run->assets; a++) {
		terms[0] += usable_ltv(run_state(run, step, a));
		terms[1] += 1.0;
	}
}

static void ltv_by_debt(double terms[2], const struct scored_run *run,
			size_t step)
{
	for (size_t a = 0; a < run->assets; a++) {
		const struct run_asset *s = run_state(run, step, a);

		terms[0] += s->debt_usd * usable_ltv(s);
		terms[1] += s->debt_usd;
	}
}

static double relative_change(uint64_t before, uint64_t now)
{
	double b = (double)before, n = (double)now;

	if (before == now)
		return 0.0;
	return before > now ? (b - n) / b : (n - b) / n;
}

/* Number of values that changed, and by how much of themselves. */
static void changes_of(double *count, double *churn,
		       const struct scored_run *run, size_t step)
{
	*count = *churn = 0.0;
	for (size_t a = 0; step && a < run->assets; a++)
		for (int v = 0; v < RUN_VALUES; v++) {
			double change = relative_change(
				run_state(run, step - 1, a)->values[v],
				run_state(run, step, a)->values[v]);

			*count += change > 0.0 ? 1.0 : 0.0;
			*churn += change;
		}
}

static void changes(double terms[2], const struct scored_run *run, size_t step)
{
	double churn;

	changes_of(&terms[0], &churn, run, step);
}

static void churn(double terms[2], const struct scored_run *run, size_t step)
{
	double count;

	changes_of(&count, &terms[0], run, step);
}

static bool is_full(double used, uint64_t cap)
{
	return cap && used >= AT_CAP * (double)cap;
}

static void at_supply_cap(double terms[2], const struct scored_run *run,
			  size_t step)
{
	for (size_t a = 0; a < run->assets; a++) {
		const struct run_asset *s = run_state(run, step, a);

		terms[0] += is_full(s->supplied, s->values[RUN_SUPPLY_CAP]);
		terms[1] += s->values[RUN_SUPPLY_CAP] > 0;
	}
}

static void at_borrow_cap(double terms[2], const struct scored_run *run,
			  size_t step)
{
	for (size_t a = 0; a < run->assets; a++) {
		const struct run_asset *s = run_state(run, step, a);

		terms[0] += is_full(s->borrowed, s->values[RUN_BORROW_CAP]);
		terms[1] += s->values[RUN_BORROW_CAP] > 0;
	}
}

static void at_caps(double terms[2], const struct scored_run *run, size_t step)
{
	for (size_t a = 0; a < run->assets; a++) {
		const struct run_asset *s = run_state(run, step, a);
		uint64_t supply = s->values[RUN_SUPPLY_CAP];
		uint64_t borrow = s->values[RUN_BORROW_CAP];

		terms[0] += is_full(s->supplied, supply) ||
			    is_full(s->borrowed, borrow);
		terms[1] += supply || borrow;
	}
}

static const struct figure figures[DECISION_SCORES] = {
	[SCORE_BAD_DEBT] = { "bad-debt", "USD", false, bad_debt, 0 },
	[SCORE_LIQUIDATED] = { "liquidated", "USD", false, NULL, SOLD_VALUE },
	[SCORE_LIQUIDATIONS] = { "liquidations", "events", false, NULL,
				 SOLD_EVENTS },
	[SCORE_WRONGFUL] = { "wrongful", "USD", false, NULL, SOLD_WRONGFUL },
	[SCORE_WRONGFUL_SHARE] = { "wrongful-share", "ratio", true, NULL,
				   SOLD_SHARE },
	[SCORE_USABLE_LTV] = { "usable-ltv", "ratio", true, ltv_by_asset, 0 },
	[SCORE_USABLE_LTV_BY_DEBT] = { "usable-ltv-by-debt", "ratio", true,
				       ltv_by_debt, 0 },
	[SCORE_REVENUE] = { "revenue", "USD", false, revenue, 0 },
	[SCORE_CHANGES] = { "changes", "values", false, changes, 0 },
	[SCORE_CHURN] = { "churn", "relative", false, churn, 0 },
	[SCORE_AT_SUPPLY_CAP] = { "at-supply-cap", "ratio", true, at_supply_cap,
				  0 },
	[SCORE_AT_BORROW_CAP] = { "at-borrow-cap", "ratio", true, at_borrow_cap,
				  0 },
	[SCORE_AT_CAPS] = { "at-caps", "ratio", true, at_caps, 0 },
};

const char *decision_score_name(enum decision_score score)
{
	return (unsigned)score < DECISION_SCORES ? figures[score].name : NULL;
}

const char *decision_score_unit(enum decision_score score)
{
	return (unsigned)score < DECISION_SCORES ? figures[score].unit : NULL;
}

static double price_in_debt(const struct scored_run *run, size_t step,
			    const struct run_liquidation *l)
{
	double price = run_state(run, step, l->collateral)->price;

	if (l->debt == RUN_NUMERAIRE)
		return price;
	return price / run_state(run, step, l->debt)->price;
}

/* Does the run reach 24 h further? */
static bool is_judged(const struct scored_run *run,
		      const struct run_liquidation *l)
{
	return l->time_s + RUN_DAY_S <= run_time(run, run->steps - 1);
}

static bool is_wrongful(const struct scored_run *run,
			const struct run_liquidation *l)
{
	double healthy = l->price / l->health;
	size_t last = run_step_at(run, l->time_s + RUN_DAY_S);

	if (!is_judged(run, l))
		return false;
	for (size_t s = run_step_at(run, l->time_s) + 1; s <= last; s++)
		if (price_in_debt(run, s, l) >= healthy)
			return true;
	return false;
}

static void add_sold(double terms[2], enum sold sold,
		     const struct scored_run *run,
		     const struct run_liquidation *l)
{
	switch (sold) {
	case SOLD_VALUE:
		terms[0] += l->value_usd;
		break;
	case SOLD_EVENTS:
		terms[0] += 1.0;
		break;
	case SOLD_WRONGFUL:
	case SOLD_SHARE:
		if (is_wrongful(run, l))
			terms[0] += l->value_usd;
		if (is_judged(run, l))
			terms[1] += l->value_usd;
		break;
	}
}

/* Both series of a figure, [steps] each. */
static void fill(double *const columns[2], const struct figure *figure,
		 const struct scored_run *run)
{
	size_t next = 0;

	for (size_t step = 0; step < run->steps; step++) {
		double terms[2] = { 0.0, 0.0 };
		int64_t end = run_time(run, step + 1);

		if (figure->terms)
			figure->terms(terms, run, step);
		for (; !figure->terms && next < run->liquidation_count &&
		       run->liquidations[next].time_s < end; next++)
			add_sold(terms, figure->sold, run,
				 &run->liquidations[next]);
		columns[0][step] = terms[0];
		columns[1][step] = terms[1];
	}
}

/* What is scored: one run, or one against another. */
struct work {
	const struct scored_run *runs[2];
	size_t count;
	double *columns[4]; /* two a run */
	struct bootstrap_plan plan;
	struct arena *arena;
};

static void scale(struct bootstrap_result *r, double by)
{
	r->value *= by;
	r->error *= by;
	r->low *= by;
	r->high *= by;
}

/* A total has its denominators nowhere: its columns are 0 and, of the other
 * run, 2. */
static struct bootstrap_data data_of(const struct work *w, bool ratio)
{
	struct bootstrap_data d = { BOOTSTRAP_MEAN, { NULL },
				    w->runs[0]->steps };
	bool pair = w->count == 2;

	if (ratio)
		d.statistic = pair ? BOOTSTRAP_RATIO_DIFFERENCE
				   : BOOTSTRAP_RATIO;
	else if (pair)
		d.statistic = BOOTSTRAP_DIFFERENCE;
	for (size_t k = 0; k < 2 * w->count; k++)
		d.columns[k] = w->columns[k];
	if (!ratio)
		d.columns[1] = w->columns[2];
	return d;
}

static enum status score(struct decision_figure *out, struct work *w,
			 const struct figure *figure)
{
	struct bootstrap_data data = data_of(w, figure->ratio);
	struct decision_figure result = { .exists = true };
	enum status status;

	for (size_t r = 0; r < w->count; r++)
		fill(&w->columns[2 * r], figure, w->runs[r]);
	status = bootstrap(&result.result, &data, &w->plan, w->arena);
	if (status == E_MISSING) {
		result.exists = false;
		status = OK;
	}
	if (!figure->ratio)
		scale(&result.result, (double)data.n);
	if (!status)
		*out = result;
	return status;
}

static size_t unjudged_of(const struct scored_run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->liquidation_count; i++)
		count += !is_judged(run, &run->liquidations[i]);
	return count;
}

static enum status score_all(struct decision_scores *out, struct work *w)
{
	struct decision_scores result;
	size_t mark = arena_mark(w->arena);
	enum status status = OK;

	memset(&result, 0, sizeof(result));
	for (size_t r = 0; r < w->count && !status; r++) {
		result.unjudged += unjudged_of(w->runs[r]);
		for (size_t k = 2 * r; k < 2 * r + 2; k++) {
			w->columns[k] = ARENA_NEW(w->arena, double,
						  w->runs[r]->steps);
			status = w->columns[k] ? status : E_LIMIT;
		}
	}
	for (int k = 0; k < DECISION_SCORES && !status; k++) {
		status = score(&result.figures[k], w, &figures[k]);
		w->plan.stream++;
	}
	arena_reset(w->arena, mark);
	if (!status)
		*out = result;
	return status;
}

enum status decision_scores(struct decision_scores *out,
			    const struct scored_run *run,
			    const struct bootstrap_plan *plan,
			    struct arena *arena)
{
	struct work w = { { run, NULL }, 1, { NULL }, *plan, arena };
	enum status status = run_check(run);

	w.plan.null = 0.0;
	return status ? status : score_all(out, &w);
}

enum status decision_scores_difference(struct decision_scores *out,
				       const struct scored_run *const runs[2],
				       const struct bootstrap_plan *plan,
				       struct arena *arena)
{
	struct work w = { { runs[0], runs[1] }, 2, { NULL }, *plan, arena };

	w.plan.null = 0.0;
	if (run_check(runs[0]) || run_check(runs[1]) ||
	    runs[0]->steps != runs[1]->steps ||
	    runs[0]->first_s != runs[1]->first_s ||
	    runs[0]->step_s != runs[1]->step_s)
		return E_INPUT;
	return score_all(out, &w);
}
