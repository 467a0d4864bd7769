/* cmd_verify.c -- plimsoll verify DECISION: recompute, and check who signed
 * what under which policy. */
#include <stdio.h>
#include <string.h>

#include "agent/chain_options.h"
#include "agent/json_writer.h"
#include "agent/policy_file.h"
#include "agent/verification_attestation.h"
#include "agent/verification_chain.h"
#include "agent/verification_store.h"

static void print_json(const struct verification *v,
		       const struct decision_document *decision)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "verdict", verification_verdict(v));
	json_open_array(&w, "checks");
	for (size_t i = 0; i < v->count; i++) {
		json_open_object(&w, NULL);
		json_put_string(&w, "name", v->checks[i].name);
		json_put_string(&w, "result",
				check_result_name(v->checks[i].result));
		json_put_string(&w, "detail", v->checks[i].detail);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_put_hex(&w, "decisionDigest", decision->digest, HASH_SIZE);
	json_put_hex(&w, "caseDigest",
		     decision->signed_decision.decision.case_digest,
		     HASH_SIZE);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_text(const struct verification *v,
		       const struct decision_document *decision)
{
	char digest[HASH_TEXT_MAX];

	hex_encode_prefixed(digest, decision->digest, HASH_SIZE);
	printf("decision %s: %s\n", digest, verification_verdict(v));
	for (size_t i = 0; i < v->count; i++)
		printf("  %-11s %-14s %s\n",
		       check_result_name(v->checks[i].result),
		       v->checks[i].name, v->checks[i].detail);
}

static enum status policy_check_step(struct verification *v,
				     const struct decision_document *decision,
				     const struct invocation *invocation,
				     struct error *error)
{
	static struct policy_document policy;
	const char *path = option(invocation, "policy");
	enum status status =
		path ? policy_file_read(&policy, path, error) : OK;

	if (!status)
		verify_policy(v, decision, path ? policy.hash : NULL);
	return status;
}

static enum status case_check_step(struct verification *v,
				   const struct decision_document *decision,
				   const struct invocation *invocation,
				   struct error *error)
{
	const char *path = option(invocation, "case");
	struct case_document document;
	enum status status = OK;

	if (!path) {
		verify_case(v, decision, NULL);
		return OK;
	}
	status = case_document_read(&document, path, error);
	if (status)
		return status;
	verify_case(v, decision, &document);
	if (option_flag(invocation, "db"))
		status = verify_store(v, &document, home(invocation), error);
	case_document_free(&document);
	return status;
}

static enum status chain_check_step(struct verification *v,
				    const struct decision_document *decision,
				    const struct invocation *invocation,
				    struct error *error)
{
	struct json_rpc *rpc = NULL;
	enum status status = OK;

	if (option(invocation, "rpc"))
		status = chain_open(&rpc, invocation, error);
	if (!status)
		status = verify_chain(v, decision, rpc, error);
	if (rpc)
		json_rpc_close(rpc);
	return status;
}

static enum status signature_step(struct verification *v,
				  const struct decision_document *decision,
				  const struct invocation *invocation,
				  struct error *error)
{
	uint8_t expected[ADDRESS_SIZE];
	enum status status = OK;

	if (option(invocation, "signer"))
		status = option_address(expected, invocation, "signer", error);
	if (!status)
		verify_signature(v, decision,
				 option(invocation, "signer") ? expected
							      : NULL);
	return status;
}

static enum status conclude(const struct verification *v, struct error *error)
{
	const char *verdict = verification_verdict(v);

	if (!strcmp(verdict, "valid"))
		return OK;
	if (!strcmp(verdict, "invalid")) {
		for (size_t i = 0; i < v->count; i++)
			if (v->checks[i].result == CHECK_FAIL)
				return error_set(error, E_AUTHENTIC,
						 "invalid: %s: %s",
						 v->checks[i].name,
						 v->checks[i].detail);
	}
	error_set(error, E_REFUSED, "incomplete: not everything that \"valid\" "
		  "needs could be checked");
	return error_hint(error, "Give --case, --policy, --rpc and "
			  "--attestation for all checks.");
}

static enum status run_verify(const struct invocation *invocation,
			      struct error *error)
{
	struct verification v = { .count = 0 };
	struct decision_document decision;
	enum status status = decision_document_read(
		&decision, invocation_argument(invocation, 0), error);

	if (status)
		return status;
	status = signature_step(&v, &decision, invocation, error);
	if (!status)
		verify_model(&v, &decision);
	if (!status)
		status = policy_check_step(&v, &decision, invocation, error);
	if (!status)
		status = case_check_step(&v, &decision, invocation, error);
	if (!status)
		status = verify_attestation(&v, &decision, invocation, error);
	if (!status)
		status = chain_check_step(&v, &decision, invocation, error);
	if (!status) {
		if (want_json(invocation))
			print_json(&v, &decision);
		else
			print_text(&v, &decision);
		status = conclude(&v, error);
	}
	decision_document_free(&decision);
	return status;
}

static const struct option_spec options[] = {
	{ "case", "CASE", "the case it was made from: recompute" },
	{ "policy", "POLICY", "the DAO's policy.ini" },
	{ "signer", "ADDRESS", "the key that must have signed" },
	{ "attestation", "DOC", "attestation document of that key" },
	{ "at", "TIME", "time at which the attestation must hold" },
	{ "root", "FILE", "root certificate (DER) instead of the built-in" },
	{ "allow-dev", NULL, "accept documents of the development back-end" },
	CHAIN_OPTIONS,
	{ "db", NULL, "compare the case with the stored observations" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "DECISION", "recompute a decision and check its authority",
	  "  plimsoll verify decision.json --case case.cbor --policy "
	  "policy.ini --rpc URL\n",
	  options, 1, 1, run_verify },
	{ 0 },
};

const struct command_group commands_verify = {
	"verify", "is this decision what it says it is?", verbs
};
