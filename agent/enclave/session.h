/* session.h -- the enclave's one-way state machine and its three answers.
 *
 * BOOT takes a configuration, once; MEASURE, LOCK and KEY follow without the
 * host; SERVE evaluates cases and attests.  No answer signs bytes that the
 * host chose: what is signed is the digest of a decision made here.  Sockets
 * are main.c's. */
#ifndef AGENT_ENCLAVE_SESSION_H
#define AGENT_ENCLAVE_SESSION_H

#include "agent/enclave/backend.h"
#include "agent/enclave/channel.h"
#include "agent/enclave/lockdown.h"
#include "agent/enclave/secret.h"

#define DEVELOPMENT_CHAIN 31337

struct session {
	enum enclave_state state;
	bool broken; /* boot failed half-way: the program must end */
	const struct backend *backend;
	struct secret_page secret; /* the key, from KEY on */
	struct arena arena;        /* for evaluation */
	struct lockdown lockdown;  /* descriptors of the moment */
	struct core_session core;
	uint8_t public_key[PUBLIC_KEY_SIZE];
	const char *detail;        /* of the last failure */
};

/**
 * session_answer - one request, one answer.
 *
 * Out:     reply   body of the answer, emptied first
 * Returns: the answer's message: FAILURE for whatever is not admitted in this
 *          state or did not work; the state is then as before, or broken. */
enum message session_answer(struct buffer *reply, struct session *session,
			    const struct frame *request);

/** session_end - wipes the key. */
void session_end(struct session *session);

/* The steps of boot, each from its state to the next; E_REFUSED in another. */
MUST_CHECK enum status session_configure(struct session *session,
					 struct bytes body);
MUST_CHECK enum status session_measure(struct session *session);
MUST_CHECK enum status session_lock(struct session *session);
MUST_CHECK enum status session_key(struct session *session);

#endif
