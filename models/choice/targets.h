/* targets.h -- the values the models want for one asset, constraints named.
 *
 * Pure.  Closed forms of constraints a to f and h of models.md section 8; the
 * loss constraint a arrives as the largest threshold that a simulation
 * allowed.  What the limiter admits today is reach.h, not this. */
#ifndef MODELS_CHOICE_TARGETS_H
#define MODELS_CHOICE_TARGETS_H

#include "case/case.h"
#include "case/report.h"
#include "models/liquidity/impact.h"

/** Measured figures of one asset; shares of price. */
struct asset_risk {
	double gap;       /* fall over the oracle lag at gap_quantile */
	double touch;     /* fall within 24 h reached with ltv_touch */
	double price_usd;
	uint32_t lb_bps;      /* the bonus to take; 0: the least that (c) allows */
	uint64_t lt_loss_bps; /* constraint a: largest threshold, or 10000 */
	bool loss_infeasible; /* no threshold was found that meets (a):
			       * lt_loss_bps is the one that loses least */
	const char *loss_name; /* which budget of (a), static; NULL: "a-loss" */
	uint64_t supply_use;  /* whole tokens in use, rounded up, >= 1 */
	uint64_t borrow_use;
	double borrow_share;  /* utilisation stress (f): of supply; 0: no bound */
};

struct target {
	uint64_t value;         /* contract unit */
	uint64_t unconstrained; /* without the binding constraint */
	const char *binding;    /* static text, shorter than BINDING_MAX */
	const char *conflict;   /* no value meets these two; NULL: one does */
};

struct targets {
	struct target components[COMPONENTS_COUNT];
	double stressed_impact; /* share of price */
	double capacity_usd;    /* sellable within the horizon at the bonus */
};

/**
 * choose_targets - the loosest values that meet every constraint.
 *
 *   LB  = least on the lattice (floor, step) with bonus >= impact(stressed
 *         size) + gas + margin                                           (c)
 *   LT  = largest with LT * LB <= (1 - gap)(1 - impact)(1 - margin)      (b)
 *         and (LT * LB + 5000) / 10000 <= 10000, and (a)
 *   LTV = LT * (1 - touch)                                               (d)
 *   supply cap <= sellable within the horizon, share of circulation, what
 *         moving the oracle by the bonus costs over what it gains        (e)
 *   borrow cap <= squeeze share of what can be bought back, and of the supply
 *         cap what leaves utilisation below 99 % often enough with both full
 *                                                                        (f)
 *   all inside the policy's floors and ceilings                          (h)
 *
 * Where a floor or ceiling leaves no value, `conflict` names both sides and the
 * value is the bound's: it may be tightened toward, never loosened.  Caps are rounded down to
 * three significant digits and never below use.
 * Returns: OK, E_INPUT for shares outside [0, 1) or a price not above zero */
MUST_CHECK enum status choose_targets(struct targets *out,
				      const struct policy *policy,
				      const struct asset_policy *asset,
				      const struct impact_curve *curve,
				      const struct asset_risk *risk);

/** least_bonus - of the lattice lb_floor + k lb_step, the least that meets (c);
 *  beyond the ceiling when none does. */
uint32_t least_bonus(const struct policy *policy,
		     const struct asset_policy *asset, double stressed_impact);

/** largest_threshold - the closed forms of LT at a bonus, (a) and floor apart.
 *  Cost: a few divisions. */
uint32_t largest_threshold(const struct policy *policy,
			   const struct asset_policy *asset,
			   const struct asset_risk *risk,
			   double stressed_impact, uint32_t lb_bps);

/** largest_ltv - of constraint d at a threshold, policy's bounds applied. */
uint32_t largest_ltv(const struct asset_policy *asset,
		     const struct asset_risk *risk, uint32_t lt_bps);

/** bonus_costs - gas and margin of a liquidation, share of its size. */
double bonus_costs(const struct policy *policy);

/** round_cap - down to three significant digits. */
uint64_t round_cap(uint64_t tokens);

#endif
