/* certificate_chain.h -- X.509 and P-384 as attestation needs them.
 *
 * With certificate_issuer.c the only place that knows OpenSSL.  No OpenSSL
 * type leaves it.  It decides nothing about attestation policy. */
#ifndef AGENT_ATTEST_CERTIFICATE_CHAIN_H
#define AGENT_ATTEST_CERTIFICATE_CHAIN_H

#include "agent/attest/attestation_document.h"

#define SHA256_SIZE 32
#define SHA384_SIZE 48
#define SUBJECT_MAX 256
#define CERTIFICATE_BYTES_MAX 8192u

enum chain_verdict {
	CHAIN_VALID,
	CHAIN_MALFORMED,     /* not certificates, or not P-384 */
	CHAIN_SIGNATURE,     /* one does not verify under the one before */
	CHAIN_UNTRUSTED,     /* does not lead to the root in this order */
	CHAIN_EXPIRED,
	CHAIN_NOT_YET_VALID,
};

struct chain_report {
	char subjects[CERTIFICATES_MAX][SUBJECT_MAX]; /* RFC 2253, root first */
	size_t subject_count;
	char detail[160];
};

/** sha256 / sha384 - FIPS 180-4, of one byte string. */
void sha256(uint8_t out[SHA256_SIZE], struct bytes in);
void sha384(uint8_t out[SHA384_SIZE], struct bytes in);

/**
 * certificate_chain_check - does chain[0], taken as trusted, vouch for the
 * leaf through exactly the certificates between them, in this order?
 *
 * Every key must be P-384, at most five certificates, the leaf no CA and
 * allowed to sign; at_s is the time of judgement in unix seconds.  The strict
 * flag of OpenSSL stays off: genuine leaves have no key identifiers.
 * The caller compares chain[0] with what it trusts. */
enum chain_verdict certificate_chain_check(struct chain_report *report,
					   const struct certificate_chain *chain,
					   int64_t at_s);

/** certificate_verify - ES384 over message by the certificate's key.
 *  E_MALFORMED no certificate or no P-384 key; E_AUTHENTIC wrong signature. */
MUST_CHECK enum status certificate_verify(struct bytes certificate,
					  struct bytes message,
					  const uint8_t signature[ES384_SIZE]);

/** certificate_from_file - DER of a certificate in PEM or DER, copied to out.
 *  E_MALFORMED anything else, E_LIMIT beyond CERTIFICATE_BYTES_MAX. */
MUST_CHECK enum status certificate_from_file(struct buffer *out,
					     struct bytes content);

/** certificate_common_name - "" when there is none. */
void certificate_common_name(char out[SUBJECT_MAX], struct bytes certificate);

#endif
