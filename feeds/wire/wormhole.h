/* wormhole.h -- messages that a set of guardians signed, and how one set hands
 * over to the next.
 *
 * Pure.  version u8=1 | set u32 | count u8 | count x {index u8 | r | s | v u8}
 * | body; body: time u32 | nonce u32 | chain u16 | emitter 32 | sequence u64 |
 * consistency u8 | payload.  Signed is keccak(keccak(body)).  Sets rotate, so
 * none is built in: a caller pins one and follows upgrade messages from there.
 * wormhole_verify does not ask whether a set is still in office: old messages
 * verify for ever, and for new ones there is wormhole_in_office.  Source:
 * wormhole.com/docs, recorded messages of sets 0 to 6. */
#ifndef FEEDS_WIRE_WORMHOLE_H
#define FEEDS_WIRE_WORMHOLE_H

#include "base/bytes.h"
#include "crypto/keccak.h"
#include "crypto/secp256k1.h"

#define GUARDIANS_MAX 64
#define GUARDIAN_ADDRESS_SIZE 20
#define WORMHOLE_SIGNATURE_SIZE 66 /* index | r | s | v */
#define WORMHOLE_EMITTER_SIZE 32
/* How long a replaced set is believed: on chain it is a day from when the
 * upgrade is carried out, which may be days after it was signed. */
#define GUARDIANS_GRACE_S (7 * 86400)

struct guardian_set {
	uint32_t index;
	uint32_t since_s; /* unix: when the upgrade to it was signed; 0 pinned */
	size_t count;
	uint8_t addresses[GUARDIANS_MAX][GUARDIAN_ADDRESS_SIZE];
};

struct wormhole_message {
	uint32_t set_index;
	size_t signature_count;
	struct bytes signatures; /* lent by the input, as is the payload */
	uint8_t digest[HASH_SIZE];
	uint32_t time_s, nonce;
	uint16_t chain;
	uint8_t emitter[WORMHOLE_EMITTER_SIZE];
	uint64_t sequence;
	uint8_t consistency;
	struct bytes payload;
};

/** wormhole_read - a message apart, nothing verified.  E_MALFORMED another
 *  version, no signatures, or too few bytes; all that follows the body's head
 *  is payload. */
MUST_CHECK enum status wormhole_read(struct wormhole_message *out,
				     struct bytes in);

/** wormhole_quorum - floor(2 count / 3) + 1. */
size_t wormhole_quorum(size_t count);

/** wormhole_signer - who made signature i; E_AUTHENTIC nobody, E_INPUT no such
 *  signature.  *index is the guardian it claims to be. */
MUST_CHECK enum status
wormhole_signer(uint8_t out20[GUARDIAN_ADDRESS_SIZE], uint8_t *index,
		const struct wormhole_message *message, size_t i,
		const struct signer_context *context);

/** wormhole_verify - a quorum of the set signed, in ascending order, and nobody
 *  else did.  Returns: E_AUTHENTIC another set, a wrong order or signature;
 *  E_REFUSED too few.  Cost: one recovery a signature. */
MUST_CHECK enum status wormhole_verify(const struct wormhole_message *message,
				       const struct guardian_set *set,
				       const struct signer_context *context);

/** wormhole_in_office - may set i of `sets`, ascending by index, sign at now_s?
 *  The newest one may; another until GUARDIANS_GRACE_S after the next one's
 *  upgrade was signed: keys that guardians gave up long ago sign nothing. */
bool wormhole_in_office(const struct guardian_set *sets, size_t count, size_t i,
			int64_t now_s);

/** wormhole_follow - the set that an upgrade message, signed by `set`, puts in
 *  its place.  Returns as wormhole_verify; E_MALFORMED no upgrade, or not of
 *  the next index.  Out: untouched unless OK; may be `set` itself. */
MUST_CHECK enum status wormhole_follow(struct guardian_set *out,
				       const struct guardian_set *set,
				       struct bytes upgrade,
				       const struct signer_context *context);

#endif
