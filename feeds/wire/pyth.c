/* pyth.c -- see pyth.h. */
#include "feeds/wire/pyth.h"

#include <string.h>

#define MAJOR 1
#define WORMHOLE_PROOF 0
#define ROOT_PAYLOAD_SIZE 37
#define PRICE_TYPE 0
#define PRICE_SIZE 85
#define PYTHNET_CHAIN 26

static const uint8_t emitter[WORMHOLE_EMITTER_SIZE] = {
	0xe1, 0x01, 0xfa, 0xed, 0xac, 0x58, 0x51, 0xe3, 0x2b, 0x9b, 0x23,
	0xb5, 0xf9, 0x41, 0x1a, 0x8c, 0x2b, 0xac, 0x4a, 0xae, 0x3e, 0xd4,
	0xdd, 0x7b, 0x81, 0x1d, 0xd1, 0xa7, 0x2e, 0xa4, 0xaa, 0x71,
};

/* The first `size` bytes of *rest, which loses them; NULL: too few. */
static const uint8_t *take(struct bytes *rest, size_t size)
{
	const uint8_t *at = rest->data;

	if (rest->size < size)
		return NULL;
	*rest = bytes_of(rest->data + size, rest->size - size);
	return at;
}

/* A byte, or two, of a length, and so many bytes. */
static bool take_sized(struct bytes *out, struct bytes *rest, size_t width)
{
	const uint8_t *length = take(rest, width), *at;
	size_t size;

	if (!length)
		return false;
	size = width == 2 ? load_be16(length) : length[0];
	at = take(rest, size);
	*out = bytes_of(at, size);
	return at;
}

static enum status read_root(struct pyth_update *out, struct bytes signed_bytes)
{
	struct bytes payload;

	if (wormhole_read(&out->message, signed_bytes))
		return E_MALFORMED;
	payload = out->message.payload;
	if (out->message.chain != PYTHNET_CHAIN ||
	    memcmp(out->message.emitter, emitter, sizeof(emitter)) ||
	    payload.size != ROOT_PAYLOAD_SIZE ||
	    memcmp(payload.data, "AUWV", 5)) /* and the type, 0 */
		return E_MALFORMED;
	out->slot = load_be64(payload.data + 5);
	memcpy(out->root, payload.data + 17, PYTH_ROOT_SIZE);
	return OK;
}

static void hash_leaf(uint8_t out[PYTH_ROOT_SIZE], struct bytes message)
{
	uint8_t hash[HASH_SIZE], prefix = 0;
	struct keccak keccak;

	keccak_init(&keccak);
	keccak_update(&keccak, &prefix, 1);
	keccak_update(&keccak, message.data, message.size);
	keccak_final(&keccak, hash);
	memcpy(out, hash, PYTH_ROOT_SIZE);
}

static void hash_node(uint8_t at[PYTH_ROOT_SIZE],
		      const uint8_t other[PYTH_ROOT_SIZE])
{
	bool less = memcmp(at, other, PYTH_ROOT_SIZE) < 0;
	uint8_t both[1 + 2 * PYTH_ROOT_SIZE] = { 1 }, hash[HASH_SIZE];

	memcpy(both + 1, less ? at : other, PYTH_ROOT_SIZE);
	memcpy(both + 1 + PYTH_ROOT_SIZE, less ? other : at, PYTH_ROOT_SIZE);
	keccak256(hash, both, sizeof(both));
	memcpy(at, hash, PYTH_ROOT_SIZE);
}

/* Takes a message and its proof, 20 bytes a step, from *rest. */
static enum status take_message(struct bytes *message, struct bytes *proof,
				struct bytes *rest)
{
	const uint8_t *steps, *first;
	size_t size;

	if (!take_sized(message, rest, 2) || !message->size)
		return E_MALFORMED;
	steps = take(rest, 1);
	if (!steps)
		return E_MALFORMED;
	size = (size_t)*steps * PYTH_ROOT_SIZE;
	first = take(rest, size);
	if (!first)
		return E_MALFORMED;
	*proof = bytes_of(first, size);
	return message->data[0] == PRICE_TYPE && message->size != PRICE_SIZE
		       ? E_MALFORMED
		       : OK;
}

static bool is_proven(struct bytes message, struct bytes proof,
		      const uint8_t root[PYTH_ROOT_SIZE])
{
	uint8_t at[PYTH_ROOT_SIZE];

	hash_leaf(at, message);
	for (size_t i = 0; i < proof.size; i += PYTH_ROOT_SIZE)
		hash_node(at, proof.data + i);
	return !memcmp(at, root, PYTH_ROOT_SIZE);
}

static enum status check_messages(const struct pyth_update *update)
{
	struct bytes rest = update->rest, message, proof;
	enum status status = OK;

	for (size_t i = 0; i < update->count && !status; i++) {
		status = take_message(&message, &proof, &rest);
		if (!status && !is_proven(message, proof, update->root))
			status = E_AUTHENTIC;
	}
	return !status && rest.size ? E_MALFORMED : status;
}

enum status pyth_read(struct pyth_update *out, struct bytes in)
{
	struct pyth_update read = { .rest = in };
	struct bytes ignored, signed_bytes;
	const uint8_t *head = take(&read.rest, 6), *type, *count;
	enum status status;

	if (!head || memcmp(head, "PNAU", 4) || head[4] != MAJOR ||
	    !take_sized(&ignored, &read.rest, 1))
		return E_MALFORMED;
	type = take(&read.rest, 1);
	if (!type || *type != WORMHOLE_PROOF ||
	    !take_sized(&signed_bytes, &read.rest, 2))
		return E_MALFORMED;
	count = take(&read.rest, 1);
	if (!count || !*count)
		return E_MALFORMED;
	read.count = read.left = *count;
	status = read_root(&read, signed_bytes);
	if (!status)
		status = check_messages(&read);
	if (!status)
		*out = read;
	return status;
}

enum status pyth_verify(const struct pyth_update *update,
			const struct guardian_set *set,
			const struct signer_context *context)
{
	return wormhole_verify(&update->message, set, context);
}

static void read_price(struct pyth_price *out, const uint8_t *at)
{
	memcpy(out->feed, at + 1, PYTH_FEED_SIZE);
	out->price = (int64_t)load_be64(at + 33);
	out->confidence = load_be64(at + 41);
	out->exponent = (int32_t)load_be32(at + 49);
	out->published_s = (int64_t)load_be64(at + 53);
	out->previous_s = (int64_t)load_be64(at + 61);
	out->average_price = (int64_t)load_be64(at + 69);
	out->average_confidence = load_be64(at + 77);
}

enum status pyth_next(enum pyth_kind *kind, struct pyth_price *price,
		      struct pyth_update *update)
{
	struct bytes message, proof;
	enum status status;

	if (!update->left)
		return E_MISSING;
	status = take_message(&message, &proof, &update->rest);
	if (status)
		return status; /* not of pyth_read */
	update->left--;
	*kind = message.data[0] == PRICE_TYPE ? PYTH_PRICE : PYTH_OTHER;
	if (*kind == PYTH_PRICE)
		read_price(price, message.data);
	return OK;
}
