/* quality_trial.h -- sources of one pair that say a price a minute, for the tests
 * of feeds/quality. */
#ifndef TESTS_UNIT_QUALITY_TRIAL_H
#define TESTS_UNIT_QUALITY_TRIAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/quality/quality.h"

#define START 1700000000
#define MINUTE 60

static struct quality_state state;
static struct quality_rules rules;
static int64_t now;

/* Sources of one family each, a price a minute. */
static void begin(struct quality_rules from, size_t sources)
{
	memset(&state, 0, sizeof(state));
	rules = from;
	rules.source_count = sources;
	for (size_t i = 0; i < sources; i++) {
		rules.sources[i].family = (uint32_t)i;
		rules.sources[i].heartbeat_s = MINUTE;
	}
	now = START;
}

static struct quality_judgement say(size_t source, double price)
{
	struct quality_observation o = { .source = source, .time_s = now,
					 .price = price };

	return quality_judge(&state, &rules, &o, now);
}

static void calm(double price, int minutes)
{
	for (int i = 0; i < minutes; i++) {
		now += MINUTE;
		for (size_t s = 0; s < rules.source_count; s++)
			assert_int_equal(say(s, price).verdict,
					 QUALITY_ACCEPTED);
	}
	now += MINUTE;
}

static void expect(struct quality_judgement got, enum quality_verdict verdict,
		   const char *reason)
{
	assert_string_equal(quality_reason_text(got.reason), reason);
	assert_int_equal(got.verdict, verdict);
}

static uint64_t seed = 1;

static double uniform(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(seed >> 11) / 9007199254740992.0;
}

#endif
