/* fuzz_steward_wire.c -- answers of the steward's views: first byte picks the
 * view (and the kind), the rest is the answer.  What is taken is written back
 * word for word; what is refused touches nothing. */
#include <stdlib.h>
#include <string.h>

#include "feeds/wire/steward.h"

#define WORD 32u
#define ROOM 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

union decoded {
	struct {
		struct steward_config config;
		struct steward_state state;
	} market;
	struct tuple_state tuple;
	struct kind_limit limit;
};

static void put_number(struct buffer *out, u128 value)
{
	uint8_t word[WORD];

	store_be256(word, value);
	buffer_append(out, word, WORD);
}

static void put_limit(struct buffer *out, const struct kind_limit *limit)
{
	put_number(out, WORD);
	put_number(out, limit->set);
	put_number(out, limit->relative);
	put_number(out, limit->window_s);
	put_number(out, limit->min_delay_tighten_s);
	put_number(out, limit->min_delay_loosen_s);
	put_number(out, 6 * WORD);
	put_number(out, limit->count);
	for (uint8_t i = 0; i < limit->count; i++) {
		const struct component_limit *c = &limit->components[i];

		put_number(out, c->floor);
		put_number(out, c->ceiling);
		put_number(out, c->step_tighten);
		put_number(out, c->step_loosen);
		put_number(out, c->allowance_tighten);
		put_number(out, c->allowance_loosen);
		put_number(out, c->fast_loosen);
	}
}

/* The words of `in` at `first` are those of `out`. */
static void check_words(const struct buffer *out, struct bytes in, size_t first)
{
	if (out->overflow || in.size < first * WORD + out->size ||
	    memcmp(out->data, in.data + first * WORD, out->size))
		abort();
}

static void check_tuple(const struct tuple_state *tuple, struct bytes in)
{
	const struct bucket *sides[] = { tuple->tighten, tuple->loosen };
	uint8_t room[ROOM];
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < TUPLE_VALUES_MAX; i++) {
			put_number(&out, sides[s][i].level_e18);
			put_number(&out, sides[s][i].updated_s);
		}
	check_words(&out, in, 2);
	if (in.size != 33 * WORD || (tuple->pending.present &&
				     in.data[2 * WORD - 1] != 1))
		abort();
}

static enum status decode_limit(union decoded *out, uint8_t kind,
				struct bytes in)
{
	enum status status = steward_decode_limits(&out->limit, kind, in);
	uint8_t room[ROOM];
	struct buffer again;

	if (status)
		return status;
	buffer_init(&again, room, sizeof(room));
	put_limit(&again, &out->limit);
	check_words(&again, in, 0);
	if (again.size != in.size)
		abort();
	return OK;
}

static enum status decode(union decoded *out, uint8_t which, struct bytes in)
{
	enum status status;

	switch (which % 4) {
	case 0:
		status = steward_decode_config(&out->market.config,
					       &out->market.state, in);
		if (!status && in.size != 14 * WORD)
			abort();
		return status;
	case 1:
		status = steward_decode_state(&out->market.state, in,
					      1700000000);
		if (!status && (in.size != 13 * WORD ||
				memcmp(out->market.state.state_digest, in.data,
				       HASH_SIZE)))
			abort();
		return status;
	case 2:
		status = steward_decode_tuple(&out->tuple, in, which & 64);
		if (!status)
			check_tuple(&out->tuple, in);
		return status;
	default:
		return decode_limit(out, (uint8_t)(which / 4 % 16), in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union decoded out, untouched;
	enum status status;

	if (size < 1)
		return 0;
	memset(&out, 0, sizeof(out));
	memset(&untouched, 0, sizeof(untouched));
	status = decode(&out, data[0], bytes_of(data + 1, size - 1));
	if (status && ((status != E_MALFORMED && status != E_RANGE) ||
		       memcmp(&out, &untouched, sizeof(out))))
		abort();
	return 0;
}
