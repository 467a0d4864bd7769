/* test_quality_recall.c -- what feeds/quality remembers: a state that recalls what
 * was judged equals the one that judged it, and candles speak of their time. */
#include "tests/unit/quality_trial.h"

/* A candle of the hour before has no say in what comes much later; one that
 * closed just now has. */
static void test_candles_speak_of_their_time(void **s)
{
	struct quality_observation candle = { .source = 1, .price = 100,
					      .low = 99.5, .high = 100.5 };

	(void)s;
	begin(quality_major(), 2);
	rules.sources[1].heartbeat_s = 3600;
	rules.sources[1].speaks_s = 5 * MINUTE;
	rules.jump_sigmas = 100; /* no jump: only the market says so */
	calm(100, 1);
	for (int i = 0; i < 5; i++) {
		now += MINUTE;
		expect(say(0, 100), QUALITY_ACCEPTED, "");
		candle.time_s = now;
		assert_int_equal(quality_judge(&state, &rules, &candle,
					       now).verdict, QUALITY_ACCEPTED);
	}
	now += 5 * MINUTE;
	rules.sources[0].heartbeat_s = 3600;
	expect(say(0, 95), QUALITY_REJECTED, "outlier");
	now += 1;
	expect(say(0, 95), QUALITY_ACCEPTED, "");
	assert_int_equal(quality_votes((struct quality_vote[2]){ { 0 } },
				       &state, &rules, now), 1);
	/* Of what was before it a candle speaks as ever. */
	candle.time_s = now + 40 * MINUTE;
	candle.price = candle.low = candle.high = 95;
	assert_int_equal(quality_judge(&state, &rules, &candle,
				       candle.time_s).verdict,
			 QUALITY_ACCEPTED);
	now += 20 * MINUTE;
	assert_int_equal(say(0, 95).confirming, 1);
}

#define REMEMBERED 4000

/** What was judged, in the order it came. */
static struct {
	struct quality_observation said;
	struct quality_judgement judged;
} past[REMEMBERED];
static size_t past_count;

/* One odd observation now and then: bad prints, late and repeated ones. */
static struct quality_observation odd_observation(size_t source, double level)
{
	struct quality_observation o = {
		.source = source, .time_s = now,
		.price = level * (1 + 0.002 * (uniform() - 0.5)) };

	if (uniform() < 0.05)
		o.price *= uniform() < 0.5 ? 1.3 : 0;
	if (uniform() < 0.03)
		o.time_s -= (int64_t)(uniform() * 10 * MINUTE);
	if (source == 2) {
		o.low = o.price * 0.999;
		o.high = o.price * 1.001;
	}
	return o;
}

static double walk_on(double level, int minutes)
{
	for (int i = 0; i < minutes; i++) {
		if (uniform() < 0.01)
			level *= 1.2; /* and stays there */
		level *= 1 + 0.004 * (uniform() - 0.5);
		now += MINUTE;
		for (size_t k = 0; k < rules.source_count; k++) {
			struct quality_observation o =
				odd_observation(k, level);

			assert_true(past_count < REMEMBERED);
			past[past_count].said = o;
			past[past_count++].judged =
				quality_judge(&state, &rules, &o, now);
		}
	}
	return level;
}

/* As a store gives it back: a source after the other, ascending in time. */
static void recall_all(struct quality_state *fresh)
{
	for (size_t k = 0; k < rules.source_count; k++)
		for (int64_t t = START - 60 * MINUTE; t <= now; t++)
			for (size_t i = 0; i < past_count; i++)
				if (past[i].said.source == k &&
				    past[i].said.time_s == t)
					quality_recall(fresh, &rules,
						       &past[i].said,
						       &past[i].judged);
}

static void test_recall_is_an_undisturbed_run(void **s)
{
	static struct quality_state fresh;
	size_t verdicts[3] = { 0 };
	double level;

	(void)s;
	seed = 20261128;
	begin(quality_major(), 4);
	rules.sources[3].heartbeat_s = 0; /* from the intervals it had */
	past_count = 0;
	level = walk_on(100, 120);
	recall_all(&fresh);
	assert_memory_equal(&fresh, &state, sizeof(state));
	for (size_t i = 0; i < past_count; i++)
		verdicts[past[i].judged.verdict]++;
	assert_true(verdicts[0] > 100 && verdicts[1] > 10 && verdicts[2] > 10);
	assert_true(level > 0);
}

static void test_reasons_have_words(void **s)
{
	(void)s;
	for (unsigned i = 0; i < QUALITY_REASONS; i++)
		assert_int_equal(quality_reason_find(quality_reason_text(
					 (enum quality_reason)i)), i);
	assert_int_equal(quality_reason_find("sequencer"), QUALITY_REASONS);
	assert_int_equal(quality_reason_find("out"), QUALITY_REASONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_candles_speak_of_their_time),
		cmocka_unit_test(test_recall_is_an_undisturbed_run),
		cmocka_unit_test(test_reasons_have_words),
	};

	return cmocka_run_group_tests_name("quality_recall", tests, NULL, NULL);
}
