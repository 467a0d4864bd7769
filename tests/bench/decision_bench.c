/* decision_bench.c -- a whole decide(): time on one thread and on two, memory,
 * and how many cascade evaluations it used.  Prints `name value` lines for
 * report.awk.  Not a test: nothing is asserted but that it decides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/threads.h"
#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_market.h"

struct measured {
	double one_s, two_s;
	size_t peak_bytes;
	struct report report;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double run(struct measured *out, struct bytes bytes,
		  const struct parallel *parallel)
{
	size_t size = decide_memory(bytes);
	void *memory = malloc(size);
	struct decide_output answer;
	struct arena arena;
	double start = now_s();
	enum status status;

	if (!memory)
		exit(2);
	arena_init(&arena, memory, size);
	status = decide(&answer, bytes, NULL, &arena, parallel);
	start = now_s() - start;
	if (status || report_decode(&out->report,
				    answer.signed_decision.report)) {
		fprintf(stderr, "decide: %d %s\n", (int)status, answer.detail);
		exit(2);
	}
	out->peak_bytes = arena.peak;
	free(memory);
	return start;
}

static void measure(const char *name, const struct market_design *design,
		    int runs)
{
	static struct measured m;
	struct bytes bytes = sample_market(design);
	struct parallel two = threads_parallel(2);

	m.one_s = m.two_s = 1e9;
	for (int i = 0; i < runs; i++) {
		double one = run(&m, bytes, NULL), both = run(&m, bytes, &two);

		m.one_s = one < m.one_s ? one : m.one_s;
		m.two_s = both < m.two_s ? both : m.two_s;
	}
	printf("%s_one_s %.4f\n%s_two_s %.4f\n", name, m.one_s, name, m.two_s);
	printf("%s_bytes %zu\n%s_case_bytes %zu\n", name, m.peak_bytes, name,
	       bytes.size);
	printf("%s_full %u\n%s_screened %u\n", name,
	       m.report.cascade_evaluations, name,
	       m.report.screened_evaluations);
	free((void *)(uintptr_t)bytes.data);
}

/* Thin depth, debt that follows thresholds, and little to lose. */
static void tight_budget(struct case_input *in, struct policy *policy)
{
	for (uint8_t i = 0; i < in->curve_count; i++)
		for (uint8_t k = 0; k < in->curves[i].count; k++)
			in->curves[i].points[k].size_usd /= 20;
	policy->relever_share_ppm = 1000000;
	policy->stressed_size_usd = 10000;
	policy->loss_budget_usd = 1;
}

int main(void)
{
	struct market_design market = { 10, 1000, 10000, 86400, 600, 0.9, 3,
					NULL };

	measure("decision", &market, 3);
	market.change = tight_budget;
	measure("decision_bound", &market, 3);
	market.change = NULL;
	market.position_count = 100000;
	market.path_count = 2000;
	measure("decision_crowd", &market, 1);
	return 0;
}
