/* decide_inputs.c -- reads a case, ties it to what the steward vouches for,
 * and says what is missing, stale or in disagreement. */
#include "models/decide_work.h"

#include <string.h>

#include "models/forecaster.h"

static enum status fail(struct decide_work *work, enum status status,
			const char *detail)
{
	work->detail = detail;
	return status;
}

static enum status check_digests(struct decide_work *work)
{
	uint8_t digest[HASH_SIZE];

	policy_hash(digest, work->in.policy);
	if (memcmp(digest, work->in.steward.policy_hash, HASH_SIZE))
		return fail(work, E_AUTHENTIC,
			    "the policy is not the one the steward knows");
	state_digest(digest, work->in.state);
	if (memcmp(digest, work->in.steward.state_digest, HASH_SIZE))
		return fail(work, E_AUTHENTIC,
			    "the state is not the one the steward stores");
	return OK;
}

static enum status check_identity(struct decide_work *work)
{
	const struct policy *policy = &work->policy;
	const struct case_input *in = &work->in;

	if (policy->chain_id != in->domain.chain_id ||
	    memcmp(policy->steward, in->domain.steward, ADDRESS_SIZE) ||
	    memcmp(policy->market, in->market, HASH_SIZE) ||
	    memcmp(work->previous.market, in->market, HASH_SIZE))
		return fail(work, E_AUTHENTIC,
			    "case, policy and state are for different markets");
	if (in->steward.development != policy->development)
		return fail(work, E_AUTHENTIC,
			    "policy and steward disagree on development");
	if (in->epoch > in->anchor_time_s / policy->epoch_period_s)
		return fail(work, E_INPUT, "the epoch lies in the future");
	/* The host's word must not make a class. */
	if (in->evidence < decide_class(work))
		return fail(work, E_AUTHENTIC, "the case claims evidence of a "
			    "class that nothing in it proves");
	return OK;
}

static const struct series *series_of(const struct case_input *in, uint8_t r)
{
	for (uint8_t i = 0; i < in->series_count; i++)
		if (in->series[i].reserve == r)
			return &in->series[i];
	return NULL;
}

static const struct liquidity_curve *quotes_of(const struct case_input *in,
					       uint8_t r)
{
	for (uint8_t i = 0; i < in->curve_count; i++)
		if (in->curves[i].reserve == r)
			return &in->curves[i];
	return NULL;
}

static const struct usage *usage_of(const struct case_input *in, uint8_t r)
{
	for (uint8_t i = 0; i < in->usage_count; i++)
		if (in->usages[i].reserve == r)
			return &in->usages[i];
	return NULL;
}

/* The asset's state, added with nothing in it when it is new. */
static struct asset_state *state_of(struct state *state,
				    const uint8_t asset[ADDRESS_SIZE])
{
	size_t at = 0;

	while (at < state->asset_count &&
	       memcmp(state->assets[at].asset, asset, ADDRESS_SIZE) < 0)
		at++;
	if (at < state->asset_count &&
	    !memcmp(state->assets[at].asset, asset, ADDRESS_SIZE))
		return &state->assets[at];
	if (state->asset_count == ASSETS_MAX)
		return NULL;
	memmove(&state->assets[at + 1], &state->assets[at],
		(state->asset_count - at) * sizeof(state->assets[0]));
	memset(&state->assets[at], 0, sizeof(state->assets[0]));
	memcpy(state->assets[at].asset, asset, ADDRESS_SIZE);
	state->asset_count++;
	return &state->assets[at];
}

static enum status bind(struct decide_work *work)
{
	work->asset_count = work->in.reserve_count;
	for (uint8_t i = 0; i < work->in.reserve_count; i++)
		if (!state_of(&work->next, work->in.reserves[i].asset))
			return fail(work, E_INPUT,
				    "the state holds too many assets");
	for (uint8_t i = 0; i < work->in.reserve_count; i++) {
		struct asset_work *asset = &work->assets[i];

		asset->reserve = &work->in.reserves[i];
		asset->policy = policy_asset(&work->policy,
					     asset->reserve->asset);
		asset->series = series_of(&work->in, i);
		asset->quotes = quotes_of(&work->in, i);
		asset->usage = usage_of(&work->in, i);
		asset->state = state_of(&work->next, asset->reserve->asset);
	}
	return OK;
}

enum status decide_read(struct decide_work *work, struct bytes in)
{
	enum status status = case_decode(&work->in, in, work->arena);

	work->case_bytes = in;
	if (status)
		return fail(work, status, "the case does not parse");
	status = policy_decode(&work->policy, work->in.policy);
	if (status)
		return fail(work, status, "the case's policy does not parse");
	status = state_decode(&work->previous, work->in.state);
	if (status)
		return fail(work, status, "the case's state does not parse");
	status = check_digests(work);
	if (status)
		return status;
	work->next = work->previous;
	work->next.sequence++;
	status = bind(work);
	return status ? status : check_identity(work);
}

static bool older_than(uint64_t time_s, uint64_t now_s, uint64_t age_s)
{
	return time_s > now_s || now_s - time_s > age_s;
}

static void judge_presence(struct decide_work *work, struct asset_work *asset)
{
	uint64_t now = work->in.anchor_time_s;
	const struct series *series = asset->series;
	uint64_t newest;

	if (!asset->policy || !asset->reserve->price_e8 || !series ||
	    !series->count) {
		asset->reasons |= 1u << REASON_INPUT_MISSING;
		return;
	}
	if (!asset->quotes)
		asset->reasons |= 1u << REASON_LIQUIDITY_MISSING;
	if (older_than(asset->reserve->price_time_s, now,
		       asset->policy->max_price_age_s))
		asset->reasons |= 1u << REASON_PRICE_STALE;
	newest = (uint64_t)series->bars[series->count - 1].open_time_s +
		 work->policy.bar_interval_s;
	if (older_than(newest, now, work->policy.max_bar_age_s))
		asset->reasons |= 1u << REASON_BARS_STALE;
	if (series->synthetic)
		work->reasons |= 1u << REASON_SYNTHETIC_DATA;
}

/* Prices of a family and of the protocol's oracle, further apart than policy
 * allows?  Compared in doubles of exactly parsed decimals. */
static bool apart(double a, double b, uint32_t tolerance_bps)
{
	double low = a < b ? a : b, high = a < b ? b : a;

	return high - low > low * (double)tolerance_bps / 10000.0;
}

static void judge_agreement(struct decide_work *work, size_t index)
{
	struct asset_work *asset = &work->assets[index];
	double oracle = (double)asset->reserve->price_e8 * 1e-8;
	double lowest = oracle, highest = oracle;

	for (uint8_t i = 0; i < work->in.quote_count; i++) {
		const struct quote *quote = &work->in.quotes[i];
		double price = decimal_to_double(quote->price_usd);

		if (quote->reserve != index ||
		    older_than(quote->time_s, work->in.anchor_time_s,
			       work->policy.max_bar_age_s))
			continue;
		lowest = price < lowest ? price : lowest;
		highest = price > highest ? price : highest;
	}
	if (oracle > 0.0 &&
	    apart(lowest, highest, work->policy.disagreement_bps))
		asset->reasons |= 1u << REASON_SOURCES_DISAGREE;
}

void decide_judge_inputs(struct decide_work *work)
{
	if (!work->asset_count)
		work->reasons |= 1u << REASON_INPUT_MISSING;
	for (size_t i = 0; i < work->asset_count; i++) {
		judge_presence(work, &work->assets[i]);
		judge_agreement(work, i);
	}
	if (work->in.steward.all_paused)
		work->reasons |= 1u << REASON_PAUSED;
	if (work->in.evidence == EVIDENCE_C)
		work->reasons |= 1u << REASON_EVIDENCE_C;
}

static enum status advance_asset(struct decide_work *work, size_t i,
				 struct arena *scratch)
{
	struct asset_work *asset = &work->assets[i];

	if (!asset->series)
		return OK;
	forecaster_open(asset->forecaster, asset->state, &work->policy);
	asset->advanced = forecaster_feed(asset->forecaster, asset->series,
					  scratch);
	return OK;
}

/* Half a million bytes: as long as an asset takes. */
static void digest_case(struct decide_work *work)
{
	case_digest(work->case_digest, work->case_bytes);
}

static enum status judge_advance(struct decide_work *work,
				 struct asset_work *asset)
{
	enum status status = asset->advanced;

	if (status == E_MISSING) {
		asset->reasons |= 1u << REASON_HISTORY_SHORT;
		return OK;
	}
	if (status)
		return fail(work, status,
			    status == E_AUTHENTIC
				    ? "a price series rewrites, forks or "
				      "skips its history"
				    : "the forecaster ran out of memory");
	if (!asset->state->volatility.fitted)
		asset->reasons |= 1u << REASON_HISTORY_SHORT;
	else if (!asset->state->volatility.converged)
		asset->reasons |= 1u << REASON_NO_CONVERGENCE;
	if (!forecaster_coverage_ok(asset->state))
		asset->reasons |= 1u << REASON_COVERAGE_RED;
	return OK;
}

enum status decide_advance(struct decide_work *work)
{
	struct forecaster *forecasters =
		ARENA_NEW(work->arena, struct forecaster, ASSETS_MAX);
	size_t scratch = (size_t)work->policy.window_bars *
				 FORECASTER_BYTES_EACH +
			 FORECASTER_BYTES;
	enum status status;

	if (!forecasters)
		return fail(work, E_LIMIT, "the forecaster ran out of memory");
	for (size_t i = 0; i < work->asset_count; i++)
		work->assets[i].forecaster = &forecasters[i];
	status = decide_each_asset_beside(work, scratch, advance_asset,
					  digest_case);
	for (size_t i = 0; i < work->asset_count && !status; i++)
		if (work->assets[i].series)
			status = judge_advance(work, &work->assets[i]);
	return status;
}

bool decide_must_hold(uint64_t reasons)
{
	const uint64_t stopping =
		1u << REASON_INPUT_MISSING | 1u << REASON_PRICE_STALE |
		1u << REASON_BARS_STALE | 1u << REASON_SOURCES_DISAGREE |
		1u << REASON_HISTORY_SHORT | 1u << REASON_NO_CONVERGENCE |
		1u << REASON_COVERAGE_RED | 1u << REASON_PAUSED |
		1u << REASON_LIQUIDITY_MISSING;

	return (reasons & stopping) != 0;
}
