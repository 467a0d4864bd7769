/* incidents_market.c -- rows of the table: prices that are pushed, kept quiet,
 * or real, and books that are thin.  See incidents.h. */
#include "backtest/incident_trial.h"

#include <math.h>
#include <stdio.h>

#define BPS 10000.0
#define DAY 24

static double ltv_of(const struct incident_track *track, size_t decision,
		     size_t asset)
{
	return track->decisions[decision].record.assets[asset].after.ltv_bps;
}

/* ---- an attacker who pays to make prices swing ---- */

#define SWING 0.05
#define STEP_BPS 500
#define WEEK_BPS 1500
#define BACK_DECISIONS 30 /* daily ones */

static void design_pump(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_COIN;
	stage->before = 8 * DAY;
	stage->lasting = 3 * DAY;
	stage->after = (BACK_DECISIONS + 2) * DAY;
	stage->policy.epoch_period_s = 86400;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_SWING, INCIDENT_COIN, 0, (int32_t)stage->lasting,
		SWING });
}

/* A book so many times as thin. */
static void thin_book(struct incident_stage *stage, uint32_t times)
{
	struct liquidity_curve *curve =
		&stage->plan.assets[INCIDENT_COIN].curve;

	for (uint8_t i = 0; i < curve->count; i++)
		curve->points[i].size_usd /= times;
}

/* Every hour from one end to the other; the gain is all that liquidators were
 * given in bonuses beyond the time undisturbed, as if he were all of them. */
static struct incident_money pump_money(const struct incident_trial *trial)
{
	const struct incident_stage *stage = trial->stage;
	double swing = incident_swing_cost_usd(
		&stage->plan, stage->attacked, incident_start_s(stage),
		2.0 * SWING);
	double more = incident_bonus_usd(trial, &trial->plimsoll) -
		      incident_bonus_usd(trial, &trial->calm);

	return (struct incident_money){ swing * stage->lasting,
					more > 0.0 ? more : 0.0 };
}

static bool pump_does_not_pay(char seen[INCIDENT_SEEN_MAX],
			      const struct incident_trial *trial)
{
	return incident_does_not_pay(seen, pump_money(trial));
}

/* As the steward's limits are where it has any. */
static bool tightens_in_steps(char seen[INCIDENT_SEEN_MAX],
			      const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	double most = 0.0, all = 0.0;

	for (size_t i = window.first; i < window.end; i++) {
		double step = ltv_of(&trial->plimsoll, i - 1,
				     trial->stage->attacked) -
			      ltv_of(&trial->plimsoll, i,
				     trial->stage->attacked);

		most = step > most ? step : most;
		all += step > 0.0 ? step : 0.0;
	}
	snprintf(seen, INCIDENT_SEEN_MAX,
		 "%.0f bps at once, %.0f in all, of %d and %d", most, all,
		 STEP_BPS, WEEK_BPS);
	return most <= STEP_BPS && all <= WEEK_BPS;
}

/* The LTV of the time undisturbed, within the dead band, soon after. */
static bool comes_back(char seen[INCIDENT_SEEN_MAX],
		       const struct incident_trial *trial)
{
	size_t end = incident_window(trial).end;
	uint32_t band = trial->stage->policy.dead_band_ltv_bps;
	size_t at = end, last = trial->plimsoll.count - 1;
	size_t a = trial->stage->attacked;
	bool back;

	while (at < last && ltv_of(&trial->plimsoll, at, a) + band <
				    ltv_of(&trial->calm, at, a))
		at++;
	back = ltv_of(&trial->plimsoll, at, a) + band >=
	       ltv_of(&trial->calm, at, a);
	snprintf(seen, INCIDENT_SEEN_MAX, back
			 ? "%zu decisions after it, at %.0f (%.0f calm)"
			 : "not within %zu decisions: %.0f (%.0f calm)",
		 at - end, ltv_of(&trial->plimsoll, at, a),
		 ltv_of(&trial->calm, at, a));
	return back && at - end <= BACK_DECISIONS;
}

/* Any step tighter at once, none back. */
static void one_way(struct incident_stage *stage)
{
	struct component_limit *limits =
		stage->plan.steward.limits[KIND_COLLATERAL].components;

	for (size_t i = 0; i < 3; i++) {
		limits[i].step_tighten = limits[i].allowance_tighten = 10000;
		limits[i].step_loosen = limits[i].allowance_loosen = 1;
	}
}

/* ---- one who pays to keep them quiet ---- */

#define QUIET_SHARE 0.15
#define QUIET_DAYS 30
#define USUAL_DAYS 75
#define NEAR_BPS 300   /* the median lies below the noise's own highs */
#define FLOOR_SHARE 0.75 /* of today's in the noise: the median may be lower */
#define CRASH 0.3

static void design_quiet(struct incident_stage *stage)
{
	struct asset_policy *coin = &stage->policy.assets[INCIDENT_COIN];

	stage->attacked = INCIDENT_COIN;
	stage->warm_hours = USUAL_DAYS * DAY;
	stage->before = 2 * DAY;
	stage->lasting = (QUIET_DAYS + 2) * DAY;
	stage->after = 5 * DAY;
	stage->policy.epoch_period_s = 86400;
	coin->ltv_ceiling_bps = 8500;
	coin->lt_ceiling_bps = 8900;
	stage->plan.assets[INCIDENT_COIN].start.ltv_bps = 6700;
	stage->plan.assets[INCIDENT_COIN].start.lt_bps = 7700;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_QUIET, INCIDENT_COIN, 0, QUIET_DAYS * DAY,
		QUIET_SHARE });
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, QUIET_DAYS * DAY, 2, CRASH });
}

/* No floor, and a history that knew nothing but the quiet: he outlasted the
 * year that the median is of. */
static void outlast_the_median(struct incident_stage *stage)
{
	stage->policy.assets[INCIDENT_COIN].volatility_floor_bps = 0;
	stage->moves[0].from = -(int32_t)(stage->warm_hours + stage->before);
	stage->moves[0].hours -= stage->moves[0].from;
}

/* He takes the other side of every move that the noise would have made, and
 * may gain what the crash leaves uncovered beyond what it would have left at
 * the start's parameters. */
static struct incident_money quiet_money(const struct incident_trial *trial)
{
	const struct incident_stage *stage = trial->stage;
	const struct bar *bars = trial->calm_stage->bars[INCIDENT_COIN];
	uint32_t first = stage->warm_hours + stage->before;
	double cost = 0.0, gain = incident_bad_debt(&trial->plimsoll) -
				  incident_bad_debt(&trial->unmoved);

	for (uint32_t i = first; i < first + QUIET_DAYS * DAY; i++) {
		double move = decimal_to_double(bars[i].close) /
				      decimal_to_double(bars[i].open) - 1.0;

		cost += incident_swing_cost_usd(
			&stage->plan, INCIDENT_COIN, incident_start_s(stage),
			fabs(move) * (1.0 - QUIET_SHARE));
	}
	return (struct incident_money){ cost, gain > 0.0 ? gain : 0.0 };
}

static bool quiet_does_not_pay(char seen[INCIDENT_SEEN_MAX],
			       const struct incident_trial *trial)
{
	return incident_does_not_pay(seen, quiet_money(trial));
}

/* As much as the same days without him allow, or hardly more. */
static bool quiet_does_not_loosen(char seen[INCIDENT_SEEN_MAX],
				  const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	double most = 0.0, calm = 0.0;

	for (size_t i = window.first; i < window.end; i++) {
		double ltv = ltv_of(&trial->plimsoll, i, INCIDENT_COIN);
		double without = ltv_of(&trial->calm, i, INCIDENT_COIN);

		most = ltv > most ? ltv : most;
		calm = without > calm ? without : calm;
	}
	snprintf(seen, INCIDENT_SEEN_MAX,
		 "LTV %.0f at most, %.0f in the usual noise", most, calm);
	return most <= calm + NEAR_BPS;
}

static bool volatility_is_floored(char seen[INCIDENT_SEEN_MAX],
				  const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct decision_record *last =
		&trial->plimsoll.decisions[window.end - 3].record;
	const struct decision_record *usual =
		&trial->calm.decisions[window.end - 3].record;

	snprintf(seen, INCIDENT_SEEN_MAX,
		 "%u bps a year before the crash, %u in the usual noise",
		 last->assets[INCIDENT_COIN].volatility_bps,
		 usual->assets[INCIDENT_COIN].volatility_bps);
	return last->assets[INCIDENT_COIN].volatility_bps >=
	       usual->assets[INCIDENT_COIN].volatility_bps * FLOOR_SHARE;
}

/* ---- a thin book, pumped ---- */

#define PUMP 5.0

static void design_thin(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_COIN;
	stage->before = 12;
	stage->lasting = 8;
	stage->after = 4;
	stage->plan.population.borrowers = 6; /* a decision is slow here */
	stage->policy.epoch_period_s = 7200;
	thin_book(stage, 20);
	stage->policy.assets[INCIDENT_COIN].manipulation_cost_usd = 10000;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 0, 2, PUMP });
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 8, 2, 1.0 / PUMP });
}

/* The policy does not know what moving the price costs. */
static void cost_unknown(struct incident_stage *stage)
{
	stage->policy.assets[INCIDENT_COIN].manipulation_cost_usd = 0;
	stage->policy.assets[INCIDENT_COIN].supply_cap_floor =
		stage->plan.assets[INCIDENT_COIN].start.supply_cap;
}

/* A steward that lets the agent do nothing. */
static void tie_hands(struct incident_stage *stage)
{
	for (uint8_t kind = KIND_COLLATERAL; kind <= KIND_BORROW_CAP; kind++)
		stage->plan.steward.limits[kind].set = false;
}

/* Supplied up to the cap while it is dear, borrowed on and left behind; the
 * hours before the first decision that sees it count. */
static struct incident_money thin_money(const struct incident_trial *trial)
{
	const struct incident_stage *stage = trial->stage;
	const struct incident_track *track = &trial->plimsoll;
	double gain = 0.0;

	for (size_t h = 0; h < track->run.hour_count; h++) {
		const struct hour_record *hour = &track->run.hours[h];
		size_t d = (size_t)((hour->time_s - stage->plan.from_s) /
				    stage->policy.epoch_period_s);
		double usual = decimal_to_double(
			stage->bars[INCIDENT_COIN][stage->warm_hours +
						   stage->before].open);
		double lent = (double)hour->price_usd[INCIDENT_COIN] *
			      (double)hour->ltv[INCIDENT_COIN];
		double cap = (double)track->decisions[d].record
				     .assets[INCIDENT_COIN].after.supply_cap;
		double room = cap - (double)hour->supplied[INCIDENT_COIN];
		double taken = (lent - usual) * room;

		if (hour->time_s >= incident_start_s(stage) &&
		    hour->time_s < incident_end_s(stage) && taken > gain)
			gain = taken;
	}
	return (struct incident_money){
		incident_swing_cost_usd(&stage->plan, INCIDENT_COIN,
					incident_start_s(stage),
					1.0 - 1.0 / PUMP),
		gain };
}

static bool thin_does_not_pay(char seen[INCIDENT_SEEN_MAX],
			      const struct incident_trial *trial)
{
	return incident_does_not_pay(seen, thin_money(trial));
}

/* What is borrowed against it, in units of what it was at the start. */
static bool spike_raises_no_borrowing(char seen[INCIDENT_SEEN_MAX],
				      const struct incident_trial *trial)
{
	const struct run_record *run = &trial->plimsoll.run;
	double before = 0.0, most = 0.0;

	for (size_t h = 0; h < run->hour_count; h++) {
		double backed = (double)run->hours[h]
					.backed_usd[INCIDENT_COIN];

		if (run->hours[h].time_s < incident_start_s(trial->stage))
			before = backed;
		else if (run->hours[h].time_s < incident_end_s(trial->stage))
			most = backed > most ? backed : most;
	}
	snprintf(seen, INCIDENT_SEEN_MAX,
		 "%.0f USD borrowed against it before, %.0f at most", before,
		 most);
	return most <= before * 1.5;
}

/* ---- a book that empties ---- */

static void design_empty(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_COIN;
	stage->lasting = 2 * DAY;
	incident_stage_disturb(stage, DISTURBANCE_DEPTH, INCIDENT_COIN, 0,
			       (int32_t)stage->lasting)->value = 0.03;
}

static bool tightens_at_once(char seen[INCIDENT_SEEN_MAX],
			     const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct incident_decision *d =
		&trial->plimsoll.decisions[window.first];

	snprintf(seen, INCIDENT_SEEN_MAX, "%s at the first decision",
		 outcome_name(d->record.outcome));
	return d->tightening >> trial->stage->attacked & 1;
}

/* Rule 2 off, in the policy and in the steward's steps. */
static void cut_at_will(struct incident_stage *stage)
{
	struct component_limit *limits =
		stage->plan.steward.limits[KIND_COLLATERAL].components;

	stage->policy.cut_liquidates_usd_max = 1000000000000;
	stage->policy.cut_liquidates_accounts_max = 1000000;
	for (size_t i = 0; i < 3; i++)
		limits[i].step_tighten = limits[i].allowance_tighten = 5000;
}

/* ---- a squeeze on what is thinly borrowed ---- */

static void design_squeeze(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_COIN;
	stage->before = 5 * DAY;
	stage->lasting = DAY;
	stage->plan.population.short_ppm = 250000;
	stage->plan.population.borrowers = 30;
	thin_book(stage, 100);
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 0, 1, 3.0 });
}

static bool borrow_cap_was_low(char seen[INCIDENT_SEEN_MAX],
			       const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	const struct decision_record *d =
		&trial->plimsoll.decisions[window.first - 1].record;
	uint64_t start = trial->stage->plan.assets[INCIDENT_COIN]
				 .start.borrow_cap;
	uint64_t cap = d->assets[INCIDENT_COIN].after.borrow_cap;

	snprintf(seen, INCIDENT_SEEN_MAX, "%llu before it, %llu at the start",
		 (unsigned long long)cap, (unsigned long long)start);
	return 4 * cap <= 3 * start;
}

const struct incident incidents_market[] = {
	{ { "pump-volatility",
	    "an attacker makes a price swing by 5 % both ways every hour for "
	    "three days, so that the agent tightens",
	    "tighten in bounded steps, liquidate nobody, come back after it",
	    "a steward that lets any cut be made at once and nothing loosen" },
	  design_pump, one_way, true, false, pump_money,
	  { MUST("tightening within the steward's steps", tightens_in_steps),
	    MUST("back within 30 daily decisions after it", comes_back),
	    MUST("he pays more than he can gain", pump_does_not_pay),
	    MUST("nobody is liquidated by us",
	      incident_none_liquidated_by_us) } },
	{ { "wash-quiet",
	    "an attacker keeps a price quiet for thirty days, so that "
	    "volatility reads low, then lets it fall by 70 % in two hours",
	    "no loosening beyond what the usual noise allows: the median of "
	    "the year and the policy's floor",
	    "no floor, and a history that was quiet throughout" },
	  design_quiet, outlast_the_median, true, true, quiet_money,
	  { MUST("LTV hardly higher than in the usual noise", quiet_does_not_loosen),
	    MUST("volatility three quarters of the usual noise's at least", volatility_is_floored),
	    MUST("he pays more than he can gain", quiet_does_not_pay),
	    { "no more bad debt than without us", incident_no_more_bad_debt,
	      "what quiet loosens within the floor costs in the fall" } } },
	{ { "thin-book",
	    "Mango 2022-10-11: MNGO pumped fivefold on a thin book and "
	    "borrowed against; about 114M",
	    "caps by depth: a spike may not raise what can be borrowed",
	    "the policy does not know what moving the price costs, and its "
	    "floor keeps the supply cap where it was" },
	  design_thin, cost_unknown, false, false, thin_money,
	  { MUST("nothing loosens", incident_no_loosening),
	    MUST("he pays more than new collateral gains him",
	      thin_does_not_pay),
	    MUST("no more bad debt than without us", incident_no_more_bad_debt),
	    { "what is borrowed against it grows by half at most",
	      spike_raises_no_borrowing,
	      "nothing bounds what those who hold it borrow when its price "
	      "rises: a cut of LTV is slower than the price" } } },
	{ { "depth-vanishes",
	    "a book of which three in a hundred are left for two days",
	    "tighten at the first decision, without liquidating anybody",
	    "rule 2: the policy lets a cut liquidate, the steward lets it be "
	    "deep" },
	  design_empty, cut_at_will, false, false, NULL,
	  { MUST("tightens at the first decision", tightens_at_once),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nobody is liquidated by us", 
	      incident_none_liquidated_by_us) } },
	{ { "short-squeeze",
	    "CRV 2022-11-22: 92M CRV borrowed against USDC on a thin book; "
	    "1.6M bad debt when it rose",
	    "a borrow cap by what can be bought back, before the squeeze",
	    "a steward without limits: the agent may do nothing" },
	  design_squeeze, tie_hands, false, false, NULL,
	  { MUST("the borrow cap was a quarter lower at least before it",
	      borrow_cap_was_low),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
};
const size_t incidents_market_count =
	sizeof(incidents_market) / sizeof(incidents_market[0]);
