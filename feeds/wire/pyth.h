/* pyth.h -- Pyth's price updates: a signed root and messages proven below it.
 *
 * Pure.  "PNAU" | major u8=1 | minor u8 | length u8 | so many bytes | type u8=0
 * | size u16 | Wormhole message | count u8 | count x { size u16 | message |
 * steps u8 | steps x 20 }, and nothing behind.  The signed payload is "AUWV" |
 * 0 | slot u64 | ring u32 | root 20.  Leaves are keccak(00 | message), nodes
 * keccak(01 | lesser | greater), each cut to 20 bytes.
 *
 * Not proven and not used: minor version, the trailing header bytes, what an
 * API says beside the update.  Source: pyth.network docs, recorded updates. */
#ifndef FEEDS_WIRE_PYTH_H
#define FEEDS_WIRE_PYTH_H

#include "feeds/wire/wormhole.h"

#define PYTH_FEED_SIZE 32
#define PYTH_ROOT_SIZE 20

struct pyth_update {
	struct wormhole_message message; /* carries the root */
	uint64_t slot;
	uint8_t root[PYTH_ROOT_SIZE];
	size_t count;                    /* messages */
	struct bytes rest;               /* of them; pyth_next takes from it */
	size_t left;
};

/** price * 10^exponent +- confidence * 10^exponent (about 95 %). */
struct pyth_price {
	uint8_t feed[PYTH_FEED_SIZE];
	int64_t price, average_price; /* average: exponentially weighted */
	uint64_t confidence, average_confidence;
	int32_t exponent;
	int64_t published_s, previous_s;
};

enum pyth_kind {
	PYTH_PRICE,
	PYTH_OTHER, /* proven, of a type that carries no price of now */
};

/**
 * pyth_read - an update apart, and that all of its messages are there and are
 * proven below its root; who signed the root is pyth_verify's question.
 * Out:     untouched unless OK
 * Returns: E_MALFORMED another format or version, another emitter, lengths
 *          that do not fit, bytes left over, a price message of another size;
 *          E_AUTHENTIC a message not proven */
MUST_CHECK enum status pyth_read(struct pyth_update *out, struct bytes in);

/** pyth_verify - the guardians signed the root: as wormhole_verify. */
MUST_CHECK enum status pyth_verify(const struct pyth_update *update,
				   const struct guardian_set *set,
				   const struct signer_context *context);

/** pyth_next - the next message of an update that pyth_read has proven, which
 *  is not asked again; *price is filled for PYTH_PRICE.  E_MISSING: that was
 *  all. */
MUST_CHECK enum status pyth_next(enum pyth_kind *kind, struct pyth_price *price,
				 struct pyth_update *update);

#endif
