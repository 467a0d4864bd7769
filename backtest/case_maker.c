/* case_maker.c -- see case_maker.h. */
#include "backtest/case_maker.h"

#include <stdio.h>
#include <string.h>

#include "backtest/disturbance.h"
#include "base/host/memory.h"

#define REST_BYTES 262144u     /* policy, state, reserves, usage */
#define BAR_BYTES 64u
#define POSITION_BYTES 128u

/* A case under construction; arrays are the request's. */
struct making {
	const struct case_order *order;
	const struct backtest_plan *plan;
	struct case_input in;
	struct reserve reserves[ASSETS_MAX];
	struct liquidity_curve curves[ASSETS_MAX];
	struct series series[ASSETS_MAX];
	struct usage usages[ASSETS_MAX];
	struct quote quotes[QUOTES_MAX];
	struct position *positions;
	struct holding *holdings;
};

void case_history_sample(struct case_history *history,
			 const struct market *market, int64_t time_s)
{
	for (size_t a = 0; a < market->asset_count; a++) {
		const struct market_asset *at = &market->assets[a];
		uint32_t *count = &history->assets[a].usage_count;
		struct usage_sample *usage = history->assets[a].usage;

		if (*count == CASE_USAGE_MAX)
			memmove(usage, usage + 1,
				--*count * sizeof(*usage));
		usage[(*count)++] = (struct usage_sample){
			time_s,
			(uint32_t)(market_utilisation(at) * 1e6 + 0.5),
			(uint32_t)(at->borrow_rate * 10000.0 + 0.5) };
	}
}

struct case_bars case_bars_at(const struct price_grid *grid, size_t asset,
			      int64_t time_s)
{
	const struct backtest_plan *plan = grid->plan;
	size_t known = prices_count(grid, asset,
				    time_s - (int64_t)plan->embargo_s);
	/* The state may be a decision's period behind: a refit in between needs
	 * its window too. */
	size_t period = plan->policy->epoch_period_s / PRICES_HOUR_S + 1;
	size_t want = plan->policy->window_bars + 2 * period +
		      plan->policy->refit_bars;
	size_t first = known > want ? known - want : 0;

	return (struct case_bars){ plan->assets[asset].bars + first, first,
				   known - first };
}

static u128 raw_of(double amount)
{
	return amount < 1.0 ? 0
	       : amount > 0x1p120 ? (u128)1 << 120
				  : (u128)amount;
}

static void make_reserve(struct making *m, size_t a)
{
	const struct case_order *order = m->order;
	const struct plan_asset *asset = &m->plan->assets[a];
	const struct market_asset *at = &order->market->assets[a];
	struct reserve *out = &m->reserves[a];
	double age = order->carry->answer_age_s[a];

	steward_reserve(out, order->steward, order->market, a);
	memcpy(out->asset, m->plan->policy->assets[a].asset, ADDRESS_SIZE);
	memcpy(out->symbol, asset->symbol, SYMBOL_MAX);
	memcpy(out->feed, out->asset, ADDRESS_SIZE);
	out->decimals = asset->decimals;
	out->price_e8 = (uint64_t)(at->price_usd * 1e8 + 0.5);
	out->price_time_s = (uint64_t)(order->time_s - (int64_t)age);
	out->reserve_factor_bps = asset->reserve_factor_bps;
	out->protocol_fee_bps = asset->protocol_fee_bps;
	out->supplied = raw_of(at->supplied);
	out->borrowed = raw_of(at->borrowed);
	out->available = out->supplied > out->borrowed
				 ? out->supplied - out->borrowed
				 : 0;
	disturbance_reserve(out, m->plan, a, order->time_s);
}

/* Quotes as they are at the depth of now. */
static void make_curve(struct making *m, size_t a)
{
	struct liquidity_curve *out = &m->curves[a];

	disturbance_curve(out, m->plan, a, m->order->time_s);
	out->reserve = (uint8_t)a;
	out->time_s = (uint64_t)m->order->time_s;
	for (uint8_t i = 0; i < out->count; i++) {
		double size = (double)out->points[i].size_usd *
			      m->order->depth;

		out->points[i].size_usd = size < (double)(i + 1)
						  ? i + 1u
						  : (uint64_t)size;
		if (i && out->points[i].size_usd <=
				 out->points[i - 1].size_usd)
			out->points[i].size_usd =
				out->points[i - 1].size_usd + 1;
	}
}

static void make_series(struct making *m, size_t a)
{
	const struct case_order *order = m->order;
	struct case_bars window = case_bars_at(order->grid, a, order->time_s);
	struct series *out = &m->series[a];
	size_t *first = &order->history->assets[a].first;

	for (; *first < window.first; ++*first)
		bar_chain(order->history->assets[a].prefix,
			  &m->plan->assets[a].bars[*first]);
	*out = (struct series){ .reserve = (uint8_t)a,
				.synthetic = m->plan->assets[a].synthetic,
				.first_index = window.first,
				.count = (uint32_t)window.count,
				.bars = (struct bar *)(uintptr_t)window.bars };
	snprintf(out->source, SOURCE_MAX, "backtest");
	memcpy(out->prefix, order->history->assets[a].prefix, HASH_SIZE);
}

/* Accounts are named by their number: ascending, as a case wants them. */
static void make_positions(struct making *m)
{
	const struct market *market = m->order->market;
	struct holding *next = m->holdings;

	for (size_t i = 0; i < market->borrower_count; i++) {
		const struct borrower *who = &market->borrowers[i];
		const struct engine_holding *c = &who->holdings[0];
		const struct engine_holding *d = &who->holdings[1];
		struct position *out = &m->positions[m->in.position_count];
		bool swap = d->reserve < c->reserve;

		if (!d->borrowed)
			continue;
		out->emode = 0;
		out->count = 2;
		memset(out->account, 0, ADDRESS_SIZE);
		for (size_t b = 0; b < 4; b++)
			out->account[ADDRESS_SIZE - 1 - b] =
				(uint8_t)(i >> (8 * b));
		out->holdings = next;
		next[swap] = (struct holding){ c->reserve, c->collateral,
					       c->supplied, c->borrowed };
		next[!swap] = (struct holding){ d->reserve, d->collateral,
						d->supplied, d->borrowed };
		next += 2;
		m->in.position_count++;
	}
	m->in.positions = m->positions;
}

static void make_head(struct making *m)
{
	const struct policy *policy = m->plan->policy;
	const struct case_order *order = m->order;
	struct case_input *in = &m->in;

	in->domain.chain_id = policy->chain_id;
	memcpy(in->domain.steward, policy->steward, ADDRESS_SIZE);
	memcpy(in->market, policy->market, HASH_SIZE);
	in->mode = MODE_SHADOW;
	in->evidence = m->plan->evidence;
	in->epoch = (uint64_t)order->time_s / policy->epoch_period_s;
	in->anchor_block = (uint64_t)order->time_s / 12;
	in->anchor_time_s = (uint64_t)order->time_s;
	/* In place of the block's hash: what the seed of the paths hangs on. */
	memcpy(in->epoch_block_hash, m->plan->seed, HASH_SIZE);
	in->policy = m->plan->policy_bytes;
	in->state = order->state;
	in->steward = order->steward->state;
	state_digest(in->steward.state_digest, order->state);
}

double case_price_usd(const struct case_order *order, size_t asset)
{
	const struct backtest_plan *plan = order->grid->plan;
	int64_t now = order->time_s - plan->from_s;
	size_t hour = now > 0 ? (size_t)(now / PRICES_HOUR_S) - 1 : 0;
	double usd = prices_hour(order->grid, hour, asset)->close;
	double sold = order->carry->pressure_usd[asset];
	struct liquidity_curve quotes;
	struct impact_curve curve;

	if (!(sold > 0.0))
		return usd;
	disturbance_curve(&quotes, plan, asset, order->time_s);
	if (impact_prepare(&curve, &quotes, 10000, 0,
			   plan->policy->recovery_half_life_s))
		return usd;
	return usd * (1.0 - impact_of(&curve, sold / order->depth));
}

/* Every family's price. */
static void make_quotes(struct making *m)
{
	const struct case_order *order = m->order;

	m->in.quotes = m->quotes;
	for (size_t a = 0; a < m->plan->asset_count; a++)
		for (uint8_t f = 0; f < m->plan->families; f++) {
			struct quote *out = &m->quotes[m->in.quote_count];
			double usd = case_price_usd(order, a) *
				     disturbance_quote(m->plan, a, f,
						       order->time_s);

			if (!(usd >= 1e-8 && usd < 1e10))
				continue; /* no decimal of a case */
			*out = (struct quote){
				.reserve = (uint8_t)a,
				.price_usd = decimal_from_scaled(
					(int64_t)(usd * 1e8), 8),
				.time_s = (uint64_t)order->time_s };
			snprintf(out->family, SOURCE_MAX, "family-%u", f);
			m->in.quote_count++;
		}
}

static void make_assets(struct making *m)
{
	struct case_input *in = &m->in;
	size_t n = m->plan->asset_count;

	for (size_t a = 0; a < n; a++) {
		make_reserve(m, a);
		make_curve(m, a);
		make_series(m, a);
		m->usages[a] = (struct usage){
			(uint8_t)a, m->order->history->assets[a].usage_count,
			m->order->history->assets[a].usage };
	}
	in->reserve_count = in->curve_count = in->series_count = (uint8_t)n;
	in->reserves = m->reserves;
	in->curves = m->curves;
	in->series = m->series;
	in->usage_count = m->usages[0].count ? (uint8_t)n : 0;
	in->usages = m->usages;
}

static size_t room_for(const struct making *m)
{
	size_t bars = 0;

	for (size_t a = 0; a < m->plan->asset_count; a++)
		bars += m->series[a].count;
	return REST_BYTES + bars * BAR_BYTES +
	       m->in.position_count * POSITION_BYTES +
	       m->plan->asset_count * CASE_USAGE_MAX * 24u;
}

enum status case_make(struct buffer *out, const struct case_order *order,
		      struct error *error)
{
	struct making *m = memory_allocate(1, sizeof(*m));
	size_t count = order->market->borrower_count + 1, room;

	m->order = order;
	m->plan = order->grid->plan;
	m->positions = memory_allocate(count, sizeof(*m->positions));
	m->holdings = memory_allocate(count * 2, sizeof(*m->holdings));
	make_head(m);
	make_assets(m);
	make_quotes(m);
	make_positions(m);
	room = room_for(m);
	if (out->capacity < room)
		out->data = memory_resize(out->data, room, 1);
	buffer_init(out, out->data,
		    room > out->capacity ? room : out->capacity);
	case_encode(out, &m->in);
	memory_free(m->positions);
	memory_free(m->holdings);
	memory_free(m);
	return out->overflow || out->size > CASE_BYTES_MAX
		       ? error_set(error, E_LIMIT, "a case of %zu bytes is too "
				   "large", out->size)
		       : OK;
}
