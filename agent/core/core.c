/* core.c -- see core.h. */
#include "agent/core/core.h"

#include <string.h>

#define DECISION_ROOM (1u << 20) /* bytes: head, tuples and report */

void core_binding(uint8_t out[BINDING_SIZE],
		  const struct core_configuration *configuration)
{
	memcpy(out, "PLM1", 4);
	memcpy(out + 4, configuration->model_hash, HASH_SIZE);
	memcpy(out + 36, configuration->policy_hash, HASH_SIZE);
	store_be64(out + 68, configuration->domain.chain_id);
	memcpy(out + 76, configuration->domain.steward, ADDRESS_SIZE);
	memcpy(out + 96, configuration->operator_address, ADDRESS_SIZE);
}

/* The decision must be for what this session was measured with. */
static enum status check_session(const struct core_configuration *configured,
				 const struct signed_decision *made,
				 const char **detail)
{
	uint8_t own_model[HASH_SIZE];

	model_hash(own_model);
	if (memcmp(own_model, configured->model_hash, HASH_SIZE)) {
		*detail = "the session was configured for another model";
		return E_REFUSED;
	}
	if (made->domain.chain_id != configured->domain.chain_id ||
	    memcmp(made->domain.steward, configured->domain.steward,
		   ADDRESS_SIZE)) {
		*detail = "the case is for another chain or steward";
		return E_AUTHENTIC;
	}
	if (memcmp(made->decision.policy_hash, configured->policy_hash,
		   HASH_SIZE)) {
		*detail = "the case carries another policy";
		return E_AUTHENTIC;
	}
	return OK;
}

static enum status sign(struct core_result *out,
			const struct core_session *session,
			const struct signed_decision *made,
			struct arena *arena)
{
	struct buffer buffer;
	enum status status = buffer_from_arena(&buffer, arena, DECISION_ROOM);

	if (status)
		return status;
	signed_decision_encode(&buffer, made);
	if (buffer.overflow)
		return E_LIMIT;
	decision_digest(out->digest, &made->decision, &made->domain);
	status = sign_digest(out->signature, session->context, out->digest,
			     session->secret32);
	out->decision = buffer_bytes(&buffer);
	return status;
}

enum status core_evaluate(struct core_result *out,
			  const struct core_session *session,
			  struct bytes case_bytes, struct arena *arena)
{
	struct core_result result;
	struct decide_output *made = ARENA_NEW(arena, struct decide_output, 1);
	enum status status;

	memset(&result, 0, sizeof(result));
	if (!made) {
		out->detail = "the enclave's memory is too small";
		return E_LIMIT;
	}
	status = decide(made, case_bytes, NULL, arena, session->parallel);
	result.detail = made->detail;
	if (!status)
		status = check_session(&session->configuration,
				       &made->signed_decision, &result.detail);
	if (!status) {
		result.state = made->state;
		status = sign(&result, session, &made->signed_decision, arena);
	}
	if (status)
		out->detail = result.detail ? result.detail : "";
	else
		*out = result;
	return status;
}
