/* enclave_process.h -- starting, checking and ending plimsoll-enclave.
 *
 * Host only.  The starter opens the listening socket and hands it over, so
 * the enclave outlives every command without a broker and opens no socket. */
#ifndef AGENT_ENCLAVE_PROCESS_H
#define AGENT_ENCLAVE_PROCESS_H

#include "agent/enclave_client.h"
#include "agent/policy_file.h"

#define ENCLAVE_MEMORY_MIB 512

struct enclave_start {
	const char *home;
	const char *program;  /* NULL: plimsoll-enclave beside this program */
	const char *backend;  /* "dev" or "nitro" */
	long long memory_mib; /* for evaluation */
	const struct policy_document *policy;
	uint8_t operator_address[ADDRESS_SIZE];
};

/**
 * enclave_start - a locked-down enclave with a key of its own, under home.
 *
 * Out:     out  what was written to HOME/enclave/enclave.json
 * Returns: E_REFUSED   one runs there already, or it refused the policy
 *          E_PEER      it died or answered garbage; the log's last line is
 *                      in the error
 *          E_AUTHENTIC its document does not verify
 *          E_MISSING   no program, or no device for the back-end; E_SYSTEM */
MUST_CHECK enum status enclave_start(struct enclave_record *out,
				     const struct enclave_start *options,
				     struct error *error);

/** enclave_stop - ends exactly the recorded process and forgets it; *ended is
 *  false when there was none.  E_SYSTEM when it cannot be ended. */
MUST_CHECK enum status enclave_stop(bool *ended, const char *home,
				    struct error *error);

/** enclave_challenge - a document for a nonce, verified against the record:
 *  same key, same measurements, this nonce.  E_PEER, E_AUTHENTIC. */
MUST_CHECK enum status enclave_challenge(struct buffer *document,
					 const struct enclave_record *record,
					 const char *home, struct bytes nonce,
					 struct error *error);

/** enclave_launch - (enclave_spawn.c) the process alone, its listener bound
 *  at HOME/enclave/channel.sock; E_SYSTEM, E_MISSING. */
MUST_CHECK enum status enclave_launch(pid_t *pid,
				      const struct enclave_start *options,
				      struct error *error);

#endif
