/* test_decide_budgets.c -- whichever scenario is asked first: a point is judged
 * as if all were, and what is named is the first budget that the last refused
 * point exceeds.  What points lose stands in a table here; the cascade has its
 * own tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/decide_budgets.c"
#include "tests/support/points.h"

#define SCENARIOS 7
#define POINTS 40
#define BUDGET 100

/* Losses of the point whose first threshold is its index. */
static double market_usd[POINTS], named_usd[POINTS][SCENARIOS];
static size_t walked; /* named paths, in all */
static struct decide_work work;

enum status decide_screen(struct decide_loss_summary *out,
			  struct decide_work *of,
			  const struct decide_parameters *at)
{
	(void)of;
	memset(out, 0, sizeof(*out));
	out->es_upper_usd = market_usd[at->lt_bps[0]];
	return OK;
}

enum status decide_screen_scenarios(struct decide_loss_summary *out,
				    struct decide_work *of,
				    const struct decide_parameters *at,
				    const struct decide_scenarios_list *list)
{
	(void)of;
	for (size_t k = 0; k < list->count; k++)
		out->scenario_usd[list->at[k]] =
			named_usd[at->lt_bps[0]][list->at[k]];
	walked += list->count;
	return OK;
}

static void make_losses(void)
{
	for (size_t p = 0; p < POINTS; p++) {
		market_usd[p] = uniform(0.0, 1.1 * BUDGET);
		for (size_t s = 0; s < SCENARIOS; s++)
			named_usd[p][s] = uniform(0.0, 1.15 * BUDGET);
	}
}

enum status decide_screen_two(double usd[2], struct decide_work *unused,
			      const struct decide_parameters at[2],
			      uint32_t scenario)
{
	(void)unused;
	walked++;
	for (int i = 0; i < 2; i++)
		usd[i] = named_usd[at[i].lt_bps[0]][scenario];
	return OK;
}


static void make_work(void)
{
	memset(&work, 0, sizeof(work));
	work.policy.loss_budget_usd = work.policy.scenario_budget_usd = BUDGET;
	work.paths.scenarios.path_count = SCENARIOS;
	for (size_t s = 0; s < SCENARIOS; s++)
		snprintf(work.paths.constraint_names[s], BINDING_MAX,
			 "a-path-%zu", s);
}

/* As after a full evaluation that exceeds everything. */
static struct decide_budgets all_asked(void)
{
	struct decide_budgets budgets = { .work = &work, .refused = "nothing" };
	struct decide_loss_summary losses = { .es_upper_usd = 2.0 * BUDGET };

	for (size_t s = 0; s < SCENARIOS; s++)
		losses.scenario_usd[s] = 2.0 * BUDGET;
	assert_true(decide_ask_also(&budgets, &losses));
	assert_false(decide_ask_also(&budgets, &losses));
	budgets.refused = "nothing";
	return budgets;
}

/* All of a point's losses at once, in order; NULL: it is allowed. */
static const char *judge(size_t point)
{
	if (market_usd[point] > BUDGET)
		return "a-loss-market";
	for (size_t s = 0; s < SCENARIOS; s++)
		if (named_usd[point][s] > BUDGET)
			return work.paths.constraint_names[s];
	return NULL;
}

static void points_are_judged_as_if_all_were_asked(void **state)
{
	const struct parallel two = { .hands = 2 };
	size_t looked_up = 0, refused = 0;

	(void)state;
	make_work();
	work.parallel = &two;
	for (int round = 0; round < 200; round++) {
		struct decide_budgets budgets = all_asked();
		const char *last = "nothing";

		make_losses();
		for (uint32_t p = 0; p <= (uint32_t)round % POINTS; p++) {
			struct decide_parameters at = { { p }, { 0 } };
			/* what comes next, another one, or nothing */
			struct decide_parameters next = {
				{ (p + 1 + (uint32_t)(next_random() % 2)) %
				  POINTS },
				{ 0 } };
			bool foretold = round % 3 && next_random() % 4;
			bool within = false;
			const char *name = judge(p);

			assert_int_equal(
				decide_screen_budgets(&within, &budgets, &at,
						      foretold ? &next : NULL),
				OK);
			assert_int_equal(within, name == NULL);
			refused += name != NULL;
			last = name ? name : last;
		}
		looked_up += budgets.unnamed;
		assert_int_equal(decide_name_refusal(&budgets), OK);
		assert_string_equal(budgets.refused, last);
	}
	work.parallel = NULL;
	assert_true(looked_up > 10 && refused > 1000);
}

/* A scenario that refuses one point after the other is walked once for each. */
static void who_refused_last_is_asked_first(void **state)
{
	struct decide_budgets budgets;

	(void)state;
	make_work();
	budgets = all_asked();
	memset(market_usd, 0, sizeof(market_usd));
	memset(named_usd, 0, sizeof(named_usd));
	for (uint32_t p = 0; p < POINTS; p++) {
		struct decide_parameters at = { { p }, { 0 } };
		bool within = true;

		named_usd[p][5] = 2.0 * BUDGET;
		walked = 0;
		assert_int_equal(decide_screen_budgets(&within, &budgets, &at,
						       NULL),
				 OK);
		assert_false(within);
		assert_true(p ? walked == 1 : walked > 5);
	}
	named_usd[POINTS - 1][2] = 2.0 * BUDGET;
	assert_int_equal(decide_name_refusal(&budgets), OK);
	assert_string_equal(budgets.refused, "a-path-2");
}

/* Every other point was walked beside the one before it. */
static void what_is_foretold_is_not_walked_again(void **state)
{
	const struct parallel two = { .hands = 2 };
	struct decide_budgets budgets;

	(void)state;
	make_work();
	budgets = all_asked();
	budgets.first = 5;
	memset(market_usd, 0, sizeof(market_usd));
	memset(named_usd, 0, sizeof(named_usd));
	work.parallel = &two;
	walked = 0;
	for (uint32_t p = 0; p < POINTS; p++) {
		struct decide_parameters at = { { p }, { 0 } };
		struct decide_parameters next = { { (p + 1) % POINTS },
						  { 0 } };
		bool within = true;

		named_usd[p][5] = named_usd[next.lt_bps[0]][5] = 2.0 * BUDGET;
		assert_int_equal(decide_screen_budgets(&within, &budgets, &at,
						       &next),
				 OK);
		assert_false(within);
	}
	assert_int_equal(walked, (POINTS + 1) / 2);
	work.parallel = NULL;
}

/* What no full evaluation exceeded is not walked at all. */
static void only_what_was_exceeded_is_asked(void **state)
{
	struct decide_budgets budgets = { .work = &work, .refused = "nothing" };
	struct decide_loss_summary losses = { .scenario_usd[4] = 2.0 * BUDGET };
	struct decide_parameters at = { { 0 }, { 0 } };
	bool within = false;

	(void)state;
	make_work();
	market_usd[0] = 2.0 * BUDGET;
	for (size_t s = 0; s < SCENARIOS; s++)
		named_usd[0][s] = s == 4 ? 0.0 : 2.0 * BUDGET;
	assert_true(decide_ask_also(&budgets, &losses));
	walked = 0;
	assert_int_equal(decide_screen_budgets(&within, &budgets, &at, NULL),
			 OK);
	assert_true(within && walked == 1);
	losses.es_upper_usd = 2.0 * BUDGET;
	assert_true(decide_ask_also(&budgets, &losses));
	assert_int_equal(decide_screen_budgets(&within, &budgets, &at, NULL),
			 OK);
	assert_false(within);
	assert_int_equal(decide_name_refusal(&budgets), OK);
	assert_string_equal(budgets.refused, "a-loss-market");
}

static void a_full_evaluation_names_at_once(void **state)
{
	struct decide_budgets budgets = { .work = &work, .first = 5,
					  .unnamed = true };
	struct decide_loss_summary losses = { .es_upper_usd = BUDGET };

	(void)state;
	make_work();
	assert_true(decide_within_budgets(&budgets, &losses));
	losses.scenario_usd[3] = BUDGET + 1e-6;
	assert_false(decide_within_budgets(&budgets, &losses));
	assert_string_equal(budgets.refused, "a-path-3");
	assert_false(budgets.unnamed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_judged_as_if_all_were_asked),
		cmocka_unit_test(who_refused_last_is_asked_first),
		cmocka_unit_test(what_is_foretold_is_not_walked_again),
		cmocka_unit_test(only_what_was_exceeded_is_asked),
		cmocka_unit_test(a_full_evaluation_names_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
