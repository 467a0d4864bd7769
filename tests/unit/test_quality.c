/* test_quality.c -- every reason of feeds/quality, and properties tried with
 * random cases. */
#include <math.h>

#include "tests/unit/quality_trial.h"

static void test_message_and_time(void **s)
{
	struct quality_observation o = { .price = 100 };

	(void)s;
	begin(quality_major(), 1);
	calm(100, 5);
	o.time_s = now;
	o.bad_schema = o.bad_signature = true;
	expect(quality_judge(&state, &rules, &o, now), QUALITY_REJECTED,
	       "bad-schema");
	o.bad_schema = false;
	expect(quality_judge(&state, &rules, &o, now), QUALITY_REJECTED,
	       "bad-signature");
	o.bad_signature = false;
	o.time_s = now + rules.ahead_s + 1;
	expect(quality_judge(&state, &rules, &o, now), QUALITY_REJECTED,
	       "in-future");
	o.time_s = now - 2 * MINUTE;
	expect(quality_judge(&state, &rules, &o, now), QUALITY_MARKED,
	       "out-of-order");
	o.time_s = now - MINUTE; /* the newest again, when it is 66 s old */
	expect(quality_judge(&state, &rules, &o, now + 6), QUALITY_ACCEPTED,
	       "");
	expect(quality_judge(&state, &rules, &o, now + 7), QUALITY_MARKED,
	       "stale");
	o.price = -1; /* late names the reason, the worse verdict counts */
	expect(quality_judge(&state, &rules, &o, now + 7), QUALITY_REJECTED,
	       "stale");
}

static void test_staleness_without_heartbeat(void **s)
{
	struct quality_observation o = { .price = 100 };

	(void)s;
	begin(quality_major(), 1);
	rules.sources[0].heartbeat_s = 0;
	calm(100, 6);
	o.time_s = now;
	expect(quality_judge(&state, &rules, &o, now + 3 * MINUTE),
	       QUALITY_ACCEPTED, "");
	o.time_s = now + MINUTE;
	expect(quality_judge(&state, &rules, &o, now + 4 * MINUTE + 1),
	       QUALITY_MARKED, "stale");
}

static void test_bounds(void **s)
{
	static const double never[] = { 0, -5, 1e15, INFINITY, -INFINITY };

	(void)s;
	begin(quality_major(), 1);
	rules.sources[0].lowest = 10;
	rules.sources[0].highest = 1000;
	calm(100, 3);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		expect(say(0, never[i]), QUALITY_REJECTED, "not-positive");
	expect(say(0, NAN), QUALITY_REJECTED, "not-positive");
	expect(say(0, 10), QUALITY_REJECTED, "at-bound");
	expect(say(0, 1000), QUALITY_REJECTED, "at-bound");
	expect(quality_judge(&state, &rules,
			     &(struct quality_observation){
				     .time_s = now, .price = 100, .low = 101,
				     .high = 102 }, now),
	       QUALITY_REJECTED, "not-positive");
	expect(say(0, 100), QUALITY_ACCEPTED, "");
}

static void test_ratio_cap(void **s)
{
	(void)s;
	begin(quality_major(), 1);
	rules.sources[0].ratio = 1.15;
	rules.sources[0].ratio_growth = 0.1;
	rules.sources[0].ratio_s = START;
	calm(1.149, 3);
	expect(say(0, 1.16), QUALITY_MARKED, "ratio-cap"); /* follows */
	now = START + 31557600 / 2;
	rules.sources[0].heartbeat_s = 31557600;
	expect(say(0, 1.2074), QUALITY_ACCEPTED, "");
	expect(say(0, 1.2076), QUALITY_MARKED, "ratio-cap");
}

static void test_jump_alone(void **s)
{
	(void)s;
	begin(quality_major(), 1);
	calm(100, 10);
	expect(say(0, 110), QUALITY_REJECTED, "jump");
	now += MINUTE;
	expect(say(0, 100.1), QUALITY_ACCEPTED, ""); /* it was a spike */
	now += MINUTE;
	expect(say(0, 110), QUALITY_REJECTED, "jump");
	now += MINUTE;
	expect(say(0, 110.2), QUALITY_REJECTED, "jump");
	now += MINUTE;
	expect(say(0, 109.9), QUALITY_MARKED, "jump"); /* it stays */
	now += MINUTE;
	expect(say(0, 110), QUALITY_ACCEPTED, "");
}

static void test_jump_among_others(void **s)
{
	(void)s;
	begin(quality_major(), 3);
	calm(100, 10);
	expect(say(0, 110), QUALITY_REJECTED, "jump"); /* two say otherwise */
	expect(say(1, 110.5), QUALITY_MARKED, "jump"); /* one confirms */
	expect(say(2, 110.2), QUALITY_ACCEPTED, "");   /* two confirm */
	now += MINUTE;
	expect(say(0, 110.1), QUALITY_ACCEPTED, "");
	/* A level that is repeated but contradicted stays out. */
	for (int i = 0; i < 10; i++) {
		now += MINUTE;
		assert_int_equal(say(0, 130).verdict, QUALITY_REJECTED);
		assert_int_equal(say(1, 110.1).verdict, QUALITY_ACCEPTED);
		assert_int_equal(say(2, 110.1).verdict, QUALITY_ACCEPTED);
	}
}

static void test_one_family_confirms_nothing(void **s)
{
	(void)s;
	begin(quality_major(), 3);
	rules.sources[1].family = rules.sources[0].family;
	calm(100, 10);
	expect(say(0, 110), QUALITY_REJECTED, "jump");
	expect(say(1, 110), QUALITY_REJECTED, "jump");
	expect(say(2, 110), QUALITY_MARKED, "jump"); /* one family does */
}

static void test_peg(void **s)
{
	(void)s;
	begin(quality_stable(1), 2);
	calm(1, 10);
	expect(say(0, 0.9), QUALITY_REJECTED, "off-peg");
	expect(say(1, 0.9), QUALITY_MARKED, "off-peg"); /* true: both say */
	now += MINUTE;
	expect(say(0, 0.9), QUALITY_MARKED, "off-peg");
	begin(quality_stable(1), 1);
	calm(1, 10);
	expect(say(0, 0.87), QUALITY_REJECTED, "off-peg");
	now += MINUTE;
	expect(say(0, 0.87), QUALITY_REJECTED, "off-peg");
	now += MINUTE;
	expect(say(0, 0.87), QUALITY_MARKED, "off-peg");
	for (int i = 0; i < 20; i++) { /* broken pegs are not lost */
		now += MINUTE;
		expect(say(0, 0.87 - 0.001 * i), QUALITY_MARKED, "off-peg");
	}
}

static void four_hourly(double agreement)
{
	begin(quality_major(), 4);
	for (size_t i = 0; i < 4; i++)
		rules.sources[i].heartbeat_s = 3600;
	calm(100, 10);
	now += 3600;
	rules.agreement = agreement;
	rules.jump_sigmas = 100; /* no jump: only the others say so */
}

static void test_outlier(void **s)
{
	(void)s;
	/* Near enough to the others to be confirmed, and still far from their
	 * middle by their own measure. */
	four_hourly(0.02);
	expect(say(0, 101.5), QUALITY_MARKED, "outlier");
	four_hourly(0.001);
	expect(say(0, 101.5), QUALITY_REJECTED, "outlier");
	expect(say(0, 100.2), QUALITY_ACCEPTED, ""); /* within 3 deviations */
	/* Two families have no middle. */
	four_hourly(0.001);
	rules.source_count = 2;
	expect(say(0, 101.5), QUALITY_ACCEPTED, "");
}

static void test_print_outside_a_market(void **s)
{
	struct quality_observation candle = { .source = 1, .price = 100,
					      .low = 99, .high = 101 };

	(void)s;
	begin(quality_major(), 2);
	calm(100, 3);
	for (int i = 0; i < 3; i++) {
		candle.time_s = now += MINUTE;
		assert_int_equal(quality_judge(&state, &rules, &candle,
					       now).verdict, QUALITY_ACCEPTED);
	}
	rules.jump_sigmas = 100; /* no jump: only the market says so */
	expect(say(0, 96), QUALITY_REJECTED, "outlier");
	expect(say(0, 102.9), QUALITY_ACCEPTED, "");
}

/* A walk of five sources; returns a digest of verdicts. */
static uint64_t walk(double scale, const size_t order[5])
{
	uint64_t digest = 0;
	double level = 100;

	begin(quality_major(), 5);
	seed = 7;
	for (int i = 0; i < 300; i++) {
		double prices[5];

		level *= 1 + 0.01 * (uniform() - 0.5);
		for (int k = 0; k < 5; k++)
			prices[k] = level * (1 + 0.002 * (uniform() - 0.5)) *
				    (uniform() < 0.03 ? 1.2 : 1);
		now += MINUTE;
		for (size_t k = 0; k < 5; k++) {
			struct quality_judgement j =
				say(order[k], prices[k] * scale);

			digest = digest * 31 + (uint64_t)j.verdict * 16 +
				 (uint64_t)j.reason;
		}
	}
	return digest;
}

static void test_scale_and_order_change_nothing(void **s)
{
	static const size_t plain[5] = { 0, 1, 2, 3, 4 };
	static const size_t other[5] = { 3, 0, 4, 2, 1 };
	uint64_t digest = walk(1, plain);

	(void)s;
	assert_true(digest == walk(1024, plain)); /* exact in binary */
	assert_true(digest == walk(0.0009765625, plain));
	assert_true(digest == walk(1, other)); /* sources renamed */
}

static void test_combine(void **s)
{
	struct quality_vote votes[] = {
		{ 0, 100, 0 }, { 1, 102, 0 }, { 2, 101, 0 }, { 2, 500, 0 } };
	struct quality_aggregate a;

	(void)s;
	rules = quality_major();
	a = quality_combine(&rules, votes, 3);
	assert_true(a.price == 101 && a.families == 3 && a.enough);
	assert_true(a.dispersion == 2.0 / 101);
	a = quality_combine(&rules, votes, 4); /* a family is its middle */
	assert_true(a.price == 102 && a.families == 3);
	a = quality_combine(&rules, votes, 2);
	assert_true(a.price == 101 && !a.enough);
	a = quality_combine(&rules, votes, 0);
	assert_true(a.price == 0 && a.dispersion == 0 && !a.enough);
}

static void test_depth_counts_to_a_third(void **s)
{
	struct quality_vote votes[] = { { 0, 90, 1e9 }, { 1, 100, 2e6 },
					{ 2, 101, 2e6 }, { 3, 102, 1e6 } };

	(void)s;
	rules = quality_major();
	/* The deep venue holds a third: 2.5, 2, 2, 1 of 7.5. */
	assert_true(quality_combine(&rules, votes, 4).price == 100);
	votes[0].depth_usd = 0; /* washed: it does not count */
	assert_true(quality_combine(&rules, votes, 4).price == 100.5 ||
		    quality_combine(&rules, votes, 4).price == 101);
	assert_true(quality_depth(1e6, 5e6, 10) == 1e6);
	assert_true(quality_depth(1e6, 2e7, 10) == 0);
	assert_true(quality_depth(-1, 0, 10) == 0);
}

static void test_no_third_moves_the_price_out(void **s)
{
	(void)s;
	rules = quality_major();
	for (int trial = 0; trial < 2000; trial++) {
		struct quality_vote votes[7];
		size_t honest = 4 + (size_t)(uniform() * 3);
		double price;

		for (size_t i = 0; i < honest; i++)
			votes[i] = (struct quality_vote){
				(uint32_t)i, 99 + 2 * uniform(),
				1e6 * (0.5 + uniform()) };
		/* One liar of any weight stays within the honest range. */
		votes[honest] = (struct quality_vote){
			(uint32_t)honest, 1e4 * uniform() + 1e-3,
			1e12 * uniform() };
		price = quality_combine(&rules, votes, honest + 1).price;
		assert_true(price >= 99 && price <= 101);
	}
}

static void test_breaker(void **s)
{
	struct quality_breaker breaker = { 0 };
	struct quality_aggregate a = { .enough = true, .dispersion = 0.03 };
	int flips = 0;
	bool before = false;

	(void)s;
	rules = quality_major();
	assert_false(quality_breaker_step(&breaker, &rules, &a));
	assert_false(quality_breaker_step(&breaker, &rules, &a));
	assert_true(quality_breaker_step(&breaker, &rules, &a));
	a.dispersion = 0.015; /* below the limit, above half of it: stays */
	for (int i = 0; i < 50; i++)
		assert_true(quality_breaker_step(&breaker, &rules, &a));
	a.dispersion = 0.001;
	for (int i = 0; i < 5; i++)
		assert_true(quality_breaker_step(&breaker, &rules, &a));
	a.enough = false; /* a tick nobody spoke closes nothing */
	assert_true(quality_breaker_step(&breaker, &rules, &a));
	a.enough = true;
	assert_false(quality_breaker_step(&breaker, &rules, &a));
	for (int i = 0; i < 90000; i++) {
		bool open;

		a.dispersion = uniform() < 0.5 ? 0.03 : 0;
		open = quality_breaker_step(&breaker, &rules, &a);
		flips += open != before;
		before = open;
	}
	/* Opening takes three ticks and closing six. */
	assert_true(flips > 0 && flips <= 2 * 90000 / 9);
}

static void test_sequencer(void **s)
{
	(void)s;
	assert_int_equal(quality_sequencer(0, 1000, 1000 + 3601, 3600),
			 SEQUENCER_UP);
	assert_int_equal(quality_sequencer(0, 1000, 1000 + 3600, 3600),
			 SEQUENCER_GRACE);
	assert_int_equal(quality_sequencer(1, 1000, 99999, 3600),
			 SEQUENCER_DOWN);
	assert_int_equal(quality_sequencer(0, 0, 99999, 3600), SEQUENCER_DOWN);
	assert_int_equal(quality_sequencer(0, 2000, 1000, 3600),
			 SEQUENCER_DOWN);
	assert_int_equal(quality_sequencer(7, 1000, 99999, 3600),
			 SEQUENCER_DOWN);
	assert_string_equal(quality_reason_text((enum quality_reason)99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message_and_time),
		cmocka_unit_test(test_staleness_without_heartbeat),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ratio_cap),
		cmocka_unit_test(test_jump_alone),
		cmocka_unit_test(test_jump_among_others),
		cmocka_unit_test(test_one_family_confirms_nothing),
		cmocka_unit_test(test_peg),
		cmocka_unit_test(test_outlier),
		cmocka_unit_test(test_print_outside_a_market),
		cmocka_unit_test(test_scale_and_order_change_nothing),
		cmocka_unit_test(test_combine),
		cmocka_unit_test(test_depth_counts_to_a_third),
		cmocka_unit_test(test_no_third_moves_the_price_out),
		cmocka_unit_test(test_breaker),
		cmocka_unit_test(test_sequencer),
	};

	return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
