/* limiter_driver.c -- answers limiter queries read as lines, for the
 * differential test.
 *
 * One query a line, words separated by blanks, all unsigned decimal:
 *
 *   kind evidence development paused now last_change last_class_c
 *   confirm_delay timelock_delay pending_life
 *   set relative window min_delay_tighten min_delay_loosen
 *   nl, then nl times: floor ceiling step_tighten step_loosen
 *       allowance_tighten allowance_loosen fast_loosen
 *   nc current...   no old...   nn new...
 *   nb, then nb times: tighten_level updated loosen_level updated
 *   present ready expires, np pending_old... pending_new...
 *
 * One answer a line: the verdict's name; after APPLY, QUEUE and CONFIRM also
 * loosening ready expires count, then per component: value, tighten charged
 * and level, loosen charged and level (levels 0 where not charged).  A value
 * that needs more than 128 bits is answered as the contract does.  Any other
 * word ends the program with status 2. */
#include <stdio.h>

#include "governance/limiter/limiter.h"
#include "tests/chain/words.h"

static uint8_t count(void)
{
	uint64_t n = words_number64();

	return n > 255 ? 255 : (uint8_t)n;
}

/* Values beyond the array are read and dropped: their count is the answer. */
static uint8_t values(u128 out[TUPLE_VALUES_MAX],
		      bool *wide)
{
	uint8_t n = count();

	for (uint8_t i = 0; i < n; i++) {
		bool this_wide = false;
		u128 value = words_number(&this_wide);

		*wide = *wide || this_wide;
		if (i < TUPLE_VALUES_MAX)
			out[i] = value;
	}
	return n;
}

static void read_limit(struct kind_limit *limit)
{
	limit->set = words_number(NULL) != 0;
	limit->relative = words_number(NULL) != 0;
	limit->window_s = (uint32_t)words_number(NULL);
	limit->min_delay_tighten_s = (uint32_t)words_number(NULL);
	limit->min_delay_loosen_s = (uint32_t)words_number(NULL);
	limit->count = count();
	for (uint8_t i = 0; i < limit->count; i++) {
		struct component_limit component;

		component.floor = words_number(NULL);
		component.ceiling = words_number(NULL);
		component.step_tighten = words_number64();
		component.step_loosen = words_number64();
		component.allowance_tighten = words_number64();
		component.allowance_loosen = words_number64();
		component.fast_loosen = words_number64();
		if (i < TUPLE_VALUES_MAX)
			limit->components[i] = component;
	}
}

static void read_buckets(struct tuple_state *state)
{
	uint8_t n = count();

	for (uint8_t i = 0; i < n; i++) {
		struct bucket tighten = { words_number(NULL), 0 };
		tighten.updated_s = words_number64();
		struct bucket loosen = { words_number(NULL), 0 };
		loosen.updated_s = words_number64();
		if (i < TUPLE_VALUES_MAX) {
			state->tighten[i] = tighten;
			state->loosen[i] = loosen;
		}
	}
}

static void read_pending(struct pending_item *pending)
{
	bool wide = false;

	pending->present = words_number(NULL) != 0;
	pending->ready_s = words_number64();
	pending->expires_s = words_number64();
	(void)values(pending->old_values, &wide);
	(void)values(pending->new_values, &wide);
}

static void read_query(struct limiter_query *query,
		       struct tuple_state *state, struct steward_state *steward,
		       struct tuple *tuple)
{
	bool ignored = false;

	tuple->kind = state->kind = (uint8_t)words_number(NULL);
	query->evidence = (uint8_t)words_number(NULL);
	steward->development = words_number(NULL) != 0;
	steward->loosen_paused = words_number(NULL) != 0;
	query->now_s = words_number64();
	state->last_change_s = words_number64();
	query->last_class_c_s = words_number64();
	steward->confirm_delay_s = (uint32_t)words_number(NULL);
	steward->timelock_delay_s = (uint32_t)words_number(NULL);
	steward->pending_life_s = (uint32_t)words_number(NULL);
	read_limit(&state->limit);
	(void)values(query->current, &ignored);
	query->old_count = values(tuple->old_values,
				  &query->wide_value);
	query->new_count = values(tuple->new_values,
				  &query->wide_value);
	tuple->count = query->new_count;
	read_buckets(state);
	read_pending(&state->pending);
	query->state = state;
	query->steward = steward;
	query->tuple = tuple;
}

static void print_answer(const struct limiter_answer *answer, uint8_t n)
{
	printf(" %d %llu %llu %u", answer->loosening,
	       (unsigned long long)answer->ready_s,
	       (unsigned long long)answer->expires_s, n);
	for (uint8_t i = 0; i < n; i++) {
		bool tighten = answer->tighten_charged[i];
		bool loosen = answer->loosen_charged[i];

		words_print(answer->values[i]);
		words_print(tighten);
		words_print(tighten ? answer->tighten_level_e18[i] : 0);
		words_print(loosen);
		words_print(loosen ? answer->loosen_level_e18[i] : 0);
	}
}

static void answer_line(void)
{
	struct limiter_query query = { 0 };
	struct tuple_state state = { 0 };
	struct steward_state steward = { 0 };
	struct tuple tuple = { 0 };
	struct limiter_answer answer;

	read_query(&query, &state, &steward, &tuple);
	enum limiter_verdict verdict = limiter_check(&query, &answer);

	printf("%s", limiter_verdict_name(verdict));
	if (limiter_accepts(verdict))
		print_answer(&answer, kind_value_count(tuple.kind));
	printf("\n");
}

int main(void)
{
	while (words_line("limiter_driver"))
		answer_line();
	return 0;
}
