/* session_boot.c -- BOOT to SERVE, one way: configure, measure, lock, key. */
#include "agent/enclave/session.h"

#include <string.h>
#include <sys/random.h>

#include "agent/attest/attestation_image.h"
#include "case/policy.h"

#define KEY_TRIES 8 /* a draw fails once in 2^128 */

static enum status fail(struct session *session, enum status status,
			const char *detail)
{
	session->detail = detail;
	return status;
}

/* The policy is for what the message says, and the model is this one. */
static enum status check_configuration(struct session *session,
				       const struct wire_configure *wire)
{
	static struct policy policy; /* large */
	uint8_t own_model[HASH_SIZE];

	if (policy_decode(&policy, wire->policy))
		return fail(session, E_MALFORMED,
			    "the policy is not canonical or out of bounds");
	if (policy.chain_id != wire->chain_id ||
	    memcmp(policy.steward, wire->steward, ADDRESS_SIZE))
		return fail(session, E_REFUSED,
			    "the policy is for another chain or steward");
	model_hash(own_model);
	if (memcmp(own_model, wire->model_hash, HASH_SIZE))
		return fail(session, E_REFUSED,
			    "this program holds another model");
	if (!strcmp(session->backend->name, "dev") &&
	    wire->chain_id != DEVELOPMENT_CHAIN)
		return fail(session, E_REFUSED,
			    "the development back-end serves chain 31337 only");
	return OK;
}

enum status session_configure(struct session *session, struct bytes body)
{
	struct core_configuration *out = &session->core.configuration;
	struct wire_configure wire;
	enum status status;

	if (session->state != STATE_BOOT)
		return fail(session, E_REFUSED, "configured already");
	if (wire_configure_get(&wire, body))
		return fail(session, E_MALFORMED, "not a configuration");
	status = check_configuration(session, &wire);
	if (status)
		return status;
	out->domain.chain_id = wire.chain_id;
	memcpy(out->domain.steward, wire.steward, ADDRESS_SIZE);
	memcpy(out->operator_address, wire.operator_address, ADDRESS_SIZE);
	memcpy(out->model_hash, wire.model_hash, HASH_SIZE);
	policy_hash(out->policy_hash, wire.policy);
	session->state = STATE_MEASURE;
	return OK;
}

enum status session_measure(struct session *session)
{
	const struct backend *backend = session->backend;
	uint8_t measure[CONFIGURATION_MEASURE_SIZE];

	if (session->state != STATE_MEASURE)
		return fail(session, E_REFUSED, "not the time to measure");
	configuration_measure(measure, &session->core.configuration);
	if (backend->extend(backend->context, PCR_CONFIGURATION,
			    bytes_of(measure, sizeof(measure))))
		return fail(session, E_PEER, "PCR16 cannot be extended");
	session->state = STATE_LOCK;
	return OK;
}

enum status session_lock(struct session *session)
{
	const struct backend *backend = session->backend;
	enum status status;

	if (session->state != STATE_LOCK)
		return fail(session, E_REFUSED, "not the time to lock");
	if (backend->lock(backend->context, PCR_CONFIGURATION))
		return fail(session, E_PEER, "PCR16 cannot be locked");
	status = lockdown_apply(&session->lockdown, &session->detail);
	if (!status)
		session->state = STATE_KEY;
	return status;
}

/* XOR of kernel's and platform's randomness, all of it in the secret page. */
static enum status draw(uint8_t *out, uint8_t *scratch,
			const struct backend *backend)
{
	if (getrandom(out, SECRET_KEY_SIZE, 0) != SECRET_KEY_SIZE)
		return E_SYSTEM;
	if (backend->random(backend->context, scratch, SECRET_KEY_SIZE))
		return E_PEER;
	for (size_t i = 0; i < SECRET_KEY_SIZE; i++)
		out[i] ^= scratch[i];
	explicit_bzero(scratch, SECRET_KEY_SIZE);
	return OK;
}

static struct signer_context *make_context(uint8_t *scratch)
{
	struct signer_context *context;

	if (getrandom(scratch, SECRET_KEY_SIZE, 0) != SECRET_KEY_SIZE)
		return NULL;
	context = signer_context_create(scratch);
	explicit_bzero(scratch, SECRET_KEY_SIZE);
	return context;
}

enum status session_key(struct session *session)
{
	uint8_t *secret = session->secret.data;
	uint8_t *scratch = secret + SECRET_KEY_SIZE;
	struct signer_context *context;
	enum status status = E_INPUT;

	if (session->state != STATE_KEY)
		return fail(session, E_REFUSED, "not the time for a key");
	context = make_context(scratch);
	if (!context)
		return fail(session, E_SYSTEM, "no memory for the signer");
	for (int i = 0; status == E_INPUT && i < KEY_TRIES; i++) {
		status = draw(secret, scratch, session->backend);
		if (!status)
			status = public_key_from_secret(session->public_key,
							context, secret);
	}
	if (status) {
		signer_context_destroy(context);
		return fail(session, status, "no randomness for the key");
	}
	session->core.context = context;
	session->core.secret32 = secret;
	session->state = STATE_SERVE;
	return OK;
}
