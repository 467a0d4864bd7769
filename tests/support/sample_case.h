/* sample_case.h -- one small, complete and plausible case for tests: two
 * reserves, an e-mode category, a few positions, limits, curves, use, quotes.  Not golden: those are
 * made by tests/golden. */
#ifndef TESTS_SUPPORT_SAMPLE_CASE_H
#define TESTS_SUPPORT_SAMPLE_CASE_H

#include "case/case.h"

/** The structs point at static storage that each call renews. */
void sample_policy(struct policy *out);
void sample_case(struct case_input *out);
void sample_decision(struct signed_decision *out);

/** sample_history - `count` hourly bars of a seeded random walk ending at
 *  end_s, written to out; scale is the first price in cents. */
struct sample_walk {
	uint64_t seed;
	double first_price, step_sd;
	int64_t end_s;
	uint32_t count;
};
void sample_history(struct bar *out, const struct sample_walk *walk);

/** sample_decidable - canonical bytes of a case that decide() can decide: the
 *  sample case with `fed` + `fresh` bars a reserve, of which the state has seen
 *  `fed`; the case carries the policy's window.  change edits the case before
 *  it is encoded (NULL: nothing).  Unless unproven, what the reserves have
 *  lent out is what the positions borrowed.  Returns bytes in storage that the next call
 *  renews. */
struct sample_design {
	uint32_t fed, fresh;
	bool unproven; /* keep the reserves' totals: positions are a part */
	void (*change)(struct case_input *in, struct policy *policy);
};
/** Edits the carried state after genesis; NULL (the default): nothing. */
extern void (*sample_state_change)(struct state *state);
struct bytes sample_decidable(const struct sample_design *design);

#endif
