/* attestation_document.h -- a Nitro attestation document, taken apart.
 *
 * Pure reading of bytes: COSE_Sign1 around a CBOR map.  It checks form and
 * nothing else; whether to believe the document is attestation_verify.h's. */
#ifndef AGENT_ATTEST_ATTESTATION_DOCUMENT_H
#define AGENT_ATTEST_ATTESTATION_DOCUMENT_H

#include "base/bytes.h"

#define PCR_SIZE 48
#define PCRS_MAX 32
#define CERTIFICATES_MAX 8 /* root .. leaf */
#define ES384_SIZE 96      /* r || s */
#define ATTESTATION_BYTES_MAX 32768u

/** Certificates in DER, root first, leaf last. */
struct certificate_chain {
	struct bytes certificates[CERTIFICATES_MAX];
	size_t count;
};

/** All members point into the document; data NULL: absent or null. */
struct attestation_document {
	struct bytes protected_header, payload;
	uint8_t signature[ES384_SIZE];
	struct bytes module_id;
	uint64_t timestamp_ms; /* unix */
	struct bytes pcrs[PCRS_MAX];
	struct certificate_chain chain;
	struct bytes public_key, user_data, nonce;
};

/**
 * attestation_parse - takes a document apart, definite or indefinite maps.
 *
 * Out:     detail what is wrong, static text
 * Returns: E_MALFORMED for an algorithm other than ES384, duplicate or unknown
 *          keys, PCRs not of 48 bytes or index beyond 31, PCR0-2 missing, a
 *          digest other than SHA384, trailing bytes, and broken CBOR
 *          E_LIMIT beyond ATTESTATION_BYTES_MAX
 * Source:  AWS Nitro Enclaves NSM, attestation process; RFC 9052 section 4 */
MUST_CHECK enum status attestation_parse(struct attestation_document *out,
					 struct bytes document,
					 const char **detail);

/** attestation_signed_bytes - CBOR ["Signature1", protected, h'', payload]:
 *  what the signature is over.  out overflows below ATTESTATION_BYTES_MAX. */
void attestation_signed_bytes(struct buffer *out,
			      const struct attestation_document *document);

#endif
