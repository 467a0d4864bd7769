/* chain.h -- what an Ethereum node is asked: blocks, calls, storage, logs.
 *
 * Host only, over json_rpc.h.  A whole snapshot is read at one pinned block:
 * by hash where the node takes {"blockHash": …}, else by number with a check
 * at the end that the number still has that hash. */
#ifndef FEEDS_NET_CHAIN_H
#define FEEDS_NET_CHAIN_H

#include "crypto/hex.h"
#include "crypto/keccak.h"
#include "feeds/net/json_rpc.h"

struct chain_block {
	uint64_t number;
	uint8_t hash[HASH_SIZE], parent[HASH_SIZE];
	uint64_t time_s;
	u128 base_fee;  /* wei per gas; 0 before EIP-1559 */
	uint64_t gas_limit;
};

/** chain_block - `tag` is "latest", "safe", "finalized" or a decimal number.
 *  Returns: E_USAGE another tag; E_MISSING no such block yet; E_PEER. */
MUST_CHECK enum status chain_block(struct chain_block *out,
				   struct json_rpc *rpc, const char *tag,
				   struct error *error);
MUST_CHECK enum status chain_block_at(struct chain_block *out,
				      struct json_rpc *rpc, uint64_t number,
				      struct error *error);

struct chain_pin {
	struct chain_block block;
	bool by_hash;     /* the node takes block hashes */
	char text[128];   /* JSON of the block parameter */
};

/** chain_pin - fixes the block of a snapshot. */
MUST_CHECK enum status chain_pin(struct chain_pin *out, struct json_rpc *rpc,
				 const char *tag, struct error *error);
/** chain_pin_check - E_PEER when that number meanwhile has another hash. */
MUST_CHECK enum status chain_pin_check(const struct chain_pin *pin,
				       struct json_rpc *rpc,
				       struct error *error);

/** A node, and the block at which it is asked. */
struct chain_view {
	struct json_rpc *rpc;
	const struct chain_pin *pin;
};

struct chain_call {
	uint8_t to[ADDRESS_SIZE];
	const char *name;     /* for messages: "getReserveCaps(address)" */
	uint8_t data[128];    /* call data */
	size_t data_size;
	bool may_fail;        /* revert or no contract: failed = true */
	bool failed;          /* output */
	uint8_t *answer;      /* output, memory_free'd by chain_calls_free */
	size_t answer_size;
};

/** chain_call_all - eth_call for each, batched, at the pin.
 *  Returns: E_REFUSED  a call reverts (decoded, named)
 *           E_MISSING  no contract at an address at that block
 *           E_PEER     otherwise.  `label`: progress bar, or NULL */
MUST_CHECK enum status chain_call_all(const struct chain_view *view,
				      struct chain_call *calls, size_t count,
				      const char *label, struct error *error);
void chain_answers_free(struct chain_call *calls, size_t count);
struct bytes chain_answer(const struct chain_call *call);

/** chain_storage - one storage word at the pin. */
MUST_CHECK enum status chain_storage(uint8_t out32[32],
				     const struct chain_view *view,
				     const uint8_t address20[ADDRESS_SIZE],
				     const uint8_t slot32[32],
				     struct error *error);

struct chain_log {
	uint8_t address[ADDRESS_SIZE];
	uint8_t topics[4][HASH_SIZE];
	size_t topic_count;
	struct bytes data;    /* lives during the callback only */
	uint64_t block, index;
	uint8_t transaction[HASH_SIZE];
};

struct chain_log_query {
	const uint8_t (*addresses)[ADDRESS_SIZE];
	size_t address_count;
	const uint8_t (*topics)[HASH_SIZE]; /* alternatives for topic 0 */
	size_t topic_count;
	uint64_t from, to;                  /* blocks, both included */
	const char *label;                  /* progress bar, or NULL */
	enum status (*each)(void *user, const struct chain_log *log,
			    struct error *error);
	void *user;
};

/** chain_logs - all matching logs in order; the range asked at once starts at
 *  the whole, halves whenever the node refuses and grows again.
 *  Returns: what `each` returns; E_PEER when a single block is refused. */
MUST_CHECK enum status chain_logs(struct json_rpc *rpc,
				  const struct chain_log_query *query,
				  struct error *error);

/** chain_event_topic - keccak of an event signature. */
void chain_event_topic(uint8_t out32[HASH_SIZE], const char *signature);

#endif
