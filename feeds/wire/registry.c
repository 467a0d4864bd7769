/* registry.c -- see registry.h. */
#include "feeds/wire/registry.h"

#include <string.h>

#define WORD 32u
#define CLAIM_HEAD 5u /* words of Attestation's head */
#define DOMAIN_TYPE \
	"EIP712Domain(string name,string version,uint256 chainId," \
	"address verifyingContract)"
#define CLAIM_TYPE \
	"DevAttestation(bytes32 imageId,uint64 timestampMs,bytes publicKey," \
	"bytes userData,bytes nonce)"

static void put_number(struct buffer *out, uint64_t value)
{
	uint8_t word[WORD];

	store_be256(word, value);
	buffer_append(out, word, sizeof(word));
}

static void put_address(struct buffer *out, const uint8_t *address)
{
	static const uint8_t zeros[WORD - ADDRESS_SIZE];

	buffer_append(out, zeros, sizeof(zeros));
	buffer_append(out, address, ADDRESS_SIZE);
}

static void put_hash_of(struct buffer *out, struct bytes bytes)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, bytes.data, bytes.size);
	buffer_append(out, hash, HASH_SIZE);
}

static void put_selector(struct buffer *out, const char *signature)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, signature, strlen(signature));
	buffer_append(out, hash, 4);
}

/* Words that a `bytes` of this size takes: its length and its data. */
static size_t bytes_words(size_t size)
{
	return 1 + (size + WORD - 1) / WORD;
}

static void put_bytes(struct buffer *out, struct bytes bytes)
{
	static const uint8_t zeros[WORD];

	put_number(out, bytes.size);
	buffer_append(out, bytes.data, bytes.size);
	if (bytes.size % WORD)
		buffer_append(out, zeros, WORD - bytes.size % WORD);
}

void notary_digest(uint8_t out32[HASH_SIZE],
		   const struct attestation_claim *claim, uint64_t chain_id,
		   const uint8_t verifier20[ADDRESS_SIZE])
{
	uint8_t room[6 * WORD], message[2 + 2 * HASH_SIZE] = { 0x19, 0x01 };
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	put_hash_of(&out, bytes_of_string(DOMAIN_TYPE));
	put_hash_of(&out, bytes_of_string("Plimsoll development attestation"));
	put_hash_of(&out, bytes_of_string("1"));
	put_number(&out, chain_id);
	put_address(&out, verifier20);
	keccak256(message + 2, room, out.size);
	buffer_init(&out, room, sizeof(room));
	put_hash_of(&out, bytes_of_string(CLAIM_TYPE));
	buffer_append(&out, claim->image_id, WORD);
	put_number(&out, claim->timestamp_ms);
	put_hash_of(&out, claim->public_key);
	put_hash_of(&out, claim->user_data);
	put_hash_of(&out, claim->nonce);
	keccak256(message + 2 + HASH_SIZE, room, out.size);
	keccak256(out32, message, sizeof(message));
}

static size_t claim_words(const struct attestation_claim *claim)
{
	return CLAIM_HEAD + bytes_words(claim->public_key.size) +
	       bytes_words(claim->user_data.size) +
	       bytes_words(claim->nonce.size);
}

static void put_claim(struct buffer *out, const struct attestation_claim *claim)
{
	size_t offset = CLAIM_HEAD;

	buffer_append(out, claim->image_id, WORD);
	put_number(out, claim->timestamp_ms);
	put_number(out, offset * WORD);
	offset += bytes_words(claim->public_key.size);
	put_number(out, offset * WORD);
	offset += bytes_words(claim->user_data.size);
	put_number(out, offset * WORD);
	put_bytes(out, claim->public_key);
	put_bytes(out, claim->user_data);
	put_bytes(out, claim->nonce);
}

void registry_put_register(struct buffer *out,
			   const struct registration_words *words)
{
	size_t claim = claim_words(&words->claim);
	size_t evidence = 2 + claim + bytes_words(65);

	put_selector(out, "registerEnclave(bytes,uint256)");
	put_number(out, 2 * WORD);
	put_number(out, words->block_number);
	put_number(out, evidence * WORD);
	put_number(out, 2 * WORD);
	put_number(out, (2 + claim) * WORD);
	put_claim(out, &words->claim);
	put_bytes(out, bytes_of(words->signature, 65));
}

void registry_put_challenge(struct buffer *out, const uint8_t operator20[20],
			    uint64_t block_number)
{
	put_selector(out, "challenge(address,uint256)");
	put_address(out, operator20);
	put_number(out, block_number);
}
