/* sweep_shards.c -- see sweep_shards.h. */
#include "agent/sweep_shards.h"

#include <string.h>

#include "agent/command.h"

static struct bytes bytes_in(const struct text *text)
{
	return bytes_of((const uint8_t *)text->data, text->size);
}

enum status shards_spread(struct text *bytes, struct error *error)
{
	enum status status = OK;

	if (shards_rank())
		return shards_receive(bytes, 0, error);
	for (size_t r = 1; r < shards_size() && !status; r++)
		status = shards_send(bytes_in(bytes), r, error);
	return status;
}

/* How far the own files are, a byte a point. */
static enum status look_at_points(uint8_t *out, const struct sweep *sweep,
				  struct error *error)
{
	size_t count = sweep_points(sweep);
	enum status status = OK;

	for (size_t p = 0; p < count && !status; p++) {
		enum sweep_state state = SWEEP_NOTHING;

		status = sweep_point_state(&state, sweep, p, error);
		out[p] = (uint8_t)state;
		if (!status && command_interrupted())
			status = error_set(error, E_INTERRUPTED,
					   "interrupted");
	}
	return status;
}

/* At rank 0: a point goes to the rank that is furthest with it; where several
 * are, to POINT % RANKS before the lowest. */
static enum status choose(uint16_t *owners, uint8_t *best, size_t count,
			  struct error *error)
{
	size_t ranks = shards_size();
	struct text told = { 0 };
	enum status status = OK;

	for (size_t p = 0; p < count; p++)
		owners[p] = 0;
	for (size_t r = 1; r < ranks && !status; r++) {
		status = shards_receive(&told, r, error);
		if (!status && told.size != count)
			status = error_set(error, E_PEER, "rank %zu plays "
					   "another sweep", r);
		for (size_t p = 0; p < count && !status; p++) {
			uint8_t state = (uint8_t)told.data[p];

			if (state > best[p] ||
			    (state == best[p] && p % ranks == r))
				owners[p] = (uint16_t)r;
			best[p] = state > best[p] ? state : best[p];
		}
	}
	text_free(&told);
	return status;
}

static enum status agree(struct sweep_share *out, uint8_t *states, size_t count,
			 struct error *error)
{
	struct text owners = { 0 };
	enum status status = OK;

	if (!shards_rank()) {
		status = choose(out->owners, states, count, error);
		text_add(&owners, (const char *)out->owners,
			 count * sizeof(out->owners[0]));
	} else {
		status = shards_send(bytes_of(states, count), 0, error);
	}
	if (!status)
		status = shards_spread(&owners, error);
	if (!status && owners.size != count * sizeof(out->owners[0]))
		status = error_set(error, E_PEER, "rank 0 plays another sweep");
	if (!status)
		memcpy(out->owners, owners.data, owners.size);
	text_free(&owners);
	return status;
}

enum status sweep_share_make(struct sweep_share *out, const struct sweep *sweep,
			     struct error *error)
{
	size_t count = sweep_points(sweep);
	uint8_t *own = memory_allocate(count, 2), *best = own + count;
	enum status status = look_at_points(own, sweep, error);

	memset(out, 0, sizeof(*out));
	memcpy(best, own, count);
	if (!status)
		status = agree(out, best, count, error);
	for (size_t p = 0; p < count && !status; p++)
		if (out->owners[p] == shards_rank() && own[p] != SWEEP_OVER)
			out->points[out->count++] = p;
	memory_free(own);
	return status;
}

/* At rank 0: asks a point's owner, unless the record is here already. */
static enum status fetch(const struct sweep *sweep, size_t point, size_t from,
			 struct error *error)
{
	enum sweep_state state = SWEEP_NOTHING;
	char path[SWEEP_PATH_MAX];
	struct text record = { 0 };
	uint8_t wanted;
	enum status status = sweep_point_state(&state, sweep, point, error);

	wanted = state != SWEEP_OVER;
	if (!status)
		status = shards_send(bytes_of(&wanted, 1), from, error);
	if (status || !wanted)
		return status;
	status = shards_receive(&record, from, error);
	sweep_point_path(path, sweep, point, ".cbor");
	if (!status)
		status = file_write(path, bytes_in(&record), error);
	text_free(&record);
	return status;
}

/* At the owner. */
static enum status answer(const struct sweep *sweep, size_t point,
			  struct error *error)
{
	char path[SWEEP_PATH_MAX];
	struct text wanted = { 0 };
	uint8_t *data;
	size_t size;
	enum status status = shards_receive(&wanted, 0, error);
	bool asked = !status && wanted.size == 1 && *wanted.data;

	text_free(&wanted);
	if (!asked)
		return status;
	sweep_point_path(path, sweep, point, ".cbor");
	status = file_read(&data, &size, path, RECORD_FILE_BYTES_MAX, error);
	if (status)
		return status;
	status = shards_send(bytes_of(data, size), 0, error);
	memory_free(data);
	return status;
}

enum status sweep_collect(const struct sweep_share *share,
			  const struct sweep *sweep, struct error *error)
{
	size_t count = sweep_points(sweep);
	enum status status = OK;

	for (size_t p = 0; p < count && !status; p++) {
		size_t owner = share->owners[p];

		if (!owner)
			continue;
		if (!shards_rank())
			status = fetch(sweep, p, owner, error);
		else if (shards_rank() == owner)
			status = answer(sweep, p, error);
	}
	return status;
}
