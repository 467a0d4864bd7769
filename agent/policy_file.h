/* policy_file.h -- policy.ini and its canonical form.  Host only.
 *
 * [policy] holds the market-wide members of case/policy.def, [asset SYMBOL]
 * one asset each.  Unknown keys are errors: a misspelt bound must not pass. */
#ifndef AGENT_POLICY_FILE_H
#define AGENT_POLICY_FILE_H

#include "base/host/memory.h"
#include "case/policy.h"

#define POLICY_BYTES_MAX 65536u

/** A policy with its canonical bytes. */
struct policy_document {
	struct policy policy;
	uint8_t bytes[POLICY_BYTES_MAX];
	size_t size;
	uint8_t hash[HASH_SIZE];
};

/** policy_file_read - E_MISSING, E_USAGE (unknown key, value out of bounds;
 *  the message names key and bounds). */
MUST_CHECK enum status policy_file_read(struct policy_document *out,
					const char *path, struct error *error);

/** policy_file_set - one number of a policy: KEY of [policy], SYMBOL.KEY of one
 *  asset ("asset SYMBOL.KEY" too), or *.KEY of every asset.
 *  E_USAGE no such key or asset, or a value out of its bounds; named. */
MUST_CHECK enum status policy_file_set(struct policy *policy, const char *key,
				       const char *value, struct error *error);

/** policy_file_write_preset - a commented policy.ini.
 *  preset is "cautious", "standard" or "open"; E_USAGE otherwise. */
MUST_CHECK enum status policy_file_write_preset(struct text *out,
						const char *preset,
						struct error *error);

/** policy_file_differences - one line a member that differs: "key old new". */
void policy_file_differences(struct text *out, const struct policy *a,
			     const struct policy *b);

#endif
