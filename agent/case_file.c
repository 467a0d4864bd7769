/* case_file.c -- see case_file.h. */
#include "agent/case_file.h"

#include <string.h>

#include "agent/threads.h"
#include "models/decide.h"

#define ENCODED_ROOM (4u << 20)

enum status case_document_from_bytes(struct case_document *out,
				     struct bytes bytes, struct error *error)
{
	struct case_document read = {
		.bytes = memory_allocate(bytes.size + 1, 1),
		.size = bytes.size,
		.arena = arena_new(bytes.size * 32 + (1u << 20)) };

	if (bytes.size)
		memcpy(read.bytes, bytes.data, bytes.size);
	if (case_decode(&read.input, bytes_of(read.bytes, read.size),
			read.arena)) {
		case_document_free(&read);
		return error_set(error, E_MALFORMED,
				 "not a case, or cut short");
	}
	case_digest(read.digest, bytes_of(read.bytes, read.size));
	*out = read;
	return OK;
}

enum status case_document_read(struct case_document *out, const char *path,
			       struct error *error)
{
	struct bytes bytes = { 0 };
	uint8_t *data;
	enum status status = file_read(&data, &bytes.size, path,
				       CASE_BYTES_MAX, error);

	if (status)
		return status;
	bytes.data = data;
	status = case_document_from_bytes(out, bytes, error);
	memory_free(data);
	return status ? error_set(error, status,
				  "%s: not a case, or cut short", path)
		      : OK;
}

void case_document_free(struct case_document *document)
{
	memory_free(document->bytes);
	arena_free(document->arena);
	memset(document, 0, sizeof(*document));
}

static void keep_state(struct decision_document *out, struct bytes state)
{
	out->next_state = memory_allocate(state.size, 1);
	out->next_state_size = state.size;
	memcpy(out->next_state, state.data, state.size);
}

enum status case_decide(struct decision_document *out, struct bytes case_bytes,
			unsigned threads, struct error *error)
{
	struct arena *arena = arena_new(decide_memory(case_bytes) +
					ENCODED_ROOM);
	struct parallel parallel = threads_parallel(threads);
	struct decide_output *made = memory_allocate(1, sizeof(*made));
	struct buffer buffer;
	enum status status = decide(made, case_bytes, NULL, arena, &parallel);

	if (status)
		error_set(error, status, "decide: %s", made->detail);
	else if (buffer_from_arena(&buffer, arena, ENCODED_ROOM))
		status = error_set(error, E_LIMIT, "decide: memory too small");
	if (!status) {
		signed_decision_encode(&buffer, &made->signed_decision);
		status = decision_document_from_bytes(
			out, buffer_bytes(&buffer), NULL, error);
	}
	if (!status)
		keep_state(out, made->state);
	memory_free(made);
	arena_free(arena);
	return status;
}
