/* enclave_client.h -- the host's end of the enclave's channel.
 *
 * Host only.  One connection a request, each with a deadline: an enclave that
 * died, hangs or answers garbage is E_PEER with a message, never a hang.  What
 * it refused with comes back as its own status and words. */
#ifndef AGENT_ENCLAVE_CLIENT_H
#define AGENT_ENCLAVE_CLIENT_H

#include "agent/enclave/wire.h"
#include "agent/enclave_record.h"

#define ENCLAVE_CONFIGURE_TIMEOUT_MS 60000
#define ENCLAVE_EVALUATE_TIMEOUT_MS 900000
#define ENCLAVE_ATTEST_TIMEOUT_MS 30000

/** An answer; members point into storage. */
struct enclave_evaluation {
	uint8_t *storage; /* memory_free'd by the caller */
	struct wire_evaluated answer;
};

/**
 * enclave_evaluate - case bytes to the enclave under home.
 *
 * Out:     out  decision, next state, digest, signature: the digest is that of
 *               the decision, and the signature is by the key in enclave.json
 * In:      timeout_ms  for the evaluation; 0: ENCLAVE_EVALUATE_TIMEOUT_MS
 * Returns: E_PEER no enclave, or it died, hung or answered garbage;
 *          what core_evaluate returns; E_INTERRUPTED */
MUST_CHECK enum status enclave_evaluate(struct enclave_evaluation *out,
					const char *home,
					struct bytes case_bytes,
					int64_t timeout_ms,
					struct error *error);

/** enclave_attest - document for a nonce of at most 64 bytes, appended to out.
 *  It is not verified here.  E_PEER as above. */
MUST_CHECK enum status enclave_attest(struct buffer *out, const char *home,
				      struct bytes nonce, struct error *error);

/* Below: for starting an enclave, and for tests. */

struct enclave_answer {
	uint8_t *storage; /* memory_free'd by the caller */
	struct bytes body;
};

struct enclave_request {
	enum message message, expected; /* expected answer */
	struct bytes body;
	int64_t timeout_ms;
};

/** enclave_connect - descriptor of a connection to the socket at path (of any
 *  length); E_PEER when nobody listens. */
MUST_CHECK enum status enclave_connect(int *descriptor, const char *path,
				       struct error *error);
/** enclave_exchange - one request, one answer, over an open connection. */
MUST_CHECK enum status enclave_exchange(struct enclave_answer *out,
					int descriptor,
					const struct enclave_request *request,
					struct error *error);

/** directory_open - the folder of path, and *name its last part; for socket
 *  paths beyond 107 bytes.  -1 when it cannot be opened. */
int enclave_directory_open(const char *path, const char **name);

#endif
