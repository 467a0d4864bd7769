/* session.c -- see session.h; the steps of boot are session_boot.c. */
#include "agent/enclave/session.h"

#include <string.h>
#include <sys/mman.h>

#include "agent/enclave/nsm.h"

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

static enum status attest(struct buffer *out, struct session *session,
			  struct bytes nonce)
{
	uint8_t binding[BINDING_SIZE];
	struct backend_claims claims = {
		bytes_of(session->public_key, PUBLIC_KEY_SIZE),
		bytes_of(binding, sizeof(binding)),
		nonce.size ? nonce : (struct bytes){ 0 },
	};
	enum status status;

	core_binding(binding, &session->core.configuration);
	status = session->backend->attest(session->backend->context, out,
					  &claims);
	if (status)
		session->detail = "the platform gives no attestation";
	return status;
}

static enum status boot(struct session *session, struct bytes body)
{
	enum status status = session_configure(session, body);

	if (status)
		return status; /* nothing has happened yet */
	status = session_measure(session);
	if (!status)
		status = session_lock(session);
	if (!status)
		status = session_key(session);
	session->broken = status != OK;
	return status;
}

static enum status answer_configure(struct buffer *reply,
				    struct session *session,
				    struct bytes body)
{
	uint8_t bytes[NSM_RESPONSE_MAX];
	struct buffer document;
	struct wire_ready ready;
	enum status status = boot(session, body);

	buffer_init(&document, bytes, sizeof(bytes));
	if (!status)
		status = attest(&document, session, bytes_of(NULL, 0));
	if (status)
		return status;
	memcpy(ready.public_key, session->public_key, PUBLIC_KEY_SIZE);
	ready.root_certificate = session->backend->root_certificate;
	ready.document = buffer_bytes(&document);
	wire_ready_put(reply, &ready);
	return OK;
}

/* Gives the pages back, so that no case outlives its answer. */
static void forget(struct arena *arena)
{
	arena_reset(arena, 0);
	if (madvise(arena->base, arena->size, MADV_DONTNEED_LOCKED) &&
	    madvise(arena->base, arena->size, MADV_DONTNEED))
		explicit_bzero(arena->base, arena->peak);
	arena->peak = 0;
}

static enum status answer_evaluate(struct buffer *reply,
				   struct session *session, struct bytes body)
{
	struct core_result result = { .detail = "" };
	struct wire_evaluated evaluated;
	enum status status = core_evaluate(&result, &session->core, body,
					   &session->arena);

	if (status) {
		session->detail = result.detail;
	} else {
		evaluated.decision = result.decision;
		evaluated.state = result.state;
		memcpy(evaluated.digest, result.digest, HASH_SIZE);
		memcpy(evaluated.signature, result.signature, SIGNATURE_SIZE);
		wire_evaluated_put(reply, &evaluated);
	}
	forget(&session->arena);
	return status;
}

static enum status answer(struct buffer *reply, struct session *session,
			  const struct frame *request, enum message *answered)
{
	switch (request->rule->message) {
	case MESSAGE_CONFIGURE:
		*answered = MESSAGE_READY;
		return answer_configure(reply, session, request->body);
	case MESSAGE_EVALUATE:
		*answered = MESSAGE_EVALUATED;
		return answer_evaluate(reply, session, request->body);
	case MESSAGE_ATTEST:
		*answered = MESSAGE_ATTESTED;
		return attest(reply, session, request->body);
	case MESSAGE_READY:
	case MESSAGE_EVALUATED:
	case MESSAGE_ATTESTED:
	case MESSAGE_FAILURE:
		break; /* the host's: their rules name no state */
	}
	return E_REFUSED;
}

enum message session_answer(struct buffer *reply, struct session *session,
			    const struct frame *request)
{
	enum message answered = MESSAGE_FAILURE;
	enum status status = E_REFUSED;

	reply->size = 0;
	reply->overflow = false;
	session->detail = "not a request that this state admits";
	if (request->rule->states >> session->state & 1)
		status = answer(reply, session, request, &answered);
	if (!status && reply->overflow) {
		status = E_LIMIT;
		session->detail = "the answer is too large";
	}
	if (!status)
		return answered;
	reply->size = 0;
	reply->overflow = false;
	wire_failure_put(reply, status, session->detail);
	return MESSAGE_FAILURE;
}

void session_end(struct session *session)
{
	secret_page_free(&session->secret);
}
