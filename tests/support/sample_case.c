/* sample_case.c -- see sample_case.h. */
#include "tests/support/sample_case.h"

#include <string.h>

#include "crypto/keccak.h"

#define NOW 1700000000
#define UNIT18 ((u128)1000000000000000000u)

static struct reserve reserves[2];
static struct emode emodes[1];
static struct holding holdings[4][2];
static struct position positions[4];
static struct liquidity_curve curves[2];
static struct series series[2];
static struct bar bars[2][40];
static struct usage usages[2];
static struct usage_sample samples[2][30];
static struct quote quotes[4];
static uint8_t policy_bytes[8192], state_bytes[4096];

static void fill_address(uint8_t *address, uint8_t value)
{
	memset(address, value, ADDRESS_SIZE);
}

static void sample_asset(struct asset_policy *asset, uint8_t tag,
			 const char *symbol)
{
#define ASSET(member, minimum, maximum, preset, meaning) asset->member = preset;
#include "case/policy.def"
	fill_address(asset->asset, tag);
	strncpy(asset->symbol, symbol, SYMBOL_MAX - 1);
	asset->collateral = true;
	asset->borrowable = true;
	asset->stable = tag == 0x22;
}

void sample_policy(struct policy *out)
{
	memset(out, 0, sizeof(*out));
#define POLICY(member, minimum, maximum, preset, meaning) out->member = preset;
#include "case/policy.def"
	out->chain_id = 31337;
	fill_address(out->steward, 0x77);
	memset(out->market, 0x4d, HASH_SIZE);
	out->development = true;
	out->asset_count = 2;
	sample_asset(&out->assets[0], 0x11, "WETH");
	sample_asset(&out->assets[1], 0x22, "USDC");
}

static void sample_limit(struct tuple_state *out, uint8_t kind)
{
	out->kind = kind;
	out->limit.set = true;
	out->limit.relative = kind != KIND_COLLATERAL;
	out->limit.window_s = 86400;
	out->limit.min_delay_tighten_s = 3600;
	out->limit.min_delay_loosen_s = 3600;
	out->limit.count = kind_value_count(kind);
	for (uint8_t i = 0; i < out->limit.count; i++)
		out->limit.components[i] = (struct component_limit){
			.floor = i == 2 ? 10100 : 1,
			.ceiling = kind == KIND_COLLATERAL ? 11500
							   : 68719476735u,
			.step_tighten = 300, .step_loosen = 100,
			.allowance_tighten = 600, .allowance_loosen = 200,
			.fast_loosen = 100 };
}

static void sample_reserve(struct reserve *out, uint8_t tag,
			   const char *symbol)
{
	memset(out, 0, sizeof(*out));
	fill_address(out->asset, tag);
	strncpy(out->symbol, symbol, SYMBOL_MAX - 1);
	out->decimals = tag == 0x22 ? 6 : 18;
	out->flags = RESERVE_ACTIVE | RESERVE_BORROWING;
	out->price_e8 = tag == 0x22 ? 100000000u : 180000000000u;
	out->price_time_s = NOW - 600;
	fill_address(out->feed, (uint8_t)(tag + 1));
	out->ltv_bps = tag == 0x22 ? 7500 : 8000;
	out->lt_bps = tag == 0x22 ? 7800 : 8300;
	out->lb_bps = 10500;
	out->supply_cap = 1000000;
	out->borrow_cap = 500000;
	out->optimal_bps = 8000;
	out->slope1_bps = 400;
	out->slope2_bps = 6000;
	out->reserve_factor_bps = 1500;
	out->protocol_fee_bps = 1000;
	out->supplied = (u128)50000 * (tag == 0x22 ? 1000000u : UNIT18);
	out->borrowed = out->supplied / 3;
	out->available = out->supplied - out->borrowed;
	out->oracle_low_e8 = 1;
	out->oracle_high_e8 = tag == 0x22 ? 1000000000u
					  : 10000000000000000u;
	out->debt_ceiling_cents = tag == 0x22 ? 500000000u : 0;
	out->flags |= tag == 0x22 ? RESERVE_ISOLATED : 0;
	out->backing_ppm = tag == 0x22 ? 1000900 : 0;
	out->kind_count = 3;
	sample_limit(&out->kinds[0], KIND_COLLATERAL);
	sample_limit(&out->kinds[1], KIND_SUPPLY_CAP);
	sample_limit(&out->kinds[2], KIND_BORROW_CAP);
}

static void sample_position(size_t i, u128 weth, u128 usdc_debt)
{
	fill_address(positions[i].account, (uint8_t)(0x30 + i));
	positions[i].emode = i == 3;
	positions[i].count = 2;
	positions[i].holdings = holdings[i];
	holdings[i][0] = (struct holding){ 0, true, weth, 0 };
	holdings[i][1] = (struct holding){ 1, false, 0, usdc_debt };
}

static void sample_curve(struct liquidity_curve *out, uint8_t reserve)
{
	*out = (struct liquidity_curve){ .reserve = reserve, .time_s = NOW,
					 .source = "quotes", .count = 3 };
	out->points[0] = (struct curve_point){ 100000, 5 };
	out->points[1] = (struct curve_point){ 1000000, 60 };
	out->points[2] = (struct curve_point){ 10000000, 700 };
}

static void sample_emode(void)
{
	emodes[0] = (struct emode){ .id = 1, .ltv_bps = 8700, .lt_bps = 9000,
				    .lb_bps = 10200, .collateral = 1,
				    .borrowable = 3 };
}

/* Six-hourly, from 22 % to about the third that is lent out, and the rate of
 * the curve there. */
static void sample_usage(uint8_t reserve)
{
	const uint32_t count = sizeof(samples[0]) / sizeof(samples[0][0]);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t use_ppm = 220000 + 4000 * i + 7000 * (i * 5 % 7) / 6;

		samples[reserve][i] = (struct usage_sample){
			.time_s = NOW - 21600 * (int64_t)(count - 1 - i),
			.utilisation_ppm = use_ppm,
			.borrow_rate_bps = use_ppm / 100 * 400 / 8000 };
	}
	usages[reserve] = (struct usage){ reserve, count, samples[reserve] };
}

/* splitmix64, Steele et al. (2014): enough for test data. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double next_step(uint64_t *state)
{
	double sum = 0.0;

	for (int i = 0; i < 12; i++)
		sum += (double)(next_random(state) >> 11) * 0x1p-53;
	return sum - 6.0;
}

void sample_history(struct bar *out, const struct sample_walk *walk)
{
	uint64_t random = walk->seed;
	double price = walk->first_price;

	for (uint32_t i = 0; i < walk->count; i++) {
		double next = price * (1.0 + walk->step_sd * next_step(&random));
		double high = price > next ? price : next;
		double low = price > next ? next : price;
		struct bar *bar = &out[i];

		bar->open_time_s = walk->end_s -
				   3600 * (int64_t)(walk->count - i);
		bar->open = decimal_from_scaled((int64_t)(price * 1e6), 6);
		bar->high = decimal_from_scaled((int64_t)(high * 1e6), 6);
		bar->low = decimal_from_scaled((int64_t)(low * 1e6), 6);
		bar->close = decimal_from_scaled((int64_t)(next * 1e6), 6);
		price = next;
	}
}

static void sample_series(uint8_t reserve)
{
	series[reserve] = (struct series){ .reserve = reserve,
					   .source = "binance", .count = 40,
					   .bars = bars[reserve] };
	sample_history(bars[reserve], &(struct sample_walk){
		reserve + 1u, reserve ? 1.0 : 1800.0, reserve ? 0.0002 : 0.01,
		NOW / 3600 * 3600, 40 });
}

static void sample_quotes(void)
{
	for (uint8_t i = 0; i < 4; i++) {
		quotes[i] = (struct quote){
			.reserve = i / 2,
			.price_usd = { i / 2 ? 1 : 18, i / 2 ? 0 : 2 },
			.time_s = NOW - 60 };
		strncpy(quotes[i].family, i % 2 ? "coinbase" : "binance",
			SOURCE_MAX - 1);
		if (i < 2)
			quotes[i].price_usd = (struct decimal){ 18, 2 };
	}
}

static void sample_bytes(struct case_input *out)
{
	static struct policy policy;
	static struct state state;
	struct buffer buffer;

	sample_policy(&policy);
	buffer_init(&buffer, policy_bytes, sizeof(policy_bytes));
	policy_encode(&buffer, &policy);
	out->policy = buffer_bytes(&buffer);
	policy_hash(out->steward.policy_hash, out->policy);
	memset(&state, 0, sizeof(state));
	memset(state.market, 0x4d, HASH_SIZE);
	state.asset_count = 1;
	fill_address(state.assets[0].asset, 0x11);
	buffer_init(&buffer, state_bytes, sizeof(state_bytes));
	state_encode(&buffer, &state);
	out->state = buffer_bytes(&buffer);
	state_digest(out->steward.state_digest, out->state);
}

void sample_case(struct case_input *out)
{
	memset(out, 0, sizeof(*out));
	out->domain.chain_id = 31337;
	fill_address(out->domain.steward, 0x77);
	memset(out->market, 0x4d, HASH_SIZE);
	out->evidence = EVIDENCE_C;
	out->epoch = NOW / 3600;
	out->anchor_block = 123;
	memset(out->anchor_hash, 0xaa, HASH_SIZE);
	out->anchor_time_s = NOW;
	memset(out->epoch_block_hash, 0xbb, HASH_SIZE);
	memset(out->fingerprint, 0xcc, HASH_SIZE);
	out->steward.development = true;
	out->steward.confirm_delay_s = 3600;
	out->steward.timelock_delay_s = 86400;
	out->steward.pending_life_s = 86400;
	out->steward.max_age_s = 7200;
	out->steward.max_validity_s = 7200;
	sample_bytes(out);
	sample_reserve(&reserves[0], 0x11, "WETH");
	sample_reserve(&reserves[1], 0x22, "USDC");
	sample_position(0, 10 * UNIT18, 12000000000u);
	sample_position(1, 100 * UNIT18, 140000000000u);
	sample_position(2, UNIT18 / 10, 20000000u);
	sample_position(3, 5 * UNIT18, 5800000000u); /* the one in e-mode */
	sample_emode();
	sample_curve(&curves[0], 0);
	sample_curve(&curves[1], 1);
	sample_series(0);
	sample_series(1);
	sample_usage(0);
	sample_usage(1);
	sample_quotes();
	out->reserve_count = 2;
	out->reserves = reserves;
	out->emode_count = 1;
	out->emodes = emodes;
	out->position_count = 4;
	out->positions = positions;
	out->curve_count = 2;
	out->curves = curves;
	out->series_count = 2;
	out->series = series;
	out->usage_count = 2;
	out->usages = usages;
	out->quote_count = 4;
	out->quotes = quotes;
}

void sample_decision(struct signed_decision *out)
{
	static const uint8_t report[] = { 0x80 };
	struct decision *decision = &out->decision;

	memset(out, 0, sizeof(*out));
	out->domain.chain_id = 31337;
	fill_address(out->domain.steward, 0x77);
	memset(decision->market, 0x4d, HASH_SIZE);
	decision->outcome = OUTCOME_UPDATE;
	decision->evidence = EVIDENCE_A;
	decision->epoch = 472222;
	decision->as_of = NOW;
	decision->valid_until = NOW + 3600;
	decision->anchor_block = 77;
	decision->reasons = 5;
	decision->tuple_count = 2;
	decision->tuples[0] = (struct tuple){
		.kind = KIND_COLLATERAL, .count = 3,
		.old_values = { 8000, 8300, 10500 },
		.new_values = { 7900, 8200, 10500 } };
	fill_address(decision->tuples[0].asset, 0x11);
	decision->tuples[1] = (struct tuple){ .kind = KIND_SUPPLY_CAP,
					      .count = 1,
					      .old_values = { 1000 },
					      .new_values = { 900 } };
	fill_address(decision->tuples[1].asset, 0x11);
	out->attachment.probe_count = 1;
	fill_address(out->attachment.probes[0], 0x30);
	out->attachment.price_count = 1;
	fill_address(out->attachment.price_assets[0], 0x11);
	out->attachment.prices[0] = 180000000000u;
	out->report = bytes_of(report, sizeof(report));
	keccak256(out->attachment.report, report, sizeof(report));
	attachment_digest(decision->report_digest, &out->attachment);
}
