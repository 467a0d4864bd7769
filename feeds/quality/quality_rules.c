/* quality_rules.c -- words and presets; see quality.h. */
#include "feeds/quality/quality.h"

static const char *const reasons[QUALITY_REASONS] = {
	[QUALITY_NO_REASON] = "",
	[QUALITY_SCHEMA] = "bad-schema",
	[QUALITY_SIGNATURE] = "bad-signature",
	[QUALITY_IN_FUTURE] = "in-future",
	[QUALITY_OUT_OF_ORDER] = "out-of-order",
	[QUALITY_STALE] = "stale",
	[QUALITY_NOT_POSITIVE] = "not-positive",
	[QUALITY_AT_BOUND] = "at-bound",
	[QUALITY_OFF_PEG] = "off-peg",
	[QUALITY_RATIO_CAP] = "ratio-cap",
	[QUALITY_JUMP] = "jump",
	[QUALITY_OUTLIER] = "outlier",
};

const char *quality_reason_text(enum quality_reason reason)
{
	return (unsigned)reason < QUALITY_REASONS ? reasons[reason] : "";
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

enum quality_reason quality_reason_find(const char *text)
{
	unsigned i = 0;

	while (i < QUALITY_REASONS && !equal(reasons[i], text))
		i++;
	return (enum quality_reason)i;
}

struct quality_rules quality_major(void)
{
	return (struct quality_rules){
		.jump_sigmas = 6, .sigma_least = 0.004,
		.sigma_first = 0.02, .hampel = 3,
		.mad_least = 0.0005, .agreement = 0.02, .disagreement = 0.02,
		.families_least = 3, .breaker_ticks = 2, .calm_ticks = 6,
		.repeats = 3, .ahead_s = 60,
	};
}

struct quality_rules quality_stable(double peg)
{
	struct quality_rules rules = quality_major();

	rules.peg = peg;
	rules.peg_band = 0.02;
	rules.sigma_least = 0.0005;
	rules.sigma_first = 0.002;
	rules.agreement = rules.disagreement = 0.005;
	return rules;
}

enum quality_sequencer quality_sequencer(int64_t answer, int64_t started_s,
					 int64_t now_s, int64_t grace_s)
{
	if (answer || started_s <= 0 || started_s > now_s)
		return SEQUENCER_DOWN;
	return now_s - started_s > grace_s ? SEQUENCER_UP : SEQUENCER_GRACE;
}
