/* test_paths_filtered.c -- bars, margins, variance filters and the tilt: each
 * by what it must do to the very paths that come without it; the laws; the
 * same bits in every build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/linalg.h"
#include "models/loss/statistics.h"
#include "models/paths.h"
#include "models/tails/margin.h"

#define PATHS 20000
#define STEPS 8
#define BAR 3 /* bars of 3, 3 and 2 steps */
#define ASSETS 2
#define CELLS (PATHS * STEPS * ASSETS)

static double ratios[CELLS], plain[CELLS], minimum[PATHS * ASSETS];
static double low[PATHS * ASSETS], high[PATHS * ASSETS];
static double weights[PATHS], factors[PATHS], losses[PATHS];
static size_t order[PATHS];
static uint8_t block[1 << 20] __attribute__((aligned(16)));
static struct path_margin margins[ASSETS];
static double factor[4];
static const double deviation[ASSETS] = { 0.01, 0.004 };
static const struct path_filter filters[ASSETS] = {
	{ 1.5, 0.1, 0.1, 0.1, 0.6 }, { 0.5, 0.1, 0.05, 0.0, 0.9 } };

static struct path_design make_design(unsigned degrees)
{
	struct path_design design = { .seed = { 8, 1 },
				      .path_count = PATHS,
				      .step_count = STEPS,
				      .asset_count = ASSETS,
				      .minimum_steps = STEPS,
				      .degrees = degrees,
				      .factor = factor,
				      .deviation = deviation,
				      .bar_steps = BAR };

	factor[0] = 1.0;
	factor[1] = factor[2] = 0.6;
	factor[3] = 1.0;
	assert_int_equal(linalg_factor(factor, ASSETS), OK);
	return design;
}

/* Residuals that fall further than they rise, through the product's own; mean
 * and deviation of the last asset's are kept. */
static double residual_mean, residual_deviation;

static double residual_quantile(double p, size_t asset)
{
	double q = student_quantile(p, 5.0 + (double)asset);

	return q < 0.0 ? 1.5 * q : q;
}

static void make_margins(unsigned degrees)
{
	static double residuals[2000];
	struct margin_request request = { .residuals = residuals,
					  .count = 2000,
					  .degrees = degrees };
	struct arena arena;

	for (size_t a = 0; a < ASSETS; a++) {
		double sum = 0.0, square = 0.0;

		for (size_t i = 0; i < 2000; i++) {
			residuals[i] = residual_quantile(
				((double)i + 0.5) / 2000.0, a);
			sum += residuals[i] / 2000.0;
			square += residuals[i] * residuals[i] / 2000.0;
		}
		residual_mean = sum;
		residual_deviation = sqrt(square - sum * sum);
		arena_init(&arena, block, sizeof(block));
		assert_int_equal(margin_build(&margins[a], &request, &arena),
				 OK);
	}
}

static void generate(const struct path_design *design)
{
	struct path_output out = { .ratios = ratios };

	assert_int_equal(paths_generate(&out, design, NULL), OK);
}

static double map(const struct path_margin *margin, double x)
{
	double at = (x / sqrt(1.0 + x * x) + 1.0) * PATH_MARGIN_CELLS / 2.0;
	size_t cell = at < PATH_MARGIN_CELLS ? (size_t)at
					     : PATH_MARGIN_CELLS - 1;

	return margin->value[cell] +
	       (at - (double)cell) *
		       (margin->value[cell + 1] - margin->value[cell]);
}

/* Log price after so many steps. */
static double level(const double *from, size_t path, size_t steps, size_t asset)
{
	return steps ? log(from[(path * STEPS + steps - 1) * ASSETS + asset])
		     : 0.0;
}

static size_t bar_end(size_t bar)
{
	size_t end = (bar + 1) * BAR;

	return end < STEPS ? end : STEPS;
}

/* The joint variate of a bar, from paths without margins and filters. */
static double variate(size_t path, size_t bar, size_t asset)
{
	double n = (double)(bar_end(bar) - bar * BAR), sd = deviation[asset];

	return (level(plain, path, bar_end(bar), asset) -
		level(plain, path, bar * BAR, asset) + 0.5 * sd * sd * n) /
	       (sd * sqrt(n));
}

/* What the filtered path must do in a bar, given its h; returns the next h. */
static double check_bar(size_t path, size_t bar, size_t a, double h)
{
	const struct path_filter *f = &filters[a];
	size_t first = bar * BAR, n = bar_end(bar) - first;
	double x = variate(path, bar, a), g = map(&margins[a], x);
	double unit = deviation[a] * sqrt(h), before = level(ratios, path,
							     first, a);
	double moved = level(ratios, path, bar_end(bar), a) - before +
		       0.5 * unit * unit * (double)n;
	double e = g * sqrt(h), old = level(plain, path, first, a);

	assert_true(fabs(moved - unit * sqrt((double)n) * g) < 1e-12);
	/* steps about their mean: those of the plain path, rescaled */
	for (size_t k = 1; k < n; k++) {
		double share = (double)k / (double)n;
		double is = level(ratios, path, first + k, a) - before -
			    share * (level(ratios, path, bar_end(bar), a) -
				     before);
		double was = level(plain, path, first + k, a) - old -
			     share * (level(plain, path, bar_end(bar), a) -
				      old);

		assert_true(fabs(is - was * sqrt(h)) < 1e-12);
	}
	return f->omega + (f->alpha + (e < 0.0 ? f->gamma : 0.0)) * e * e +
	       f->beta * h;
}

static void bars_are_bridges_to_the_margin_of_the_variate(void **state)
{
	struct path_design design = make_design(8);

	(void)state;
	make_margins(8);
	generate(&design);
	memcpy(plain, ratios, sizeof(plain));
	design.margins = margins;
	design.filters = filters;
	generate(&design);
	for (size_t path = 0; path < PATHS; path++)
		for (size_t a = 0; a < ASSETS; a++) {
			double h = filters[a].start;

			for (size_t bar = 0; bar * BAR < STEPS; bar++)
				h = check_bar(path, bar, a, h);
		}
}

/* The variate of a bar has Student's law, also where its steps share a scale,
 * and residuals have that of their sample. */
static void bars_follow_their_law(void **state)
{
	struct path_design design = make_design(8);
	static const double levels[] = { 0.02, 0.3, 0.9 };
	double n = PATHS / 2.0 * 3.0;

	(void)state;
	make_margins(8);
	generate(&design);
	memcpy(plain, ratios, sizeof(plain));
	for (size_t l = 0; l < 3; l++) {
		double p = levels[l], variates = 0.0, residuals = 0.0;
		double q = student_quantile(p, 8.0) * sqrt(0.75);
		double r = (residual_quantile(p, 1) - residual_mean) /
			   residual_deviation;

		for (size_t path = 0; path < PATHS; path += 2)
			for (size_t bar = 0; bar < 3; bar++) {
				double x = variate(path, bar, 1);

				variates += (x < q) / n;
				residuals += (map(&margins[1], x) < r) / n;
			}
		assert_true(fabs(variates - p) < 4.0 * sqrt(p * (1 - p) / n));
		assert_true(fabs(residuals - p) <
			    4.0 * sqrt(p * (1 - p) / n) + 0.002);
	}
}

/* E h' = omega + (alpha + gamma / 2 + beta) h where residuals are symmetric. */
static void mean_variance_follows_its_recursion(void **state)
{
	struct path_design design = make_design(0);

	(void)state;
	design.filters = filters;
	generate(&design);
	for (size_t a = 0; a < ASSETS; a++) {
		const struct path_filter *f = &filters[a];
		double h = f->start, sd = deviation[a];

		for (size_t bar = 0; bar < 3; bar++) {
			double n = (double)(bar_end(bar) - bar * BAR);
			double square = 0.0;

			for (size_t path = 0; path < PATHS; path++) {
				double r = (level(ratios, path, bar_end(bar),
						  a) -
					    level(ratios, path, bar * BAR, a)) /
					   (sd * sqrt(n));

				square += r * r / PATHS;
			}
			assert_true(fabs(square / h - 1.0) < 0.05);
			h = f->omega +
			    (f->alpha + 0.5 * f->gamma + f->beta) * h;
		}
		assert_true(fabs(h / f->start - 1.0) > 0.1);
	}
}

/* The market's normal is read back from the paths: sum of w z~ over |L' w|. */
static double market_of(size_t path, const double *w)
{
	double sum = 0.0, square = 0.0;

	for (size_t a = 0; a < ASSETS; a++)
		sum += w[a] * (level(ratios, path, STEPS, a) / deviation[a] +
			       0.5 * deviation[a] * STEPS);
	for (size_t k = 0; k < ASSETS; k++) {
		double along = 0.0;

		for (size_t a = 0; a < ASSETS; a++)
			along += factor[k * ASSETS + a] * w[a];
		square += along * along;
	}
	return sum / sqrt(square * STEPS);
}

static void tilt_moves_the_market_and_weighs_it(void **state)
{
	static const double market[ASSETS] = { 2.0, 1.0 };
	struct path_design design = make_design(0);
	struct path_output out = { .ratios = ratios, .weights = weights,
				   .factors = factors };
	double mean = 0.0, first = 0.0, second = 0.0, odd = 0.0;

	(void)state;
	design.factor_weights = market;
	design.tilt = 1.5;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	for (size_t path = 0; path < PATHS; path++) {
		double m = factors[path];

		assert_true(fabs(m - market_of(path, market)) < 1e-11);
		assert_true(fabs(weights[path] - 2.0 /
				 (1.0 + exp(-1.5 * m - 1.125))) < 1e-13);
		mean += weights[path] / PATHS;
		first += weights[path] * m / PATHS;
		second += weights[path] * m * m / PATHS;
		odd += path / 2 % 2 ? m / (PATHS / 2.0) : 0.0;
	}
	assert_true(fabs(odd + 1.5) < 1e-12); /* twins about the tilt */
	assert_true(fabs(mean - 1.0) < 4.0 * 0.6 / sqrt(PATHS));
	assert_true(fabs(first) < 0.03);
	assert_true(fabs(second - 1.0) < 0.05);
	assert_true(fabs(factors[2] + factors[3] + 3.0) < 1e-12);
	assert_true(fabs(factors[4] + factors[5]) < 1e-12);
}

static struct estimate shortfall(const struct path_design *design)
{
	struct path_output out = { .ratios = ratios, .weights = weights };
	struct loss_sample sample = { .count = PATHS, .losses = losses,
				      .weights = weights, .order = order };
	struct arena arena;

	assert_int_equal(paths_generate(&out, design, NULL), OK);
	for (size_t path = 0; path < PATHS; path++)
		losses[path] = 2.0 - ratios[path * ASSETS] -
			       ratios[path * ASSETS + 1];
	arena_init(&arena, block, sizeof(block));
	assert_int_equal(loss_sort(order, losses, PATHS, &arena), OK);
	return loss_es(&sample, 990000);
}

static void tilted_shortfall_is_the_same_and_surer(void **state)
{
	struct path_design design = make_design(8);
	struct estimate straight, tilted;

	(void)state;
	make_margins(8);
	design.margins = margins;
	design.filters = filters;
	design.terminal_only = true;
	straight = shortfall(&design);
	for (size_t path = 0; path < PATHS; path++)
		assert_true(weights[path] == 1.0);
	design.tilt = 2.0;
	tilted = shortfall(&design);
	assert_true(fabs(straight.value - tilted.value) <
		    3.0 * sqrt(straight.error * straight.error +
			       tilted.error * tilted.error));
	assert_true(tilted.error < 0.7 * straight.error);
}

static void run_backwards(void *context, void (*task)(void *, size_t),
			  void *task_context, size_t count)
{
	(void)context;
	for (size_t i = count; i-- > 0;)
		task(task_context, i);
}

static struct path_design make_everything(void)
{
	struct path_design design = make_design(6);

	make_margins(6);
	design.margins = margins;
	design.filters = filters;
	design.tilt = 1.0;
	return design;
}

static uint64_t digest(uint64_t hash, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) *
		       0x100000001b3u; /* FNV-1a */
	return hash;
}

static uint64_t digest_of_all(size_t paths)
{
	uint64_t hash = 0xcbf29ce484222325u;

	hash = digest(hash, ratios, paths * STEPS * ASSETS * sizeof(double));
	hash = digest(hash, minimum, paths * ASSETS * sizeof(double));
	hash = digest(hash, low, paths * ASSETS * sizeof(double));
	hash = digest(hash, high, paths * ASSETS * sizeof(double));
	hash = digest(hash, weights, paths * sizeof(double));
	return digest(hash, factors, paths * sizeof(double));
}

/* The number is that of gcc -O1, -O2, -O3 and clang, with and without AVX2. */
static void bits_are_the_same_in_every_build(void **state)
{
	struct path_design design = make_everything();
	struct path_output out = { .ratios = ratios, .minimum = minimum,
				   .weights = weights, .factors = factors,
				   .low = low, .high = high };
	struct parallel backwards = { run_backwards, NULL, 2 };
	uint64_t first;

	(void)state;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	first = digest_of_all(PATHS);
	memset(ratios, 0, sizeof(ratios));
	assert_int_equal(paths_generate(&out, &design, &backwards), OK);
	assert_true(first == digest_of_all(PATHS));
	assert_int_equal(first, 0x50ee9a4a1bf194bdu);
}

/* A number of pairs that is no multiple of four: nothing beyond is written and
 * the paths are the first of many. */
static void few_paths_are_the_first_of_many(void **state)
{
	struct path_design design = make_everything();
	struct path_output out = { .ratios = ratios, .minimum = minimum,
				   .low = low };
	size_t cells = 12 * STEPS * ASSETS;

	(void)state;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	memcpy(plain, ratios, sizeof(plain));
	memcpy(losses, minimum, 12 * ASSETS * sizeof(double));
	ratios[cells] = minimum[12 * ASSETS] = 77.0;
	design.path_count = 12;
	memset(ratios, 0, cells * sizeof(double));
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	assert_memory_equal(ratios, plain, cells * sizeof(double));
	assert_memory_equal(minimum, losses, 12 * ASSETS * sizeof(double));
	assert_true(ratios[cells] == 77.0 && minimum[12 * ASSETS] == 77.0);
}

static void explosive_filters_end_at_their_cap(void **state)
{
	static const struct path_filter wild[ASSETS] = {
		{ 1e6, 1e6, 1e6, 0.0, 1e6 }, { 1.0, 0.0, 1e6, 0.0, 1e6 } };
	struct path_design design = make_design(4);
	struct path_output out = { .ratios = ratios, .minimum = minimum };

	(void)state;
	design.filters = wild;
	assert_int_equal(paths_generate(&out, &design, NULL), OK);
	for (size_t i = 0; i < CELLS; i++)
		assert_true(ratios[i] >= 0.0 && ratios[i] < (double)INFINITY);
	for (size_t i = 0; i < PATHS * ASSETS; i++)
		assert_true(minimum[i] >= 0.0 && minimum[i] <= 1.0);
}

static void refuse(const struct path_design *design)
{
	struct path_output out = { .ratios = ratios, .factors = factors };

	assert_int_equal(paths_generate(&out, design, NULL), E_INPUT);
}

static void bad_designs_are_refused(void **state)
{
	static const double none[ASSETS] = { 0.0, 0.0 };
	static const double wrong[ASSETS] = { 1.0, (double)NAN };
	struct path_design good = make_everything(), bad = good;
	struct path_filter filter[ASSETS];

	(void)state;
	bad.tilt = 8.5;
	refuse(&bad);
	bad.tilt = (double)NAN;
	refuse(&bad);
	bad = good;
	bad.bar_steps = PATHS_BAR_STEPS_MAX + 1;
	refuse(&bad);
	bad = good;
	bad.factor_weights = none;
	refuse(&bad);
	bad.factor_weights = wrong;
	refuse(&bad);
	bad = good;
	bad.filters = filter;
	memcpy(filter, filters, sizeof(filter));
	filter[1].gamma = -0.06; /* alpha + gamma below 0 */
	refuse(&bad);
	filter[1].gamma = 0.0;
	filter[0].beta = (double)NAN;
	refuse(&bad);
	bad = good;
	margins[1].value[100] = margins[1].value[99] - 0.1;
	refuse(&bad);
	margins[1].value[100] = (double)NAN;
	refuse(&bad);
	bad.margins = NULL;
	generate(&bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_are_bridges_to_the_margin_of_the_variate),
		cmocka_unit_test(bars_follow_their_law),
		cmocka_unit_test(mean_variance_follows_its_recursion),
		cmocka_unit_test(tilt_moves_the_market_and_weighs_it),
		cmocka_unit_test(tilted_shortfall_is_the_same_and_surer),
		cmocka_unit_test(bits_are_the_same_in_every_build),
		cmocka_unit_test(few_paths_are_the_first_of_many),
		cmocka_unit_test(explosive_filters_end_at_their_cap),
		cmocka_unit_test(bad_designs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
