/* sample_decidable.c -- see sample_case.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"
#include "tests/support/sample_case.h"

#define BARS 6000u
#define NOW 1700000000
#define ROOM (4u << 20)

static struct bar bars[2][BARS];
static uint8_t room[ROOM], policy_room[8192], state_room[STATE_BYTES_MAX];
static uint8_t memory[16u << 20] __attribute__((aligned(16)));

static uint32_t made; /* bars of each reserve */

static void walk(uint32_t count)
{
	if (made == count)
		return;
	for (uint8_t r = 0; r < 2; r++)
		sample_history(bars[r], &(struct sample_walk){
			7u + r, r ? 1.0 : 1500.0, r ? 0.0003 : 0.007,
			NOW / 3600 * 3600, count });
	made = count;
}

static void genesis(struct state *state, const struct policy *policy,
		    uint32_t fed)
{
	memset(state, 0, sizeof(*state));
	memcpy(state->market, policy->market, HASH_SIZE);
	state->asset_count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct series series = { .reserve = (uint8_t)i, .count = fed,
					 .bars = bars[i] };
		struct arena arena;
		enum status status;

		arena_init(&arena, memory, sizeof(memory));
		memcpy(state->assets[i].asset, policy->assets[i].asset,
		       ADDRESS_SIZE);
		status = forecaster_advance(&state->assets[i], &series, policy,
					    &arena);
		assert(!status);
	}
}

/* What all fed bars come to: a change may have altered them. */
static void chain_all(uint8_t digest[2][HASH_SIZE], uint32_t fed)
{
	memset(digest, 0, 2 * HASH_SIZE);
	for (uint8_t r = 0; r < 2; r++)
		for (uint32_t i = 0; i < fed; i++)
			bar_chain(digest[r], &bars[r][i]);
}

/* The same genesis for the many designs that share it: it depends on the bars
 * fed and on the forecaster's members of the policy alone. */
static void cached_genesis(struct state *state, const struct policy *policy,
			   uint32_t fed)
{
	static struct {
		struct state state;
		struct policy policy;
		uint8_t bars[2][HASH_SIZE];
	} kept[4];
	static unsigned next;
	uint8_t digest[2][HASH_SIZE];
	unsigned at = 0;

	chain_all(digest, fed);
	while (at < 4 &&
	       (memcmp(kept[at].bars, digest, sizeof(digest)) ||
		kept[at].policy.window_bars != policy->window_bars ||
		kept[at].policy.refit_bars != policy->refit_bars ||
		kept[at].policy.refit_others_every !=
			policy->refit_others_every ||
		kept[at].policy.burn_in_bars != policy->burn_in_bars ||
		kept[at].policy.bar_interval_s != policy->bar_interval_s ||
		kept[at].policy.ewma_decay_ppm != policy->ewma_decay_ppm))
		at++;
	if (at == 4) {
		at = next++ % 4;
		genesis(&kept[at].state, policy, fed);
		kept[at].policy = *policy;
		memcpy(kept[at].bars, digest, sizeof(digest));
	}
	*state = kept[at].state;
	memcpy(state->market, policy->market, HASH_SIZE);
	for (size_t i = 0; i < 2; i++)
		memcpy(state->assets[i].asset, policy->assets[i].asset,
		       ADDRESS_SIZE);
}

static void window_of(struct series *series, uint8_t r, uint32_t first,
		      uint32_t count)
{
	memset(series->prefix, 0, HASH_SIZE);
	for (uint32_t i = 0; i < first; i++)
		bar_chain(series->prefix, &bars[r][i]);
	series->first_index = first;
	series->bars = bars[r] + first;
	series->count = count - first;
}

static void cover(struct case_input *in)
{
	for (uint8_t r = 0; r < in->reserve_count; r++)
		in->reserves[r].borrowed = 0;
	for (uint32_t i = 0; i < in->position_count; i++)
		for (uint8_t h = 0; h < in->positions[i].count; h++) {
			const struct holding *at =
				&in->positions[i].holdings[h];

			in->reserves[at->reserve].borrowed += at->borrowed;
		}
}

static void bind_bytes(struct case_input *in, const struct policy *policy,
		       const struct state *state)
{
	struct buffer buffer;

	buffer_init(&buffer, policy_room, sizeof(policy_room));
	policy_encode(&buffer, policy);
	in->policy = buffer_bytes(&buffer);
	policy_hash(in->steward.policy_hash, in->policy);
	buffer_init(&buffer, state_room, sizeof(state_room));
	state_encode(&buffer, state);
	in->state = buffer_bytes(&buffer);
	state_digest(in->steward.state_digest, in->state);
}

void (*sample_state_change)(struct state *state);

struct bytes sample_decidable(const struct sample_design *design)
{
	static struct policy policy;
	static struct state state;
	uint32_t count = design->fed + design->fresh, first;
	struct case_input in;
	struct buffer buffer;

	walk(count);
	sample_case(&in);
	sample_policy(&policy);
	policy.path_count = 200;
	first = design->fed > policy.window_bars
			? design->fed - policy.window_bars
			: 0;
	for (uint8_t r = 0; r < 2; r++)
		window_of(&in.series[r], r, first, count);
	in.reserves[0].price_e8 = (uint64_t)(
		decimal_to_double(bars[0][count - 1].close) * 1e8);
	in.quote_count = 0;
	/* Isolation and growth caps are asked for by the tests of theirs. */
	in.reserves[1].flags &= ~(uint32_t)RESERVE_ISOLATED;
	if (design->change)
		design->change(&in, &policy);
	if (!design->unproven)
		cover(&in);
	cached_genesis(&state, &policy, design->fed);
	if (sample_state_change)
		sample_state_change(&state);
	bind_bytes(&in, &policy, &state);
	buffer_init(&buffer, room, sizeof(room));
	case_encode(&buffer, &in);
	assert(!buffer.overflow);
	return buffer_bytes(&buffer);
}
