/* transaction_sender.h -- an EIP-1559 transaction from call data to receipt.
 *
 * Host only.  Preflight at a pinned block, nonce, fees within caps, gas with
 * headroom, signing, sending, waiting, confirming, and saying what went wrong.
 * It does not know what the call means.  Every step is handed to `store`
 * before the next one, so that a crash leaves a record of what may be under
 * way. */
#ifndef AGENT_TRANSACTION_SENDER_H
#define AGENT_TRANSACTION_SENDER_H

#include "agent/key_file.h"
#include "feeds/net/chain.h"

#define TRANSACTION_HASHES_MAX 8
#define TRANSACTION_REASON_MAX 320

enum transaction_state {
	TRANSACTION_PREPARED,  /* signed, perhaps sent */
	TRANSACTION_SENT,      /* accepted by a node */
	TRANSACTION_CONFIRMED, /* mined, succeeded, deep enough */
	TRANSACTION_REVERTED,  /* mined with status 0 */
	TRANSACTION_REPLACED,  /* another transaction took the nonce */
};

struct transaction_record {
	uint64_t chain_id;
	uint8_t from[ADDRESS_SIZE], to[ADDRESS_SIZE];
	uint64_t nonce;
	enum transaction_state state;
	uint64_t gas_limit;
	u128 max_fee, priority_fee;   /* wei per gas, of the newest */
	size_t hash_count;            /* 1 + fee bumps, same nonce */
	uint8_t hashes[TRANSACTION_HASHES_MAX][HASH_SIZE];
	uint64_t block;               /* of the receipt; 0 none */
	uint8_t block_hash[HASH_SIZE];
	uint8_t mined_hash[HASH_SIZE];
	uint64_t gas_used;
	char reason[TRANSACTION_REASON_MAX]; /* why it reverted */
};

struct transaction_order {
	uint8_t to[ADDRESS_SIZE];
	struct bytes data;
	u128 value;                   /* wei */
	uint64_t gas_ceiling;         /* refuse above; 0 none */
	const struct chain_pin *pin;  /* block of the preflight; NULL latest */
};

struct sender_options {
	u128 fee_cap;           /* wei per gas; 0: 500 gwei */
	u128 priority_cap;      /* wei per gas; 0: 5 gwei */
	uint64_t confirmations; /* the receipt's block counts; 0: 1 */
	int64_t timeout_ms;     /* until the first receipt; 0: 180 s */
	int64_t bump_after_ms;  /* raise the fee after; 0: 45 s */
	int64_t poll_ms;        /* 0: 250 */
	int attempts;           /* nonces tried when taken by others; 0: 2 */
	bool (*interrupted)(void);
	/* Called with each new state; an error stops the submission. */
	enum status (*store)(void *user,
			     const struct transaction_record *record,
			     struct error *error);
	void *user;
};

struct transaction_sender {
	struct json_rpc *rpc;
	const struct submission_key *key;
	struct sender_options options;
};

/**
 * transaction_send - the whole way; *out is filled as far as it came, also on
 * failure (hash_count 0: nothing was sent).
 * Resending: a nonce taken by someone else means that our transaction can
 * never be mined, so it is prepared anew, preflight included, at most
 * options.attempts times; everything else is never sent twice under another
 * nonce.
 * Returns: E_REFUSED  the preflight or the mined transaction reverts (reason
 *                     decoded), fees above the cap, gas above the ceiling,
 *                     nonce taken on the last attempt
 *          E_PEER     node trouble, or no receipt in time (state SENT: it may
 *                     still be mined)
 *          E_INTERRUPTED likewise */
MUST_CHECK enum status transaction_send(struct transaction_record *out,
					const struct transaction_sender *sender,
					const struct transaction_order *order,
					struct error *error);

/** transaction_preflight - eth_call from `from20`; E_REFUSED with the custom
 *  error's name and arguments. */
MUST_CHECK enum status
transaction_preflight(struct json_rpc *rpc, const uint8_t from20[ADDRESS_SIZE],
		      const struct transaction_order *order,
		      struct error *error);

/** transaction_wait - resumes waiting for a SENT or PREPARED record.  `order`
 *  NULL: no fee bumps, and a revert is not explained. */
MUST_CHECK enum status transaction_wait(struct transaction_record *record,
					const struct transaction_sender *sender,
					const struct transaction_order *order,
					struct error *error);

/** transaction_look - one look at a record's hashes: updates state, block and
 *  gas without waiting. */
MUST_CHECK enum status transaction_look(struct transaction_record *record,
					struct json_rpc *rpc,
					struct error *error);

/** transaction_find - a record from a hash alone, looked at and, where it
 *  reverted, explained.  E_MISSING unknown to the node. */
MUST_CHECK enum status transaction_find(struct transaction_record *out,
					struct json_rpc *rpc,
					const uint8_t hash32[HASH_SIZE],
					struct error *error);

/** transaction_cancel - takes `nonce` with an empty transaction to ourselves
 *  at `fee_factor_percent` of the current fees (at least 110). */
MUST_CHECK enum status
transaction_cancel(struct transaction_record *out,
		   const struct transaction_sender *sender, uint64_t nonce,
		   unsigned fee_factor_percent, struct error *error);

const char *transaction_state_name(enum transaction_state state);

#endif
