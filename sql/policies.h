/* policies.h -- policies at rest, by hash.  Host only. */
#ifndef SQL_POLICIES_H
#define SQL_POLICIES_H

#include "crypto/keccak.h"
#include "sql/database.h"

/** policy_store - canonical CBOR and the text it was made of; one that is
 *  there already is left. */
MUST_CHECK enum status policy_store(struct database *database,
				    const uint8_t hash32[HASH_SIZE],
				    struct bytes bytes, const char *source,
				    struct error *error);
/** policy_load - canonical bytes, memory_free'd by the caller; E_MISSING. */
MUST_CHECK enum status policy_load(struct bytes *out,
				   struct database *database,
				   const uint8_t hash32[HASH_SIZE],
				   struct error *error);

#endif
