/* rates.c -- see rates.h. */
#include "models/choice/rates.h"

#include <math.h>

#include "models/elementary.h"

#define BPS 10000.0
#define SQUEEZED 0.995
#define FULL 0.99
#define KINK_STEP 50u
#define SLOPE_STEP 25u
#define EQUILIBRIUM_PLACE 0.9 /* of the kink */
#define CLEAR 2.0             /* errors */
#define RATE_SUM_MAX 100000u

double rate_at(const struct rate_curve *curve, double utilisation)
{
	double kink = (double)curve->optimal_bps / BPS, u = utilisation;
	double rate = (double)curve->base_bps / BPS;

	u = u < 0.0 ? 0.0 : u > 1.0 ? 1.0 : u;
	if (u <= kink)
		return rate + (double)curve->slope1_bps / BPS * u / kink;
	return rate + (double)curve->slope1_bps / BPS +
	       (double)curve->slope2_bps / BPS * (u - kink) / (1.0 - kink);
}

/* Probability that a Brownian motion with this drift toward a barrier at
 * `distance` reaches it within `days` (reflection). */
static double passage(double distance, double drift, double sigma, double days)
{
	double spread = sigma * sqrt(days), back, first;

	if (distance <= 0.0)
		return 1.0;
	if (!(spread > 0.0))
		return drift * days >= distance ? 1.0 : 0.0;
	first = normal_cdf((drift * days - distance) / spread);
	back = 2.0 * drift * distance / (sigma * sigma);
	/* exp(back) times the far tail: the tail is nought before exp is not. */
	if (back > 600.0)
		return first;
	return first + elementary_exp(back) *
			       normal_cdf((-drift * days - distance) / spread);
}

/* Drift of log use downward between two utilisations. */
static double pull(const struct rate_curve *curve, const struct demand *demand,
		   double low, double high)
{
	return demand_cautious(demand) *
	       (rate_at(curve, 0.5 * (low + high)) - demand->equilibrium);
}

double rate_return(const struct rate_curve *curve, const struct demand *demand,
		   double days)
{
	double kink = (double)curve->optimal_bps / BPS;
	double p = passage(elementary_log(SQUEEZED / kink),
			   pull(curve, demand, kink, SQUEEZED), demand->sigma,
			   days);

	return p < 1.0 ? 1.0 - p : 0.0;
}

double rate_stress(const struct rate_curve *curve, const struct demand *demand,
		   double utilisation)
{
	double u = utilisation < 1e-6 ? 1e-6 : utilisation;
	double reach = u >= SQUEEZED
			       ? 1.0
			       : passage(elementary_log(SQUEEZED / u),
					 -pull(curve, demand, u, SQUEEZED),
					 demand->sigma, 1.0);
	double leave = passage(elementary_log(SQUEEZED / FULL),
			       pull(curve, demand, FULL, SQUEEZED),
			       demand->sigma, 1.0);

	return reach * (leave < 1.0 ? 1.0 - leave : 0.0);
}

double rate_borrow_share(const struct rate_curve *curve,
			 const struct demand *demand, double probability)
{
	unsigned low = 0, high = 1000;

	while (low < high) {
		unsigned middle = (low + high + 1) / 2;

		if (rate_stress(curve, demand, (double)middle / 1000.0) <=
		    probability)
			low = middle;
		else
			high = middle - 1;
	}
	return (double)low / 1000.0;
}

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
	return value < low ? low : value > high ? high : value;
}

static struct target within(uint32_t wanted, const char *name, uint32_t low,
			    uint32_t high)
{
	uint32_t value = clamp(wanted, low, high);

	return (struct target){ value, wanted,
				value > wanted	 ? "h-floor"
				: value < wanted ? "h-ceiling"
						 : name, NULL };
}

/* The largest kink whose own stress is allowed. */
static struct target choose_kink(const struct rate_request *r,
				 const struct demand *demand)
{
	const struct asset_policy *b = r->bounds;
	struct rate_curve curve = r->now;
	uint32_t best = b->optimal_floor_bps;

	for (uint32_t kink = b->optimal_floor_bps; kink <= b->optimal_ceiling_bps;
	     kink += KINK_STEP) {
		curve.optimal_bps = kink;
		if (rate_stress(&curve, demand, (double)kink / BPS) <=
		    r->stress_probability)
			best = kink;
	}
	return (struct target){ best, b->optimal_ceiling_bps,
				best == b->optimal_ceiling_bps ? "h-ceiling"
							       : "g-stress",
				NULL };
}

static bool returns(struct rate_curve *curve, uint32_t slope2,
		    const struct rate_request *r, const struct demand *demand)
{
	curve->slope2_bps = slope2;
	return rate_return(curve, demand, r->return_days) <=
	       r->return_probability;
}

/* The least slope that brings a squeezed market back; it never helps less when
 * it is steeper, so halving finds it. */
static struct target choose_slope2(const struct rate_request *r,
				   const struct rate_curve *so_far,
				   const struct demand *demand)
{
	struct rate_curve curve = *so_far;
	uint32_t most = RATE_SUM_MAX - curve.base_bps - curve.slope1_bps;
	uint32_t low = 0, high, floor = r->bounds->slope2_floor_bps;

	high = clamp(r->bounds->slope2_ceiling_bps, 0, most) / SLOPE_STEP;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (returns(&curve, middle * SLOPE_STEP, r, demand))
			high = middle;
		else
			low = middle + 1;
	}
	if (floor < curve.slope1_bps)
		floor = curve.slope1_bps;
	return within(low * SLOPE_STEP, "g-return", floor,
		      clamp(r->bounds->slope2_ceiling_bps, floor, most));
}

static struct target choose_slope1(const struct rate_request *r,
				   const struct demand *demand)
{
	const struct asset_policy *b = r->bounds;
	double wanted = (demand->equilibrium * BPS - (double)r->now.base_bps) /
			EQUILIBRIUM_PLACE;
	bool clear = demand->estimated && !demand->moves_in_steps &&
		     demand->elasticity > CLEAR * demand->error;

	if (!clear)
		return within(r->now.slope1_bps, "g-hold",
			      b->slope1_floor_bps, b->slope1_ceiling_bps);
	wanted = wanted > 0.0 ? wanted : 0.0;
	return within(wanted < 1e5 ? (uint32_t)wanted : 100000,
		      "g-equilibrium", b->slope1_floor_bps,
		      b->slope1_ceiling_bps);
}

/* Above the kink nothing makes borrowing cheaper. */
static void hold(struct target *target, uint64_t now, bool keep)
{
	if (keep)
		*target = (struct target){ now, target->value, "g-hold", NULL };
}

void rate_choose(struct target out[RATE_PARTS],
		 const struct rate_request *r, const struct demand *demand)
{
	const struct asset_policy *b = r->bounds;
	struct rate_curve curve = r->now;
	bool squeezed = r->utilisation * BPS > (double)r->now.optimal_bps;

	out[0] = choose_kink(r, demand);
	hold(&out[0], r->now.optimal_bps,
	     squeezed && out[0].value > r->now.optimal_bps);
	out[1] = within(r->now.base_bps, "g-hold", b->base_floor_bps,
			b->base_ceiling_bps);
	out[2] = choose_slope1(r, demand);
	curve = (struct rate_curve){ (uint32_t)out[0].value,
				     (uint32_t)out[1].value,
				     (uint32_t)out[2].value, 0 };
	out[3] = choose_slope2(r, &curve, demand);
	hold(&out[3], r->now.slope2_bps,
	     squeezed && out[3].value < r->now.slope2_bps &&
		     r->now.slope2_bps + curve.base_bps + curve.slope1_bps <=
			     RATE_SUM_MAX);
}
