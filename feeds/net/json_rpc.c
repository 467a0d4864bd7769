/* json_rpc.c -- single calls, the chain id check and error objects. */
#include "feeds/net/json_rpc.h"

#include <string.h>

#include "base/host/log.h"
#include "feeds/net/json_rpc_internal.h"
#include "feeds/wire/revert_reasons.h"

enum status json_rpc_open(struct json_rpc **out,
			  const struct json_rpc_options *options,
			  struct error *error)
{
	struct json_rpc *rpc;

	if (!options->url || !*options->url) {
		error_set(error, E_USAGE, "no RPC address");
		return error_hint(error, "Give --rpc URL or set PLIMSOLL_RPC.");
	}
	rpc = memory_allocate(1, sizeof(*rpc));
	rpc->http = http_open(&options->limits);
	rpc->url = memory_copy_string(options->url);
	rpc->headers = options->headers;
	rpc->expected_chain = options->chain_id;
	http_origin(rpc->origin, sizeof(rpc->origin), options->url);
	*out = rpc;
	return OK;
}

void json_rpc_close(struct json_rpc *rpc)
{
	if (!rpc)
		return;
	http_close(rpc->http);
	memory_free(rpc->revert);
	memory_free(rpc->url);
	memory_free(rpc);
}

const char *json_rpc_origin(const struct json_rpc *rpc)
{
	return rpc->origin;
}

struct bytes json_rpc_revert_data(const struct json_rpc *rpc)
{
	return bytes_of(rpc->revert, rpc->revert_size);
}

int64_t json_rpc_error_code(const struct json_rpc *rpc)
{
	return rpc->code;
}

const char *json_rpc_error_text(const struct json_rpc *rpc)
{
	return rpc->text;
}

void json_rpc_answer_free(struct json_rpc_answer *answer)
{
	json_free(answer->document);
	*answer = (struct json_rpc_answer){ 0 };
}

static void forget_error(struct json_rpc *rpc)
{
	memory_free(rpc->revert);
	rpc->revert = NULL;
	rpc->revert_size = 0;
	rpc->code = 0;
	rpc->text[0] = 0;
}

/* Revert data sits in error.data, or in error.data.data at some nodes. */
static bool keep_revert(struct json_rpc *rpc, const struct json *error_object)
{
	const struct json *data = json_member(error_object, "data");

	if (json_is_object(data))
		data = json_member(data, "data");
	return !json_hex_bytes(&rpc->revert, &rpc->revert_size, data);
}

/* Message texts come from outside: one line, printable. */
static void keep_text(struct json_rpc *rpc, const struct json *error_object)
{
	const char *text = json_string(json_member(error_object, "message"));
	size_t size = sizeof(rpc->text);
	size_t used = 0;

	for (; text && *text && used + 1 < size; text++)
		rpc->text[used++] = *text >= ' ' && *text <= '~' ? *text : ' ';
	rpc->text[used] = 0;
}

enum status json_rpc_error_object(struct json_rpc *rpc, const char *method,
				  const struct json *error_object,
				  struct error *error)
{
	struct revert_reason reason;
	bool reverted;

	forget_error(rpc);
	keep_text(rpc, error_object);
	if (json_integer(&rpc->code, json_member(error_object, "code")))
		rpc->code = -32603;
	reverted = keep_revert(rpc, error_object);
	if (!reverted && rpc->code != 3 && !strstr(rpc->text, "revert")) {
		error_set(error, E_PEER, "%s: %s says: %s (code %lld)", method,
			  rpc->origin, *rpc->text ? rpc->text : "an error",
			  (long long)rpc->code);
		return error_hint(error, "The node refused the request; its "
				  "words are above.");
	}
	revert_describe(&reason, json_rpc_revert_data(rpc));
	error_set(error, E_REFUSED, "the call reverts: %s", reason.text);
	return error_hint(error, "%s", *reason.meaning ? reason.meaning
						       : "The contract "
			  "refused; its error is above.");
}

enum status json_rpc_document(struct json **out, struct json_rpc *rpc,
			      const struct text *body, const char *method,
			      struct error *error)
{
	struct http_request request = { rpc->url, body->data, body->size,
					rpc->headers };
	struct http_response response = { 0 };
	enum status status = http_send(&response, rpc->http, &request, error);
	struct error inner = { 0 };

	forget_error(rpc);
	if (status)
		return status;
	status = json_parse(out, bytes_of(response.body.data,
					  response.body.size), &inner);
	if (status) {
		error_set(error, E_PEER, "%s: %s answered what is %s", method,
			  rpc->origin, inner.message);
		error_hint(error, response.body.size &&
			   strchr(response.body.data, '<') ==
				   response.body.data
			   ? "It sent a web page (%s): the address is not a "
			     "JSON-RPC endpoint."
			   : "Content type \"%s\". Try again or ask another "
			     "node.", response.content_type);
	}
	http_response_free(&response);
	return status;
}

void json_rpc_add_request(struct text *out, uint64_t id, const char *method,
			  const char *params)
{
	text_add_format(out, "{\"jsonrpc\":\"2.0\",\"id\":%llu,\"method\":",
			(unsigned long long)id);
	json_add_string(out, method);
	text_add_format(out, ",\"params\":%s}", params);
}

static enum status read_answer(struct json_rpc_answer *out,
			       struct json_rpc *rpc, uint64_t id,
			       const char *method, struct error *error)
{
	const struct json *failure = json_member(out->document, "error");
	int64_t answered;

	if (failure && !json_is_null(failure))
		return json_rpc_error_object(rpc, method, failure, error);
	if (json_integer(&answered, json_member(out->document, "id")) ||
	    answered != (int64_t)id) {
		error_set(error, E_PEER, "%s: %s answered another question "
			  "(wrong id)", method, rpc->origin);
		return error_hint(error, "The node or a proxy before it mixes "
				  "answers up; ask another.");
	}
	out->result = json_member(out->document, "result");
	if (!out->result)
		return error_set(error, E_PEER, "%s: %s answered without a "
				 "result", method, rpc->origin);
	if (json_is_null(out->result))
		out->result = NULL;
	return OK;
}

static enum status call_unchecked(struct json_rpc_answer *out,
				  struct json_rpc *rpc, const char *method,
				  const char *params, struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	struct text body = { 0 };
	uint64_t id = ++rpc->last_id;
	enum status status;

	json_rpc_add_request(&body, id, method, params);
	status = json_rpc_document(&answer.document, rpc, &body, method, error);
	text_free(&body);
	if (!status)
		status = read_answer(&answer, rpc, id, method, error);
	if (status) {
		json_rpc_answer_free(&answer);
		return status;
	}
	*out = answer;
	return OK;
}

static enum status refuse_chain(const struct json_rpc *rpc,
				struct error *error)
{
	error_set(error, E_PEER, "%s serves chain %llu, expected %llu",
		  rpc->origin, (unsigned long long)rpc->chain,
		  (unsigned long long)rpc->expected_chain);
	return error_hint(error, "Give the address of a node of chain %llu.",
			  (unsigned long long)rpc->expected_chain);
}

enum status json_rpc_check_chain(struct json_rpc *rpc, struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	enum status status;

	if (!rpc->chain) {
		status = call_unchecked(&answer, rpc, "eth_chainId", "[]",
					error);
		if (status)
			return status;
		status = json_hex_u64(&rpc->chain, answer.result);
		json_rpc_answer_free(&answer);
		if (status || !rpc->chain)
			return error_set(error, E_PEER, "eth_chainId: %s "
					 "answered no chain id", rpc->origin);
	}
	if (rpc->expected_chain && rpc->chain != rpc->expected_chain)
		return refuse_chain(rpc, error);
	return OK;
}

enum status json_rpc_chain_id(uint64_t *out, struct json_rpc *rpc,
			      struct error *error)
{
	enum status status = json_rpc_check_chain(rpc, error);

	if (!status)
		*out = rpc->chain;
	return status;
}

enum status json_rpc_call_nullable(struct json_rpc_answer *out,
				   struct json_rpc *rpc, const char *method,
				   const char *params, struct error *error)
{
	enum status status = rpc->expected_chain
				     ? json_rpc_check_chain(rpc, error) : OK;

	return status ? status
		      : call_unchecked(out, rpc, method, params, error);
}

enum status json_rpc_call(struct json_rpc_answer *out, struct json_rpc *rpc,
			  const char *method, const char *params,
			  struct error *error)
{
	struct json_rpc_answer answer = { 0 };
	enum status status = json_rpc_call_nullable(&answer, rpc, method,
						    params, error);

	if (status)
		return status;
	if (!answer.result) {
		json_rpc_answer_free(&answer);
		error_set(error, E_PEER, "%s: %s answered null", method,
			  rpc->origin);
		return error_hint(error, "The node does not know that block or "
				  "transaction; it may lag or be pruned.");
	}
	*out = answer;
	return OK;
}
