/* sample_market.c -- see sample_market.h. */
#include "tests/support/sample_market.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"
#include "tests/support/sample_case.h"

#define NOW 1700000000
#define BARS 2030u
#define FED 2000u
#define UNIT18 ((u128)1000000000000000000u)

struct market {
	const struct market_design *design;
	struct case_input in;
	struct policy policy;
	struct state state;
	struct reserve reserves[ASSETS_MAX];
	struct liquidity_curve curves[ASSETS_MAX];
	struct series series[ASSETS_MAX];
	struct bar *bars[ASSETS_MAX];
	struct position *positions;
	struct holding *holdings;
	uint64_t random;
};

static double draw(struct market *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (double)(m->random >> 11) * 0x1p-53;
}

static bool is_dollar(const struct market *m, size_t i)
{
	return i + 1 == m->design->asset_count;
}

static void make_policy(struct market *m)
{
	struct asset_policy pattern;

	sample_policy(&m->policy);
	pattern = m->policy.assets[0];
	m->policy.path_count = m->design->path_count;
	m->policy.horizon_s = m->design->horizon_s;
	m->policy.step_s = m->design->step_s;
	m->policy.asset_count = m->design->asset_count;
	for (size_t i = 0; i < m->design->asset_count; i++) {
		struct asset_policy *asset = &m->policy.assets[i];

		*asset = pattern;
		memset(asset->asset, (int)(0x11 + i), ADDRESS_SIZE);
		memcpy(asset->symbol, "A0", 3);
		asset->symbol[1] = (char)('A' + (int)i);
		asset->stable = is_dollar(m, i);
	}
}

static void make_history(struct market *m, size_t i)
{
	struct asset_state *state = &m->state.assets[i];
	struct series fed = { .count = FED, .bars = NULL };
	size_t room = (size_t)64 << 20;
	void *memory = malloc(room);
	struct arena arena;
	enum status status;

	m->bars[i] = calloc(BARS, sizeof(struct bar));
	assert(memory && m->bars[i]);
	sample_history(m->bars[i], &(struct sample_walk){
		m->design->seed + i, is_dollar(m, i) ? 1.0 : 100.0 * (double)(i + 1),
		is_dollar(m, i) ? 0.0002 : 0.004 + 0.001 * (double)i,
		NOW / 3600 * 3600, BARS });
	arena_init(&arena, memory, room);
	memcpy(state->asset, m->policy.assets[i].asset, ADDRESS_SIZE);
	fed.bars = m->bars[i];
	status = forecaster_advance(state, &fed, &m->policy, &arena);
	assert(!status);
	m->series[i] = (struct series){ .reserve = (uint8_t)i, .count = BARS,
					.bars = m->bars[i] };
	memcpy(m->series[i].source, "walk", 5);
	free(memory);
}

static void make_reserve(struct market *m, size_t i)
{
	struct case_input pattern;
	struct reserve *r = &m->reserves[i];

	sample_case(&pattern);
	*r = pattern.reserves[0];
	memcpy(r->asset, m->policy.assets[i].asset, ADDRESS_SIZE);
	memset(r->feed, (int)(0x51 + i), ADDRESS_SIZE);
	memcpy(r->symbol, m->policy.assets[i].symbol, SYMBOL_MAX);
	r->price_e8 = (uint64_t)(
		decimal_to_double(m->bars[i][BARS - 1].close) * 1e8);
	r->oracle_low_e8 = r->oracle_high_e8 = 0;
	r->ltv_bps = 7000;
	r->lt_bps = 7500;
	m->curves[i] = pattern.curves[0];
	m->curves[i].reserve = (uint8_t)i;
	for (uint8_t k = 0; k < m->curves[i].count; k++)
		m->curves[i].points[k].size_usd *= 20;
}

/* Collateral of one or two assets, debt of dollars or another asset. */
static void make_position(struct market *m, uint32_t p)
{
	size_t n = m->design->asset_count, debt_in;
	struct holding *h = m->holdings + 2 * (size_t)p;
	size_t asset = (size_t)(draw(m) * (double)(n > 1 ? n - 1 : 1));
	double usd = 1000.0 + 200000.0 * draw(m) * draw(m) * draw(m);
	double share = m->design->leverage * (0.4 + 0.6 * draw(m)) * 0.75;
	double price = (double)m->reserves[asset].price_e8 * 1e-8;

	debt_in = draw(m) < 0.8 || n < 3 ? n - 1 : (asset + 1) % (n - 1);
	if (n == 1)
		debt_in = 0;
	memset(m->positions[p].account, 0, ADDRESS_SIZE);
	for (int b = 0; b < 4; b++)
		m->positions[p].account[b] = (uint8_t)(p >> (24 - 8 * b));
	m->positions[p].account[19] = 1;
	m->positions[p].holdings = h;
	h[0] = (struct holding){ (uint8_t)asset, true,
				 (u128)(usd / price * 1e6) * (UNIT18 / 1000000),
				 0 };
	price = (double)m->reserves[debt_in].price_e8 * 1e-8;
	h[1] = (struct holding){
		(uint8_t)debt_in, false, 0,
		(u128)(usd * share / price * 1e6) * (UNIT18 / 1000000) };
	m->positions[p].count = 2;
	if (debt_in == asset) {
		h[0].borrowed = h[1].borrowed;
		m->positions[p].count = 1;
	} else if (debt_in < asset) {
		struct holding swap = h[0];

		h[0] = h[1];
		h[1] = swap;
	}
}

static void add_totals(struct market *m)
{
	for (size_t i = 0; i < m->design->asset_count; i++)
		m->reserves[i].supplied = m->reserves[i].borrowed = 0;
	for (uint32_t p = 0; p < m->design->position_count; p++)
		for (uint8_t h = 0; h < m->positions[p].count; h++) {
			const struct holding *at = &m->positions[p].holdings[h];

			m->reserves[at->reserve].supplied += at->supplied;
			m->reserves[at->reserve].borrowed += at->borrowed;
		}
	for (size_t i = 0; i < m->design->asset_count; i++)
		m->reserves[i].supplied += 3 * m->reserves[i].borrowed / 2;
}

static void make_lists(struct market *m)
{
	uint32_t n = m->design->position_count;

	sample_case(&m->in);
	m->in.emode_count = m->in.usage_count = m->in.quote_count = 0;
	m->positions = calloc(n + 1, sizeof(*m->positions));
	m->holdings = calloc(2 * (size_t)n + 1, sizeof(*m->holdings));
	assert(m->positions && m->holdings);
	for (size_t i = 0; i < m->design->asset_count; i++) {
		make_history(m, i);
		make_reserve(m, i);
	}
	for (uint32_t p = 0; p < n; p++)
		make_position(m, p);
	add_totals(m);
	m->in.reserves = m->reserves;
	m->in.reserve_count = (uint8_t)m->design->asset_count;
	m->in.positions = m->positions;
	m->in.position_count = n;
	m->in.curves = m->curves;
	m->in.curve_count = (uint8_t)m->design->asset_count;
	m->in.series = m->series;
	m->in.series_count = (uint8_t)m->design->asset_count;
}

static struct bytes write_case(struct market *m)
{
	static uint8_t policy[16384], state[STATE_BYTES_MAX];
	struct buffer buffer;
	uint8_t *room = malloc(CASE_BYTES_MAX);

	assert(room);
	buffer_init(&buffer, policy, sizeof(policy));
	policy_encode(&buffer, &m->policy);
	assert(!buffer.overflow && !policy_check(&m->policy));
	m->in.policy = buffer_bytes(&buffer);
	policy_hash(m->in.steward.policy_hash, m->in.policy);
	buffer_init(&buffer, state, sizeof(state));
	state_encode(&buffer, &m->state);
	assert(!buffer.overflow);
	m->in.state = buffer_bytes(&buffer);
	state_digest(m->in.steward.state_digest, m->in.state);
	buffer_init(&buffer, room, CASE_BYTES_MAX);
	case_encode(&buffer, &m->in);
	assert(!buffer.overflow);
	return buffer_bytes(&buffer);
}

struct bytes sample_market(const struct market_design *design)
{
	struct market *m = calloc(1, sizeof(*m));
	struct bytes out;

	assert(m);
	m->design = design;
	m->random = design->seed * 2654435761u + 88172645463325252u;
	make_policy(m);
	memcpy(m->state.market, m->policy.market, HASH_SIZE);
	m->state.asset_count = design->asset_count;
	make_lists(m);
	if (design->change)
		design->change(&m->in, &m->policy);
	out = write_case(m);
	for (size_t i = 0; i < ASSETS_MAX; i++)
		free(m->bars[i]);
	free(m->positions);
	free(m->holdings);
	free(m);
	return out;
}
