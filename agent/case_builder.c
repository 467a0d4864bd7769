/* case_builder.c -- see case_builder.h. */
#include "agent/case_builder.h"

#include <stdio.h>
#include <string.h>

#include "agent/case_quotes.h"
#include "agent/epoch_block.h"
#include "agent/liquidity_file.h"
#include "agent/market_usage.h"
#include "agent/outside_changes.h"
#include "agent/state_store.h"

/* Everything that lives until the bytes are written. */
struct building {
	const struct case_order *order;
	struct market_snapshot market;
	struct steward_snapshot steward;
	struct chain_pin pin;
	struct steward_query query;
	struct liquidity_file liquidity;
	uint8_t *state_bytes;
	size_t state_size;
	struct state state;
	struct case_input in;
	struct reserve reserves[ASSETS_MAX];
	struct liquidity_curve curves[ASSETS_MAX];
	struct series series[ASSETS_MAX];
	struct history_bars bars[ASSETS_MAX];
	struct quote quotes[QUOTES_MAX];
	struct emode emodes[EMODES_MAX];
	struct usage usages[ASSETS_MAX];
};

/* "latest" means `anchor_lag` blocks before it. */
static enum status choose_block(char out[24], const struct case_order *order,
				struct error *error)
{
	struct chain_block head;
	enum status status;

	if (strcmp(order->block, "latest")) {
		snprintf(out, 24, "%.23s", order->block);
		return OK;
	}
	status = chain_block(&head, order->rpc, "latest", error);
	if (!status)
		snprintf(out, 24, "%llu",
			 (unsigned long long)(head.number > order->anchor_lag
						      ? head.number -
								order->anchor_lag
						      : 0));
	return status;
}

static enum status read_market(struct building *b, struct error *error)
{
	const struct case_order *order = b->order;
	struct market_query query = { .from_block = order->from_block };
	char number[24], chosen[24];
	enum status status = choose_block(chosen, order, error);

	if (status)
		return status;
	query.block = chosen;
	query.backing_count = order->backing->count;
	query.backings = order->backing->items;
	memcpy(query.provider, order->provider, ADDRESS_SIZE);
	status = market_read(&b->market, order->rpc, &query, error);
	if (status)
		return status;
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)b->market.block.number);
	if (b->market.reserve_count > ASSETS_MAX)
		return error_set(error, E_LIMIT, "%zu reserves, at most %d",
				 b->market.reserve_count, ASSETS_MAX);
	return chain_pin(&b->pin, order->rpc, number, error);
}

static enum status read_steward(struct building *b, struct error *error)
{
	const struct policy_document *policy = b->order->policy;
	enum status status;

	b->query.view.rpc = b->order->rpc;
	b->query.view.pin = &b->pin;
	memcpy(b->query.steward, policy->policy.steward, ADDRESS_SIZE);
	memcpy(b->query.market, policy->policy.market, HASH_SIZE);
	status = steward_read(&b->steward, &b->query, error);
	if (status)
		return status;
	if (memcmp(b->steward.state.policy_hash, policy->hash, HASH_SIZE))
		return error_set(error, E_AUTHENTIC, "the steward expects "
				 "another policy than this file");
	status = state_store_get(&b->state_bytes, &b->state_size,
				 b->order->home, b->steward.state.state_digest,
				 error);
	if (status)
		return status;
	status = state_decode(&b->state,
			      bytes_of(b->state_bytes, b->state_size));
	return status ? error_set(error, status, "the carried state does not "
				  "parse")
		      : OK;
}

static enum status copy_reserves(struct building *b, struct error *error)
{
	size_t count = b->market.reserve_count;

	for (size_t i = 0; i < count; i++)
		b->reserves[i] = b->market.reserves[i].core;
	b->in.reserves = b->reserves;
	b->in.reserve_count = (uint8_t)count;
	b->in.positions = b->market.positions;
	b->in.position_count = b->market.position_count;
	return steward_read_kinds(b->reserves, count, &b->query, error);
}

/* The protocol's reserve ids as indexes of the case. */
static uint32_t reserve_mask(const struct market_snapshot *market, u128 ids)
{
	uint32_t mask = 0;

	for (size_t r = 0; r < market->reserve_count; r++)
		if (ids >> market->reserves[r].id & 1)
			mask |= (uint32_t)1 << r;
	return mask;
}

static void add_emode(struct building *b, const struct market_emode *emode)
{
	b->emodes[b->in.emode_count++] = (struct emode){
		.id = emode->id, .ltv_bps = emode->ltv_bps,
		.lt_bps = emode->lt_bps, .lb_bps = emode->lb_bps,
		.collateral = reserve_mask(&b->market, emode->collaterals),
		.borrowable = reserve_mask(&b->market, emode->borrowables) };
}

/* Every category in use, and others while there is room: lowest ids first. */
static enum status add_emodes(struct building *b, struct error *error)
{
	const struct market_snapshot *market = &b->market;
	size_t used = 0;

	for (uint32_t i = 0; i < market->position_count; i++) {
		uint8_t id = market->positions[i].emode;

		if (id && !market_find_emode(market, id))
			return error_set(error, E_REFUSED, "accounts are in "
					 "e-mode category %u, whose values "
					 "the pool does not tell", id);
	}
	for (size_t i = 0; i < market->emode_count; i++)
		used += market->emodes[i].accounts > 0;
	if (used > EMODES_MAX)
		return error_set(error, E_LIMIT, "%zu e-mode categories are "
				 "in use, at most %d", used, EMODES_MAX);
	b->in.emodes = b->emodes;
	for (size_t i = 0, spare = EMODES_MAX - used; i < market->emode_count;
	     i++)
		if (market->emodes[i].accounts)
			add_emode(b, &market->emodes[i]);
		else if (spare && spare--)
			add_emode(b, &market->emodes[i]);
	return OK;
}

static enum status add_outside_changes(struct building *b, struct error *error)
{
	struct outside_query query = { .rpc = b->order->rpc,
				       .from_block = b->order->from_block,
				       .to_block = b->market.block.number };

	memcpy(query.configurator, b->market.contracts.configurator,
	       ADDRESS_SIZE);
	memcpy(query.steward, b->query.steward, ADDRESS_SIZE);
	return outside_changes_read(b->reserves, b->in.reserve_count, &query,
				    error);
}

static enum status add_curves(struct building *b, struct error *error)
{
	enum status status = liquidity_file_read(
		&b->liquidity, b->order->liquidity_path, error);

	if (status)
		return status;
	for (uint8_t r = 0; r < b->in.reserve_count; r++)
		for (size_t i = 0; i < b->liquidity.count; i++) {
			struct liquidity_curve *curve;

			if (strcmp(b->liquidity.curves[i].symbol,
				   b->reserves[r].symbol))
				continue;
			curve = &b->curves[b->in.curve_count++];
			*curve = b->liquidity.curves[i].curve;
			curve->reserve = r;
			curve->time_s = b->market.block.time_s;
			snprintf(curve->source, SOURCE_MAX, "file");
		}
	b->in.curves = b->curves;
	return OK;
}

static uint64_t bars_known(const struct building *b, uint8_t r)
{
	for (size_t i = 0; i < b->state.asset_count; i++)
		if (!memcmp(b->state.assets[i].asset, b->reserves[r].asset,
			    ADDRESS_SIZE))
			return b->state.assets[i].bar_count;
	return 0;
}

/* The case carries the estimation window before the state's newest bar, and
 * everything since; earlier bars are only their digest. */
static void cut_series(struct building *b, uint8_t r, struct series *series,
		       const struct history_bars *bars)
{
	uint64_t known = bars_known(b, r);
	uint64_t window = b->order->policy->policy.window_bars;
	uint64_t first = known > window ? known - window : 0;

	if (first > bars->count)
		first = bars->count;
	for (uint64_t i = 0; i < first; i++)
		bar_chain(series->prefix, &bars->bars[i]);
	series->reserve = r;
	series->first_index = first;
	series->bars = bars->bars + first;
	series->count = (uint32_t)(bars->count - first);
	series->synthetic = bars->synthetic;
}

static void add_quote(struct building *b, uint8_t r,
		      const struct history_source *source,
		      const struct history_bars *bars)
{
	const struct bar *newest = &bars->bars[bars->count - 1];
	struct quote *quote = &b->quotes[b->in.quote_count++];

	quote->reserve = r;
	snprintf(quote->family, SOURCE_MAX, "%s", source->source);
	quote->price_usd = newest->close;
	quote->time_s = (uint64_t)newest->open_time_s +
			b->order->policy->policy.bar_interval_s;
}

/* What other sources said last, as far as it was known at the anchor. */
static enum status add_live_quotes(struct building *b,
				   const struct history_source *source,
				   struct error *error)
{
	int64_t at_s = (int64_t)b->market.block.time_s;
	struct quotes_query query = {
		.asset = source->asset, .quote = source->quote, .at_s = at_s,
		.since_s = at_s - b->order->policy->policy.max_bar_age_s };
	struct case_quotes quotes = { &b->quotes[b->in.quote_count - 1], 1 };
	enum status status = case_quotes_add(&quotes, b->order->database,
					     &query, source->source, error);

	b->in.quote_count = (uint8_t)(b->in.quote_count + quotes.count - 1);
	return status;
}

/* Which stored bars a series was made of, those of its prefix included. */
static void note_input(struct built_case *out, const struct history_bars *bars,
		       uint32_t interval_s)
{
	struct case_input_record *input = &out->inputs[out->input_count++];

	input->feed_id = bars->feed_id;
	input->interval_s = interval_s;
	input->first_open_s = bars->bars[0].open_time_s;
	input->last_open_s = bars->bars[bars->count - 1].open_time_s;
	input->count = bars->count;
	input->snapshot = bars->snapshot;
	bars_digest(input->digest, bars->bars, bars->count);
}

static enum status add_history(struct built_case *out, struct building *b,
			       struct error *error)
{
	struct history_range range = {
		.end_s = (int64_t)b->market.block.time_s,
		.interval_s = b->order->policy->policy.bar_interval_s };
	enum status status = state_store_origin(&range.from_s, b->order->home,
						error);

	for (uint8_t r = 0; r < b->in.reserve_count && !status; r++) {
		const struct history_source *source = history_source_of(
			b->order->sources, b->reserves[r].symbol);
		struct series *series = &b->series[b->in.series_count];

		if (!source)
			continue; /* decide() names it as missing */
		status = history_load(&b->bars[r], b->order->database, source,
				      &range, error);
		if (status)
			break;
		snprintf(series->source, SOURCE_MAX, "%s", source->source);
		cut_series(b, r, series, &b->bars[r]);
		add_quote(b, r, source, &b->bars[r]);
		status = add_live_quotes(b, source, error);
		note_input(out, &b->bars[r], range.interval_s);
		b->in.series_count++;
	}
	b->in.series = b->series;
	b->in.quotes = b->quotes;
	return status;
}

/* Stored samples before the anchor, and the anchor's own. */
static enum status add_usage(struct building *b, uint8_t r,
			     struct error *error)
{
	int64_t now = (int64_t)b->market.block.time_s;
	struct usage_query query = { .of.chain_id = b->market.chain_id,
				     .from_s = now - USAGE_WINDOW_S,
				     .end_s = now, .limit = USAGE_MAX - 1 };
	struct usage_sample newest, *samples = NULL;
	size_t count = 0;
	enum status status;

	memcpy(query.of.market, b->order->policy->policy.market, HASH_SIZE);
	memcpy(query.asset, b->reserves[r].asset, ADDRESS_SIZE);
	status = usages_load(&samples, &count, b->order->database, &query,
			     error);
	if (status)
		return status;
	if (market_usage_now(&newest, &b->market.reserves[r],
			     b->market.block.time_s)) {
		samples = memory_resize(samples, count + 1, sizeof(newest));
		samples[count++] = newest;
	}
	if (count)
		b->usages[b->in.usage_count++] =
			(struct usage){ r, (uint32_t)count, samples };
	else
		memory_free(samples);
	return OK;
}

static enum status add_usages(struct building *b, struct error *error)
{
	enum status status = OK;

	for (uint8_t r = 0; r < b->in.reserve_count && !status; r++)
		status = add_usage(b, r, error);
	b->in.usages = b->usages;
	return status;
}

/* First block of the epoch: the seed's only chain input. */
static enum status find_epoch_block(struct building *b, struct error *error)
{
	uint64_t start = b->in.epoch *
			 b->order->policy->policy.epoch_period_s;
	struct chain_block first;
	enum status status = epoch_block(&first, b->order->rpc,
					 &b->market.block, start, error);

	if (!status)
		memcpy(b->in.epoch_block_hash, first.hash, HASH_SIZE);
	return status;
}

static enum status fill_head(struct building *b, struct error *error)
{
	struct case_input *in = &b->in;
	const struct policy *policy = &b->order->policy->policy;

	in->domain.chain_id = policy->chain_id;
	memcpy(in->domain.steward, policy->steward, ADDRESS_SIZE);
	memcpy(in->market, policy->market, HASH_SIZE);
	in->mode = b->order->mode;
	in->trigger = b->order->trigger;
	in->evidence = EVIDENCE_C; /* nothing here is proven yet */
	in->anchor_block = b->market.block.number;
	memcpy(in->anchor_hash, b->market.block.hash, HASH_SIZE);
	in->anchor_time_s = b->market.block.time_s;
	in->epoch = in->anchor_time_s / policy->epoch_period_s;
	memcpy(in->fingerprint, b->steward.fingerprint, HASH_SIZE);
	in->policy = bytes_of(b->order->policy->bytes, b->order->policy->size);
	in->state = bytes_of(b->state_bytes, b->state_size);
	in->steward = b->steward.state;
	return find_epoch_block(b, error);
}

static enum status write_bytes(struct built_case *out, struct building *b,
			       struct error *error)
{
	struct buffer buffer;

	buffer_init(&buffer, memory_allocate(CASE_BYTES_MAX, 1),
		    CASE_BYTES_MAX);
	case_encode(&buffer, &b->in);
	if (buffer.overflow) {
		memory_free(buffer.data);
		return error_set(error, E_LIMIT, "the case is larger than %u "
				 "bytes", CASE_BYTES_MAX);
	}
	out->bytes = memory_resize(buffer.data, buffer.size, 1);
	out->size = buffer.size;
	out->anchor_block = b->in.anchor_block;
	case_digest(out->digest, bytes_of(out->bytes, out->size));
	return OK;
}

enum status case_build(struct built_case *out, const struct case_order *order,
		       struct error *error)
{
	struct building *b = memory_allocate(1, sizeof(*b));
	enum status status;

	memset(out, 0, sizeof(*out));
	b->order = order;
	status = read_market(b, error);
	if (!status)
		status = read_steward(b, error);
	if (!status)
		status = copy_reserves(b, error);
	if (!status)
		status = add_emodes(b, error);
	if (!status)
		status = add_outside_changes(b, error);
	if (!status)
		status = add_curves(b, error);
	if (!status)
		status = add_history(out, b, error);
	if (!status)
		status = add_usages(b, error);
	if (!status)
		status = fill_head(b, error);
	if (!status)
		status = write_bytes(out, b, error);
	for (size_t i = 0; i < ASSETS_MAX; i++) {
		memory_free(b->bars[i].bars);
		memory_free(b->usages[i].samples);
	}
	memory_free(b->state_bytes);
	market_snapshot_free(&b->market);
	memory_free(b);
	return status;
}

void built_case_free(struct built_case *built)
{
	memory_free(built->bytes);
	memset(built, 0, sizeof(*built));
}
