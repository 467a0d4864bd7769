/* test_rates.c -- demand from simulated borrowers, times of passage against
 * simulation, and what holds of every chosen curve. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/choice/rates.h"
#include "tests/support/points.h"

#define SAMPLES 1500

static uint8_t memory[1u << 20] __attribute__((aligned(16)));
static struct usage_sample samples[SAMPLES];
static struct usage usage = { 0, SAMPLES, samples };
static const struct demand_prior prior = { 4.0, 0.05, 0.05 };

static double normal(void)
{
	return sqrt(-2.0 * log(uniform(1e-16, 1.0))) *
	       cos(6.283185307179586 * uniform(0.0, 1.0));
}

/* Six-hourly; the rate wanders around the equilibrium and borrowers answer.
 * steps: they move on one interval in fifty alone. */
static void simulate(double elasticity, double equilibrium, bool steps)
{
	double log_use = log(0.5), rate = equilibrium;

	for (size_t i = 0; i < SAMPLES; i++) {
		double days = 0.25, move;

		samples[i] = (struct usage_sample){
			(int64_t)i * 21600, (uint32_t)(exp(log_use) * 1e6),
			(uint32_t)(rate * 10000.0 + 0.5) };
		rate += 0.1 * (equilibrium + 0.04 * (log_use - log(0.5)) -
			       rate) + 0.004 * normal();
		rate = rate < 0.001 ? 0.001 : rate;
		move = elasticity *
			       (equilibrium -
				(double)samples[i].borrow_rate_bps / 1e4) *
			       days +
		       0.02 * sqrt(days) * normal();
		if (steps)
			move = whole_between(0, 49) ? 0.0 : 7.0 * move;
		log_use += move;
		log_use = log_use > log(0.98) ? log(0.98) : log_use;
		log_use = log_use < log(0.01) ? log(0.01) : log_use;
	}
}

static struct demand fit(void)
{
	struct arena arena;
	struct demand out;

	arena_init(&arena, memory, sizeof(memory));
	assert_int_equal(demand_fit(&out, &usage, &prior, &arena), OK);
	assert_int_equal(arena.used, 0);
	return out;
}

static void borrowers_are_recovered(void **state)
{
	int inside = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		double elasticity = uniform(0.5, 8.0);
		struct demand d;

		simulate(elasticity, 0.06, false);
		d = fit();
		assert_true(d.estimated && !d.moves_in_steps);
		inside += fabs(d.elasticity - elasticity) <= 2.0 * d.error;
		assert_true(fabs(d.elasticity - elasticity) <= 4.5 * d.error);
		assert_true(fabs(d.sigma / 0.02 - 1.0) < 0.15);
		assert_true(demand_cautious(&d) < d.elasticity);
	}
	assert_true(inside >= 34);
}

/* The recursion is weighted least squares, written out. */
static void recursion_is_least_squares(void **state)
{
	double s = 0.0, sx = 0.0, sxx = 0.0, sy = 0.0, sxy = 0.0, slope;
	struct demand d;

	(void)state;
	simulate(3.0, 0.06, false);
	d = fit();
	for (size_t i = 1; i < SAMPLES; i++) {
		double w = pow(DEMAND_FORGETTING, (double)(SAMPLES - 1 - i)) *
			   0.25;
		double x = samples[i - 1].borrow_rate_bps / 1e4;
		double y = log((double)samples[i].utilisation_ppm /
			       samples[i - 1].utilisation_ppm) / 0.25;

		s += w;
		sx += w * x;
		sxx += w * x * x;
		sy += w * y;
		sxy += w * x * y;
	}
	slope = (s * sxy - sx * sy) / (s * sxx - sx * sx);
	assert_true(fabs(d.elasticity + slope) < 1e-5 * fabs(slope));
	assert_true(fabs(d.equilibrium - (sy - slope * sx) / s / -slope) <
		    1e-5);
}

static void steps_are_told_from_smooth_moves(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct demand smooth, stepped;

		simulate(3.0, 0.06, false);
		smooth = fit();
		simulate(3.0, 0.06, true);
		stepped = fit();
		assert_false(smooth.moves_in_steps);
		assert_true(stepped.moves_in_steps);
		assert_true(smooth.step_share < 0.2 &&
			    stepped.step_share > 0.5);
	}
}

static void the_prior_answers_for_little(void **state)
{
	struct demand d;

	(void)state;
	simulate(3.0, 0.06, false);
	usage.count = 20;
	d = fit();
	usage.count = SAMPLES;
	assert_false(d.estimated);
	assert_true(d.elasticity == 4.0 && d.error == 2.0);
	for (size_t i = 0; i < SAMPLES; i++)
		samples[i].utilisation_ppm = 1400000; /* lent out twice */
	assert_false(fit().estimated);
	for (size_t i = 0; i < SAMPLES; i++)
		samples[i] = (struct usage_sample){ (int64_t)i * 21600, 500000,
						    300 };
	assert_false(fit().estimated);
}

/* 2 % and 4 % at half and whole of the kink, 4 % + half of 60 % half-way
 * beyond. */
static void points_of_a_curve(void **state)
{
	const struct rate_curve curve = { 8000, 100, 400, 6000 };

	(void)state;
	assert_true(fabs(rate_at(&curve, 0.0) - 0.01) < 1e-15);
	assert_true(fabs(rate_at(&curve, 0.4) - 0.03) < 1e-15);
	assert_true(fabs(rate_at(&curve, 0.8) - 0.05) < 1e-15);
	assert_true(fabs(rate_at(&curve, 0.9) - 0.35) < 1e-15);
	assert_true(fabs(rate_at(&curve, 1.0) - 0.65) < 1e-15);
	assert_true(rate_at(&curve, 7.0) == rate_at(&curve, 1.0));
}

/* Brownian paths in small steps with the drift half-way: the closed form, up
 * to what steps miss. */
static void returns_are_those_of_simulated_squeezes(void **state)
{
	const struct rate_curve curve = { 9000, 0, 400, 4000 };
	const struct demand d = { true, 2.0, 0.0, 0.04, 0.05, 0.1, false };
	double drift = d.elasticity * (rate_at(&curve, 0.9475) - 0.04);
	double distance = log(0.995 / 0.9), days = 0.28, failed = 0.0;
	const int paths = 4000, steps = 400;

	(void)state;
	for (int p = 0; p < paths; p++) {
		double x = 0.0, dt = days / steps, stay = 1.0;

		for (int k = 0; k < steps && stay > 0.0; k++) {
			double next = x + drift * dt +
				      d.sigma * sqrt(dt) * normal();

			if (next >= distance) {
				stay = 0.0;
				break;
			}
			stay *= 1.0 - exp(-2.0 * (distance - x) *
					  (distance - next) /
					  (d.sigma * d.sigma * dt));
			x = next;
		}
		failed += stay / paths;
	}
	assert_true(failed > 0.05 && failed < 0.95);
	assert_true(fabs(rate_return(&curve, &d, days) - failed) < 0.02);
}

static struct asset_policy bounds;

static struct rate_request random_request(void)
{
	struct rate_request r = { { 0 }, uniform(0.0, 1.2), &bounds,
				  uniform(0.1, 10.0), uniform(0.001, 0.5),
				  uniform(0.0001, 0.5) };

	bounds.optimal_floor_bps = (uint32_t)whole_between(100, 9000);
	bounds.optimal_ceiling_bps =
		(uint32_t)whole_between(bounds.optimal_floor_bps, 9900);
	bounds.base_ceiling_bps = (uint32_t)whole_between(0, 2000);
	bounds.slope1_ceiling_bps = (uint32_t)whole_between(0, 8000);
	bounds.slope1_floor_bps =
		(uint32_t)whole_between(0, bounds.slope1_ceiling_bps);
	bounds.slope2_ceiling_bps =
		(uint32_t)whole_between(bounds.slope1_ceiling_bps, 90000);
	bounds.slope2_floor_bps =
		(uint32_t)whole_between(0, bounds.slope2_ceiling_bps);
	r.now = (struct rate_curve){
		(uint32_t)whole_between(100, 9900),
		(uint32_t)whole_between(0, 2000),
		(uint32_t)whole_between(0, 8000),
		(uint32_t)whole_between(8000, 90000) };
	return r;
}

static struct demand random_demand(void)
{
	return (struct demand){ whole_between(0, 1), uniform(0.01, 20.0),
				uniform(0.0, 5.0), uniform(0.001, 0.4),
				uniform(0.001, 0.5), 0.1,
				whole_between(0, 3) == 0 };
}

static void curves_obey_the_protocol_and_the_policy(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++) {
		struct rate_request r = random_request();
		struct demand d = random_demand();
		struct target t[RATE_PARTS];
		bool squeezed = r.utilisation * 1e4 >
				(double)r.now.optimal_bps;

		rate_choose(t, &r, &d);
		assert_true(t[0].value >= 100 && t[0].value <= 9900);
		assert_true(t[2].value <= t[3].value);
		assert_true(t[1].value + t[2].value + t[3].value <= 100000);
		for (int k = 0; k < RATE_PARTS; k++)
			assert_true(t[k].binding && *t[k].binding);
		assert_true(!squeezed || t[0].value <= r.now.optimal_bps);
		if (squeezed && r.now.slope2_bps + t[1].value + t[2].value <=
					100000)
			assert_true(t[3].value >= r.now.slope2_bps);
	}
}

/* Borrowers who answer less, or less time: never a gentler slope 2, where it is
 * the answer and not chance that brings a market back. */
static void weaker_answers_need_steeper_slopes(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct rate_request r = random_request(), hurried;
		struct demand d = random_demand(), weak;
		struct target t[RATE_PARTS], u[RATE_PARTS];

		r.utilisation = 0.0;
		d.estimated = false;
		d.sigma *= 0.02;
		bounds.optimal_floor_bps = bounds.optimal_ceiling_bps =
			(uint32_t)whole_between(5000, 9000);
		weak = d;
		weak.elasticity *= uniform(0.1, 1.0);
		weak.error = 0.0;
		d.error = 0.0;
		hurried = r;
		hurried.return_days *= uniform(0.1, 1.0);
		rate_choose(t, &r, &d);
		rate_choose(u, &r, &weak);
		assert_true(u[3].value >= t[3].value);
		rate_choose(u, &hurried, &d);
		assert_true(u[3].value >= t[3].value);
	}
}

static void borrowing_is_bounded_by_stress(void **state)
{
	const struct rate_curve curve = { 8000, 0, 400, 6000 };

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct demand d = random_demand();
		double p = uniform(1e-4, 0.5);
		double share = rate_borrow_share(&curve, &d, p);

		assert_true(share >= 0.0 && share <= 1.0);
		assert_true(share == 0.0 ||
			    rate_stress(&curve, &d, share) <= p);
		assert_true(share == 1.0 ||
			    rate_stress(&curve, &d, share + 0.001) > p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(borrowers_are_recovered),
		cmocka_unit_test(recursion_is_least_squares),
		cmocka_unit_test(steps_are_told_from_smooth_moves),
		cmocka_unit_test(the_prior_answers_for_little),
		cmocka_unit_test(points_of_a_curve),
		cmocka_unit_test(returns_are_those_of_simulated_squeezes),
		cmocka_unit_test(curves_obey_the_protocol_and_the_policy),
		cmocka_unit_test(weaker_answers_need_steeper_slopes),
		cmocka_unit_test(borrowing_is_bounded_by_stress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
