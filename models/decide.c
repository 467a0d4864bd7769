/* decide.c -- see decide.h: the stages in order, and the decision's bytes. */
#include "models/decide.h"

#include <string.h>

#include "models/decide_work.h"
#include "models/learned/shipped.h"

/* The model's name and version: bump for any change of a decided value. */
#define MODEL_NAME "plimsoll-decide"
#define MODEL_VERSION "8"
#define REPORT_ROOM 131072u
#define STATE_ROOM STATE_BYTES_MAX
#define MEMORY_BASE ((size_t)64 << 20)

void model_hash(uint8_t out32[HASH_SIZE])
{
	static const char name[] = MODEL_NAME " " MODEL_VERSION;
	uint8_t room[LEARNED_BLOB_MAX];
	struct buffer blob;
	struct bytes weights;
	struct keccak keccak;

	buffer_init(&blob, room, sizeof(room));
	learned_blob(&blob);
	weights = buffer_bytes(&blob);
	keccak_init(&keccak);
	keccak_update(&keccak, name, sizeof(name) - 1);
	keccak_update(&keccak, weights.data, weights.size);
	keccak_final(&keccak, out32);
}

/* Bytes that the paths of a case's policy take: ratios, bounds and results. */
static size_t path_bytes(struct bytes case_bytes)
{
	struct case_sizes sizes;
	size_t cells, per_path;

	if (case_peek(&sizes, case_bytes))
		return 0;
	cells = (size_t)(sizes.horizon_s / sizes.step_s) * sizes.reserve_count;
	per_path = (cells + 7u * sizes.reserve_count + 17) * sizeof(double);
	if (per_path * sizes.path_count > PATH_BYTES_MAX)
		return 0; /* refused before any is made */
	return per_path * sizes.path_count;
}

size_t decide_memory(struct bytes case_bytes)
{
	/* Decoded nouns take at most 24 times their bytes (a bar: 9 members of
	 * 3 bytes become 72); each of 16 loss tasks copies every holding that
	 * can be reached. */
	return MEMORY_BASE + case_bytes.size * 64 + path_bytes(case_bytes);
}

static void begin_report(struct decide_work *work)
{
	struct report *report = &work->report;

	case_seed(work->seed, &work->in);
	memcpy(report->seed, work->seed, HASH_SIZE);
	report->synthetic =
		(work->reasons & 1u << REASON_SYNTHETIC_DATA) != 0;
	report->authenticated_ppm = decide_proven_ppm(work);
	report->horizon_s = work->policy.horizon_s;
	report->path_count = work->policy.path_count;
	report->step_count = work->policy.horizon_s / work->policy.step_s;
	report->position_count = work->in.position_count;
	report->asset_count = work->asset_count;
	for (size_t i = 0; i < work->asset_count; i++) {
		struct asset_report *out = &report->assets[i];
		const struct reserve *reserve = work->assets[i].reserve;

		memcpy(out->asset, reserve->asset, ADDRESS_SIZE);
		memcpy(out->symbol, reserve->symbol, SYMBOL_MAX);
		out->price_e8 = reserve->price_e8;
	}
}

static void current_values(struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *r = work->assets[i].reserve;
		struct component_report *out =
			work->report.assets[i].components;
		const uint64_t now[COMPONENTS_COUNT] = {
			r->ltv_bps, r->lt_bps, r->lb_bps, r->supply_cap,
			r->borrow_cap, r->optimal_bps, r->base_bps,
			r->slope1_bps, r->slope2_bps };

		for (size_t c = 0; c < COMPONENTS_COUNT; c++) {
			out[c].current = now[c];
			out[c].target = now[c];
			out[c].unconstrained = now[c];
			out[c].chosen = now[c];
		}
	}
}

/* Targets as one view of the case has them. */
static enum status run_view(struct decide_work *work, enum view view)
{
	enum status status;

	work->view = view;
	status = decide_forecast(work);
	if (!status)
		status = decide_book(work);
	if (!status)
		status = decide_rates(work);
	return status ? status : decide_targets(work);
}

static void take_lower(struct target *target, const struct target *other)
{
	if (!other->conflict && other->value < target->value)
		*target = *other;
}

/* Per coupled group the tighter of both: threshold and bonus together. */
static void tighten(struct targets *targets, const struct targets *other)
{
	struct target *to = targets->components;
	const struct target *from = other->components;

	if (!from[COMPONENT_LT].conflict && !from[COMPONENT_LB].conflict &&
	    from[COMPONENT_LT].value < to[COMPONENT_LT].value) {
		to[COMPONENT_LT] = from[COMPONENT_LT];
		to[COMPONENT_LB] = from[COMPONENT_LB];
	}
	take_lower(&to[COMPONENT_LTV], &from[COMPONENT_LTV]);
	take_lower(&to[COMPONENT_SUPPLY_CAP], &from[COMPONENT_SUPPLY_CAP]);
	take_lower(&to[COMPONENT_BORROW_CAP], &from[COMPONENT_BORROW_CAP]);
}

/* From what is proven alone, with policy's priors for the rest, and from
 * everything. */
static enum status run_views(struct decide_work *work)
{
	struct targets *proven =
		ARENA_NEW(work->arena, struct targets, ASSETS_MAX);
	size_t mark = arena_mark(work->arena);
	bool both = decide_needs_two_views(work);
	enum status status = proven ? OK : E_LIMIT;

	if (!status && both)
		status = run_view(work, VIEW_AUTHENTICATED);
	for (size_t i = 0; !status && both && i < work->asset_count; i++)
		proven[i] = work->assets[i].targets;
	arena_reset(work->arena, mark);
	if (!status)
		status = run_view(work, VIEW_EVERYTHING);
	for (size_t i = 0; !status && both && i < work->asset_count; i++)
		tighten(&work->assets[i].targets, &proven[i]);
	return status;
}

static bool input_is_emergency(const struct decide_work *work)
{
	for (size_t i = 0; i < work->asset_count; i++)
		if (decide_is_emergency(&work->assets[i]))
			return true;
	return false;
}

static enum status choose(struct decide_work *work)
{
	uint64_t reasons = work->reasons;
	enum status status;

	for (size_t i = 0; i < work->asset_count; i++)
		reasons |= work->assets[i].reasons;
	if (input_is_emergency(work) || decide_must_hold(reasons)) {
		current_values(work);
		decide_use(work);
		if (input_is_emergency(work))
			decide_freeze(work);
		return OK;
	}
	status = run_views(work);
	if (!status)
		status = decide_baselines(work);
	return status ? status : decide_tuples(work);
}

static uint64_t oldest_price(const struct decide_work *work)
{
	uint64_t oldest = work->in.anchor_time_s;

	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].reserve->price_time_s &&
		    work->assets[i].reserve->price_time_s < oldest)
			oldest = work->assets[i].reserve->price_time_s;
	return oldest;
}

static uint8_t outcome_of(const struct decision *decision)
{
	for (size_t i = 0; i < decision->tuple_count; i++)
		if (decision->tuples[i].kind == KIND_FREEZE)
			return OUTCOME_FREEZE;
	return decision->tuple_count ? OUTCOME_UPDATE : OUTCOME_HOLD;
}

static void fill_head(struct decide_work *work)
{
	struct decision *decision = &work->decision;
	const struct case_input *in = &work->in;

	memcpy(decision->market, in->market, HASH_SIZE);
	decision->mode = in->mode;
	decision->trigger = in->trigger;
	decision->evidence = in->evidence;
	decision->epoch = in->epoch;
	decision->as_of = oldest_price(work);
	decision->valid_until = in->anchor_time_s + work->policy.valid_for_s;
	decision->anchor_block = in->anchor_block;
	memcpy(decision->anchor_block_hash, in->anchor_hash, HASH_SIZE);
	memcpy(decision->previous_state, in->steward.state_digest, HASH_SIZE);
	memcpy(decision->policy_hash, in->steward.policy_hash, HASH_SIZE);
	memcpy(decision->protocol_fingerprint, in->fingerprint, HASH_SIZE);
	memcpy(decision->case_digest, work->case_digest, HASH_SIZE);
	model_hash(decision->model_hash);
	decision->outcome = outcome_of(decision);
	decision->reasons = work->reasons;
	for (size_t i = 0; i < work->asset_count; i++) {
		decision->reasons |= work->assets[i].reasons;
		work->report.assets[i].reasons = work->assets[i].reasons;
	}
}

/* Prices and the accounts nearest to liquidation travel with threshold cuts,
 * so that the contract can look before and after. */
static enum status fill_attachment(struct decide_work *work)
{
	struct attachment *attachment = &work->attachment;

	for (size_t i = 0; i < work->decision.tuple_count; i++) {
		const struct tuple *tuple = &work->decision.tuples[i];
		size_t at = attachment->price_count;

		if (tuple->kind != KIND_COLLATERAL ||
		    tuple->new_values[1] >= tuple->old_values[1])
			continue;
		memcpy(attachment->price_assets[at], tuple->asset,
		       ADDRESS_SIZE);
		for (size_t a = 0; a < work->asset_count; a++)
			if (!memcmp(work->assets[a].reserve->asset,
				    tuple->asset, ADDRESS_SIZE))
				attachment->prices[at] =
					work->assets[a].reserve->price_e8;
		attachment->price_count++;
	}
	return attachment->price_count ? decide_probes(work) : OK;
}

static enum status write_out(struct decide_output *out,
			     struct decide_work *work)
{
	struct buffer report, state;
	enum status status = buffer_from_arena(&report, work->arena,
					       REPORT_ROOM);

	if (!status)
		status = buffer_from_arena(&state, work->arena, STATE_ROOM);
	if (status)
		return status;
	report_encode(&report, &work->report);
	state_encode(&state, &work->next);
	if (report.overflow || state.overflow)
		return E_LIMIT;
	keccak256(work->attachment.report, report.data, report.size);
	attachment_digest(work->decision.report_digest, &work->attachment);
	state_digest(work->decision.state, buffer_bytes(&state));
	out->signed_decision.domain = work->in.domain;
	out->signed_decision.decision = work->decision;
	out->signed_decision.attachment = work->attachment;
	out->signed_decision.report = buffer_bytes(&report);
	out->state = buffer_bytes(&state);
	memcpy(out->var975, work->var975, sizeof(out->var975));
	return OK;
}

static enum status run(struct decide_output *out, struct decide_work *work,
		       struct bytes case_bytes)
{
	enum status status = decide_read(work, case_bytes);

	if (status)
		return status;
	decide_judge_inputs(work);
	decide_emergency(work, NULL);
	status = decide_advance(work);
	if (status)
		return status;
	begin_report(work);
	status = choose(work);
	if (!status) {
		fill_head(work);
		status = fill_attachment(work);
	}
	return status ? status : write_out(out, work);
}

enum status decide(struct decide_output *out, struct bytes case_bytes,
		   const struct authenticity *proven, struct arena *arena,
		   const struct parallel *parallel)
{
	struct decide_work *work = ARENA_NEW(arena, struct decide_work, 1);
	enum status status;

	out->detail = "";
	if (!work) {
		out->detail = "memory is too small";
		return E_LIMIT;
	}
	work->arena = arena;
	work->parallel = parallel;
	work->proven = proven;
	status = run(out, work, case_bytes);
	if (status)
		out->detail = work->detail ? work->detail
			      : status == E_LIMIT ? "memory is too small"
						  : "a number left its range";
	return status;
}
