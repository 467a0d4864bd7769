/* json_rpc_internal.h -- shared by json_rpc.c and json_rpc_batch.c only. */
#ifndef FEEDS_NET_JSON_RPC_INTERNAL_H
#define FEEDS_NET_JSON_RPC_INTERNAL_H

#include "feeds/net/json_rpc.h"

struct json_rpc {
	struct http_client *http;
	char *url;                  /* may hold a key: never printed */
	const char *const *headers;
	char origin[200];
	uint64_t expected_chain;    /* 0: any */
	uint64_t chain;             /* 0: not asked yet */
	uint64_t last_id;
	uint8_t *revert;            /* of the last error object */
	size_t revert_size;
	int64_t code;
	char text[256];
};

/** json_rpc_error_object - remembers and describes an error object. */
enum status json_rpc_error_object(struct json_rpc *rpc, const char *method,
				  const struct json *error_object,
				  struct error *error);
/** json_rpc_document - sends `body`, parses the answer. */
MUST_CHECK enum status json_rpc_document(struct json **out,
					 struct json_rpc *rpc,
					 const struct text *body,
					 const char *method,
					 struct error *error);
void json_rpc_add_request(struct text *out, uint64_t id, const char *method,
			  const char *params);
/** json_rpc_check_chain - asks the chain id once, compares it always. */
MUST_CHECK enum status json_rpc_check_chain(struct json_rpc *rpc,
					    struct error *error);

#endif
