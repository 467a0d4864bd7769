/* verification_attestation.c -- see verification_attestation.h. */
#include "agent/verification_attestation.h"

#include <string.h>

#include "agent/attest/attestation_verify.h"
#include "base/host/clock.h"
#include "base/time.h"

#define BOUND_BYTES 96u /* of the binding: all but the operator */

static enum status read_time(int64_t *out, const struct invocation *invocation,
			     struct error *error)
{
	const char *text = option(invocation, "at");

	if (!text) {
		error_set(error, E_USAGE, "--attestation needs --at TIME");
		return error_hint(error, "RFC 3339, unix seconds or `now`: a "
				  "document is only good at a time.");
	}
	if (!strcmp(text, "now")) {
		*out = clock_unix_s();
		return OK;
	}
	return time_parse(out, bytes_of_string(text))
		       ? error_set(error, E_USAGE, "--at: \"%s\" is no time",
				   text)
		       : OK;
}

static void check_binding(struct verification *v,
			  const struct decision_document *decision,
			  const struct attestation_document *document)
{
	const struct decision *made = &decision->signed_decision.decision;
	struct core_configuration configuration = {
		.domain = decision->signed_decision.domain };
	uint8_t binding[BINDING_SIZE];
	uint8_t signer[ADDRESS_SIZE], attested[ADDRESS_SIZE];

	memcpy(configuration.model_hash, made->model_hash, HASH_SIZE);
	memcpy(configuration.policy_hash, made->policy_hash, HASH_SIZE);
	core_binding(binding, &configuration);
	if (document->user_data.size != BINDING_SIZE ||
	    memcmp(document->user_data.data, binding, BOUND_BYTES)) {
		verification_add(v, "binding", CHECK_FAIL,
				 "the document is for another model, policy, "
				 "chain or steward");
		return;
	}
	if (document->public_key.size != PUBLIC_KEY_SIZE ||
	    decision_signer(signer, decision)) {
		verification_add(v, "binding", CHECK_FAIL,
				 "no key to compare");
		return;
	}
	address_from_public_key(attested, document->public_key.data);
	if (memcmp(attested, signer, ADDRESS_SIZE))
		verification_add(v, "binding", CHECK_FAIL,
				 "another key than the attested one signed");
	else
		verification_add(v, "binding", CHECK_PASS,
				 "the attested key signed, for this model, "
				 "policy, chain and steward");
}

static void judge(struct verification *v,
		  const struct decision_document *decision,
		  struct bytes bytes, const struct attestation_policy *policy)
{
	struct attestation_result result;

	if (attestation_verify(&result, bytes, policy)) {
		verification_add(v, "attestation", CHECK_FAIL, "%s: %.150s",
				 attestation_reason_word(result.reason),
				 result.detail);
		return;
	}
	verification_add(v, "attestation", CHECK_PASS, "%s",
			 policy->allow_development
				 ? "valid document of a DEVELOPMENT enclave: "
				   "it proves nothing in production"
				 : "valid document");
	check_binding(v, decision, &result.document);
}

static enum status read_root(uint8_t out32[SHA256_SIZE],
			     const struct invocation *invocation,
			     struct error *error)
{
	const char *path = option(invocation, "root");
	uint8_t *data;
	size_t size;
	enum status status;

	if (!path) {
		memcpy(out32, attestation_aws_root, SHA256_SIZE);
		return OK;
	}
	status = file_read(&data, &size, path, 1u << 16, error);
	if (status)
		return status;
	sha256(out32, bytes_of(data, size));
	memory_free(data);
	return OK;
}

enum status verify_attestation(struct verification *v,
			       const struct decision_document *decision,
			       const struct invocation *invocation,
			       struct error *error)
{
	const char *path = option(invocation, "attestation");
	struct attestation_policy policy = { 0 };
	uint8_t root[SHA256_SIZE], *data;
	size_t size;
	enum status status;

	if (!path) {
		verification_add(v, "attestation", CHECK_NOT_CHECKED,
				 "no --attestation given");
		return OK;
	}
	status = read_time(&policy.at_s, invocation, error);
	if (!status)
		status = read_root(root, invocation, error);
	if (!status)
		status = file_read(&data, &size, path, ATTESTATION_BYTES_MAX,
				   error);
	if (status)
		return status;
	policy.root_sha256 = root;
	policy.allow_development = option_flag(invocation, "allow-dev");
	judge(v, decision, bytes_of(data, size), &policy);
	memory_free(data);
	return OK;
}
