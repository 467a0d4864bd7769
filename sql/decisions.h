/* decisions.h -- decisions at rest: canonical bytes, signature, JSON.
 *
 * Host only.  A stored decision never changes, so it is stored once it is
 * signed; what becomes of it is in submissions and transactions. */
#ifndef SQL_DECISIONS_H
#define SQL_DECISIONS_H

#include "case/decision.h"
#include "sql/database.h"

#define STORE_SIGNATURE_SIZE 65

struct decision_record {
	const struct signed_decision *decision; /* decoded from bytes */
	struct bytes bytes;        /* canonical */
	const uint8_t *signature65; /* NULL: unsigned */
	const uint8_t *signer20;   /* NULL with signature65 */
	const char *document;      /* `decide --json` */
};

/** decision_store - under its EIP-712 digest; one that is there already stays
 *  as it is.  E_REFUSED, E_PEER. */
MUST_CHECK enum status decision_store(struct database *database,
				      const struct decision_record *record,
				      struct error *error);

struct stored_decision {
	uint8_t *bytes; /* canonical */
	size_t size;
	bool has_signature;
	uint8_t signature[STORE_SIGNATURE_SIZE];
	uint8_t signer[ADDRESS_SIZE];
	char *document;
};

/** decision_load - E_MISSING never stored; E_AUTHENTIC when the stored bytes do
 *  not parse or no longer have that digest. */
MUST_CHECK enum status decision_load(struct stored_decision *out,
				     struct database *database,
				     const uint8_t digest32[HASH_SIZE],
				     struct error *error);
void stored_decision_free(struct stored_decision *decision);

struct decision_summary {
	uint8_t digest[HASH_SIZE], case_digest[HASH_SIZE];
	uint64_t chain_id;
	uint8_t market[HASH_SIZE];
	uint64_t epoch;
	char outcome[8];
	char evidence;
	int64_t as_of_s, valid_until_s;
	uint64_t anchor_block;
	bool has_signature;
	char via[16], state[16]; /* newest submission; "" none */
};

struct decisions_query {
	uint64_t chain_id;       /* 0: any */
	const uint8_t *market32; /* NULL: any */
	size_t limit;
};

/** decisions_list - newest stored first, memory_free'd by the caller. */
MUST_CHECK enum status decisions_list(struct decision_summary **out,
				      size_t *count,
				      struct database *database,
				      const struct decisions_query *query,
				      struct error *error);

#endif
