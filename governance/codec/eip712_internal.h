/* eip712_internal.h -- the parsed types that eip712.c and eip712_type.c share. */
#ifndef GOVERNANCE_CODEC_EIP712_INTERNAL_H
#define GOVERNANCE_CODEC_EIP712_INTERNAL_H

#include "governance/codec/eip712.h"

#define DIMENSION_OPEN UINT64_MAX /* [] */

struct eip712_member {
	struct bytes name;
	struct bytes base;     /* "uint256", "Person" */
	struct bytes brackets; /* "[2][]" as written */
	const struct eip712_struct *reference; /* NULL for an elementary type */
	struct abi_type atom;
	uint64_t dimensions[EIP712_DIMENSIONS_MAX]; /* innermost first */
	size_t dimension_count;
};

struct eip712_struct {
	struct bytes name;
	struct eip712_member *members;
	size_t count;
	uint8_t type_hash[HASH_SIZE];
};

/** NULL when there is none of that name. */
const struct eip712_struct *
eip712_struct_find(const struct eip712_types *types, struct bytes name);

/** One struct without references, such as the domain's: hash included. */
MUST_CHECK enum status eip712_struct_build(struct eip712_struct *out,
					   const struct eip712_types *types,
					   struct bytes name,
					   const struct tree *members);

#endif
