/* policies.h -- policies at rest, by hash.  Host only. */
#ifndef SQL_POLICIES_H
#define SQL_POLICIES_H

#include "case/policy.h"
#include "sql/database.h"

struct stored_policy {
	uint8_t *bytes; /* canonical; memory_free'd by stored_policy_free */
	size_t size;
	char *source;   /* the .ini it was made of */
};

/** policy_store - under the hash of its canonical bytes; storing it again
 *  changes nothing.  E_PEER. */
MUST_CHECK enum status policy_store(struct database *database,
				    struct bytes canonical, const char *source,
				    struct error *error);
/** policy_load - E_MISSING never stored; E_AUTHENTIC when the stored bytes no
 *  longer have that hash. */
MUST_CHECK enum status policy_load(struct stored_policy *out,
				   struct database *database,
				   const uint8_t hash32[HASH_SIZE],
				   struct error *error);
void stored_policy_free(struct stored_policy *policy);

#endif
