/* core.h -- the trusted step: check, decide, sign.
 *
 * Pure but for the key it is lent.  The enclave program is only sockets around
 * this; verify and the tests call it too (without a key).  It signs nothing
 * but the digest of a decision that it made itself. */
#ifndef AGENT_CORE_CORE_H
#define AGENT_CORE_CORE_H

#include "crypto/secp256k1.h"
#include "models/decide.h"

/** What the enclave was configured with and measured before its key. */
struct core_configuration {
	struct signing_domain domain; /* chain id and steward */
	uint8_t operator_address[ADDRESS_SIZE];
	uint8_t model_hash[HASH_SIZE];
	uint8_t policy_hash[HASH_SIZE];
};

#define BINDING_SIZE 116 /* "PLM1" 4 + 32 + 32 + 8 + 20 + 20 */
/** core_binding - user_data of the attestation document. */
void core_binding(uint8_t out[BINDING_SIZE],
		  const struct core_configuration *configuration);

struct core_session {
	struct core_configuration configuration;
	const struct signer_context *context;
	const uint8_t *secret32;
	const struct parallel *parallel; /* NULL: serial */
};

struct core_result {
	struct bytes decision; /* signed_decision_encode, in the arena */
	struct bytes state;    /* next carried state, in the arena */
	uint8_t digest[HASH_SIZE];
	uint8_t signature[SIGNATURE_SIZE];
	const char *detail;    /* on failure, static text */
};

/**
 * core_evaluate - one case in, one signed decision out.
 *
 * Returns: as decide(); also E_AUTHENTIC when the case is for another chain,
 *          steward or policy than the session was configured with, and
 *          E_REFUSED when the session's model is not this program's. */
MUST_CHECK enum status core_evaluate(struct core_result *out,
				     const struct core_session *session,
				     struct bytes case_bytes,
				     struct arena *arena);

#endif
