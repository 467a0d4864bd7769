/* decide_rates.c -- how borrowers answer, the rate curve that follows, and how
 * much may be borrowed before a squeeze lasts. */
#include "models/decide_work.h"

#include "models/choice/rates.h"

#define DAY_S 86400.0
#define PPM 1e6
#define NORMAL_PLACE 0.9   /* of the kink: where use stays without history */
#define PRIOR_SIGMA 0.05   /* of log use, a square root of a day */
#define UTILISATION_MAX 10.0

static double utilisation(const struct reserve *r)
{
	double supplied = (double)r->supplied, borrowed = (double)r->borrowed;

	if (!(supplied > 0.0))
		return borrowed > 0.0 ? UTILISATION_MAX : 0.0;
	return borrowed / supplied < UTILISATION_MAX ? borrowed / supplied
						     : UTILISATION_MAX;
}

static struct rate_curve curve_of(const struct reserve *r)
{
	return (struct rate_curve){ r->optimal_bps, r->base_bps, r->slope1_bps,
				    r->slope2_bps };
}

/* A reserve that was set up with a curve at all. */
static bool has_curve(const struct reserve *r)
{
	return r->optimal_bps > 0 && r->optimal_bps < 10000;
}

static uint32_t to_ppm(double share)
{
	return share > 0.0 ? (uint32_t)(share * PPM + 0.5) : 0;
}

/* Figures of the curve in force and of the chosen one. */
static void report_rates(struct asset_report *out,
			 const struct asset_work *asset,
			 const struct demand *demand, double days)
{
	struct rate_curve curves[2] = { curve_of(asset->reserve),
					curve_of(asset->reserve) };

	if (asset->has_rates)
		curves[1] = (struct rate_curve){
			(uint32_t)asset->rates[0].value,
			(uint32_t)asset->rates[1].value,
			(uint32_t)asset->rates[2].value,
			(uint32_t)asset->rates[3].value };
	out->utilisation_ppm = to_ppm(utilisation(asset->reserve));
	out->elasticity_e3 = (uint32_t)(demand->elasticity * 1000.0);
	out->elasticity_error_e3 = (uint32_t)(demand->error * 1000.0);
	out->moves_in_steps = demand->moves_in_steps;
	for (int i = 0; i < 2; i++) {
		double kink = (double)curves[i].optimal_bps / 10000.0;

		out->return_ppm[i] =
			to_ppm(rate_return(&curves[i], demand, days));
		out->stress_ppm[i] =
			to_ppm(rate_stress(&curves[i], demand, kink));
	}
}

static enum status rate_asset(struct decide_work *work, size_t i,
			      struct arena *scratch)
{
	const struct policy *policy = &work->policy;
	struct asset_work *asset = &work->assets[i];
	struct rate_curve now = curve_of(asset->reserve);
	struct demand_prior prior = { (double)policy->elasticity_ppm / PPM, 0.0,
				      PRIOR_SIGMA };
	struct rate_request request = {
		now, utilisation(asset->reserve), asset->policy,
		(double)policy->rate_return_s / DAY_S,
		(double)policy->rate_return_ppm / PPM,
		(double)policy->usage_stress_ppm / PPM };
	struct demand demand;
	enum status status;

	asset->has_rates = false;
	if (!has_curve(asset->reserve))
		return OK;
	prior.equilibrium = rate_at(&now, NORMAL_PLACE *
						  (double)now.optimal_bps /
						  10000.0);
	status = demand_fit(&demand, asset->usage, &prior, scratch);
	if (status)
		return status;
	asset->risk.borrow_share = rate_borrow_share(
		&now, &demand, request.stress_probability);
	asset->has_rates = asset->policy->rates;
	if (asset->has_rates)
		rate_choose(asset->rates, &request, &demand);
	report_rates(&work->report.assets[i], asset, &demand,
		     request.return_days);
	return OK;
}

enum status decide_rates(struct decide_work *work)
{
	return decide_each_asset(work, USAGE_MAX * 32 + 4096, rate_asset);
}
