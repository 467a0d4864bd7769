/* steward.c -- answers of the steward's views; see steward.h. */
#include "feeds/wire/steward.h"

#include <string.h>

#define WORD 32u

/* Reads words in order; the first failure sticks. */
struct words {
	const uint8_t *at, *end;
	enum status status;
};

static struct words words_of(struct bytes answer, size_t count)
{
	return (struct words){ answer.data, answer.data + answer.size,
			       answer.size == count * WORD ? OK : E_MALFORMED };
}

static u128 number(struct words *w, u128 limit)
{
	u128 value = 0;

	if (!w->status && (size_t)(w->end - w->at) < WORD)
		w->status = E_MALFORMED;
	if (w->status)
		return 0;
	w->status = load_be256(&value, w->at);
	if (!w->status && value > limit)
		w->status = E_RANGE;
	w->at += WORD;
	return w->status ? 0 : value;
}

static uint64_t number64(struct words *w)
{
	return (uint64_t)number(w, UINT64_MAX);
}

static uint32_t number32(struct words *w)
{
	return (uint32_t)number(w, UINT32_MAX);
}

static bool flag(struct words *w)
{
	return number(w, 1) == 1;
}

static void fixed(uint8_t *out, size_t size, struct words *w)
{
	if (!w->status && (size_t)(w->end - w->at) < WORD)
		w->status = E_MALFORMED;
	if (w->status)
		return;
	memcpy(out, w->at + WORD - size, size);
	w->at += WORD;
}

enum status steward_decode_config(struct steward_config *config,
				  struct steward_state *state,
				  struct bytes answer)
{
	struct words w = words_of(answer, 14);
	uint8_t feed[ADDRESS_SIZE];

	fixed(config->adapter, ADDRESS_SIZE, &w);
	config->epoch_period_s = number32(&w);
	state->max_age_s = number32(&w);
	state->max_validity_s = number32(&w);
	fixed(feed, ADDRESS_SIZE, &w);
	(void)number32(&w); /* sequencer's grace */
	config->anchor_depth = number32(&w);
	(void)number32(&w); /* longest silence */
	state->confirm_delay_s = number32(&w);
	state->timelock_delay_s = number32(&w);
	state->pending_life_s = number32(&w);
	(void)number32(&w); /* life of recorded decisions */
	config->tolerance_bps = (uint16_t)number(&w, UINT16_MAX);
	fixed(state->policy_hash, HASH_SIZE, &w);
	return w.status;
}

enum status steward_decode_state(struct steward_state *state,
				 struct bytes answer, uint64_t now_s)
{
	struct words w = words_of(answer, 13);

	fixed(state->state_digest, HASH_SIZE, &w);
	state->last_epoch = number64(&w);
	state->has_epoch = flag(&w);
	state->epoch_used = flag(&w);
	state->loosen_paused = flag(&w);
	state->silent = flag(&w);
	state->all_paused = number64(&w) > now_s;
	return w.status;
}

static void read_buckets(struct bucket out[TUPLE_VALUES_MAX], struct words *w)
{
	for (size_t i = 0; i < TUPLE_VALUES_MAX; i++) {
		out[i].level_e18 = number(w, ~(u128)0);
		out[i].updated_s = number64(w);
	}
}

static void read_values(u128 out[TUPLE_VALUES_MAX], struct words *w)
{
	for (size_t i = 0; i < TUPLE_VALUES_MAX; i++)
		out[i] = number(w, ~(u128)0);
}

enum status steward_decode_tuple(struct tuple_state *out, struct bytes answer,
				 bool pending_stands)
{
	struct words w = words_of(answer, 33);
	struct pending_item pending;
	uint8_t ignored[HASH_SIZE];

	memset(&pending, 0, sizeof(pending));
	out->last_change_s = number64(&w);
	pending.present = flag(&w) && pending_stands;
	read_buckets(out->tighten, &w);
	read_buckets(out->loosen, &w);
	fixed(ignored, ADDRESS_SIZE, &w); /* key */
	pending.ready_s = number64(&w);
	pending.expires_s = number64(&w);
	(void)number32(&w); /* count */
	(void)number32(&w); /* generation */
	fixed(ignored, HASH_SIZE, &w); /* digest */
	fixed(ignored, HASH_SIZE, &w); /* policy */
	read_values(pending.old_values, &w);
	read_values(pending.new_values, &w);
	if (!w.status && pending.present)
		out->pending = pending;
	else
		memset(&out->pending, 0, sizeof(out->pending));
	return w.status;
}

static void read_component(struct component_limit *out, struct words *w)
{
	out->floor = number(w, ~(u128)0);
	out->ceiling = number(w, ~(u128)0);
	out->step_tighten = number64(w);
	out->step_loosen = number64(w);
	out->allowance_tighten = number64(w);
	out->allowance_loosen = number64(w);
	out->fast_loosen = number64(w);
}

enum status steward_decode_limits(struct kind_limit *out, uint8_t kind,
				  struct bytes answer)
{
	struct words w = { answer.data, answer.data + answer.size, OK };
	struct kind_limit made;
	uint64_t count;

	memset(&made, 0, sizeof(made));
	if (number64(&w) != WORD)
		return E_MALFORMED;
	made.set = flag(&w);
	made.relative = flag(&w);
	made.window_s = number32(&w);
	made.min_delay_tighten_s = number32(&w);
	made.min_delay_loosen_s = number32(&w);
	if (number64(&w) != 6 * WORD)
		return E_MALFORMED;
	count = number64(&w);
	if (w.status || count != (made.set ? kind_value_count(kind) : 0))
		return E_MALFORMED;
	made.count = (uint8_t)count;
	for (uint8_t i = 0; i < made.count; i++)
		read_component(&made.components[i], &w);
	if (!w.status && w.at != w.end)
		return E_MALFORMED;
	if (!w.status)
		*out = made;
	return w.status;
}
