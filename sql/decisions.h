/* decisions.h -- decisions at rest: stored once, never changed.  Host only. */
#ifndef SQL_DECISIONS_H
#define SQL_DECISIONS_H

#include "case/decision.h"
#include "sql/database.h"

struct decision_record {
	uint8_t digest[HASH_SIZE];     /* EIP-712 */
	const struct signing_domain *domain;
	const struct decision *decision;
	struct bytes bytes;            /* signed_decision_encode */
	const uint8_t *signature;      /* 65 bytes; NULL: unsigned */
	const uint8_t *signer;         /* 20 bytes; NULL: unsigned */
	const char *json;              /* decide --json */
};

struct stored_decision {
	uint8_t digest[HASH_SIZE], case_digest[HASH_SIZE];
	uint64_t epoch;
	char outcome[8], evidence[2];
	int64_t as_of_s, valid_until_s, stored_s;
	uint64_t anchor_block;
	bool has_signature;
	uint8_t signature[65], signer[ADDRESS_SIZE];
	struct bytes bytes; /* empty in a list */
	char *json;         /* NULL in a list */
};

/** decision_store - one that is there already is left as it is; E_REFUSED when
 *  the document is no JSON. */
MUST_CHECK enum status decision_store(struct database *database,
				      const struct decision_record *record,
				      struct error *error);
/** decision_load - by digest; freed by stored_decision_free.  E_MISSING. */
MUST_CHECK enum status decision_load(struct stored_decision *out,
				     struct database *database,
				     const uint8_t digest32[HASH_SIZE],
				     struct error *error);
void stored_decision_free(struct stored_decision *decision);

struct decision_filter {
	uint64_t chain_id;     /* 0: any */
	const uint8_t *market; /* 32 bytes; NULL: any */
	size_t limit;
};

/** decision_list - newest first, without bytes and JSON; *out is
 *  memory_free'd by the caller. */
MUST_CHECK enum status decision_list(struct stored_decision **out,
				     size_t *count, struct database *database,
				     const struct decision_filter *filter,
				     struct error *error);

#endif
