/* attestation_verify.c -- see attestation_verify.h. */
#include "agent/attest/attestation_verify.h"

#include <stdio.h>
#include <string.h>

const uint8_t attestation_aws_root[SHA256_SIZE] = {
	0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef, 0xe4, 0x56, 0x46,
	0x31, 0x95, 0xd6, 0x06, 0x31, 0x7e, 0xd7, 0xcd, 0xcc, 0x3c, 0x17,
	0x56, 0xe0, 0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b,
};

static enum attestation_reason reject(struct attestation_result *out,
				      enum attestation_reason reason,
				      const char *detail)
{
	snprintf(out->detail, sizeof(out->detail), "%s", detail);
	return reason;
}

static enum attestation_reason check_signature(struct attestation_result *out)
{
	static uint8_t storage[ATTESTATION_BYTES_MAX];
	const struct certificate_chain *chain = &out->document.chain;
	struct buffer message;
	enum status status;

	buffer_init(&message, storage, sizeof(storage));
	attestation_signed_bytes(&message, &out->document);
	if (message.overflow)
		return reject(out, ATTESTATION_MALFORMED, "too large");
	status = certificate_verify(chain->certificates[chain->count - 1],
				    buffer_bytes(&message),
				    out->document.signature);
	if (status == E_MALFORMED)
		return reject(out, ATTESTATION_MALFORMED,
			      "the leaf is not a certificate of a P-384 key");
	if (status)
		return reject(out, ATTESTATION_SIGNATURE,
			      "the leaf's key did not sign this payload");
	return ATTESTATION_VALID;
}

static bool is_development(const struct attestation_document *document)
{
	static const char prefix[] = DEVELOPMENT_MODULE_PREFIX;
	size_t size = sizeof(prefix) - 1;
	char name[SUBJECT_MAX];

	certificate_common_name(name, document->chain.certificates[0]);
	return !strcmp(name, DEVELOPMENT_ROOT_NAME) ||
	       (document->module_id.size >= size &&
		!memcmp(document->module_id.data, prefix, size));
}

static enum attestation_reason check_root(struct attestation_result *out,
					  const struct attestation_policy *policy)
{
	uint8_t fingerprint[SHA256_SIZE];

	sha256(fingerprint, out->document.chain.certificates[0]);
	if (memcmp(fingerprint, policy->root_sha256, SHA256_SIZE))
		return reject(out, ATTESTATION_UNTRUSTED_ROOT,
			      "the first certificate is not the pinned root");
	if (is_development(&out->document) && !policy->allow_development)
		return reject(out, ATTESTATION_UNTRUSTED_ROOT,
			      "a development document, which proves nothing "
			      "about hardware");
	return ATTESTATION_VALID;
}

static enum attestation_reason check_chain(struct attestation_result *out,
					   const struct attestation_policy *policy)
{
	enum chain_verdict verdict = certificate_chain_check(
		&out->chain, &out->document.chain, policy->at_s);
	const char *detail = out->chain.detail;

	switch (verdict) {
	case CHAIN_VALID: return ATTESTATION_VALID;
	case CHAIN_MALFORMED:
		return reject(out, ATTESTATION_MALFORMED, detail);
	case CHAIN_SIGNATURE:
		return reject(out, ATTESTATION_SIGNATURE, detail);
	case CHAIN_UNTRUSTED:
		return reject(out, ATTESTATION_UNTRUSTED_ROOT, detail);
	case CHAIN_EXPIRED:
		return reject(out, ATTESTATION_EXPIRED, detail);
	case CHAIN_NOT_YET_VALID:
		return reject(out, ATTESTATION_NOT_YET_VALID, detail);
	}
	return reject(out, ATTESTATION_MALFORMED, detail);
}

static enum attestation_reason check_time(struct attestation_result *out,
					  const struct attestation_policy *policy)
{
	uint64_t made_s = out->document.timestamp_ms / 1000;
	uint64_t at_s = policy->at_s > 0 ? (uint64_t)policy->at_s : 0;

	if (made_s > at_s + ATTESTATION_SKEW_S)
		return reject(out, ATTESTATION_NOT_YET_VALID,
			      "made after the time of judgement");
	if (policy->max_age_s > 0 &&
	    made_s + (uint64_t)policy->max_age_s < at_s)
		return reject(out, ATTESTATION_EXPIRED,
			      "older than the policy admits");
	return ATTESTATION_VALID;
}

static bool is_debug(const struct attestation_document *document)
{
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < PCR_SIZE; k++)
			if (document->pcrs[i].data[k])
				return false;
	return true;
}

static bool matches(struct bytes expected, struct bytes found)
{
	return !expected.data || bytes_equal(expected, found);
}

static enum attestation_reason check_expected(struct attestation_result *out,
					      const struct attestation_policy *policy)
{
	const struct attestation_document *document = &out->document;

	for (unsigned i = 0; i < PCRS_MAX; i++) {
		const uint8_t *found = document->pcrs[i].data;

		if (!policy->pcrs[i] ||
		    (found && !memcmp(found, policy->pcrs[i], PCR_SIZE)))
			continue;
		snprintf(out->detail, sizeof(out->detail),
			 "PCR%u is not the expected one", i);
		return ATTESTATION_POLICY;
	}
	if (!matches(policy->public_key, document->public_key))
		return reject(out, ATTESTATION_POLICY, "another public key");
	if (!matches(policy->user_data, document->user_data))
		return reject(out, ATTESTATION_POLICY,
			      "user data is not the expected binding");
	if (!matches(policy->nonce, document->nonce))
		return reject(out, ATTESTATION_POLICY, "another nonce");
	return ATTESTATION_VALID;
}

static enum attestation_reason judge(struct attestation_result *out,
				     const struct attestation_policy *policy)
{
	enum attestation_reason reason = check_signature(out);

	if (!reason)
		reason = check_root(out, policy);
	if (!reason)
		reason = check_chain(out, policy);
	if (!reason)
		reason = check_time(out, policy);
	if (!reason && !policy->allow_debug && is_debug(&out->document))
		reason = reject(out, ATTESTATION_DEBUG,
				"PCR0 to PCR2 are zero: debug mode");
	if (!reason)
		reason = check_expected(out, policy);
	return reason;
}

enum status attestation_verify(struct attestation_result *out,
			       struct bytes document,
			       const struct attestation_policy *policy)
{
	const char *detail = "";

	memset(out, 0, sizeof(*out));
	if (attestation_parse(&out->document, document, &detail)) {
		out->reason = reject(out, ATTESTATION_MALFORMED, detail);
		return E_AUTHENTIC;
	}
	out->parsed = true;
	document_image_id(out->image_id, &out->document);
	out->reason = judge(out, policy);
	return out->reason ? E_AUTHENTIC : OK;
}

const char *attestation_reason_word(enum attestation_reason reason)
{
	switch (reason) {
	case ATTESTATION_VALID: return "valid";
	case ATTESTATION_MALFORMED: return "malformed";
	case ATTESTATION_SIGNATURE: return "signature";
	case ATTESTATION_UNTRUSTED_ROOT: return "untrusted-root";
	case ATTESTATION_EXPIRED: return "expired";
	case ATTESTATION_NOT_YET_VALID: return "not-yet-valid";
	case ATTESTATION_DEBUG: return "debug";
	case ATTESTATION_POLICY: return "policy";
	}
	return "malformed";
}
