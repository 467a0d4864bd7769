/* eip712.h -- typed structured data: type texts, struct hashes, the digest.
 *
 * Pure.  The caller hands over the struct types and a tree of values in the
 * order of the members (struct abi_value of abi.h).  The domain is a struct
 * like any other, named EIP712Domain.
 * Source: EIP-712, "Definition of encodeType, encodeData, hashStruct". */
#ifndef GOVERNANCE_CODEC_EIP712_H
#define GOVERNANCE_CODEC_EIP712_H

#include "crypto/keccak.h"
#include "governance/codec/abi.h"

#define EIP712_STRUCTS_MAX 64u
#define EIP712_TYPE_TEXT_MAX 65536u /* of one encodeType */
#define EIP712_DEPTH_MAX 32         /* of a value */

struct eip712_member {
	struct bytes name;
	struct abi_type type; /* of abi_parse_member_type */
};

struct eip712_struct {
	struct bytes name;
	size_t count;
	const struct eip712_member *members;
};

struct eip712_types {
	size_t count;
	const struct eip712_struct *structs;
};

/** eip712_find - the struct of that name, or NULL. */
const struct eip712_struct *eip712_find(const struct eip712_types *types,
					struct bytes name);

/**
 * eip712_check - once, before the types are used.
 * Returns: E_INPUT    a name twice, or no identifier, or a type of the ABI
 *          E_MISSING  a member's struct is not defined
 *          E_LIMIT    more than EIP712_STRUCTS_MAX structs, arena */
MUST_CHECK enum status eip712_check(const struct eip712_types *types,
				    struct arena *arena);

/** eip712_encode_type - "Mail(Person from,...)Person(...)": the struct, then
 *  all it refers to at any depth, sorted by name. */
void eip712_encode_type(struct buffer *out, const struct eip712_types *types,
			const struct eip712_struct *type);

/**
 * eip712_hash_struct - keccak256(typeHash || encodeData(value)).
 * Inputs:  types that passed eip712_check; value with an item a member
 * Returns: E_INPUT  the value's shape is not the type's
 *          E_RANGE  a word is no value of its type
 *          E_LIMIT  value too deep, type text too long, arena
 * Cost:    linear; the arena (EIP712_TYPE_TEXT_MAX bytes) is given back */
MUST_CHECK enum status eip712_hash_struct(uint8_t out32[HASH_SIZE],
					  const struct eip712_types *types,
					  const struct eip712_struct *type,
					  const struct abi_value *value,
					  struct arena *arena);

/** eip712_digest - keccak256(0x1901 || domainSeparator || structHash). */
void eip712_digest(uint8_t out32[HASH_SIZE],
		   const uint8_t domain_separator32[HASH_SIZE],
		   const uint8_t struct_hash32[HASH_SIZE]);

#endif
