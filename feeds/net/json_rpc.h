/* json_rpc.h -- JSON-RPC 2.0 calls to an Ethereum node, trusting nothing.
 *
 * Host only.  It knows ids, errors, batches and the chain id; what the results
 * mean is chain.h's.  An answer with another id, a null result where one is
 * required, an error body, HTML, half a document or a key twice is E_PEER with
 * the method's name; a revert is E_REFUSED with the decoded custom error. */
#ifndef FEEDS_NET_JSON_RPC_H
#define FEEDS_NET_JSON_RPC_H

#include "feeds/net/http.h"
#include "feeds/net/json.h"

#define JSON_RPC_BATCH_MAX 100 /* calls in one HTTP request */

struct json_rpc_options {
	const char *url;
	const char *const *headers; /* "Name: value", NULL at the end; or NULL */
	uint64_t chain_id;          /* expected; 0: any */
	struct http_limits limits;  /* zeros: defaults */
};

struct json_rpc; /* a connection */

/** json_rpc_open - connects to nothing yet; never fails but for E_USAGE (no
 *  URL).  The chain id is checked before the first other call. */
MUST_CHECK enum status json_rpc_open(struct json_rpc **out,
				     const struct json_rpc_options *options,
				     struct error *error);
void json_rpc_close(struct json_rpc *rpc);
/** json_rpc_origin - scheme, host and port, for messages. */
const char *json_rpc_origin(const struct json_rpc *rpc);
/** json_rpc_chain_id - what the node says (asked once). */
MUST_CHECK enum status json_rpc_chain_id(uint64_t *out, struct json_rpc *rpc,
					 struct error *error);

struct json_rpc_answer {
	struct json *document;
	const struct json *result;
};

/**
 * json_rpc_call - `params` is a JSON array as text.  A null result is E_PEER.
 * Returns: E_REFUSED  the node says that the call reverts; see
 *                     json_rpc_revert_data
 *          E_PEER     anything else wrong with node or answer
 *          E_INTERRUPTED */
MUST_CHECK enum status json_rpc_call(struct json_rpc_answer *out,
				     struct json_rpc *rpc, const char *method,
				     const char *params, struct error *error);
/** json_rpc_call_nullable - the same; result is NULL when the node says null
 *  (unknown receipt, block, transaction). */
MUST_CHECK enum status json_rpc_call_nullable(struct json_rpc_answer *out,
					      struct json_rpc *rpc,
					      const char *method,
					      const char *params,
					      struct error *error);
void json_rpc_answer_free(struct json_rpc_answer *answer);
/** json_rpc_revert_data - bytes of the last E_REFUSED; valid until the next
 *  call on this connection. */
struct bytes json_rpc_revert_data(const struct json_rpc *rpc);
/** json_rpc_error_code / text - of the last error object, 0 and "" if none. */
int64_t json_rpc_error_code(const struct json_rpc *rpc);
const char *json_rpc_error_text(const struct json_rpc *rpc);

struct json_rpc_request {
	const char *method;
	const char *params;      /* JSON array text */
	bool may_fail;           /* an error object leaves result NULL */
	const struct json *result; /* output; lives in the batch */
};

struct json_rpc_batch {
	struct json_rpc_request *requests; /* the caller's */
	size_t count;
	struct json **documents;           /* what the results live in */
	size_t document_count;
};

/** json_rpc_batch_call - all requests, JSON_RPC_BATCH_MAX to an HTTP request;
 *  answers may come in any order.  `label` names a progress bar, or NULL.
 *  Free with json_rpc_batch_free after OK. */
MUST_CHECK enum status json_rpc_batch_call(struct json_rpc_batch *batch,
					   struct json_rpc *rpc,
					   const char *label,
					   struct error *error);
void json_rpc_batch_free(struct json_rpc_batch *batch);

#endif
