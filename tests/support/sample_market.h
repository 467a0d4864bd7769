/* sample_market.h -- a case of a whole market, as large as a test or a bench
 * wants it: assets with histories and depth, and accounts that borrow one
 * against others.  Seeded: the same design makes the same bytes. */
#ifndef TESTS_SUPPORT_SAMPLE_MARKET_H
#define TESTS_SUPPORT_SAMPLE_MARKET_H

#include "case/case.h"

struct market_design {
	size_t asset_count;       /* 1 .. ASSETS_MAX; the last is a dollar */
	uint32_t position_count;
	uint32_t path_count, horizon_s, step_s;
	double leverage;          /* debt over what thresholds allow, at most */
	uint64_t seed;
	void (*change)(struct case_input *in, struct policy *policy);
};

/** sample_market - canonical bytes in memory of the caller's free(); genesis of
 *  every asset is computed: about 0.3 s each.  Aborts where anything fails. */
struct bytes sample_market(const struct market_design *design);

#endif
