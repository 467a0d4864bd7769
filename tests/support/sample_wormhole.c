/* sample_wormhole.c -- see sample_wormhole.h. */
#include "tests/support/sample_wormhole.h"

#include <string.h>

#include "tests/support/sample_keys.h"

const uint8_t sample_pyth_emitter[WORMHOLE_EMITTER_SIZE] = {
	0xe1, 0x01, 0xfa, 0xed, 0xac, 0x58, 0x51, 0xe3, 0x2b, 0x9b, 0x23,
	0xb5, 0xf9, 0x41, 0x1a, 0x8c, 0x2b, 0xac, 0x4a, 0xae, 0x3e, 0xd4,
	0xdd, 0x7b, 0x81, 0x1d, 0xd1, 0xa7, 0x2e, 0xa4, 0xaa, 0x71,
};
const uint8_t sample_governance[WORMHOLE_EMITTER_SIZE] = { [31] = 4 };

static void add_number(struct buffer *out, uint64_t value, size_t size)
{
	uint8_t word[8];

	store_be64(word, value);
	buffer_append(out, word + 8 - size, size);
}

void sample_guardians(struct guardian_set *out, uint32_t index, size_t count)
{
	memset(out, 0, sizeof(*out));
	out->index = index;
	out->count = count;
	for (size_t i = 0; i < count; i++)
		sample_address(out->addresses[i], i);
}

static void add_body(struct buffer *out, const struct sample_message *m)
{
	add_number(out, 1750000000, 4);
	add_number(out, 7, 4);
	add_number(out, m->chain, 2);
	buffer_append(out, m->emitter, WORMHOLE_EMITTER_SIZE);
	add_number(out, 99, 8);
	add_number(out, 1, 1);
	buffer_append(out, m->payload.data, m->payload.size);
}

void sample_message(struct buffer *out, const struct sample_message *message)
{
	uint8_t room[4096], digest[HASH_SIZE];
	struct buffer body;

	buffer_init(&body, room, sizeof(room));
	add_body(&body, message);
	keccak256(digest, body.data, body.size);
	keccak256(digest, digest, sizeof(digest));
	add_number(out, 1, 1);
	add_number(out, message->set, 4);
	add_number(out, message->count, 1);
	for (size_t i = 0; i < message->count; i++) {
		uint8_t signature[SIGNATURE_SIZE];

		sample_sign(signature, i, digest);
		signature[SIGNATURE_SIZE - 1] -= 27;
		add_number(out, i, 1);
		buffer_append(out, signature, sizeof(signature));
	}
	buffer_append(out, body.data, body.size);
}

void sample_upgrade(struct buffer *out, uint32_t set, size_t signers,
		    size_t count)
{
	uint8_t room[4096] = { [28] = 'C', [29] = 'o', [30] = 'r', [31] = 'e',
			       [32] = 2 };
	struct buffer payload;

	buffer_init(&payload, room, sizeof(room));
	payload.size = 35;
	add_number(&payload, set + 1, 4);
	add_number(&payload, count, 1);
	for (size_t i = 0; i < count; i++) {
		uint8_t address[20];

		sample_address(address, i);
		buffer_append(&payload, address, sizeof(address));
	}
	sample_message(out, &(struct sample_message){
				    set, signers, 1, sample_governance,
				    buffer_bytes(&payload) });
}

void sample_price(uint8_t out[85], uint8_t feed, int64_t price)
{
	struct buffer to;

	buffer_init(&to, out, 85);
	add_number(&to, 0, 1);
	add_number(&to, 0, 8);
	add_number(&to, 0, 8);
	add_number(&to, 0, 8);
	add_number(&to, feed, 8);
	add_number(&to, (uint64_t)price, 8);
	add_number(&to, 12345, 8);
	add_number(&to, (uint32_t)-8, 4);
	add_number(&to, 1750000000, 8);
	add_number(&to, 1749999999, 8);
	add_number(&to, (uint64_t)price + 1, 8);
	add_number(&to, 54321, 8);
}

static void hash20(uint8_t out[20], uint8_t prefix, struct bytes content)
{
	uint8_t hash[HASH_SIZE];
	struct keccak keccak;

	keccak_init(&keccak);
	keccak_update(&keccak, &prefix, 1);
	keccak_update(&keccak, content.data, content.size);
	keccak_final(&keccak, hash);
	memcpy(out, hash, 20);
}

static void pair(uint8_t out[20], const uint8_t a[20], const uint8_t b[20])
{
	uint8_t both[40];
	bool less = memcmp(a, b, 20) < 0;

	memcpy(both, less ? a : b, 20);
	memcpy(both + 20, less ? b : a, 20);
	hash20(out, 1, bytes_of(both, sizeof(both)));
}

/* The proof of message i among 1, 2 or 4. */
static void add_proof(struct buffer *out, uint8_t leaves[4][20], size_t i,
		      size_t count)
{
	uint8_t node[20];

	add_number(out, count / 2, 1);
	if (count > 1)
		buffer_append(out, leaves[i ^ 1], 20);
	if (count < 4)
		return;
	pair(node, leaves[i < 2 ? 2 : 0], leaves[i < 2 ? 3 : 1]);
	buffer_append(out, node, 20);
}

/* All before the messages: a root that the guardians signed. */
static void add_root(struct buffer *out, const uint8_t root[20],
		     size_t guardians)
{
	const uint8_t head[] = { 'P', 'N', 'A', 'U', 1, 0, 2, 0xaa, 0xbb, 0 };
	uint8_t payload[37] = { 'A', 'U', 'W', 'V', [12] = 9 }, room[2048];
	struct buffer message;

	memcpy(payload + 17, root, 20);
	buffer_init(&message, room, sizeof(room));
	sample_message(&message, &(struct sample_message){
					 3, guardians, 26, sample_pyth_emitter,
					 bytes_of(payload, sizeof(payload)) });
	buffer_append(out, head, sizeof(head));
	add_number(out, message.size, 2);
	buffer_append(out, message.data, message.size);
}

static void add_sized(struct buffer *out, struct bytes message)
{
	add_number(out, message.size, 2);
	buffer_append(out, message.data, message.size);
}

void sample_update(struct buffer *out, const struct bytes *messages,
		   size_t count, size_t guardians)
{
	uint8_t leaves[4][20] = { { 0 } }, nodes[2][20], root[20];

	for (size_t i = 0; i < count; i++)
		hash20(leaves[i], 0, messages[i]);
	memcpy(root, leaves[0], 20);
	if (count == 2)
		pair(root, leaves[0], leaves[1]);
	if (count == 4) {
		pair(nodes[0], leaves[0], leaves[1]);
		pair(nodes[1], leaves[2], leaves[3]);
		pair(root, nodes[0], nodes[1]);
	}
	add_root(out, root, guardians);
	add_number(out, count, 1);
	for (size_t i = 0; i < count; i++) {
		add_sized(out, messages[i]);
		add_proof(out, leaves, i, count);
	}
}

#define LEAVES_MAX 4096

static struct bytes leaf_message(uint8_t room[85], size_t leaf)
{
	sample_price(room, (uint8_t)leaf, 250000000000 + (int64_t)leaf);
	return bytes_of(room, 85);
}

/* Nodes as a heap: the root is 1, those below n are 2 n and 2 n + 1. */
static void make_tree(uint8_t nodes[2 * LEAVES_MAX][20], size_t leaves)
{
	uint8_t price[85];

	for (size_t i = 0; i < leaves; i++)
		hash20(nodes[leaves + i], 0, leaf_message(price, i));
	for (size_t i = leaves - 1; i; i--)
		pair(nodes[i], nodes[2 * i], nodes[2 * i + 1]);
}

void sample_deep_update(struct buffer *out, size_t count, size_t steps,
			size_t guardians)
{
	static uint8_t nodes[2 * LEAVES_MAX][20];
	size_t leaves = (size_t)1 << steps;

	make_tree(nodes, leaves);
	add_root(out, nodes[1], guardians);
	add_number(out, count, 1);
	for (size_t i = 0; i < count; i++) {
		size_t leaf = (i * 2654435761u >> 7) % leaves;
		uint8_t price[85];

		add_sized(out, leaf_message(price, leaf));
		add_number(out, steps, 1);
		for (size_t at = leaves + leaf; at > 1; at /= 2)
			buffer_append(out, nodes[at ^ 1], 20);
	}
}
