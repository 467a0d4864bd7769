/* data_streams.h -- reports of Chainlink Data Streams, schema 3.
 *
 * Pure.  A full report is ABI-encoded: three words of context, the offset of
 * the blob (7 words), offsets of r[] and s[], a word of v bytes, then blob, r[]
 * and s[] each with its length and nothing between or behind.  Signed is
 * keccak(keccak(blob) | context).  One signature by a stranger refuses the
 * report.  Source: docs.chain.link/data-streams, 17 recorded reports. */
#ifndef FEEDS_WIRE_DATA_STREAMS_H
#define FEEDS_WIRE_DATA_STREAMS_H

#include "base/bytes.h"
#include "crypto/keccak.h"
#include "crypto/secp256k1.h"

#define STREAM_SIGNERS_MAX 32
#define STREAM_ADDRESS_SIZE 20
#define STREAM_FEED_SIZE 32

struct stream_report {
	uint8_t feed[STREAM_FEED_SIZE];
	uint32_t valid_from_s, observed_s, expires_s;
	u128 native_fee, link_fee;
	i128 price, bid, ask; /* 18 decimals */
	uint8_t digest[HASH_SIZE];
	size_t signature_count;
	uint8_t signatures[STREAM_SIGNERS_MAX][SIGNATURE_SIZE];
};

struct stream_signers {
	size_t count, threshold;
	uint8_t addresses[STREAM_SIGNERS_MAX][STREAM_ADDRESS_SIZE];
};

/** stream_read - a report apart, nothing verified.
 *  Out: untouched unless OK.  Returns: E_MALFORMED another layout or schema,
 *  bytes left over, v bytes that are not 0 or 1; E_LIMIT more than
 *  STREAM_SIGNERS_MAX signatures; E_RANGE a time beyond 32 bits, a price or fee
 *  beyond 128. */
MUST_CHECK enum status stream_read(struct stream_report *out, struct bytes in);

/** stream_signer - who made signature i; E_AUTHENTIC nobody, E_INPUT no such
 *  signature. */
MUST_CHECK enum status stream_signer(uint8_t out20[STREAM_ADDRESS_SIZE],
				     const struct stream_report *report,
				     size_t i,
				     const struct signer_context *context);

/** stream_verify - at least threshold different signers, all of them of the
 *  set.  Returns: E_AUTHENTIC a signature by nobody or a stranger, or twice by
 *  one; E_REFUSED too few; E_INPUT a set without signers or threshold. */
MUST_CHECK enum status stream_verify(const struct stream_report *report,
				     const struct stream_signers *signers,
				     const struct signer_context *context);

#endif
