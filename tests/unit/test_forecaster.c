/* test_forecaster.c -- the fold: what it may not see, what breaks other
 * forecasters, and that every bar is scored before it is learned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/ensemble/experts.h"
#include "models/forecaster.h"
#include "models/learned/generator.h"
#include "tests/support/points.h"

#define COUNT 900
#define BURN_IN 500

static struct bar bars[COUNT], other[COUNT];
static uint8_t block[8u << 20] __attribute__((aligned(16)));
static struct policy policy;

static void make_bars(struct bar *out, uint32_t market)
{
	uint8_t seed[32] = { 5 };
	struct rng_key key = rng_key_of(seed);

	generator_bars(out, &key, market, COUNT);
	memset(&policy, 0, sizeof(policy));
	policy.bar_interval_s = 3600;
	policy.window_bars = 600;
	policy.burn_in_bars = BURN_IN;
	policy.refit_bars = 168;
}

static enum status fold(struct asset_state *state, const struct bar *from,
			uint32_t count)
{
	struct series series = { .count = count,
				 .bars = (struct bar *)(uintptr_t)from };
	struct arena arena;
	enum status status;

	memset(state, 0, sizeof(*state));
	arena_init(&arena, block, sizeof(block));
	status = forecaster_advance(state, &series, &policy, &arena);
	assert_int_equal(arena.used, 0);
	return status;
}

/* Whatever comes after bar t, the state after t is the same, and so is what it
 * says of t + 1: for every expert, the weights, the levels. */
static void the_future_is_not_seen(void **state)
{
	struct asset_state one, two;

	(void)state;
	for (uint32_t t = BURN_IN - 1; t < COUNT; t += 133) {
		make_bars(bars, 1);
		make_bars(other, 2);
		memcpy(other, bars, t * sizeof(*bars));
		assert_int_equal(fold(&one, bars, t), OK);
		assert_int_equal(fold(&two, other, t), OK);
		assert_memory_equal(&one, &two, sizeof(one));
	}
	assert_true(one.volatility.fitted && one.volatility.scored > 100);
}

/* The score of a bar depends on the bars before it and on it alone: scores
 * read while folding equal those of a state that never saw more. */
static void bars_are_scored_before_they_are_learned(void **state)
{
	static struct forecaster f;
	struct bar_score now;
	struct asset_state whole;
	uint64_t scored;

	(void)state;
	make_bars(bars, 3);
	for (uint32_t t = BURN_IN; t < BURN_IN + 300; t += 37) {
		assert_int_equal(fold(&whole, bars, t), OK);
		scored = whole.volatility.scored;
		forecaster_open(&f, &whole, &policy);
		assert_true(forecaster_score(&now, &f, &bars[t]));
		/* the sums move by exactly this bar's losses */
		assert_int_equal(fold(&whole, bars, t + 1), OK);
		assert_int_equal(whole.volatility.scored, scored + 1);
		for (int i = 0; i < EXPERTS_COUNT; i++)
			assert_true(now.present[i] &&
				    isfinite(now.variance[i]) &&
				    now.variance[i] > 0.0 &&
				    now.tail[i].shortfall <
					    now.tail[i].quantile);
	}
}

static void weights_are_a_distribution(void **state)
{
	struct asset_state asset;
	int64_t variance = 0, tail = 0;

	(void)state;
	make_bars(bars, 4);
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &asset.volatility.experts[i];

		assert_true(e->fitted && e->weight_variance_e9 > 0);
		variance += e->weight_variance_e9;
		tail += e->weight_tail_e9;
	}
	assert_in_range(variance, 999999900, 1000000000);
	assert_in_range(tail, 999999900, 1000000000);
}

static struct horizon_forecast horizon_of(struct asset_state *asset,
					  uint32_t steps)
{
	static struct forecaster f;
	struct horizon_forecast h;

	forecaster_open(&f, asset, &policy);
	forecaster_horizon(&h, &f, steps, 0);
	return h;
}

static void sane_forecast(struct asset_state *asset)
{
	struct horizon_forecast h = horizon_of(asset, 24);
	double fall = forecaster_fall(&h, 0.99);

	assert_true(isfinite(h.variance) && h.variance > 0.0);
	assert_true(h.widening >= 1.0 && isfinite(h.widening));
	assert_true(fall >= 0.0 && fall <= 1.0);
	assert_true(forecaster_shortfall(&h, 0.99) >= fall);
	assert_true(forecaster_fall(&h, 0.999) >= fall);
}

static void horizons_grow(void **state)
{
	struct asset_state asset;
	double last = 0.0;

	(void)state;
	make_bars(bars, 6);
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	for (uint32_t steps = 1; steps <= 168; steps *= 2) {
		struct horizon_forecast h = horizon_of(&asset, steps);

		assert_true(h.variance > last);
		last = h.variance;
		for (int i = 0; i < EXPERTS_COUNT; i++)
			assert_true(h.expert_variance[i] > 0.0);
	}
	sane_forecast(&asset);
}

/* A fall of 99.99 % in one hour, as LUNA's, then silence at the bottom. */
static void a_collapse_is_survived(void **state)
{
	struct asset_state asset;
	struct decimal bottom;

	(void)state;
	make_bars(bars, 7);
	bottom = bars[700].close;
	bottom.exponent -= 4;
	for (uint32_t i = 700; i < COUNT; i++)
		bars[i].open = bars[i].high = bars[i].low = bars[i].close =
			bottom;
	assert_int_equal(fold(&asset, bars, 701), OK);
	sane_forecast(&asset);
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	sane_forecast(&asset);
}

/* Six weeks without a bar: no return across, and the fold goes on. */
static void gaps_are_gaps(void **state)
{
	struct asset_state asset;
	uint64_t scored;

	(void)state;
	make_bars(bars, 8);
	assert_int_equal(fold(&asset, bars, 700), OK);
	scored = asset.volatility.scored;
	for (uint32_t i = 700; i < COUNT; i++)
		bars[i].open_time_s += 42 * 86400;
	assert_int_equal(fold(&asset, bars, 701), OK);
	assert_int_equal(asset.volatility.scored, scored);
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	assert_true(asset.volatility.scored > scored);
	sane_forecast(&asset);
}

/* A peg that never moves: nothing can be fitted, and the state says so. */
static void constant_prices_are_not_fitted(void **state)
{
	struct asset_state asset;

	(void)state;
	make_bars(bars, 9);
	for (uint32_t i = 0; i < COUNT; i++)
		bars[i].open = bars[i].high = bars[i].low = bars[i].close =
			(struct decimal){ 1, 0 };
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	assert_false(asset.volatility.converged);
	assert_true(asset.volatility.fitted_at > 0);
}

/* Fitted once, then a peg that freezes for longer than a window. */
static void a_market_that_stops_is_not_trusted(void **state)
{
	struct asset_state asset;

	(void)state;
	make_bars(bars, 10);
	policy.window_bars = 250;
	policy.burn_in_bars = 250;
	for (uint32_t i = 300; i < COUNT; i++)
		bars[i].open = bars[i].high = bars[i].low = bars[i].close =
			bars[299].close;
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	assert_true(asset.volatility.fitted);
	assert_false(asset.volatility.converged);
	sane_forecast(&asset);
}

/* The same window, at the parameters that an expert holds. */
static double filtered(const struct asset_state *asset, enum expert expert)
{
	static struct forecaster f;
	static struct asset_state copy;
	size_t count = policy.window_bars;
	double at[EXPERT_VALUES];
	struct scaled_window window;
	struct garch_model model;
	struct garch_point point;
	struct garch_data data;
	struct arena arena;

	copy = *asset;
	arena_init(&arena, block, sizeof(block));
	forecaster_open(&f, &copy, &policy);
	assert_int_equal(forecaster_window(&window, &f,
					   bars + asset->bar_count - count,
					   count, &arena), OK);
	assert_true(experts_garch(&model, expert));
	assert_int_equal(garch_prepare(&data, &model, window.returns, window.n,
				       &arena), OK);
	experts_values(at, &asset->volatility.experts[expert]);
	garch_evaluate(&point, &data, at);
	return point.next_variance;
}

/* Every second fit is of the quick ones alone; the slower ones keep their
 * parameters and follow the window with them. */
static void slower_experts_wait_for_their_fit(void **state)
{
	struct asset_state first, second, third;

	(void)state;
	make_bars(bars, 12);
	policy.burn_in_bars = policy.window_bars = 400;
	policy.refit_others_every = 2;
	assert_int_equal(fold(&first, bars, 400), OK);
	assert_int_equal(fold(&second, bars, 568), OK);
	assert_int_equal(fold(&third, bars, 736), OK);
	assert_int_equal(second.volatility.fitted_at, 568);
	assert_int_equal(third.volatility.fitted_at, 736);
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *a = &first.volatility.experts[i];
		const struct expert_state *b = &second.volatility.experts[i];
		const struct expert_state *c = &third.volatility.experts[i];
		struct garch_model model;

		if (i == EXPERT_LEARNED)
			continue;
		assert_true(!memcmp(a->values_e12, b->values_e12,
				    sizeof(a->values_e12)) ==
			    !experts_quick((enum expert)i));
		assert_memory_not_equal(b->values_e12, c->values_e12,
					sizeof(b->values_e12));
		if (experts_garch(&model, (enum expert)i))
			assert_true(fabs(experts_variance(b) /
						 filtered(&second,
							  (enum expert)i) -
					 1.0) < 1e-6);
	}
}

/* Counted by bars: the state does not tell in how many goes it was folded. */
static void waiting_fits_fold_alike(void **state)
{
	struct asset_state whole, pieces;
	struct series series = { .bars = bars };
	struct arena arena;

	(void)state;
	make_bars(bars, 13);
	policy.burn_in_bars = policy.window_bars = 300;
	policy.refit_bars = 100;
	policy.refit_others_every = 3;
	assert_int_equal(fold(&whole, bars, COUNT), OK);
	memset(&pieces, 0, sizeof(pieces));
	arena_init(&arena, block, sizeof(block));
	for (series.count = 123; series.count <= COUNT; series.count += 111)
		assert_int_equal(forecaster_advance(&pieces, &series, &policy,
						    &arena), OK);
	assert_int_equal(pieces.bar_count, COUNT);
	assert_memory_equal(&whole, &pieces, sizeof(whole));
	policy.refit_others_every = 1;
	assert_int_equal(fold(&pieces, bars, COUNT), OK);
	assert_memory_not_equal(&whole, &pieces, sizeof(whole));
}

/* A market that stops is found out at the next fit, not at the next of all. */
static void waiting_does_not_hide_a_stop(void **state)
{
	struct asset_state asset;

	(void)state;
	make_bars(bars, 10);
	policy.window_bars = policy.burn_in_bars = 250;
	policy.refit_others_every = 1000;
	assert_int_equal(fold(&asset, bars, 300), OK);
	assert_true(asset.volatility.converged);
	for (uint32_t i = 300; i < COUNT; i++)
		bars[i].open = bars[i].high = bars[i].low = bars[i].close =
			bars[299].close;
	assert_int_equal(fold(&asset, bars, COUNT), OK);
	assert_false(asset.volatility.converged);
}

static void a_state_from_anywhere_is_survived(void **state)
{
	struct asset_state asset;
	struct series series = { .count = COUNT, .bars = bars };
	struct arena arena;

	(void)state;
	make_bars(bars, 11);
	policy.refit_bars = 10000;
	assert_int_equal(fold(&asset, bars, 600), OK);
	for (int round = 0; round < 200; round++) {
		struct asset_state hostile = asset;
		struct volatility_state *v = &hostile.volatility;
		struct expert_state *e =
			&v->experts[next_random() % EXPERTS_COUNT];
		int64_t wild = (int64_t)next_random();

		e->values_e12[next_random() % EXPERT_VALUES] = wild;
		e->variance_e9 = round % 3 ? wild : e->variance_e9;
		e->weight_tail_e9 = round % 5 ? e->weight_tail_e9 : wild;
		v->scale_e12 = round % 7 ? v->scale_e12 : wild;
		v->level_e9[0] = round % 11 ? v->level_e9[0] : wild;
		v->season_e9[round % SEASONAL_TERMS] = wild;
		v->lower.shape_e9 = wild;
		arena_init(&arena, block, sizeof(block));
		series.count = 620;
		assert_int_equal(forecaster_advance(&hostile, &series, &policy,
						    &arena), OK);
		(void)horizon_of(&hostile, 24); /* no crash: values are moot */
	}
}

/* The middle of what a year of refits left, older ones out of count. */
static void the_median_is_of_the_last_year(void **state)
{
	struct policy year = { .bar_interval_s = 3600, .refit_bars = 168 };
	struct volatility_state v;

	(void)state;
	memset(&v, 0, sizeof(v));
	assert_int_equal(forecaster_median_bps(&v, &year), 0);
	v.yearly_count = 5;
	memcpy(v.yearly_bps, (uint32_t[]){ 500, 100, 300, 900, 200 },
	       5 * sizeof(uint32_t));
	assert_int_equal(forecaster_median_bps(&v, &year), 300);
	/* half a year a period: three of them reach back a year */
	year.refit_bars = 4380;
	assert_int_equal(forecaster_median_bps(&v, &year), 300);
	v.yearly_bps[2] = 600;
	assert_int_equal(forecaster_median_bps(&v, &year), 500);
	year.refit_bars = 8761;
	assert_int_equal(forecaster_median_bps(&v, &year), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_future_is_not_seen),
		cmocka_unit_test(bars_are_scored_before_they_are_learned),
		cmocka_unit_test(weights_are_a_distribution),
		cmocka_unit_test(horizons_grow),
		cmocka_unit_test(a_collapse_is_survived),
		cmocka_unit_test(gaps_are_gaps),
		cmocka_unit_test(constant_prices_are_not_fitted),
		cmocka_unit_test(a_market_that_stops_is_not_trusted),
		cmocka_unit_test(slower_experts_wait_for_their_fit),
		cmocka_unit_test(waiting_fits_fold_alike),
		cmocka_unit_test(waiting_does_not_hide_a_stop),
		cmocka_unit_test(a_state_from_anywhere_is_survived),
		cmocka_unit_test(the_median_is_of_the_last_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
