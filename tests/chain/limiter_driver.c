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
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "governance/limiter/limiter.h"

#define LINE_MAX_BYTES 8192

struct reader {
	char *rest;
	bool wide; /* the last number did not fit in 128 bits */
};

static void die(const char *why)
{
	fprintf(stderr, "limiter_driver: %s\n", why);
	exit(2);
}

static u128 number(struct reader *reader)
{
	u128 value = 0;
	char *word = strtok_r(NULL, " \n", &reader->rest);

	if (!word || !*word)
		die("a word is missing");
	reader->wide = false;
	for (; *word; word++) {
		unsigned digit = (unsigned)(*word - '0');

		if (!isdigit((unsigned char)*word))
			die("not a number");
		if (value > (~(u128)0 - digit) / 10)
			reader->wide = true;
		value = value * 10 + digit;
	}
	return value;
}

static uint64_t number64(struct reader *reader)
{
	return (uint64_t)number(reader);
}

static uint8_t count(struct reader *reader)
{
	uint64_t n = number64(reader);

	return n > 255 ? 255 : (uint8_t)n;
}

/* Values beyond the array are read and dropped: their count is the answer. */
static uint8_t values(struct reader *reader, u128 out[TUPLE_VALUES_MAX],
		      bool *wide)
{
	uint8_t n = count(reader);

	for (uint8_t i = 0; i < n; i++) {
		u128 value = number(reader);

		*wide = *wide || reader->wide;
		if (i < TUPLE_VALUES_MAX)
			out[i] = value;
	}
	return n;
}

static void read_limit(struct reader *reader, struct kind_limit *limit)
{
	limit->set = number(reader) != 0;
	limit->relative = number(reader) != 0;
	limit->window_s = (uint32_t)number(reader);
	limit->min_delay_tighten_s = (uint32_t)number(reader);
	limit->min_delay_loosen_s = (uint32_t)number(reader);
	limit->count = count(reader);
	for (uint8_t i = 0; i < limit->count; i++) {
		struct component_limit component;

		component.floor = number(reader);
		component.ceiling = number(reader);
		component.step_tighten = number64(reader);
		component.step_loosen = number64(reader);
		component.allowance_tighten = number64(reader);
		component.allowance_loosen = number64(reader);
		component.fast_loosen = number64(reader);
		if (i < TUPLE_VALUES_MAX)
			limit->components[i] = component;
	}
}

static void read_buckets(struct reader *reader, struct tuple_state *state)
{
	uint8_t n = count(reader);

	for (uint8_t i = 0; i < n; i++) {
		struct bucket tighten = { number(reader), 0 };
		tighten.updated_s = number64(reader);
		struct bucket loosen = { number(reader), 0 };
		loosen.updated_s = number64(reader);
		if (i < TUPLE_VALUES_MAX) {
			state->tighten[i] = tighten;
			state->loosen[i] = loosen;
		}
	}
}

static void read_pending(struct reader *reader, struct pending_item *pending)
{
	bool wide = false;

	pending->present = number(reader) != 0;
	pending->ready_s = number64(reader);
	pending->expires_s = number64(reader);
	(void)values(reader, pending->old_values, &wide);
	(void)values(reader, pending->new_values, &wide);
}

static void read_query(struct reader *reader, struct limiter_query *query,
		       struct tuple_state *state, struct steward_state *steward,
		       struct tuple *tuple)
{
	bool ignored = false;

	tuple->kind = state->kind = (uint8_t)number(reader);
	query->evidence = (uint8_t)number(reader);
	steward->development = number(reader) != 0;
	steward->loosen_paused = number(reader) != 0;
	query->now_s = number64(reader);
	state->last_change_s = number64(reader);
	query->last_class_c_s = number64(reader);
	steward->confirm_delay_s = (uint32_t)number(reader);
	steward->timelock_delay_s = (uint32_t)number(reader);
	steward->pending_life_s = (uint32_t)number(reader);
	read_limit(reader, &state->limit);
	(void)values(reader, query->current, &ignored);
	query->old_count = values(reader, tuple->old_values,
				  &query->wide_value);
	query->new_count = values(reader, tuple->new_values,
				  &query->wide_value);
	tuple->count = query->new_count;
	read_buckets(reader, state);
	read_pending(reader, &state->pending);
	query->state = state;
	query->steward = steward;
	query->tuple = tuple;
}

static void print_number(u128 value)
{
	char text[40];
	size_t at = sizeof text - 1;

	text[at] = '\0';
	do
		text[--at] = (char)('0' + (unsigned)(value % 10));
	while (value /= 10);
	printf(" %s", text + at);
}

static void print_answer(const struct limiter_answer *answer, uint8_t n)
{
	printf(" %d %llu %llu %u", answer->loosening,
	       (unsigned long long)answer->ready_s,
	       (unsigned long long)answer->expires_s, n);
	for (uint8_t i = 0; i < n; i++) {
		bool tighten = answer->tighten_charged[i];
		bool loosen = answer->loosen_charged[i];

		print_number(answer->values[i]);
		print_number(tighten);
		print_number(tighten ? answer->tighten_level_e18[i] : 0);
		print_number(loosen);
		print_number(loosen ? answer->loosen_level_e18[i] : 0);
	}
}

static void answer_line(char *line)
{
	struct limiter_query query = { 0 };
	struct tuple_state state = { 0 };
	struct steward_state steward = { 0 };
	struct tuple tuple = { 0 };
	struct limiter_answer answer;
	struct reader reader = { line, false };

	read_query(&reader, &query, &state, &steward, &tuple);
	enum limiter_verdict verdict = limiter_check(&query, &answer);

	printf("%s", limiter_verdict_name(verdict));
	if (limiter_accepts(verdict))
		print_answer(&answer, kind_value_count(tuple.kind));
	printf("\n");
}

int main(void)
{
	static char line[LINE_MAX_BYTES];

	while (fgets(line, sizeof line, stdin)) {
		if (!strchr(line, '\n'))
			die("a line is too long");
		answer_line(line);
	}
	return 0;
}
