/* wormhole.c -- see wormhole.h. */
#include "feeds/wire/wormhole.h"

#include <string.h>

#define VERSION 1
#define HEAD_SIZE 6       /* version, set, count */
#define BODY_HEAD_SIZE 51 /* all before the payload */
#define UPGRADE_HEAD_SIZE 40
#define UPGRADE_ACTION 2
#define GOVERNANCE_CHAIN 1

/* "Core" behind 28 zeros, action, all chains. */
static const uint8_t upgrade_head[35] = { [28] = 'C', [29] = 'o', [30] = 'r',
					  [31] = 'e', [32] = UPGRADE_ACTION };
static const uint8_t governance[WORMHOLE_EMITTER_SIZE] = { [31] = 4 };

static void read_body(struct wormhole_message *out, struct bytes body)
{
	uint8_t once[HASH_SIZE];

	keccak256(once, body.data, body.size);
	keccak256(out->digest, once, sizeof(once));
	out->time_s = load_be32(body.data);
	out->nonce = load_be32(body.data + 4);
	out->chain = load_be16(body.data + 8);
	memcpy(out->emitter, body.data + 10, WORMHOLE_EMITTER_SIZE);
	out->sequence = load_be64(body.data + 42);
	out->consistency = body.data[50];
	out->payload = bytes_of(body.data + BODY_HEAD_SIZE,
				body.size - BODY_HEAD_SIZE);
}

enum status wormhole_read(struct wormhole_message *out, struct bytes in)
{
	struct wormhole_message read = { 0 };
	size_t signatures;

	if (in.size < HEAD_SIZE || in.data[0] != VERSION || !in.data[5])
		return E_MALFORMED;
	read.set_index = load_be32(in.data + 1);
	read.signature_count = in.data[5];
	signatures = read.signature_count * WORMHOLE_SIGNATURE_SIZE;
	if (in.size - HEAD_SIZE < signatures + BODY_HEAD_SIZE)
		return E_MALFORMED;
	read.signatures = bytes_of(in.data + HEAD_SIZE, signatures);
	read_body(&read, bytes_of(in.data + HEAD_SIZE + signatures,
				  in.size - HEAD_SIZE - signatures));
	*out = read;
	return OK;
}

size_t wormhole_quorum(size_t count)
{
	return 2 * count / 3 + 1;
}

enum status wormhole_signer(uint8_t out20[GUARDIAN_ADDRESS_SIZE],
			    uint8_t *index,
			    const struct wormhole_message *message, size_t i,
			    const struct signer_context *context)
{
	uint8_t signature[SIGNATURE_SIZE], key[PUBLIC_KEY_SIZE];
	const uint8_t *at;
	enum status status;

	if (i >= message->signature_count)
		return E_INPUT;
	at = message->signatures.data + i * WORMHOLE_SIGNATURE_SIZE;
	if (at[SIGNATURE_SIZE] > 1)
		return E_AUTHENTIC;
	memcpy(signature, at + 1, SIGNATURE_SIZE);
	signature[SIGNATURE_SIZE - 1] += 27;
	status = recover_public_key(key, context, message->digest, signature);
	if (status)
		return status;
	*index = at[0];
	address_from_public_key(out20, key);
	return OK;
}

enum status wormhole_verify(const struct wormhole_message *message,
			    const struct guardian_set *set,
			    const struct signer_context *context)
{
	int last = -1;

	if (message->set_index != set->index || !set->count ||
	    set->count > GUARDIANS_MAX)
		return E_AUTHENTIC;
	if (message->signature_count < wormhole_quorum(set->count))
		return E_REFUSED;
	for (size_t i = 0; i < message->signature_count; i++) {
		uint8_t address[GUARDIAN_ADDRESS_SIZE], index = 0;
		enum status status = wormhole_signer(address, &index, message,
						     i, context);

		if (status)
			return status;
		if ((int)index <= last || index >= set->count ||
		    memcmp(address, set->addresses[index], sizeof(address)))
			return E_AUTHENTIC;
		last = index;
	}
	return OK;
}

bool wormhole_in_office(const struct guardian_set *sets, size_t count, size_t i,
			int64_t now_s)
{
	if (i + 1 >= count)
		return i < count;
	return now_s <= (int64_t)sets[i + 1].since_s + GUARDIANS_GRACE_S;
}

/* The set of a verified upgrade's payload. */
static enum status read_upgrade(struct guardian_set *out,
				const struct wormhole_message *message,
				uint32_t index)
{
	struct bytes in = message->payload;
	struct guardian_set read = { .index = index,
				     .since_s = message->time_s };

	if (message->chain != GOVERNANCE_CHAIN ||
	    memcmp(message->emitter, governance, sizeof(governance)) ||
	    in.size < UPGRADE_HEAD_SIZE ||
	    memcmp(in.data, upgrade_head, sizeof(upgrade_head)) ||
	    load_be32(in.data + 35) != index)
		return E_MALFORMED;
	read.count = in.data[39];
	if (!read.count || read.count > GUARDIANS_MAX ||
	    in.size != UPGRADE_HEAD_SIZE + read.count * GUARDIAN_ADDRESS_SIZE)
		return E_MALFORMED;
	memcpy(read.addresses, in.data + UPGRADE_HEAD_SIZE,
	       read.count * GUARDIAN_ADDRESS_SIZE);
	*out = read;
	return OK;
}

enum status wormhole_follow(struct guardian_set *out,
			    const struct guardian_set *set,
			    struct bytes upgrade,
			    const struct signer_context *context)
{
	struct wormhole_message message;
	enum status status = wormhole_read(&message, upgrade);

	if (!status)
		status = wormhole_verify(&message, set, context);
	return status ? status
		      : read_upgrade(out, &message, set->index + 1);
}
