/* incident_judge.c -- see incident_trial.h: expectations that incidents share,
 * and what is told of a trial. */
#include "backtest/incident_trial.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/host/memory.h"

#define CENT 0.01
#define HOUR_S 3600
#define NEAR 1.001 /* other calls, other rounding of what is called */
#define ORACLE_STEPS 0.99 /* of both prices, answers lag by half a percent */

struct incident_window incident_window(const struct incident_trial *trial)
{
	const struct incident_track *track = &trial->plimsoll;
	struct incident_window out = { 0, 0 };

	while (out.first < track->count &&
	       track->decisions[out.first].record.time_s <=
		       incident_start_s(trial->stage))
		out.first++;
	for (out.end = out.first;
	     out.end < track->count && track->decisions[out.end].record.time_s <=
					       incident_end_s(trial->stage);)
		out.end++;
	return out;
}

static bool stopped(const struct incident_decision *d)
{
	const uint64_t inputs = 1u << REASON_PRICE_STALE |
				1u << REASON_BARS_STALE |
				1u << REASON_SOURCES_DISAGREE |
				1u << REASON_INPUT_MISSING |
				1u << REASON_LIQUIDITY_MISSING;

	return d->record.outcome == OUTCOME_HOLD && d->record.reasons & inputs;
}

size_t incident_reaction(const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct incident_decision *d = trial->plimsoll.decisions;
	size_t at = window.first;

	while (at < window.end && !stopped(&d[at]) && !d[at].freezing &&
	       !(d[at].tightening >> trial->stage->attacked & 1))
		at++;
	return at;
}

static int hours_after(const struct incident_trial *trial, int64_t time_s)
{
	return (int)((time_s - incident_start_s(trial->stage)) / 3600);
}

bool incident_froze_at_once(char seen[INCIDENT_SEEN_MAX],
			    const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct incident_decision *d =
		&trial->plimsoll.decisions[window.first];
	bool froze = window.first < window.end &&
		     d->freezing >> trial->stage->attacked & 1;

	snprintf(seen, INCIDENT_SEEN_MAX, "%s after %d h",
		 outcome_name(d->record.outcome),
		 hours_after(trial, d->record.time_s));
	return froze && d->record.outcome == OUTCOME_FREEZE;
}

/* No more whole tokens than are in use, as the hour of the decision was. */
static bool at_use(uint64_t cap, float in_use)
{
	return (double)cap <= (double)in_use * 1.001 + 1.0;
}

bool incident_use_only(char seen[INCIDENT_SEEN_MAX],
		       const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct incident_track *track = &trial->plimsoll;
	uint8_t a = trial->stage->attacked;
	const struct decision_record *d =
		&track->decisions[window.first].record;
	const struct parameters *p = &d->assets[a].after;
	size_t hour = (size_t)((d->time_s - trial->stage->plan.from_s) / 3600);

	snprintf(seen, INCIDENT_SEEN_MAX, "LTV %u, caps %" PRIu64 " and %"
		 PRIu64 " of %.0f and %.0f in use", p->ltv_bps, p->supply_cap,
		 p->borrow_cap, (double)track->run.hours[hour].supplied[a],
		 (double)track->run.hours[hour].borrowed[a]);
	return !p->ltv_bps &&
	       at_use(p->supply_cap, track->run.hours[hour].supplied[a]) &&
	       at_use(p->borrow_cap, track->run.hours[hour].borrowed[a]);
}

/* The worst hour in [from, to). */
static double worst_open(const struct incident_trial *trial,
			 const struct incident_track *track, int64_t from_s,
			 int64_t to_s)
{
	double most = 0.0;

	for (size_t h = 0; h < track->run.hour_count; h++) {
		int64_t time_s = track->run.hours[h].time_s;

		if (time_s >= from_s && time_s < to_s &&
		    track->open_usd[h] > most)
			most = track->open_usd[h];
	}
	(void)trial;
	return most;
}

/* When the reaction was in force: the hour after the decision's. */
static int64_t in_force_s(const struct incident_trial *trial)
{
	size_t at = incident_reaction(trial);

	if (at == incident_window(trial).end)
		return incident_end_s(trial->stage);
	return trial->plimsoll.decisions[at].record.time_s + 3600;
}

static double open_after(const struct incident_trial *trial)
{
	return worst_open(trial, &trial->plimsoll, in_force_s(trial),
			  incident_end_s(trial->stage));
}

bool incident_closed(char seen[INCIDENT_SEEN_MAX],
		     const struct incident_trial *trial)
{
	double left = open_after(trial);

	snprintf(seen, INCIDENT_SEEN_MAX, "%.0f USD left to take", left);
	return incident_reaction(trial) < incident_window(trial).end &&
	       left < CENT;
}

bool incident_no_loosening(char seen[INCIDENT_SEEN_MAX],
			   const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	unsigned count = 0;

	for (size_t d = window.first; d < window.end; d++)
		count += trial->plimsoll.decisions[d].loosening >>
				 trial->stage->attacked & 1;
	snprintf(seen, INCIDENT_SEEN_MAX, "%u of %zu decisions loosen it",
		 count, window.end - window.first);
	return !count;
}

bool incident_disagreed(char seen[INCIDENT_SEEN_MAX],
			const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	size_t held = 0;

	for (size_t i = window.first; i < window.end; i++) {
		const struct incident_decision *d =
			&trial->plimsoll.decisions[i];

		held += d->record.outcome == OUTCOME_HOLD &&
			incident_has(d, REASON_SOURCES_DISAGREE);
	}
	snprintf(seen, INCIDENT_SEEN_MAX, "%zu of %zu decisions hold for it",
		 held, window.end - window.first);
	return held == window.end - window.first && held;
}

/* The decision whose cut of this threshold took effect in the call's hour, or
 * NULL: decisions do so the hour after. */
static const struct decision_record *
cut_before(const struct incident_track *track,
	   const struct liquidation_record *call)
{
	for (size_t d = 0; d < track->count; d++) {
		const struct decision_record *made =
			&track->decisions[d].record;
		const struct decision_asset *asset =
			&made->assets[call->collateral];

		if (made->time_s + HOUR_S == call->time_s &&
		    asset->after.lt_bps < asset->before.lt_bps)
			return made;
	}
	return NULL;
}

/* Was it the cut alone?  The account was healthy under the threshold before,
 * and prices had not fallen since by more than the oracle's steps. */
static bool is_ours(const struct incident_trial *trial,
		    const struct liquidation_record *call)
{
	const struct incident_track *track = &trial->plimsoll;
	const struct decision_record *cut = cut_before(track, call);
	size_t hour = (size_t)((call->time_s - trial->stage->plan.from_s) /
			       HOUR_S);
	const struct decision_asset *asset;
	const float *prices;

	if (!cut || !hour)
		return false;
	asset = &cut->assets[call->collateral];
	prices = track->run.hours[hour - 1].price_usd;
	return call->health * (double)asset->before.lt_bps >=
		       (double)asset->after.lt_bps &&
	       call->price_ratio >= (double)(prices[call->collateral] /
					     prices[call->debt]) *
					    ORACLE_STEPS;
}

bool incident_none_liquidated_by_us(char seen[INCIDENT_SEEN_MAX],
				    const struct incident_trial *trial)
{
	const struct run_record *run = &trial->plimsoll.run;
	double ours = 0.0;

	for (size_t i = 0; i < run->liquidation_count; i++)
		if (is_ours(trial, &run->liquidations[i]))
			ours += run->liquidations[i].repaid_usd;
	snprintf(seen, INCIDENT_SEEN_MAX, "%.0f USD repaid at a cut alone",
		 ours);
	return ours < CENT;
}

bool incident_no_more_bad_debt(char seen[INCIDENT_SEEN_MAX],
			       const struct incident_trial *trial)
{
	double ours = incident_bad_debt(&trial->plimsoll);
	double without = incident_bad_debt(&trial->unmoved);

	snprintf(seen, INCIDENT_SEEN_MAX, "%.0f USD, %.0f without us", ours,
		 without);
	return ours <= without * NEAR + 1.0;
}

bool incident_does_not_pay(char seen[INCIDENT_SEEN_MAX],
			   struct incident_money money)
{
	snprintf(seen, INCIDENT_SEEN_MAX, "costs %.0f USD, gains %.0f at most",
		 money.cost_usd, money.gain_usd);
	return money.cost_usd > money.gain_usd;
}

/* What is told of the money; the row of the table is known to incident_run. */
static void judge_money(struct incident_result *out,
			const struct incident *incident,
			const struct incident_trial *trial)
{
	const struct incident_stage *stage = trial->stage;
	int64_t start = incident_start_s(stage), end = incident_end_s(stage);

	out->bad_debt_usd = incident_bad_debt(&trial->plimsoll);
	out->bad_debt_unmoved_usd = incident_bad_debt(&trial->unmoved);
	out->has_bare = incident->needs_bare;
	out->bad_debt_bare_usd = incident_bad_debt(&trial->bare);
	out->liquidated_usd = incident_liquidated(&trial->plimsoll);
	out->liquidated_unmoved_usd = incident_liquidated(&trial->unmoved);
	out->open_before_usd = worst_open(trial, &trial->plimsoll, start,
					  in_force_s(trial));
	out->open_after_usd = open_after(trial);
	out->open_unmoved_usd = worst_open(trial, &trial->unmoved, start, end);
	out->has_attacker = incident->money != NULL;
	if (incident->money) {
		struct incident_money money = incident->money(trial);

		out->cost_usd = money.cost_usd;
		out->gain_usd = money.gain_usd;
	}
	for (size_t h = 0; h < trial->calm.run.hour_count; h++)
		out->lost_ltv_days +=
			(double)(trial->calm.run.hours[h].ltv[stage->attacked] -
				 trial->plimsoll.run.hours[h]
					 .ltv[stage->attacked]) / 24.0;
}

static size_t add_change(char *out, size_t used, const char *symbol,
			 const char *what, const uint64_t values[2])
{
	if (values[0] == values[1] || used + 1 >= INCIDENT_CHANGED_MAX)
		return used;
	used += (size_t)snprintf(out + used, INCIDENT_CHANGED_MAX - used,
				 "%s%s %s %" PRIu64 " -> %" PRIu64,
				 used ? ", " : "", symbol, what, values[0],
				 values[1]);
	return used < INCIDENT_CHANGED_MAX ? used : INCIDENT_CHANGED_MAX - 1;
}

static void tell_changes(char out[INCIDENT_CHANGED_MAX],
			 const struct incident_decision *d,
			 const struct backtest_plan *plan)
{
	size_t used = 0;

	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct parameters *p = &d->record.assets[a].before;
		const struct parameters *q = &d->record.assets[a].after;
		const struct {
			const char *what;
			uint64_t values[2];
		} changes[] = {
			{ "LTV", { p->ltv_bps, q->ltv_bps } },
			{ "LT", { p->lt_bps, q->lt_bps } },
			{ "LB", { p->lb_bps, q->lb_bps } },
			{ "supply cap", { p->supply_cap, q->supply_cap } },
			{ "borrow cap", { p->borrow_cap, q->borrow_cap } },
			{ "frozen", { 0, d->freezing >> a & 1 } },
		};

		for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
			used = add_change(out, used, plan->assets[a].symbol,
					  changes[i].what, changes[i].values);
	}
}

static bool alike(const struct incident_step *a, const struct incident_step *b)
{
	return a->outcome == b->outcome && a->reasons == b->reasons &&
	       !*a->changed && !*b->changed;
}

/* From the decision before the start on. */
static void tell_steps(struct incident_result *out,
		       const struct incident_trial *trial)
{
	const struct incident_track *track = &trial->plimsoll;
	size_t first = incident_window(trial).first;

	out->steps = memory_allocate(track->count + 1, sizeof(*out->steps));
	for (size_t i = first ? first - 1 : 0; i < track->count; i++) {
		const struct incident_decision *d = &track->decisions[i];
		struct incident_step *step = &out->steps[out->step_count];

		*step = (struct incident_step){
			.after_s = d->record.time_s -
				   incident_start_s(trial->stage),
			.decisions = 1, .outcome = d->record.outcome,
			.reasons = d->record.reasons };
		tell_changes(step->changed, d, &trial->stage->plan);
		if (out->step_count && alike(step - 1, step))
			step[-1].decisions++;
		else
			out->step_count++;
	}
}

void incident_judge(struct incident_result *out,
		    const struct incident *incident,
		    const struct incident_trial *trial)
{
	size_t at = incident_reaction(trial);

	tell_steps(out, trial);
	out->reacted = at < incident_window(trial).end;
	if (out->reacted)
		out->reacted_s = trial->plimsoll.decisions[at].record.time_s -
				 incident_start_s(trial->stage);
	judge_money(out, incident, trial);
	for (size_t i = 0; i < INCIDENT_VERDICTS_MAX &&
			   incident->expectations[i].text; i++) {
		struct incident_verdict *v = &out->verdicts[i];

		v->expected = incident->expectations[i].text;
		v->missing = incident->expectations[i].missing;
		v->passed = incident->expectations[i].holds(v->seen, trial);
		out->verdict_count++;
	}
}
