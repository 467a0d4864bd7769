/* redstone.h -- RedStone's signed price packages, as a contract is given them.
 *
 * Pure.  A payload is read from its end:
 *
 *   ... packages | count u16 | metadata | length u24 | 00 00 02 ed 57 01 1e 00 00
 *   package: points | time_ms u48 | value size u32 | points u24 | r | s | v
 *   point:   feed id 32 (ASCII, zeros behind) | value, big-endian
 *
 * Signed is keccak of all of a package before its signature.  The metadata is
 * signed by nobody and nothing is taken from it.  One signature that is not by
 * an authorised signer refuses the payload: a forger may not add to it.
 * Source: docs.redstone.finance, and 60 recorded packages. */
#ifndef FEEDS_WIRE_REDSTONE_H
#define FEEDS_WIRE_REDSTONE_H

#include "base/bytes.h"
#include "crypto/keccak.h"
#include "crypto/secp256k1.h"

#define REDSTONE_PACKAGES_MAX 128
#define REDSTONE_SIGNERS_MAX 32
#define REDSTONE_FEED_SIZE 32
#define REDSTONE_ADDRESS_SIZE 20

struct redstone_package {
	uint64_t time_ms;
	size_t point_count, value_size;
	struct bytes points;                    /* lent by the payload */
	uint8_t digest[HASH_SIZE];              /* what is signed */
	uint8_t signature[SIGNATURE_SIZE];
};

struct redstone_payload {
	size_t count;
	struct redstone_package packages[REDSTONE_PACKAGES_MAX];
};

struct redstone_point {
	uint8_t feed[REDSTONE_FEED_SIZE];
	u128 value; /* in the feed's decimals, 8 unless agreed otherwise */
};

/** Who may sign, how many must, and what time is admitted. */
struct redstone_rules {
	size_t signer_count;
	uint8_t signers[REDSTONE_SIGNERS_MAX][REDSTONE_ADDRESS_SIZE];
	size_t threshold;         /* different signers for a feed */
	uint64_t now_ms;          /* 0: time is not judged */
	uint64_t max_age_ms, max_ahead_ms;
};

struct redstone_price {
	u128 value;        /* median of the signers' values */
	uint64_t time_ms;
	size_t signer_count;
};

/**
 * redstone_read - a payload apart, nothing verified.
 * Out:     untouched unless OK
 * Returns: E_MALFORMED  marker, lengths or counts that do not fit, bytes left
 *                       over, a package without points or of more than 255
 *          E_LIMIT      more than REDSTONE_PACKAGES_MAX packages */
MUST_CHECK enum status redstone_read(struct redstone_payload *out,
				     struct bytes in);

/** redstone_read_package - one package from the end of `in`; *rest is what is
 *  before it.  Returns: E_MALFORMED. */
MUST_CHECK enum status redstone_read_package(struct redstone_package *out,
					     struct bytes *rest,
					     struct bytes in);

/** redstone_point_of - E_INPUT no such point, E_RANGE beyond 128 bits. */
MUST_CHECK enum status redstone_point_of(struct redstone_point *out,
					 const struct redstone_package *package,
					 size_t index);

/** redstone_signer - who signed a package; E_AUTHENTIC: nobody did. */
MUST_CHECK enum status
redstone_signer(uint8_t out20[REDSTONE_ADDRESS_SIZE],
		const struct redstone_package *package,
		const struct signer_context *context);

/**
 * redstone_verify - the price of a feed, if the payload is sound.
 *
 *   All packages carry one time, within the rules; each is signed by a signer
 *   of the rules; each signer speaks once of a feed.
 *
 * Out:     untouched unless OK
 * Returns: E_AUTHENTIC  a signature by nobody or by someone else
 *          E_REFUSED    times differ or are not admitted, a signer speaks
 *                       twice, fewer signers than the threshold
 *          E_MISSING    no package has the feed
 *          E_INPUT      rules without signers or threshold
 *          E_RANGE      a value beyond 128 bits
 * Cost:    one recovery a package */
MUST_CHECK enum status redstone_verify(struct redstone_price *out,
				       const struct redstone_payload *payload,
				       const uint8_t feed[REDSTONE_FEED_SIZE],
				       const struct redstone_rules *rules,
				       const struct signer_context *context);

/** redstone_feed - an id from its name, zeros behind; E_INPUT beyond 32. */
MUST_CHECK enum status redstone_feed(uint8_t out[REDSTONE_FEED_SIZE],
				     const char *name);

#endif
