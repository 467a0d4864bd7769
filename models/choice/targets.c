/* targets.c -- see targets.h. */
#include "models/choice/targets.h"

#define BPS 10000.0
#define CAP_MAX 68719476735u /* 2^36 - 1, Aave's field */
#define CANDIDATES_MAX 6

struct candidate {
	uint64_t value;
	const char *name;
};

/* Largest whole number not above value, within 0 .. CAP_MAX. */
static uint64_t whole_down(double value)
{
	if (!(value > 0.0))
		return 0;
	return value >= (double)CAP_MAX ? CAP_MAX : (uint64_t)value;
}

static uint64_t whole_up(double value)
{
	uint64_t down = whole_down(value);

	return (double)down < value ? down + 1 : down;
}

uint64_t round_cap(uint64_t tokens)
{
	uint64_t scale = 1;

	while (tokens / scale >= 1000)
		scale *= 10;
	return tokens / scale * scale;
}

double bonus_costs(const struct policy *policy)
{
	return (double)policy->gas_usd /
		       (double)policy->typical_liquidation_usd +
	       (double)policy->margin_bps / BPS;
}

/* The smallest candidate binds; the next smallest is what would have been. */
static struct target lowest(const struct candidate *candidates, size_t count)
{
	struct target out = { UINT64_MAX, UINT64_MAX, "", NULL };

	for (size_t i = 0; i < count; i++) {
		if (candidates[i].value < out.value) {
			out.unconstrained = out.value;
			out.value = candidates[i].value;
			out.binding = candidates[i].name;
		} else if (candidates[i].value < out.unconstrained) {
			out.unconstrained = candidates[i].value;
		}
	}
	return out;
}

/* A floor above what the constraints allow leaves no value. */
static struct target above_floor(struct target target, uint64_t floor,
				 const char *conflict)
{
	if (target.value >= floor)
		return target;
	return (struct target){ floor, target.value, "h-floor", conflict };
}

/* What is in use is never cut off: that is no conflict. */
static struct target at_least_use(struct target target, uint64_t use)
{
	if (target.value >= use)
		return target;
	return (struct target){ use, target.value, "use", NULL };
}

uint32_t least_bonus(const struct policy *policy,
		     const struct asset_policy *asset, double stressed_impact)
{
	double share = stressed_impact + bonus_costs(policy);
	uint64_t needed = 10000 + whole_up(share * BPS);
	uint64_t step = policy->lb_step_bps ? policy->lb_step_bps : 1;

	if (needed <= asset->lb_floor_bps)
		return asset->lb_floor_bps;
	if (needed > 20000)
		return 20001;
	return asset->lb_floor_bps +
	       (uint32_t)((needed - asset->lb_floor_bps + step - 1) / step *
			  step);
}

static struct target choose_bonus(const struct policy *policy,
				  const struct asset_policy *asset,
				  double impact, uint32_t chosen)
{
	uint32_t needed = least_bonus(policy, asset, impact);
	double share = impact + bonus_costs(policy);
	uint64_t exact = 10000 + whole_up(share * BPS);

	if (needed > asset->lb_ceiling_bps)
		return (struct target){ asset->lb_ceiling_bps, exact,
					"h-ceiling", "c-incentive/h-ceiling" };
	if (chosen > needed)
		return (struct target){ chosen, needed, "a-loss", NULL };
	if (needed == asset->lb_floor_bps)
		return (struct target){ needed, exact, "h-floor", NULL };
	return (struct target){ needed, asset->lb_floor_bps, "c-incentive",
				NULL };
}

/* (1 - gap) (1 - impact) (1 - margin) / LB, basis points. */
static double spiral_bps(const struct policy *policy,
			 const struct asset_risk *risk, double impact,
			 uint64_t bonus_bps)
{
	return (1.0 - risk->gap) * (1.0 - impact) *
	       (1.0 - (double)policy->margin_bps / BPS) * BPS * BPS /
	       (double)bonus_bps;
}

/* Aave's own check: (lt * lb + 5000) / 10000 <= 10000. */
static uint64_t protocol_bps(uint64_t bonus_bps)
{
	return 100004999u / bonus_bps;
}

uint32_t largest_threshold(const struct policy *policy,
			   const struct asset_policy *asset,
			   const struct asset_risk *risk,
			   double stressed_impact, uint32_t lb_bps)
{
	uint64_t most = whole_down(
		spiral_bps(policy, risk, stressed_impact, lb_bps));

	if (protocol_bps(lb_bps) < most)
		most = protocol_bps(lb_bps);
	if (asset->lt_ceiling_bps < most)
		most = asset->lt_ceiling_bps;
	return (uint32_t)most;
}

static struct target choose_threshold(const struct policy *policy,
				      const struct asset_policy *asset,
				      const struct asset_risk *risk,
				      double impact, uint64_t bonus_bps)
{
	const struct candidate candidates[] = {
		{ whole_down(spiral_bps(policy, risk, impact, bonus_bps)),
		  "b-spiral" },
		{ protocol_bps(bonus_bps), "b-protocol" },
		{ risk->lt_loss_bps,
		  risk->loss_name ? risk->loss_name : "a-loss" },
		{ asset->lt_ceiling_bps, "h-ceiling" },
	};
	struct target made = lowest(candidates, 4);

	if (risk->loss_infeasible && made.value >= asset->lt_floor_bps)
		return (struct target){ made.value, made.unconstrained,
					"a-least-loss", "a-loss/h-floor" };
	return above_floor(made, asset->lt_floor_bps,
			   made.binding[0] == 'a' ? "a-loss/h-floor"
						  : "b-spiral/h-floor");
}

static struct target choose_ltv(const struct asset_policy *asset,
				const struct asset_risk *risk, uint64_t lt_bps)
{
	const struct candidate candidates[] = {
		{ whole_down((double)lt_bps * (1.0 - risk->touch)), "d-touch" },
		{ asset->ltv_ceiling_bps, "h-ceiling" },
		{ lt_bps, "b-threshold" },
	};

	return above_floor(lowest(candidates, 3), asset->ltv_floor_bps,
			   "d-touch/h-floor");
}

uint32_t largest_ltv(const struct asset_policy *asset,
		     const struct asset_risk *risk, uint32_t lt_bps)
{
	return (uint32_t)choose_ltv(asset, risk, lt_bps).value;
}

/* Tokens whose owner gains by moving the oracle no more than it costs. */
static uint64_t manipulation_bound(const struct asset_policy *asset,
				   const struct asset_risk *risk,
				   uint64_t bonus_bps)
{
	double gain_usd = ((double)bonus_bps / BPS - 1.0) * risk->price_usd;

	if (!asset->manipulation_cost_usd || !(gain_usd > 0.0))
		return UINT64_MAX;
	return round_cap(whole_down((double)asset->manipulation_cost_usd /
				    gain_usd));
}

static struct target choose_supply_cap(const struct policy *policy,
				       const struct asset_policy *asset,
				       const struct asset_risk *risk,
				       const struct targets *so_far)
{
	uint64_t circulating =
		asset->circulating_tokens
			? round_cap((uint64_t)(
				  (u128)asset->circulating_tokens *
				  policy->circulating_share_bps / 10000))
			: UINT64_MAX;
	const struct candidate candidates[] = {
		{ round_cap(whole_down(so_far->capacity_usd /
				       risk->price_usd)), "e-capacity" },
		{ circulating, "e-circulating" },
		{ manipulation_bound(asset, risk,
				     so_far->components[COMPONENT_LB].value),
		  "e-manipulation" },
		{ asset->supply_cap_ceiling, "h-ceiling" },
	};

	return at_least_use(above_floor(lowest(candidates, 4),
					asset->supply_cap_floor,
					"e-cap/h-floor"),
			    risk->supply_use);
}

static struct target choose_borrow_cap(const struct policy *policy,
				       const struct asset_policy *asset,
				       const struct asset_risk *risk,
				       const struct targets *so_far)
{
	uint64_t supply_cap = so_far->components[COMPONENT_SUPPLY_CAP].value;
	double squeeze = so_far->capacity_usd *
			 (double)policy->squeeze_share_bps / BPS /
			 risk->price_usd;
	const struct candidate candidates[] = {
		{ round_cap(whole_down(squeeze)), "f-squeeze" },
		{ risk->borrow_share > 0.0
			  ? round_cap(whole_down(risk->borrow_share *
						 (double)supply_cap))
			  : UINT64_MAX, "f-utilisation" },
		{ supply_cap, "e-supply-cap" },
		{ asset->borrow_cap_ceiling, "h-ceiling" },
	};

	return at_least_use(above_floor(lowest(candidates, 4),
					asset->borrow_cap_floor,
					"f-cap/h-floor"),
			    risk->borrow_use);
}

static bool shares_are_sane(const struct asset_risk *risk)
{
	return risk->gap >= 0.0 && risk->gap < 1.0 && risk->touch >= 0.0 &&
	       risk->touch < 1.0 && risk->price_usd > 0.0;
}

enum status choose_targets(struct targets *out, const struct policy *policy,
			   const struct asset_policy *asset,
			   const struct impact_curve *curve,
			   const struct asset_risk *risk)
{
	struct targets made = { .stressed_impact = 0.0 };
	struct target *components = made.components;
	double bonus;

	if (!shares_are_sane(risk))
		return E_INPUT;
	made.stressed_impact =
		impact_of(curve, (double)policy->stressed_size_usd);
	components[COMPONENT_LB] = choose_bonus(
		policy, asset, made.stressed_impact, risk->lb_bps);
	components[COMPONENT_LT] =
		choose_threshold(policy, asset, risk, made.stressed_impact,
				 components[COMPONENT_LB].value);
	components[COMPONENT_LTV] =
		choose_ltv(asset, risk, components[COMPONENT_LT].value);
	bonus = (double)components[COMPONENT_LB].value / BPS;
	made.capacity_usd = impact_sellable(
		curve, bonus - 1.0 - bonus_costs(policy),
		(double)policy->horizon_s);
	components[COMPONENT_SUPPLY_CAP] =
		choose_supply_cap(policy, asset, risk, &made);
	components[COMPONENT_BORROW_CAP] =
		choose_borrow_cap(policy, asset, risk, &made);
	*out = made;
	return OK;
}
