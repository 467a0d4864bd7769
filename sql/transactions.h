/* transactions.h -- submissions of decisions and the transactions that carry
 * them, at rest.  Host only.
 *
 * A submission is one way taken for one decision; its transactions are kept
 * one row a hash (a fee bump is another hash of the same nonce). */
#ifndef SQL_TRANSACTIONS_H
#define SQL_TRANSACTIONS_H

#include "case/decision.h"
#include "sql/database.h"

#define STORED_STATE_MAX 16
#define STORED_REASON_MAX 320

struct submission_record {
	const uint8_t *decision32; /* digest of a stored decision */
	const char *via;    /* steward, governor, safe, aip, steward-aave */
	const char *state;  /* prepared, sent, confirmed, reverted, ... */
	const char *detail; /* for people; "" none */
};

/** submission_store - *id names it from now on.  E_REFUSED when the decision is
 *  not stored or `via` is no such way. */
MUST_CHECK enum status submission_store(int64_t *id, struct database *database,
					const struct submission_record *record,
					struct error *error);
/** submission_update - how it stands now.  E_MISSING no such submission. */
MUST_CHECK enum status submission_update(struct database *database, int64_t id,
					 const char *state, const char *detail,
					 struct error *error);

struct stored_transaction {
	uint8_t hash[HASH_SIZE];
	int64_t submission_id; /* 0: of none */
	uint64_t chain_id;
	uint8_t sender[ADDRESS_SIZE], recipient[ADDRESS_SIZE];
	uint64_t nonce;
	char state[STORED_STATE_MAX];
	uint64_t gas_limit;
	u128 max_fee, priority_fee; /* wei per gas */
	uint64_t block;             /* 0: not mined */
	uint8_t block_hash[HASH_SIZE];
	uint64_t gas_used;
	char reason[STORED_REASON_MAX];
	char via[16];                   /* filled by the list only; "" none */
	uint8_t decision[HASH_SIZE];    /* filled by the list only; 0 none */
};

/** transaction_store - new, or what became of it: state, block, gas and reason
 *  of a hash that is there are replaced.  E_REFUSED, E_PEER. */
MUST_CHECK enum status
transaction_store(struct database *database,
		  const struct stored_transaction *transaction,
		  struct error *error);

struct transactions_query {
	uint64_t chain_id; /* 0: any */
	bool under_way;    /* only prepared and sent ones */
	size_t limit;
};

/** transactions_list - newest first, memory_free'd by the caller. */
MUST_CHECK enum status
transactions_list(struct stored_transaction **out, size_t *count,
		  struct database *database,
		  const struct transactions_query *query, struct error *error);

#endif
