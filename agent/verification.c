/* verification.c -- see verification.h. */
#include "agent/verification.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/decide.h"

void verification_add(struct verification *v, const char *name,
		      enum check_result result, const char *format, ...)
{
	struct check *check;
	va_list arguments;

	if (v->count == CHECKS_MAX)
		return;
	check = &v->checks[v->count++];
	check->name = name;
	check->result = result;
	va_start(arguments, format);
	vsnprintf(check->detail, sizeof(check->detail), format, arguments);
	va_end(arguments);
}

void verify_signature(struct verification *v,
		      const struct decision_document *decision,
		      const uint8_t *expected20)
{
	uint8_t signer[ADDRESS_SIZE];
	char text[ADDRESS_TEXT_MAX];

	if (!decision->has_signature) {
		verification_add(v, "signature", CHECK_FAIL,
				 "the decision is unsigned");
		return;
	}
	if (decision_signer(signer, decision)) {
		verification_add(v, "signature", CHECK_FAIL,
				 "no key makes this signature of this digest");
		return;
	}
	address_format(text, signer);
	if (!expected20)
		verification_add(v, "signature", CHECK_PASS,
				 "signed by %s (whose key that is was not "
				 "asked)", text);
	else if (memcmp(signer, expected20, ADDRESS_SIZE))
		verification_add(v, "signature", CHECK_FAIL,
				 "signed by %s, a wrong key", text);
	else
		verification_add(v, "signature", CHECK_PASS, "signed by %s",
				 text);
}

void verify_model(struct verification *v,
		  const struct decision_document *decision)
{
	uint8_t own[HASH_SIZE];
	bool same;

	model_hash(own);
	same = !memcmp(own, decision->signed_decision.decision.model_hash,
		       HASH_SIZE);
	verification_add(v, "model", same ? CHECK_PASS : CHECK_FAIL,
			 same ? "this program's model"
			      : "another model made it: recompute with the "
				"release that has its hash");
}

void verify_policy(struct verification *v,
		   const struct decision_document *decision,
		   const uint8_t *policy_hash32)
{
	const uint8_t *used = decision->signed_decision.decision.policy_hash;

	if (!policy_hash32)
		verification_add(v, "policy", CHECK_NOT_CHECKED,
				 "no --policy given");
	else if (memcmp(used, policy_hash32, HASH_SIZE))
		verification_add(v, "policy", CHECK_FAIL,
				 "the decision was made under another policy");
	else
		verification_add(v, "policy", CHECK_PASS, "the DAO's policy");
}

static void check_recomputed(struct verification *v,
			     const struct decision_document *decision,
			     const struct decision_document *made)
{
	bool same = !memcmp(made->digest, decision->digest, HASH_SIZE);

	verification_add(v, "recomputation", same ? CHECK_PASS : CHECK_FAIL,
			 same ? "decide() gives the same digest"
			      : "decide() gives another digest");
	same = made->size == decision->size &&
	       !memcmp(made->bytes, decision->bytes, made->size);
	verification_add(v, "report", same ? CHECK_PASS : CHECK_FAIL,
			 same ? "every byte of the report is the same"
			      : "the report differs from the recomputed one");
}

static void note_moment(struct verification *v, const struct case_input *in)
{
	static struct policy policy; /* large */

	if (policy_decode(&policy, in->policy))
		return; /* nothing recomputes from such a case */
	v->moment.known = true;
	v->moment.anchor_time_s = in->anchor_time_s;
	v->moment.epoch_start_s = in->epoch * policy.epoch_period_s;
	memcpy(v->moment.epoch_block_hash, in->epoch_block_hash, HASH_SIZE);
}

static void check_evidence(struct verification *v, uint8_t evidence)
{
	if (evidence == EVIDENCE_C)
		verification_add(v, "evidence", CHECK_NOT_CHECKED,
				 "class C: prices, positions and depth are the "
				 "word of the host that made the case");
}

void verify_case(struct verification *v,
		 const struct decision_document *decision,
		 const struct case_document *case_document)
{
	struct decision_document made;
	struct error error = { 0 };

	if (!case_document) {
		verification_add(v, "case", CHECK_NOT_CHECKED,
				 "no --case given");
		verification_add(v, "recomputation", CHECK_NOT_CHECKED,
				 "no --case given");
		return;
	}
	if (memcmp(case_document->digest,
		   decision->signed_decision.decision.case_digest, HASH_SIZE)) {
		verification_add(v, "case", CHECK_FAIL,
				 "the case is not the one that was decided");
		return;
	}
	verification_add(v, "case", CHECK_PASS, "the case that was decided");
	check_evidence(v, case_document->input.evidence);
	note_moment(v, &case_document->input);
	if (case_decide(&made,
			bytes_of(case_document->bytes, case_document->size), 0,
			&error)) {
		verification_add(v, "recomputation", CHECK_FAIL, "%s",
				 error.message);
		return;
	}
	check_recomputed(v, decision, &made);
	decision_document_free(&made);
}

static bool passed(const struct verification *v, const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (!strcmp(v->checks[i].name, name) &&
		    v->checks[i].result == CHECK_PASS)
			return true;
	return false;
}

const char *verification_verdict(const struct verification *v)
{
	static const char *const needed[] = { "anchor", "signature", "registry",
					      "policy", "model",
					      "recomputation" };

	for (size_t i = 0; i < v->count; i++)
		if (v->checks[i].result == CHECK_FAIL)
			return "invalid";
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!passed(v, needed[i]))
			return "incomplete";
	return "valid";
}

const char *check_result_name(enum check_result result)
{
	static const char *const names[] = { "pass", "fail", "not-checked" };

	return names[result];
}
