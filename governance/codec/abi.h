/* abi.h -- Solidity's contract ABI: types from text, values to bytes, and
 * the few reads that an answer needs.
 *
 * Pure.  Types are parsed into a tree in an arena; values come as a struct
 * tree (numbers as JSON numbers, decimal or 0x text; bytes as 0x text; tuples
 * as lists, or as objects when their members have names).
 * Source: the Solidity documentation, "Contract ABI Specification". */
#ifndef GOVERNANCE_CODEC_ABI_H
#define GOVERNANCE_CODEC_ABI_H

#include "crypto/keccak.h"
#include "governance/codec/integer.h"
#include "governance/codec/tree.h"

#define ABI_DEPTH_MAX 32   /* nested tuples and arrays of one type */
#define ABI_WORDS_MAX (1u << 24) /* static words of one type */
#define SELECTOR_SIZE 4

enum abi_kind {
	ABI_UNSIGNED,    /* size: bits */
	ABI_SIGNED,      /* size: bits */
	ABI_ADDRESS,
	ABI_BOOL,
	ABI_FIXED_BYTES, /* size: 1 to 32 bytes; function is bytes24 */
	ABI_BYTES,
	ABI_STRING,
	ABI_ARRAY,       /* first: the element */
	ABI_FIXED_ARRAY, /* count elements of first */
	ABI_TUPLE,       /* count members, first and its next */
};

struct abi_type {
	enum abi_kind kind;
	unsigned size;
	uint64_t count;
	bool dynamic;
	size_t head_words;  /* 32-byte words in the head: 1 when dynamic */
	struct bytes text;  /* as written */
	struct bytes name;  /* of a parameter or tuple member; may be empty */
	struct abi_type *first, *next;
};

struct abi_signature {
	struct bytes name;
	struct abi_type parameters; /* a tuple */
};

/**
 * abi_parse_type - "uint256", "tuple(address to, uint256)[2][]", "(bool,bytes)".
 * uint and int mean 256 bits; a name and data-location words may follow.
 * Returns: E_MALFORMED no such type; E_LIMIT deeper than ABI_DEPTH_MAX, more
 *          than ABI_WORDS_MAX words, or arena exhausted; with trouble */
MUST_CHECK enum status abi_parse_type(struct abi_type *out, struct arena *arena,
				      struct codec_trouble *trouble,
				      struct bytes text);
/** abi_parse_elementary - one static or dynamic type without brackets. */
MUST_CHECK enum status abi_parse_elementary(struct abi_type *out,
					    struct bytes text);

/** abi_parse_signature - "transfer(address,uint256)", also as written in
 *  Solidity: "function f(uint a) view returns (bool)", "event …", "error …". */
MUST_CHECK enum status abi_parse_signature(struct abi_signature *out,
					   struct arena *arena,
					   struct codec_trouble *trouble,
					   struct bytes text);
/** abi_signature_hash - keccak of the canonical form: an event's topic 0; its
 *  first four bytes are the selector.  E_LIMIT arena exhausted. */
MUST_CHECK enum status abi_signature_hash(uint8_t out32[HASH_SIZE],
					  const struct abi_signature *signature,
					  struct arena *arena);

/**
 * abi_encode - a tuple's values, as abi.encode lays them.
 * Returns: E_MALFORMED a value is not of its type; E_RANGE a number does not
 *          fit; E_INPUT a count differs; E_LIMIT out is full; with trouble */
MUST_CHECK enum status abi_encode(struct buffer *out,
				  const struct abi_type *tuple,
				  const struct tree *values,
				  struct codec_trouble *trouble);
/** abi_word - one static value that is a single word. */
MUST_CHECK enum status abi_word(uint8_t out32[WORD_SIZE],
				const struct abi_type *type,
				const struct tree *value,
				struct codec_trouble *trouble);
/** abi_content - the bytes of a `bytes` or `string` value, in the arena or
 *  in the tree. */
MUST_CHECK enum status abi_content(struct bytes *out, struct arena *arena,
				   const struct abi_type *type,
				   const struct tree *value,
				   struct codec_trouble *trouble);

/* Reading an answer.  `data` begins where offsets are counted from; index is
 * that of the head word.  E_MALFORMED when anything lies outside data. */
MUST_CHECK enum status abi_read_word(uint8_t out32[WORD_SIZE],
				     struct bytes data, size_t index);
/** abi_read_bytes - a `bytes` or `string`; *out points into data. */
MUST_CHECK enum status abi_read_bytes(struct bytes *out, struct bytes data,
				      size_t index);
/** abi_read_array - a dynamic array whose elements have element_words words
 *  in their head; *elements begins at the first, where their own offsets are
 *  counted from, and goes to the end of data. */
MUST_CHECK enum status abi_read_array(struct bytes *elements, size_t *count,
				      struct bytes data, size_t index,
				      size_t element_words);

#endif
