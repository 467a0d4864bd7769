/* mpfr_plan.h -- our functions judged by MPFR over seeded points: the harness of
 * the tests in this folder that do so.  Test time only. */
#ifndef TESTS_UNIT_MPFR_PLAN_H
#define TESTS_UNIT_MPFR_PLAN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <mpfr.h>

#include "tests/support/points.h"

#define BITS 80

static int points = 20000; /* each function; PLIMSOLL_POINTS changes it */

static inline double identity(double x)
{
	return x;
}

/** One function on one range: points are spread(u), u uniform. */
struct plan {
	const char *name;
	double (*ours)(double);
	void (*exact)(mpfr_t out, mpfr_t x);
	double (*spread)(double);
	double low, high;
	double relative; /* bound on |ours - exact| / max(|exact|, floor) */
	double floor;    /* 0: purely relative */
	int parts;       /* of the points: one of so many plans */
};

static inline double worst_of(const struct plan *plan, double *at)
{
	mpfr_t x, y, z;
	double worst = 0.0;

	mpfr_inits2(BITS, x, y, z, (mpfr_ptr)NULL);
	for (int i = 0; i < points / plan->parts + 1; i++) {
		double point = plan->spread(uniform(plan->low, plan->high));
		double scale, error;

		mpfr_set_d(x, point, MPFR_RNDN);
		plan->exact(y, x);
		scale = fabs(mpfr_get_d(y, MPFR_RNDN));
		scale = scale > plan->floor ? scale : plan->floor;
		mpfr_sub_d(z, y, plan->ours(point), MPFR_RNDN);
		error = fabs(mpfr_get_d(z, MPFR_RNDN)) / scale;
		if (!(error <= worst)) {
			worst = error;
			*at = point;
		}
	}
	mpfr_clears(x, y, z, (mpfr_ptr)NULL);
	return worst;
}

/* log-spread points */
static inline double ten_to(double u)
{
	return exp(u * 2.302585092994046);
}

static inline double ten_to_less_one(double u)
{
	return ten_to(u) - 1.0;
}

static inline double minus_ten_to(double u)
{
	return -ten_to(u);
}

static inline void hold(const struct plan *plan)
{
	double at = 0.0, worst = worst_of(plan, &at);

	if (!(worst <= plan->relative))
		fail_msg("%s: error %.3g at %.17g, bound %.3g", plan->name,
			 worst, at, plan->relative);
	printf("%-28s [%g, %g] worst %.3g (bound %.3g)\n", plan->name,
	       plan->low, plan->high, worst, plan->relative);
}

#define ULP 0x1p-52

static inline int run_with_points(int (*run)(void))
{
	const char *wanted = getenv("PLIMSOLL_POINTS");

	if (wanted && atoi(wanted) > 0)
		points = atoi(wanted);
	return run();
}

#endif
