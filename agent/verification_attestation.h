/* verification_attestation.h -- the check of verify that reads an attestation
 * document: is the signing key one that an attested enclave made for this
 * model, policy, chain and steward?  Host. */
#ifndef AGENT_VERIFICATION_ATTESTATION_H
#define AGENT_VERIFICATION_ATTESTATION_H

#include "agent/command.h"
#include "agent/verification.h"

/** verify_attestation - options --attestation, --at, --root, --allow-dev.
 *  E_USAGE, E_MISSING for files; the verdict is a check, not a status. */
MUST_CHECK enum status
verify_attestation(struct verification *v,
		   const struct decision_document *decision,
		   const struct invocation *invocation, struct error *error);

#endif
