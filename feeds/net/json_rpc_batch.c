/* json_rpc_batch.c -- many calls in few HTTP requests. */
#include <string.h>

#include "base/host/log.h"
#include "feeds/net/json_rpc_internal.h"

/* One HTTP request's worth of the batch. */
struct chunk {
	struct json_rpc_request *requests;
	size_t count;
	uint64_t first_id;
	bool *answered;
};

static enum status bad_batch(const struct json_rpc *rpc, const char *what,
			     struct error *error)
{
	error_set(error, E_PEER, "%s answered a batch with %s", rpc->origin,
		  what);
	return error_hint(error, "Ask a node that serves JSON-RPC batches.");
}

static enum status take_item(struct json_rpc *rpc, struct chunk *chunk,
			     const struct json *item, struct error *error)
{
	const struct json *failure = json_member(item, "error");
	struct json_rpc_request *request;
	int64_t id;
	size_t index;

	if (json_integer(&id, json_member(item, "id")) ||
	    id < (int64_t)chunk->first_id ||
	    id >= (int64_t)(chunk->first_id + chunk->count))
		return bad_batch(rpc, "an id that was not asked", error);
	index = (size_t)id - chunk->first_id;
	if (chunk->answered[index])
		return bad_batch(rpc, "the same id twice", error);
	chunk->answered[index] = true;
	request = &chunk->requests[index];
	request->result = NULL;
	if (failure && !json_is_null(failure))
		return request->may_fail
			       ? OK
			       : json_rpc_error_object(rpc, request->method,
						       failure, error);
	request->result = json_member(item, "result");
	if (json_is_null(request->result))
		request->result = NULL;
	if (!request->result && !request->may_fail)
		return error_set(error, E_PEER, "%s: %s answered null",
				 request->method, rpc->origin);
	return OK;
}

static enum status take_items(struct json_rpc *rpc, struct chunk *chunk,
			      const struct json *document, struct error *error)
{
	const struct json *failure = json_member(document, "error");
	enum status status = OK;

	if (failure && !json_is_null(failure))
		return json_rpc_error_object(rpc, "batch", failure, error);
	if (!json_is_array(document))
		return bad_batch(rpc, "something else than a list", error);
	for (const struct json *item = json_first(document);
	     item && !status; item = json_next(item))
		status = take_item(rpc, chunk, item, error);
	for (size_t i = 0; i < chunk->count && !status; i++)
		if (!chunk->answered[i])
			status = bad_batch(rpc, "answers missing", error);
	return status;
}

static enum status call_chunk(struct json **document, struct json_rpc *rpc,
			      struct chunk *chunk, struct error *error)
{
	struct text body = { 0 };
	enum status status;

	text_add_string(&body, "[");
	for (size_t i = 0; i < chunk->count; i++) {
		if (i)
			text_add_string(&body, ",");
		json_rpc_add_request(&body, chunk->first_id + i,
				     chunk->requests[i].method,
				     chunk->requests[i].params);
	}
	text_add_string(&body, "]");
	status = json_rpc_document(document, rpc, &body, "batch", error);
	text_free(&body);
	return status ? status : take_items(rpc, chunk, *document, error);
}

void json_rpc_batch_free(struct json_rpc_batch *batch)
{
	for (size_t i = 0; i < batch->document_count; i++)
		json_free(batch->documents[i]);
	memory_free(batch->documents);
	batch->documents = NULL;
	batch->document_count = 0;
}

static enum status call_all(struct json_rpc_batch *batch, struct json_rpc *rpc,
			    const char *label, struct error *error)
{
	bool answered[JSON_RPC_BATCH_MAX];
	enum status status = OK;

	for (size_t done = 0; done < batch->count && !status;) {
		size_t left = batch->count - done;
		struct chunk chunk = { batch->requests + done,
				       left < JSON_RPC_BATCH_MAX
					       ? left : JSON_RPC_BATCH_MAX,
				       rpc->last_id + 1, answered };

		memset(answered, 0, sizeof(answered));
		rpc->last_id += chunk.count;
		if (label)
			progress_show(label, done, batch->count);
		status = call_chunk(&batch->documents[batch->document_count],
				    rpc, &chunk, error);
		if (batch->documents[batch->document_count])
			batch->document_count++;
		done += chunk.count;
	}
	return status;
}

enum status json_rpc_batch_call(struct json_rpc_batch *batch,
				struct json_rpc *rpc, const char *label,
				struct error *error)
{
	size_t chunks = batch->count / JSON_RPC_BATCH_MAX + 1;
	enum status status = rpc->expected_chain
				     ? json_rpc_check_chain(rpc, error) : OK;

	if (status)
		return status;
	batch->documents = memory_allocate(chunks, sizeof(*batch->documents));
	batch->document_count = 0;
	status = call_all(batch, rpc, label, error);
	if (label)
		progress_clear();
	if (status)
		json_rpc_batch_free(batch);
	return status;
}
