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

/* The low bytes of a word; the ones above them are zero. */
static void fixed(uint8_t *out, size_t size, struct words *w)
{
	static const uint8_t zeros[WORD];

	if (!w->status && ((size_t)(w->end - w->at) < WORD ||
			   memcmp(w->at, zeros, WORD - size)))
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
	struct steward_config read = *config;
	struct steward_state ages = *state;
	uint8_t feed[ADDRESS_SIZE];

	fixed(read.adapter, ADDRESS_SIZE, &w);
	read.epoch_period_s = number32(&w);
	ages.max_age_s = number32(&w);
	ages.max_validity_s = number32(&w);
	fixed(feed, ADDRESS_SIZE, &w);
	(void)number32(&w); /* sequencer's grace */
	read.anchor_depth = number32(&w);
	(void)number32(&w); /* longest silence */
	ages.confirm_delay_s = number32(&w);
	ages.timelock_delay_s = number32(&w);
	ages.pending_life_s = number32(&w);
	(void)number32(&w); /* life of recorded decisions */
	read.tolerance_bps = (uint16_t)number(&w, UINT16_MAX);
	fixed(ages.policy_hash, HASH_SIZE, &w);
	if (w.status)
		return w.status;
	*config = read;
	*state = ages;
	return OK;
}

enum status steward_decode_state(struct steward_state *state,
				 struct bytes answer, uint64_t now_s)
{
	struct words w = words_of(answer, 13);
	struct steward_state read = *state;

	fixed(read.state_digest, HASH_SIZE, &w);
	read.last_epoch = number64(&w);
	read.has_epoch = flag(&w);
	read.epoch_used = flag(&w);
	read.loosen_paused = flag(&w);
	read.silent = flag(&w);
	read.all_paused = number64(&w) > now_s;
	if (!w.status)
		*state = read;
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
	struct tuple_state read = *out;
	uint8_t ignored[HASH_SIZE];

	memset(&read.pending, 0, sizeof(read.pending));
	read.last_change_s = number64(&w);
	read.pending.present = flag(&w) && pending_stands;
	read_buckets(read.tighten, &w);
	read_buckets(read.loosen, &w);
	fixed(ignored, ADDRESS_SIZE, &w); /* key */
	read.pending.ready_s = number64(&w);
	read.pending.expires_s = number64(&w);
	(void)number32(&w); /* count */
	(void)number32(&w); /* generation */
	fixed(ignored, HASH_SIZE, &w); /* digest */
	fixed(ignored, HASH_SIZE, &w); /* policy */
	read_values(read.pending.old_values, &w);
	read_values(read.pending.new_values, &w);
	if (!read.pending.present)
		memset(&read.pending, 0, sizeof(read.pending));
	if (!w.status)
		*out = read;
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
