/* backtest_incidents.c -- see backtest_incidents.h: runs and prints, judges
 * nothing. */
#include "agent/backtest_incidents.h"

#include <stdio.h>

#include "agent/threads.h"
#include "backtest/backtest.h"
#include "base/host/json_writer.h"
#include "case/decision.h"

#define SEED_USUAL 1
#define SEED_MOST 1000000
#define STEPS_SHOWN 24

const struct option_spec backtest_incidents_options[] = {
	{ "list", NULL, "names and what they stand for; nothing is run" },
	{ "seed", "N", "of prices and people (default 1)" },
	{ "unguarded", NULL, "take away the rule that protects, to see what it "
			     "is worth" },
	{ 0 },
};

static void print_list(void)
{
	for (size_t i = 0; i < incident_count(); i++) {
		struct incident_text text = incident_text(incident_at(i));

		printf("%-24s %s\n", text.name, text.event);
	}
}

static void print_reasons(uint64_t reasons)
{
	for (int r = 0; r < REASONS_COUNT; r++)
		if (reasons >> r & 1 && r != REASON_SYNTHETIC_DATA)
			printf(" %s", reason_name((enum reason)r));
}

static void print_steps(const struct incident_result *result)
{
	size_t shown = result->step_count < STEPS_SHOWN ? result->step_count
							: STEPS_SHOWN;

	for (size_t i = 0; i < shown; i++) {
		const struct incident_step *step = &result->steps[i];

		printf("  %+5lld h  %-6s", (long long)(step->after_s / 3600),
		       outcome_name(step->outcome));
		if (step->decisions > 1)
			printf(" x%u", step->decisions);
		print_reasons(step->reasons);
		if (*step->changed)
			printf("\n           %s", step->changed);
		putchar('\n');
	}
	if (shown < result->step_count)
		printf("  ... and %zu more, all of them with --json\n",
		       result->step_count - shown);
}

static void print_money(const struct incident_result *r)
{
	printf("  bad debt %.0f USD (%.0f without the agent), liquidated %.0f "
	       "(%.0f)\n", r->bad_debt_usd, r->bad_debt_unmoved_usd,
	       r->liquidated_usd, r->liquidated_unmoved_usd);
	if (r->has_bare)
		printf("  bad debt without the rule that protects: %.0f USD\n",
		       r->bad_debt_bare_usd);
	printf("  open to be taken at the oracle's prices: %.0f USD before the "
	       "reaction, %.0f after it (%.0f without the agent)\n",
	       r->open_before_usd, r->open_after_usd, r->open_unmoved_usd);
	if (r->has_attacker)
		printf("  the attacker pays %.0f USD and gains %.0f at most\n",
		       r->cost_usd, r->gain_usd);
	if (r->lost_ltv_days > 0.0)
		printf("  the market lost %.2f days of usable LTV of 100 %%\n",
		       r->lost_ltv_days);
}

static void print_verdict(const struct incident_verdict *v)
{
	printf("  %s  %s: %s\n",
	       v->passed ? "pass" : v->missing ? "gap " : "FAIL", v->expected,
	       v->seen);
	if (!v->passed && v->missing)
		printf("        %s\n", v->missing);
}

static void print_result(const struct incident_result *result)
{
	struct incident_text text = incident_text(result->incident);

	printf("\n%s%s (seed %llu, generated prices)\n  %s\n  should: %s\n",
	       text.name, result->unguarded ? ", unguarded" : "",
	       (unsigned long long)result->seed, text.event, text.should);
	if (result->unguarded)
		printf("  without: %s\n", text.guard);
	print_steps(result);
	if (result->reacted)
		printf("  first reacted after %lld h\n",
		       (long long)(result->reacted_s / 3600));
	else
		printf("  never reacted\n");
	print_money(result);
	for (size_t i = 0; i < result->verdict_count; i++)
		print_verdict(&result->verdicts[i]);
}

static void put_steps(struct json_writer *w,
		      const struct incident_result *result)
{
	json_open_array(w, "decisions");
	for (size_t i = 0; i < result->step_count; i++) {
		const struct incident_step *step = &result->steps[i];

		json_open_object(w, NULL);
		json_put_integer(w, "after_s", step->after_s);
		json_put_integer(w, "count", step->decisions);
		json_put_string(w, "outcome", outcome_name(step->outcome));
		json_open_array(w, "reasons");
		for (int r = 0; r < REASONS_COUNT; r++)
			if (step->reasons >> r & 1)
				json_put_string(w, NULL,
						reason_name((enum reason)r));
		json_close_array(w);
		json_put_string(w, "changed", step->changed);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_money(struct json_writer *w, const struct incident_result *r)
{
	json_put_double(w, "bad_debt_usd", r->bad_debt_usd);
	json_put_double(w, "bad_debt_unmoved_usd", r->bad_debt_unmoved_usd);
	if (r->has_bare)
		json_put_double(w, "bad_debt_bare_usd",
				r->bad_debt_bare_usd);
	json_put_double(w, "liquidated_usd", r->liquidated_usd);
	json_put_double(w, "liquidated_unmoved_usd",
			r->liquidated_unmoved_usd);
	json_put_double(w, "open_before_usd", r->open_before_usd);
	json_put_double(w, "open_after_usd", r->open_after_usd);
	json_put_double(w, "open_unmoved_usd", r->open_unmoved_usd);
	if (r->has_attacker) {
		json_put_double(w, "attacker_cost_usd", r->cost_usd);
		json_put_double(w, "attacker_gain_most_usd", r->gain_usd);
	}
	json_put_double(w, "lost_ltv_days", r->lost_ltv_days);
}

static void put_result(struct json_writer *w,
		       const struct incident_result *result)
{
	struct incident_text text = incident_text(result->incident);

	json_open_object(w, NULL);
	json_put_string(w, "name", text.name);
	json_put_string(w, "event", text.event);
	json_put_string(w, "should", text.should);
	json_put_integer(w, "seed", (int64_t)result->seed);
	json_put_bool(w, "synthetic", true);
	json_put_bool(w, "unguarded", result->unguarded);
	json_put_bool(w, "passed", incident_passed(result));
	if (result->reacted)
		json_put_integer(w, "reacted_after_s", result->reacted_s);
	else
		json_put_null(w, "reacted_after_s");
	put_steps(w, result);
	put_money(w, result);
	json_open_array(w, "expectations");
	for (size_t i = 0; i < result->verdict_count; i++) {
		json_open_object(w, NULL);
		json_put_string(w, "expected", result->verdicts[i].expected);
		json_put_bool(w, "passed", result->verdicts[i].passed);
		json_put_string(w, "seen", result->verdicts[i].seen);
		if (result->verdicts[i].missing)
			json_put_string(w, "missing",
					result->verdicts[i].missing);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

/* Runs one and shows it; failed counts those that failed. */
static enum status run_one(const struct incident *incident,
			   const struct incident_order *order,
			   struct json_writer *writer, size_t *failed,
			   struct error *error)
{
	struct incident_result result;
	enum status status = incident_run(&result, incident, order, error);

	if (status)
		return status;
	if (writer)
		put_result(writer, &result);
	else
		print_result(&result);
	fflush(stdout);
	*failed += !incident_passed(&result);
	incident_result_free(&result);
	return command_interrupted()
		       ? error_set(error, E_INTERRUPTED, "interrupted")
		       : OK;
}

static enum status check_names(const struct invocation *invocation,
			       struct error *error)
{
	for (int i = 0; i < invocation_count(invocation); i++) {
		const char *name = invocation_argument(invocation, i);

		if (incident_find(name))
			continue;
		error_set(error, E_USAGE, "no incident is called %s", name);
		return error_hint(error, "`plimsoll backtest incidents --list` "
				  "names them.");
	}
	return OK;
}

static enum status run_chosen(const struct invocation *invocation,
			      const struct incident_order *order,
			      struct json_writer *writer, size_t *failed,
			      struct error *error)
{
	int named = invocation_count(invocation);
	size_t count = named ? (size_t)named : incident_count();
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		status = run_one(
			named ? incident_find(invocation_argument(invocation,
								  (int)i))
			      : incident_at(i),
			order, writer, failed, error);
	return status;
}

static enum status run_and_show(const struct invocation *invocation,
				const struct incident_order *order,
				struct error *error)
{
	struct text text = { 0 };
	struct json_writer writer;
	bool json = want_json(invocation);
	size_t failed = 0;
	enum status status;

	json_writer_init(&writer, &text);
	json_open_object(&writer, NULL);
	json_open_array(&writer, "incidents");
	status = run_chosen(invocation, order, json ? &writer : NULL, &failed,
			    error);
	json_close_array(&writer);
	json_close_object(&writer);
	if (!status && json)
		printf("%.*s\n", (int)text.size, text.data);
	text_free(&text);
	if (!status && failed)
		status = error_set(error, E_REFUSED, "%zu incident%s did not "
				   "go as expected", failed,
				   failed == 1 ? "" : "s");
	return status;
}

enum status backtest_incidents_command(const struct invocation *invocation,
				       struct error *error)
{
	struct parallel parallel = threads_parallel(0);
	struct incident_order order = { .parallel = &parallel };
	long long seed = SEED_USUAL;
	enum status status = check_names(invocation, error);

	if (status)
		return status;
	if (option_flag(invocation, "list")) {
		print_list();
		return OK;
	}
	status = option_integer(&seed, invocation, "seed", SEED_USUAL, error);
	if (!status && (seed < 0 || seed > SEED_MOST))
		status = error_set(error, E_USAGE, "--seed must be 0 to %d",
				   SEED_MOST);
	if (status)
		return status;
	order.seed = (uint64_t)seed;
	order.unguarded = option_flag(invocation, "unguarded");
	return run_and_show(invocation, &order, error);
}
