/* transactions.h -- what was sent for a decision, and what changed on chain.
 *
 * Host only.  Submissions and transactions are the two tables whose rows move
 * on; parameter changes are events and do not. */
#ifndef SQL_TRANSACTIONS_H
#define SQL_TRANSACTIONS_H

#include "case/decision.h"
#include "sql/database.h"

/** submission_open - via is "steward", "governor", "safe", "aip" or
 *  "steward-aave"; *id names it.  E_REFUSED when the decision is not stored. */
MUST_CHECK enum status submission_open(int64_t *id, struct database *database,
				       const uint8_t decision32[HASH_SIZE],
				       const char *via, struct error *error);
MUST_CHECK enum status submission_update(struct database *database, int64_t id,
					 const char *state, const char *detail,
					 struct error *error);

struct transaction_row {
	uint8_t hash[HASH_SIZE];
	int64_t submission_id;  /* 0: none */
	uint64_t chain_id;
	uint8_t sender[ADDRESS_SIZE], recipient[ADDRESS_SIZE];
	uint64_t nonce;
	const char *state;      /* transaction_state_name */
	uint64_t gas_limit;
	u128 max_fee, priority_fee;
	uint64_t block;         /* 0: not mined */
	uint8_t block_hash[HASH_SIZE];
	uint64_t gas_used;
	const char *reason;     /* why it reverted, or "" */
};

/** transaction_store - inserts, or brings state, block, gas and reason of the
 *  row of that hash up to date. */
MUST_CHECK enum status transaction_store(struct database *database,
					 const struct transaction_row *row,
					 struct error *error);

struct transaction_summary {
	uint8_t hash[HASH_SIZE], sender[ADDRESS_SIZE];
	int64_t submission_id;
	uint64_t chain_id, nonce, block, gas_used;
	char state[16], reason[320], via[16];
	int64_t updated_s;
};

/** transaction_list - newest first; `open_only`: those not yet confirmed,
 *  reverted or replaced.  memory_free'd by the caller. */
MUST_CHECK enum status transaction_list(struct transaction_summary **out,
					size_t *count,
					struct database *database,
					bool open_only, struct error *error);

struct parameter_change {
	uint64_t chain_id;
	uint8_t transaction[HASH_SIZE];
	uint32_t log_index;
	const char *component; /* "ltv", "supplyCap" */
	uint8_t market[HASH_SIZE], asset[ADDRESS_SIZE];
	const char *symbol, *kind;
	bool has_old;
	u128 old_value, new_value;
	uint64_t block, time_s;
	const uint8_t *author;   /* 20 bytes or NULL */
	const uint8_t *decision; /* 32 bytes or NULL: not ours */
};

/** parameter_change_store - an event that is there already is left. */
MUST_CHECK enum status
parameter_change_store(struct database *database,
		       const struct parameter_change *change,
		       struct error *error);

#endif
