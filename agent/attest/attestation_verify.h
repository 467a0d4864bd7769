/* attestation_verify.h -- is this attestation document to be believed?
 *
 * The verifier: form, signature, chain to a pinned root, times, debug mode,
 * expected values.  It reads no clock and no file: the time of judgement and
 * the root come from the caller, and neither has a default. */
#ifndef AGENT_ATTEST_ATTESTATION_VERIFY_H
#define AGENT_ATTEST_ATTESTATION_VERIFY_H

#include "agent/attest/attestation_image.h"
#include "agent/attest/certificate_chain.h"

#define DEVELOPMENT_ROOT_NAME "UNTRUSTED DEVELOPMENT ROOT"
#define DEVELOPMENT_MODULE_PREFIX "dev-"
#define ATTESTATION_SKEW_S 30 /* a document may be this much ahead of `at` */

enum attestation_reason {
	ATTESTATION_VALID,
	ATTESTATION_MALFORMED,
	ATTESTATION_SIGNATURE,
	ATTESTATION_UNTRUSTED_ROOT,
	ATTESTATION_EXPIRED,
	ATTESTATION_NOT_YET_VALID,
	ATTESTATION_DEBUG,  /* PCR0-2 all zero */
	ATTESTATION_POLICY, /* an expected value differs */
};

/** SHA-256 of the DER of AWS Nitro Enclaves Root G1, as AWS publishes it. */
extern const uint8_t attestation_aws_root[SHA256_SIZE];

struct attestation_policy {
	int64_t at_s;               /* time of judgement, unix s */
	int64_t max_age_s;          /* of the document; 0: any */
	const uint8_t *root_sha256; /* pinned root */
	bool allow_debug;
	bool allow_development;
	const uint8_t *pcrs[PCRS_MAX]; /* expected, NULL: any */
	/* Expected; data NULL: any.  An expected value of size 0 matches
	 * absent, null and empty. */
	struct bytes public_key, user_data, nonce;
};

struct attestation_result {
	enum attestation_reason reason;
	char detail[200];
	bool parsed; /* the members below are filled */
	struct attestation_document document;
	struct chain_report chain;
	uint8_t image_id[IMAGE_ID_SIZE];
};

/**
 * attestation_verify - judges a document; the first fault is the reason.
 *
 * Out:     out   always filled; points into document
 * Returns: OK          valid under the policy
 *          E_AUTHENTIC any other verdict, malformed ones included
 * Cost:    one P-384 verification a certificate and one more */
MUST_CHECK enum status
attestation_verify(struct attestation_result *out, struct bytes document,
		   const struct attestation_policy *policy);

/** attestation_reason_word - "valid", "malformed", "signature",
 *  "untrusted-root", "expired", "not-yet-valid", "debug", "policy". */
const char *attestation_reason_word(enum attestation_reason reason);

#endif
