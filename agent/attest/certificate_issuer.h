/* certificate_issuer.h -- the development root and what it signs.
 *
 * Makes keys that live as long as the process.  What it issues is genuine in
 * form and worthless as proof: the root is named UNTRUSTED DEVELOPMENT ROOT.
 * Used by the development back-end and by tests only. */
#ifndef AGENT_ATTEST_CERTIFICATE_ISSUER_H
#define AGENT_ATTEST_CERTIFICATE_ISSUER_H

#include "agent/attest/certificate_chain.h"

struct certificate_issuer; /* opaque */

/** certificate_issuer_new - root and instance certificate, P-384, valid for
 *  a year from now_s; NULL when OpenSSL fails.  Also readies OpenSSL so that
 *  nothing below opens a file later. */
struct certificate_issuer *certificate_issuer_new(int64_t now_s);
void certificate_issuer_free(struct certificate_issuer *issuer);

/** certificate_issuer_renew - a new leaf key, valid three hours around now_s
 *  as Nitro's are; the old leaf is gone.  E_SYSTEM when OpenSSL fails. */
MUST_CHECK enum status
certificate_issuer_renew(struct certificate_issuer *issuer, int64_t now_s);

/** certificate_issuer_chain - root, instance, leaf; valid until renewed. */
void certificate_issuer_chain(struct certificate_chain *out,
			      const struct certificate_issuer *issuer);

/** certificate_issuer_sign - ES384 by the leaf's key.  E_SYSTEM. */
MUST_CHECK enum status
certificate_issuer_sign(uint8_t out[ES384_SIZE],
			const struct certificate_issuer *issuer,
			struct bytes message);

#endif
