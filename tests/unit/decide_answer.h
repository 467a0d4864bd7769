/* decide_answer.h -- what decide() answers to a sample case with an edit: for tests
 * of odd markets and policies. */
#ifndef TESTS_UNIT_DECIDE_ANSWER_H
#define TESTS_UNIT_DECIDE_ANSWER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_case.h"

typedef void change(struct case_input *in, struct policy *policy);

struct answer {
	enum status status;
	uint8_t outcome;
	uint64_t reasons;
	size_t tuple_count;
	struct tuple tuples[TUPLES_MAX];
	struct report report;
};

static struct answer answer;

static const struct authenticity everything = {
	true, { true, true }, { true, true }, { true, true },
	(const uint8_t *)"\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1" };

static inline void decide_bytes(struct bytes bytes, const struct authenticity *proven)
{
	size_t size = decide_memory(bytes);
	void *memory = malloc(size);
	struct decide_output out;
	struct arena arena;

	assert_non_null(memory);
	memset(&answer, 0, sizeof(answer));
	arena_init(&arena, memory, size);
	answer.status = decide(&out, bytes, proven, &arena, NULL);
	if (!answer.status) {
		const struct decision *d = &out.signed_decision.decision;

		answer.outcome = d->outcome;
		answer.reasons = d->reasons;
		answer.tuple_count = d->tuple_count;
		memcpy(answer.tuples, d->tuples, sizeof(d->tuples));
		assert_int_equal(report_decode(&answer.report,
					       out.signed_decision.report),
				 OK);
	}
	free(memory);
}

static inline void decide_with(change *edit, const struct authenticity *proven)
{
	decide_bytes(sample_decidable(&(struct sample_design){ 2100, 30, false,
							       edit }),
		     proven);
}

static inline bool says(enum reason reason)
{
	return answer.reasons >> reason & 1;
}

#endif
