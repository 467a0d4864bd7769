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
	struct target out = { UINT64_MAX, UINT64_MAX, "" };

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

static struct target raise_to(struct target target, uint64_t floor,
			      const char *name)
{
	if (target.value >= floor)
		return target;
	return (struct target){ floor, target.value, name };
}

static struct target choose_bonus(const struct policy *policy,
				  const struct asset_policy *asset,
				  double impact)
{
	double share = impact + bonus_costs(policy);
	uint64_t needed = 10000 + whole_up(share * BPS);
	struct target out = { needed, asset->lb_floor_bps, "c-incentive" };

	if (needed <= asset->lb_floor_bps)
		return (struct target){ asset->lb_floor_bps, needed,
					"h-floor" };
	if (needed > asset->lb_ceiling_bps)
		return (struct target){ asset->lb_ceiling_bps, needed,
					"h-ceiling" };
	return out;
}

static struct target choose_threshold(const struct policy *policy,
				      const struct asset_policy *asset,
				      const struct asset_risk *risk,
				      double impact, uint64_t bonus_bps)
{
	double spiral = (1.0 - risk->gap) * (1.0 - impact) *
			(1.0 - (double)policy->margin_bps / BPS) * BPS * BPS /
			(double)bonus_bps;
	const struct candidate candidates[] = {
		{ whole_down(spiral), "b-spiral" },
		{ 100004999u / bonus_bps, "b-protocol" },
		{ risk->lt_loss_bps, "a-loss" },
		{ asset->lt_ceiling_bps, "h-ceiling" },
	};

	return raise_to(lowest(candidates, 4), asset->lt_floor_bps, "h-floor");
}

static struct target choose_ltv(const struct asset_policy *asset,
				const struct asset_risk *risk, uint64_t lt_bps)
{
	const struct candidate candidates[] = {
		{ whole_down((double)lt_bps * (1.0 - risk->touch)), "d-touch" },
		{ asset->ltv_ceiling_bps, "h-ceiling" },
		{ lt_bps, "b-threshold" },
	};

	return raise_to(lowest(candidates, 3), asset->ltv_floor_bps,
			"h-floor");
}

static struct target choose_supply_cap(const struct policy *policy,
				       const struct asset_policy *asset,
				       const struct asset_risk *risk,
				       double capacity_usd)
{
	uint64_t circulating =
		asset->circulating_tokens
			? (uint64_t)((u128)asset->circulating_tokens *
				     policy->circulating_share_bps / 10000)
			: UINT64_MAX;
	const struct candidate candidates[] = {
		{ round_cap(whole_down(capacity_usd / risk->price_usd)),
		  "e-capacity" },
		{ circulating == UINT64_MAX ? circulating
					    : round_cap(circulating),
		  "e-circulating" },
		{ asset->supply_cap_ceiling, "h-ceiling" },
	};
	struct target out = raise_to(lowest(candidates, 3),
				     asset->supply_cap_floor, "h-floor");

	return raise_to(out, risk->supply_use, "use");
}

static struct target choose_borrow_cap(const struct policy *policy,
				       const struct asset_policy *asset,
				       const struct asset_risk *risk,
				       const struct targets *so_far)
{
	double squeeze = so_far->capacity_usd *
			 (double)policy->squeeze_share_bps / BPS /
			 risk->price_usd;
	const struct candidate candidates[] = {
		{ round_cap(whole_down(squeeze)), "f-squeeze" },
		{ so_far->components[COMPONENT_SUPPLY_CAP].value,
		  "e-supply-cap" },
		{ asset->borrow_cap_ceiling, "h-ceiling" },
	};
	struct target out = raise_to(lowest(candidates, 3),
				     asset->borrow_cap_floor, "h-floor");

	return raise_to(out, risk->borrow_use, "use");
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
	struct targets made;
	struct target *components = made.components;
	double bonus;

	if (!shares_are_sane(risk))
		return E_INPUT;
	made.stressed_impact =
		impact_of(curve, (double)policy->stressed_size_usd);
	components[COMPONENT_LB] =
		choose_bonus(policy, asset, made.stressed_impact);
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
		choose_supply_cap(policy, asset, risk, made.capacity_usd);
	components[COMPONENT_BORROW_CAP] =
		choose_borrow_cap(policy, asset, risk, &made);
	*out = made;
	return OK;
}
