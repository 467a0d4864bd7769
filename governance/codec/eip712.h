/* eip712.h -- typed structured data: type hashes, struct hashes, digests.
 *
 * Pure.  Types and data come as trees (JSON's shape): types is an object of
 * lists of {"name","type"}, data an object.  Fixed types of our own contracts
 * need no tree: their words go to keccak by hand (case/decision_digest.c).
 * Source: EIP-712; where it is silent, ethers 6 (uint and int mean 256 bits,
 * domain members in the order of the standard, members beyond the type are
 * ignored, null members are missing). */
#ifndef GOVERNANCE_CODEC_EIP712_H
#define GOVERNANCE_CODEC_EIP712_H

#include "crypto/hex.h"
#include "governance/codec/abi.h"

#define EIP712_STRUCTS_MAX 256
#define EIP712_DIMENSIONS_MAX 8

struct eip712_struct;

struct eip712_types {
	struct eip712_struct *structs;
	size_t count;
	struct arena *arena;
	struct codec_trouble *trouble;
};

/**
 * eip712_types_parse - checks every type and computes every type hash.
 * Returns: E_MALFORMED unknown types, a member or struct named badly;
 *          E_LIMIT too many; with trouble, which is kept for later calls
 * Cost:    one keccak a struct; structs squared look-ups */
MUST_CHECK enum status eip712_types_parse(struct eip712_types *out,
					  struct arena *arena,
					  struct codec_trouble *trouble,
					  const struct tree *types);

/** eip712_encode_type - "Mail(Person from,…)Person(…)": referenced structs
 *  behind, sorted by name.  E_MISSING no such struct. */
MUST_CHECK enum status eip712_encode_type(struct bytes *out,
					  const struct eip712_types *types,
					  struct bytes name);

/** eip712_hash_struct - keccak(typeHash || encodeData).  E_MISSING no such
 *  struct; E_MALFORMED, E_RANGE, E_INPUT as abi_encode. */
MUST_CHECK enum status eip712_hash_struct(uint8_t out32[HASH_SIZE],
					  const struct eip712_types *types,
					  struct bytes name,
					  const struct tree *data);

/** eip712_hash_domain - of {"name","version","chainId","verifyingContract",
 *  "salt"}, any subset; other members are E_INPUT.  The type is the one in
 *  `types` when it declares EIP712Domain, else made of what is there. */
MUST_CHECK enum status eip712_hash_domain(uint8_t out32[HASH_SIZE],
					  const struct eip712_types *types,
					  const struct tree *domain);

/** eip712_domain_separator - the usual four members, without trees. */
struct eip712_domain {
	const char *name, *version;
	uint64_t chain_id;
	const uint8_t *contract20;
};
void eip712_domain_separator(uint8_t out32[HASH_SIZE],
			     const struct eip712_domain *domain);

/** eip712_digest - keccak(0x1901 || domain separator || struct hash). */
void eip712_digest(uint8_t out32[HASH_SIZE], const uint8_t domain32[HASH_SIZE],
		   const uint8_t struct32[HASH_SIZE]);

#endif
