/* test_decide_histories.c -- price histories that break forecasters: decide()
 * answers each with a decision that holds or a plain one, never with a crash,
 * and never with a number out of nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_case.h"

#define FED 1100u
#define FRESH 20u

struct answer {
	enum status status;
	const char *detail;
	uint8_t outcome;
	uint64_t reasons;
	struct report report;
};

static void decide_on(struct answer *out, uint32_t fed,
		      void (*change)(struct case_input *, struct policy *))
{
	struct bytes bytes = sample_decidable(
		&(struct sample_design){ fed, FRESH, false, change });
	size_t size = decide_memory(bytes);
	void *block = NULL;
	struct decide_output answer;
	struct arena arena;

	assert_int_equal(posix_memalign(&block, 16, size), 0);
	arena_init(&arena, block, size);
	memset(out, 0, sizeof(*out));
	out->status = decide(&answer, bytes, NULL, &arena, NULL);
	out->detail = answer.detail;
	if (!out->status) {
		const struct decision *d = &answer.signed_decision.decision;

		out->outcome = (uint8_t)d->outcome;
		out->reasons = d->reasons;
		assert_int_equal(report_decode(&out->report,
					       answer.signed_decision.report),
				 OK);
	}
	free(block);
}

static bool says(const struct answer *a, enum reason reason)
{
	return a->reasons >> reason & 1;
}

/* Figures that a decision was made with lie where figures can lie. */
static void sane(const struct answer *a)
{
	assert_int_equal(a->status, OK);
	for (size_t i = 0; i < a->report.asset_count; i++) {
		const struct asset_report *r = &a->report.assets[i];

		assert_true(r->gap_bps <= 10000);
		assert_true(r->var99_bps <= 10000 && r->es975_bps <= 10000);
		assert_true(r->touch_bps <= 10000);
	}
}

/* Two assets with the very same bars: a correlation of 1. */
static void same_bars(struct case_input *in, struct policy *policy)
{
	(void)policy;
	memcpy(in->series[1].bars, in->series[0].bars,
	       in->series[0].count * sizeof(struct bar));
}

static void collinear_assets_are_decided(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, FED, same_bars);
	sane(&a);
	assert_false(says(&a, REASON_NO_CONVERGENCE));
	assert_int_equal(a.report.assets[0].volatility_bps,
			 a.report.assets[1].volatility_bps);
}

/* All of the second asset's history but its last 30 bars is of last year. */
static void no_overlap(struct case_input *in, struct policy *policy)
{
	(void)policy;
	for (uint32_t i = 0; i + 30 < in->series[1].count; i++)
		in->series[1].bars[i].open_time_s -= 300 * 86400;
}

static void assets_without_overlap_are_decided(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, FED + 1, no_overlap);
	sane(&a);
}

static void freeze(struct bar *bars, uint32_t from, uint32_t count)
{
	for (uint32_t i = from; i < count; i++)
		bars[i].open = bars[i].high = bars[i].low = bars[i].close =
			bars[from].close;
}

/* A stablecoin that never moved: no forecaster, no decision. */
static void second_constant(struct case_input *in, struct policy *policy)
{
	(void)policy;
	freeze(in->series[1].bars, 0, in->series[1].count);
}

static void constant_prices_hold(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, FED + 2, second_constant);
	sane(&a);
	assert_int_equal(a.outcome, OUTCOME_HOLD);
	assert_true(says(&a, REASON_HISTORY_SHORT) ||
		    says(&a, REASON_NO_CONVERGENCE));
}

/* Down by 99.99 % within an hour that the state has seen, or has not. */
static void fall(struct bar *bars, uint32_t from, uint32_t count)
{
	for (uint32_t i = from; i < count; i++) {
		bars[i].open.exponent -= i > from ? 4 : 0;
		bars[i].low.exponent -= 4;
		bars[i].close.exponent -= 4;
		bars[i].high.exponent -= i > from ? 4 : 0;
	}
}

static void old_collapse(struct case_input *in, struct policy *policy)
{
	(void)policy;
	fall(in->series[0].bars, 900, in->series[0].count);
}

static void new_collapse(struct case_input *in, struct policy *policy)
{
	(void)policy;
	fall(in->series[0].bars, in->series[0].count - 3, in->series[0].count);
}

static void collapses_are_survived(void **state)
{
	struct answer calm, after;

	(void)state;
	decide_on(&calm, FED + 3, NULL);
	sane(&calm);
	decide_on(&after, FED + 4, old_collapse);
	sane(&after);
	decide_on(&after, FED + 5, new_collapse);
	sane(&after);
	assert_true(after.report.assets[0].volatility_bps >
		    2 * calm.report.assets[0].volatility_bps);
}

/* Six weeks without a bar in the middle of the window. */
static void weeks_apart(struct case_input *in, struct policy *policy)
{
	(void)policy;
	for (uint32_t i = 0; i < 600; i++)
		in->series[0].bars[i].open_time_s -= 42 * 86400;
}

static void gaps_of_weeks_are_decided(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, FED + 6, weeks_apart);
	sane(&a);
}

/* Prices of 0 are no prices: nothing to fit in the first asset. */
static void zero_prices(struct case_input *in, struct policy *policy)
{
	(void)policy;
	for (uint32_t i = 0; i < in->series[0].count; i++)
		in->series[0].bars[i].close = (struct decimal){ 0, 0 };
}

static void zero_prices_hold(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, FED + 7, zero_prices);
	assert_true(a.status || a.outcome == OUTCOME_HOLD);
}

/* Fewer bars than the first fit needs. */
static void short_histories_hold(void **state)
{
	struct answer a;

	(void)state;
	decide_on(&a, 300, NULL);
	sane(&a);
	assert_int_equal(a.outcome, OUTCOME_HOLD);
	assert_true(says(&a, REASON_HISTORY_SHORT));
}

/* One bar, or all from it on, at another price altogether. */
struct jump {
	uint8_t asset;
	int exponent;    /* of ten, that the price is times */
	int64_t times;   /* and this */
	uint32_t from_end; /* bars before the newest; FRESH and more: fed */
	bool stays;
};

static const struct jump *jumping;

static struct decimal jumped(struct decimal price, const struct jump *jump)
{
	return decimal_from_scaled(price.mantissa * jump->times,
				   -(price.exponent + jump->exponent));
}

static void jump(struct case_input *in, struct policy *policy)
{
	struct series *series = &in->series[jumping->asset];
	uint32_t at = series->count - 1 - jumping->from_end;
	uint32_t end = jumping->stays ? series->count : at + 1;

	(void)policy;
	for (uint32_t i = at; i < end; i++) {
		struct bar *bar = &series->bars[i];
		struct decimal high = jumped(bar->high, jumping);
		struct decimal low = jumped(bar->low, jumping);
		bool up = jumping->exponent >= 0;

		/* The first bar goes all the way, the others start there. */
		bar->high = up || i > at ? high : bar->high;
		bar->low = !up || i > at ? low : bar->low;
		bar->open = i > at ? jumped(bar->open, jumping) : bar->open;
		bar->close = jumped(bar->close, jumping);
	}
}

/* A unit that is wrong, for a bar or for good, in what moves and in what does
 * not, seen before or only now: answered, with figures that can be. */
static void absurd_jumps_are_decided(void **state)
{
	static const struct {
		int exponent;
		int64_t times;
	} sizes[] = { { 2, 9 }, { 6, 1 }, { -6, 1 }, { -3, 2 }, { 0, 1600 } };
	static const uint32_t places[] = { 0, 1, FRESH - 1, FRESH + 5, 400 };
	uint32_t fed = FED + 10;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++)
			for (unsigned k = 0; k < 4; k++) {
				const struct jump now = {
					(uint8_t)(k % 2), sizes[s].exponent,
					sizes[s].times, places[p], k / 2 };
				struct answer a;

				jumping = &now;
				/* Another history each: bars are kept. */
				decide_on(&a, fed++, jump);
				if (a.status)
					fail_msg("x %lld e%d in asset %u, %u "
						 "before the end, %s: %s (%s)",
						 (long long)now.times,
						 now.exponent, now.asset,
						 now.from_end,
						 now.stays ? "stays" : "once",
						 status_name(a.status),
						 a.detail);
				sane(&a);
			}
}

/* The oracle says a ratio where a price is due, or a price a million times too
 * high, and bars go on: nothing fails, nothing loosens. */
static uint64_t oracle_e8;

static void wrong_unit(struct case_input *in, struct policy *policy)
{
	(void)policy;
	in->reserves[0].price_e8 = oracle_e8;
}

static void wrong_units_are_decided(void **state)
{
	static const uint64_t prices[] = { 1, 112000000, 180000000000000000u,
					   UINT64_MAX };
	struct answer a;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		oracle_e8 = prices[i];
		decide_on(&a, FED + 9, wrong_unit);
		sane(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(collinear_assets_are_decided),
		cmocka_unit_test(assets_without_overlap_are_decided),
		cmocka_unit_test(constant_prices_hold),
		cmocka_unit_test(collapses_are_survived),
		cmocka_unit_test(gaps_of_weeks_are_decided),
		cmocka_unit_test(zero_prices_hold),
		cmocka_unit_test(short_histories_hold),
		cmocka_unit_test(absurd_jumps_are_decided),
		cmocka_unit_test(wrong_units_are_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
