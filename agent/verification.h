/* verification.h -- the checks of `plimsoll verify`, one after the other.
 *
 * Host only.  Each check passes, fails or could not be made, with a reason;
 * the verdict is invalid if any failed, valid if all that valid needs passed
 * (security.md rule 13: anchor, signature, registry, policy, model and
 * recomputation), else incomplete. */
#ifndef AGENT_VERIFICATION_H
#define AGENT_VERIFICATION_H

#include "agent/case_file.h"
#include "agent/decision_file.h"

#define CHECKS_MAX 24

enum check_result { CHECK_PASS, CHECK_FAIL, CHECK_NOT_CHECKED };

struct check {
	const char *name;
	enum check_result result;
	char detail[200];
};

/* What the case says of time, for the chain to confirm. */
struct case_moment {
	bool known;
	uint64_t anchor_time_s, epoch_start_s;
	uint8_t epoch_block_hash[HASH_SIZE];
};

struct verification {
	struct check checks[CHECKS_MAX];
	size_t count;
	struct case_moment moment; /* of the decided case */
};

void verification_add(struct verification *v, const char *name,
		      enum check_result result, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** verify_signature - the digest is signed; by `expected20` if not NULL. */
void verify_signature(struct verification *v,
		      const struct decision_document *decision,
		      const uint8_t *expected20);
/** verify_model / verify_policy / verify_recomputation / verify_chain of the
 *  names below; a NULL document is "not checked". */
void verify_model(struct verification *v,
		  const struct decision_document *decision);
void verify_policy(struct verification *v,
		   const struct decision_document *decision,
		   const uint8_t *policy_hash32);
void verify_case(struct verification *v,
		 const struct decision_document *decision,
		 const struct case_document *case_document);

/** verification_verdict - "valid", "invalid" or "incomplete". */
const char *verification_verdict(const struct verification *v);
const char *check_result_name(enum check_result result);

#endif
