/* wire.h -- the messages between host and enclave, and what is in them.
 *
 * Pure: names, limits and bodies (canonical CBOR).  How bytes travel is
 * channel.h's; who may do what is session.h's. */
#ifndef AGENT_ENCLAVE_WIRE_H
#define AGENT_ENCLAVE_WIRE_H

#include "agent/core/core.h"
#include "base/cbor.h"

#define WIRE_VERSION 1
#define NONCE_MAX 64

/** The enclave's life, one way. */
enum enclave_state {
	STATE_BOOT,    /* takes its configuration, once */
	STATE_MEASURE, /* extends PCR16 with it */
	STATE_LOCK,    /* locks PCR16 and itself */
	STATE_KEY,     /* makes its key */
	STATE_SERVE,   /* answers EVALUATE and ATTEST until it ends */
};
#define ENCLAVE_STATES 5

enum party { PARTY_HOST, PARTY_ENCLAVE };

enum message {
#define MESSAGE(name, number, receiver, states, size_max) \
	MESSAGE_##name = number,
#include "agent/enclave/wire.def"
#undef MESSAGE
};

struct message_rule {
	enum message message;
	const char *name;
	enum party receiver;
	uint32_t states; /* bits of enum enclave_state */
	uint32_t size_max; /* bytes of body */
};

/** message_rule - NULL for a number that is no message. */
const struct message_rule *message_rule(uint8_t number);
const char *enclave_state_name(enum enclave_state state);

/** Body of CONFIGURE. */
struct wire_configure {
	uint64_t chain_id;
	uint8_t steward[ADDRESS_SIZE];
	uint8_t operator_address[ADDRESS_SIZE];
	uint8_t model_hash[HASH_SIZE];
	struct bytes policy; /* canonical */
};
void wire_configure_put(struct buffer *out, const struct wire_configure *in);
MUST_CHECK enum status wire_configure_get(struct wire_configure *out,
					  struct bytes in);

/** Body of READY: the document is one with an empty nonce. */
struct wire_ready {
	uint8_t public_key[PUBLIC_KEY_SIZE];
	struct bytes root_certificate; /* DER; empty: the platform's own root */
	struct bytes document;
};
void wire_ready_put(struct buffer *out, const struct wire_ready *in);
MUST_CHECK enum status wire_ready_get(struct wire_ready *out, struct bytes in);

/** Body of EVALUATED. */
struct wire_evaluated {
	struct bytes decision; /* signed_decision_encode */
	struct bytes state;    /* next carried state */
	uint8_t digest[HASH_SIZE];
	uint8_t signature[SIGNATURE_SIZE];
};
void wire_evaluated_put(struct buffer *out, const struct wire_evaluated *in);
MUST_CHECK enum status wire_evaluated_get(struct wire_evaluated *out,
					  struct bytes in);

/** Body of FAILURE: why, in a status that is not OK and a phrase. */
struct wire_failure {
	enum status status;
	struct bytes detail;
};
#define FAILURE_DETAIL_MAX 400
void wire_failure_put(struct buffer *out, enum status status,
		      const char *detail);
MUST_CHECK enum status wire_failure_get(struct wire_failure *out,
					struct bytes in);

/* The bodies of EVALUATE, ATTEST and ATTESTED are the bytes themselves: a
 * case, a nonce, a document. */

#endif
