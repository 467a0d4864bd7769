/* incidents_oracle.c -- rows of the table: oracles, venues and caps that say
 * something else than the market.  See incidents.h. */
#include "backtest/incident_trial.h"

#include <stdio.h>

#define ALL_TIME 100000 /* hours: longer than any incident */

/* LUNA 2022-05-12: a crash that goes on below the least the feed can say. */
static void design_bound(struct incident_stage *stage)
{
	struct plan_disturbance *least, *bound;

	stage->attacked = INCIDENT_COIN;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 0, 3, 0.05 });
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 3, 12, 0.3 });
	least = incident_stage_disturb(stage, DISTURBANCE_ORACLE_LEAST,
				       INCIDENT_COIN, 0, ALL_TIME);
	least->value = 3.0;
	bound = incident_stage_disturb(stage, DISTURBANCE_BOUND, INCIDENT_COIN,
				       -(int32_t)stage->before, ALL_TIME);
	bound->value = 3.0;
}

/* Nobody is asked but the oracle, and no loss is an emergency; then also with
 * the bound, or the backing, unknown. */
static void ask_nobody(struct incident_stage *stage)
{
	stage->plan.families = 0;
	stage->policy.emergency_budget_usd = 1000000000000;
}

static void drop_last(struct incident_stage *stage)
{
	stage->disturbance_count--;
	ask_nobody(stage);
}

/* DAI 2020-11-26. */
static void design_venue_high(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_CASH;
	incident_stage_disturb(stage, DISTURBANCE_QUOTE, INCIDENT_CASH, 0,
			       (int32_t)stage->lasting)->value = 1.30;
}

/* USDe 2025-10-10: forty minutes; here the two hours around a decision. */
static void design_venue_low(struct incident_stage *stage)
{
	stage->before += 5;
	stage->lasting = 2;
	stage->after = 24 + 5;
	stage->attacked = INCIDENT_CASH;
	incident_stage_disturb(stage, DISTURBANCE_QUOTE, INCIDENT_CASH, 0,
			       2)->value = 0.65;
}

static void tolerate_all(struct incident_stage *stage)
{
	stage->policy.disagreement_bps = 10000;
}

static bool resumes(char seen[INCIDENT_SEEN_MAX],
		    const struct incident_trial *trial)
{
	const struct incident_track *track = &trial->plimsoll;
	size_t next = incident_window(trial).end;
	bool held = next < track->count &&
		    incident_has(&track->decisions[next],
				 REASON_SOURCES_DISAGREE);

	snprintf(seen, INCIDENT_SEEN_MAX, "%s", next == track->count
			 ? "no decision after it"
			 : held ? "still holding" : "decides again");
	return next < track->count && !held;
}

/* Stream's xUSD 2025-11-04: the oracle says what it always said. */
static void design_hard_coded(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_CLAIM;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_CLAIM, 0, 4, 0.11 });
	incident_stage_disturb(stage, DISTURBANCE_ORACLE_HELD, INCIDENT_CLAIM,
			       0, ALL_TIME)->value = 1830.0;
	incident_stage_disturb(stage, DISTURBANCE_BACKING, INCIDENT_CLAIM, 0,
			       ALL_TIME)->value = 0.2;
}

static void design_hard_coded_blind(struct incident_stage *stage)
{
	design_hard_coded(stage);
	stage->disturbance_count--;
}

/* Moonwell 2026-02-15: a ratio, not times the parent's price. */
static void design_unit_low(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_CLAIM;
	stage->plan.assets[INCIDENT_CLAIM].start.borrow_cap = 30000;
	stage->policy.assets[INCIDENT_CLAIM].borrowable = true;
	stage->policy.assets[INCIDENT_CLAIM].borrow_cap_ceiling = 30000;
	incident_stage_disturb(stage, DISTURBANCE_ORACLE_HELD, INCIDENT_CLAIM,
			       0, (int32_t)stage->lasting)->value = 1.12;
}

/* Moonwell 2025-11-04: wrsETH at 1.7 million instead of 1.06. */
static void design_unit_high(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_CLAIM;
	incident_stage_disturb(stage, DISTURBANCE_ORACLE_SCALED,
			       INCIDENT_CLAIM, 0,
			       (int32_t)stage->lasting)->value = 1.7e6 / 1.06;
}

/* A feed that answers no more while the market falls. */
static void design_stale(struct incident_stage *stage)
{
	stage->attacked = INCIDENT_COIN;
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_COIN, 2, 36, 0.75 });
	incident_stage_disturb(stage, DISTURBANCE_ORACLE_SILENT,
			       INCIDENT_COIN, 0, (int32_t)stage->lasting);
}

static void allow_any_age(struct incident_stage *stage)
{
	stage->policy.assets[INCIDENT_COIN].max_price_age_s = 604800;
	stage->plan.families = 0;
}

static bool held_stale(char seen[INCIDENT_SEEN_MAX],
		       const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	size_t held = 0;

	for (size_t i = window.first; i < window.end; i++) {
		const struct incident_decision *d =
			&trial->plimsoll.decisions[i];

		held += d->record.outcome == OUTCOME_HOLD &&
			incident_has(d, REASON_PRICE_STALE);
	}
	snprintf(seen, INCIDENT_SEEN_MAX, "%zu of %zu decisions hold for it",
		 held, window.end - window.first);
	return held && held == window.end - window.first;
}

#define CAP_START 1.1572  /* ratio in force on 2026-03-10 */
#define CAP_HALF 1.1919   /* what the clamp of 3 % in 3 days made of it */
#define CAP_ASKED 1.2282
#define CAP_GROWTH 0.0968
#define WEEK_S 604800
#define DAYS_OLD 250      /* of the snapshot in force */

/* Loops as they are in an e-mode: lent on to nine tenths and more. */
static void loop_high(struct incident_stage *stage)
{
	struct parameters *start = &stage->plan.assets[INCIDENT_CLAIM].start;
	struct asset_policy *policy = &stage->policy.assets[INCIDENT_CLAIM];

	start->ltv_bps = policy->ltv_ceiling_bps = 9000;
	start->lt_bps = policy->lt_ceiling_bps = 9150;
	start->lb_bps = policy->lb_floor_bps = 10200;
	policy->lb_ceiling_bps = 10700;
}

/* 2026-03-10: the ratio's step is clamped on chain, the timestamp's is not. */
static void design_tuple(struct incident_stage *stage)
{
	struct kind_limit *limit = &stage->plan.steward.limits[KIND_PRICE_CAP];
	struct plan_disturbance *cap, *asked;
	int64_t start = incident_start_s(stage);

	stage->attacked = INCIDENT_CLAIM;
	loop_high(stage);
	/* The claim stands at 1.2289 of its parent. */
	incident_stage_move(stage, (struct incident_move){
		INCIDENT_LEVEL, INCIDENT_CLAIM, -(int32_t)stage->before - 480,
		240, 1.2289 / 1.2026 });
	cap = incident_stage_disturb(stage, DISTURBANCE_CAP, INCIDENT_CLAIM,
				     -(int32_t)stage->before, ALL_TIME);
	cap->value = CAP_START;
	cap->rate = CAP_GROWTH;
	cap->since_s = start - DAYS_OLD * INT64_C(86400);
	asked = incident_stage_disturb(stage, DISTURBANCE_CAP_TARGET,
				       INCIDENT_CLAIM, 0,
				       (int32_t)stage->lasting);
	asked->value = CAP_ASKED;
	asked->since_s = start - WEEK_S;
	*limit = (struct kind_limit){
		.set = true, .relative = true, .window_s = 259200,
		.min_delay_loosen_s = 43200,
		.count = kind_value_count(KIND_PRICE_CAP) };
	for (uint8_t i = 0; i < limit->count; i++)
		limit->components[i] = (struct component_limit){
			.floor = 0, .ceiling = UINT64_MAX, .step_tighten = 300,
			.step_loosen = i ? 10000 : 300,
			.allowance_tighten = 300,
			.allowance_loosen = i ? 10000 : 300,
			.fast_loosen = i ? 10000 : 300 };
}

/* What that agent did: from then on the half of it is in force. */
static void move_half(struct incident_stage *stage)
{
	struct plan_disturbance *before = &stage->disturbances[0], *half;

	before->to_s = incident_start_s(stage) + 6 * 3600;
	half = incident_stage_disturb(stage, DISTURBANCE_CAP, INCIDENT_CLAIM, 6,
				      ALL_TIME);
	half->value = CAP_HALF;
	half->rate = CAP_GROWTH;
	half->since_s = incident_start_s(stage) - WEEK_S;
}

static bool tuple_is_whole(char seen[INCIDENT_SEEN_MAX],
			   const struct incident_trial *trial)
{
	unsigned asked = 0, half = 0;

	for (size_t i = 0; i < trial->plimsoll.count; i++) {
		asked += trial->plimsoll.decisions[i].caps_price;
		half += trial->plimsoll.decisions[i].caps_half;
	}
	snprintf(seen, INCIDENT_SEEN_MAX, "%u price caps proposed, %u in part",
		 asked, half);
	return !half;
}

static bool says_unreachable(char seen[INCIDENT_SEEN_MAX],
			     const struct incident_trial *trial)
{
	struct incident_window window = incident_window(trial);
	size_t said = 0;

	for (size_t i = window.first; i < window.end; i++)
		said += incident_has(&trial->plimsoll.decisions[i],
				     REASON_NOT_REACHABLE);
	snprintf(seen, INCIDENT_SEEN_MAX, "%zu of %zu decisions say so", said,
		 window.end - window.first);
	return said > 0; /* while the asset tightens it does not ask */
}

/* Nobody who holds the claim against its parent is touched from then on. */
static bool loops_stand(char seen[INCIDENT_SEEN_MAX],
			const struct incident_trial *trial)
{
	const struct run_record *run = &trial->plimsoll.run;
	double repaid = 0.0;

	for (size_t i = 0; i < run->liquidation_count; i++)
		if (run->liquidations[i].collateral == INCIDENT_CLAIM &&
		    run->liquidations[i].debt == INCIDENT_CORE &&
		    run->liquidations[i].time_s >=
			    incident_start_s(trial->stage))
			repaid += run->liquidations[i].repaid_usd;
	snprintf(seen, INCIDENT_SEEN_MAX, "%.0f USD repaid by liquidators",
		 repaid);
	return repaid < 0.01;
}

const struct incident incidents_oracle[] = {
	{ { "oracle-at-bound",
	    "LUNA 2022-05-12: the feed stood at its least answer while the "
	    "market went on falling; Venus lost 11.2M, Blizz all",
	    "at the first decision: LTV nought, caps at what is in use, frozen",
	    "the case does not say where the feed's bound is, and no family "
	    "quotes" },
	  design_bound, drop_last, false, false, NULL,
	  { MUST("FREEZE at the first decision", incident_froze_at_once),
	    MUST("LTV nought and caps at use", incident_use_only),
	    MUST("nothing is left to take at the oracle's price",
	      incident_closed),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
	{ { "one-venue-high",
	    "DAI 2020-11-26: 1.30 on one venue only, 85.2M liquidated",
	    "HOLD for as long as one family disagrees; nothing moves",
	    "the policy lets families be 100 % apart" },
	  design_venue_high, tolerate_all, false, false, NULL,
	  { MUST("HOLD while the families disagree", incident_disagreed),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nobody is liquidated by us",
	      incident_none_liquidated_by_us) } },
	{ { "one-venue-low",
	    "USDe 2025-10-10: 0.65 on one venue, elsewhere within 0.3 %",
	    "HOLD while it lasts, then go on",
	    "the policy lets families be 100 % apart" },
	  design_venue_low, tolerate_all, false, false, NULL,
	  { MUST("HOLD while the families disagree", incident_disagreed),
	    MUST("decides again at the next epoch", resumes),
	    MUST("nobody is liquidated by us",
	      incident_none_liquidated_by_us) } },
	{ { "hard-coded-price",
	    "Stream xUSD 2025-11-04: the oracle said 1.00, the market 0.11; "
	    "93M lost",
	    "backing is gone: FREEZE at once, whatever the oracle says",
	    "nobody tells what stands behind the token, and no family quotes" },
	  design_hard_coded, drop_last, false, false, NULL,
	  { MUST("FREEZE at the first decision", incident_froze_at_once),
	    MUST("LTV nought and caps at use", incident_use_only),
	    MUST("nothing is left to take at the oracle's price",
	      incident_closed),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
	{ { "hard-coded-price-blind",
	    "the same, where nothing is known of what stands behind it",
	    "an oracle alone against families that agree: FREEZE",
	    "no other family is asked" },
	  design_hard_coded_blind, ask_nobody, false, false, NULL,
	  { MUST("FREEZE at the first decision", incident_froze_at_once),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nothing is left to take at the oracle's price",
	      incident_closed),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
	{ { "wrong-unit-low",
	    "Moonwell 2026-02-15: cbETH at 1.12, a ratio that was not "
	    "multiplied by the price of ETH; 1.78M bad debt",
	    "FREEZE: what can be borrowed for nothing must not be",
	    "no other family is asked" },
	  design_unit_low, ask_nobody, false, false, NULL,
	  { MUST("FREEZE at the first decision", incident_froze_at_once),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nothing is left to take at the oracle's price",
	      incident_closed),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
	{ { "wrong-unit-high",
	    "Moonwell 2025-11-04: wrsETH at 1.7M instead of 1.06; 3.7M bad "
	    "debt",
	    "FREEZE: nothing may be borrowed against it",
	    "no other family is asked" },
	  design_unit_high, ask_nobody, false, false, NULL,
	  { MUST("FREEZE at the first decision", incident_froze_at_once),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nothing is left to take at the oracle's price",
	      incident_closed),
	    MUST("no more bad debt than without us",
	      incident_no_more_bad_debt) } },
	{ { "stale-oracle",
	    "a feed that answers no more while the market falls by a quarter",
	    "HOLD for the age of the price; nothing moves on it",
	    "any age is good enough, and no other family is asked" },
	  design_stale, allow_any_age, false, false, NULL,
	  { MUST("HOLD for the price's age", held_stale),
	    MUST("nothing loosens", incident_no_loosening),
	    MUST("nobody is liquidated by us",
	      incident_none_liquidated_by_us) } },
	{ { "coupled-tuple",
	    "Aave 2026-03-10: a price cap's timestamp moved whole, its ratio "
	    "by the clamp's 3 %: 2.85 % under the market, 27M liquidated",
	    "ratio and timestamp together or not at all, and say why not",
	    "the half of it is put in force by somebody else" },
	  design_tuple, move_half, false, false, NULL,
	  { MUST("no price cap is proposed in part", tuple_is_whole),
	    MUST("it says once that it cannot be reached", says_unreachable),
	    MUST("no loop of claim and parent is liquidated", loops_stand) } },
};
const size_t incidents_oracle_count =
	sizeof(incidents_oracle) / sizeof(incidents_oracle[0]);
