/* registration.h -- the enclave's key to the registry, through the
 * development notary.  Host only; chain 31337 only.
 *
 * The document for the registry's challenge is verified here as `plimsoll
 * attest verify` does, at the wall clock; then the notary's key states what it
 * says, with the chain's own time, as a production verifier would. */
#ifndef AGENT_REGISTRATION_H
#define AGENT_REGISTRATION_H

#include "agent/transaction_sender.h"

struct registration_order {
	const char *home;             /* of the running enclave */
	struct json_rpc *rpc;
	uint8_t registry[ADDRESS_SIZE];
	const struct submission_key *operator_key, *notary_key;
	struct sender_options options;
};

struct registration {
	struct transaction_record record;
	uint8_t key[ADDRESS_SIZE];     /* registered address */
	uint8_t document[32768];       /* the attestation document */
	size_t document_size;
};

/** registration_send - challenge, document, verification, transaction.
 *  E_AUTHENTIC the document does not verify; E_REFUSED another chain, or the
 *  registry reverts; E_PEER. */
MUST_CHECK enum status registration_send(struct registration *out,
					 const struct registration_order *order,
					 struct error *error);

#endif
