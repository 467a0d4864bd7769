/* setter_plimsoll.c -- see setters.h: decide() on a case of the simulated
 * market.  Nothing is decided here. */
#include <string.h>

#include "backtest/setters.h"
#include "base/host/memory.h"
#include "case/report.h"
#include "models/forecaster.h"

/* Bars before the start, folded into a fresh state. */
static enum status fold(struct asset_state *out, const struct price_grid *grid,
			size_t a, struct arena *arena)
{
	const struct backtest_plan *plan = grid->plan;
	struct series series = {
		.bars = (struct bar *)(uintptr_t)plan->assets[a].bars,
		.count = (uint32_t)prices_count(
			grid, a, plan->from_s - (int64_t)plan->embargo_s) };

	memcpy(out->asset, plan->policy->assets[a].asset, ADDRESS_SIZE);
	return forecaster_advance(out, &series, plan->policy, arena);
}

struct folding {
	struct state *state;
	const struct price_grid *grid;
	enum status status[ASSETS_MAX];
};

static void fold_task(void *context, size_t a)
{
	struct folding *folding = context;
	const struct policy *policy = folding->grid->plan->policy;
	struct arena *arena = arena_new((size_t)policy->window_bars *
						FORECASTER_BYTES_EACH +
					FORECASTER_BYTES);

	folding->status[a] = fold(&folding->state->assets[a], folding->grid, a,
				  arena);
	arena_free(arena);
}

enum status decider_genesis(struct decider *out, const struct price_grid *grid,
			    struct error *error)
{
	const struct backtest_plan *plan = grid->plan;
	struct state *state = memory_allocate(1, sizeof(*state));
	struct folding folding = { state, grid, { OK } };
	struct buffer buffer;
	enum status status = OK;

	memcpy(state->market, plan->policy->market, HASH_SIZE);
	state->asset_count = plan->asset_count;
	parallel_run(out->parallel, fold_task, &folding, plan->asset_count);
	for (size_t a = 0; a < plan->asset_count && !status; a++)
		if (folding.status[a])
			status = error_set(error, E_INPUT, "%s: the history "
					   "before the range cannot be used "
					   "(%s)", plan->assets[a].symbol,
					   status_name(folding.status[a]));
	buffer_init(&buffer, out->state, sizeof(out->state));
	state_encode(&buffer, state);
	out->state_size = buffer.size;
	memory_free(state);
	return status;
}

void decider_open(struct decider *out, const struct parallel *parallel)
{
	memset(out, 0, sizeof(*out));
	out->parallel = parallel;
}

void decider_free(struct decider *decider)
{
	arena_free(decider->arena);
	memory_free(decider->case_bytes.data);
	memory_free(decider->proven);
	decider->arena = NULL;
	decider->case_bytes.data = decider->proven = NULL;
}

static void make_room(struct decider *decider, size_t accounts)
{
	size_t memory = decide_memory(buffer_bytes(&decider->case_bytes));

	if (!decider->arena || decider->arena->size < memory) {
		arena_free(decider->arena);
		decider->arena = arena_new(memory + memory / 4);
	}
	arena_reset(decider->arena, 0);
	if (decider->proven_count < accounts) {
		memory_free(decider->proven);
		decider->proven = memory_allocate(accounts, 1);
		memset(decider->proven, 1, accounts);
		decider->proven_count = accounts;
	}
}

/* Class A is supposed, not proven: a backtest asks what would have been. */
static struct authenticity suppose(const struct decider *decider,
				   const struct backtest_plan *plan)
{
	struct authenticity out = { .market = plan->evidence != EVIDENCE_C,
				    .positions = decider->proven };

	for (size_t a = 0; a < plan->asset_count; a++) {
		out.prices[a] = out.bars[a] = plan->evidence != EVIDENCE_C;
		out.depth[a] = plan->evidence == EVIDENCE_A;
	}
	return out;
}

static struct parameters values_of(const struct component_report *c,
				   bool target)
{
	uint64_t v[COMPONENTS_COUNT];

	for (size_t i = 0; i < COMPONENTS_COUNT; i++)
		v[i] = target ? c[i].target : c[i].current;
	return (struct parameters){
		(uint32_t)v[COMPONENT_LTV], (uint32_t)v[COMPONENT_LT],
		(uint32_t)v[COMPONENT_LB], v[COMPONENT_SUPPLY_CAP],
		v[COMPONENT_BORROW_CAP], (uint32_t)v[COMPONENT_OPTIMAL],
		(uint32_t)v[COMPONENT_BASE], (uint32_t)v[COMPONENT_SLOPE1],
		(uint32_t)v[COMPONENT_SLOPE2] };
}

/* In a record 0 is a quantile that is not told: one of no fall is a hundredth of
 * a basis point. */
static float told(double fall)
{
	return (float)(fall > 1e-6 ? fall : 1e-6);
}

static void record_asset(struct decision_asset *out,
			 const struct asset_report *report, double var975)
{
	static const enum component shown[4] = { COMPONENT_LTV, COMPONENT_LT,
						 COMPONENT_SUPPLY_CAP,
						 COMPONENT_BORROW_CAP };

	out->before = values_of(report->components, false);
	out->target = values_of(report->components, true);
	for (size_t i = 0; i < 4; i++)
		memcpy(out->binding[i], report->components[shown[i]].binding,
		       BINDING_MAX);
	out->volatility_bps = report->volatility_bps;
	out->var99 = (float)report->var99_bps / 10000.0f;
	out->es975 = (float)report->es975_bps / 10000.0f;
	out->var975 = report->es975_bps ? told(var975) : 0.0f;
}

static enum status record(struct setter_wish *out,
			  const struct decide_output *made)
{
	const struct signed_decision *made_signed = &made->signed_decision;
	const struct decision *decision = &made_signed->decision;
	struct report *report = memory_allocate(1, sizeof(*report));
	enum status status = report_decode(report, made_signed->report);

	out->count = decision->tuple_count;
	memcpy(out->tuples, decision->tuples, sizeof(decision->tuples));
	out->record.outcome = decision->outcome;
	out->record.reasons = decision->reasons;
	out->record.tuples = (uint32_t)decision->tuple_count;
	decision_digest(out->record.digest, decision, &made_signed->domain);
	for (size_t a = 0; !status && a < report->asset_count; a++)
		record_asset(&out->record.assets[a], &report->assets[a],
			     made->var975[a]);
	if (!status)
		out->record.es975_usd = (double)report->after.es975.value_usd;
	memory_free(report);
	return status;
}

enum status setter_plimsoll(struct setter_wish *out, struct decider *decider,
			    const struct setter_view *view,
			    struct error *error)
{
	const struct case_order order = {
		view->grid, view->market, view->steward, view->history,
		view->carry, bytes_of(decider->state, decider->state_size),
		view->depth, view->time_s };
	struct decide_output made;
	struct authenticity proven;
	enum status status = case_make(&decider->case_bytes, &order, error);

	memset(out, 0, sizeof(*out));
	out->record.time_s = view->time_s;
	if (status)
		return status;
	make_room(decider, view->market->borrower_count + 1);
	proven = suppose(decider, view->grid->plan);
	status = decide(&made, buffer_bytes(&decider->case_bytes), &proven,
			decider->arena, decider->parallel);
	if (status)
		return error_set(error, status, "decide() refused the case: "
				 "%s", made.detail);
	status = record(out, &made);
	if (status)
		return error_set(error, status, "the decision's report does "
				 "not parse");
	memcpy(decider->state, made.state.data, made.state.size);
	decider->state_size = made.state.size;
	view->steward->state.last_epoch =
		made.signed_decision.decision.epoch;
	view->steward->state.has_epoch = true;
	return OK;
}
