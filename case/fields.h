/* fields.h -- canonical CBOR of plain structs from a table of their members.
 *
 * Pure.  A struct is an array of its members in table order; encoder and
 * decoder walk the same table, so they cannot drift apart. */
#ifndef CASE_FIELDS_H
#define CASE_FIELDS_H

#include <stddef.h>

#include "base/cbor.h"

enum field_type {
	FIELD_BOOL,
	FIELD_UNSIGNED, /* 1, 2, 4 or 8 bytes */
	FIELD_SIGNED,   /* 4 or 8 bytes */
	FIELD_U128,
	FIELD_BYTES,    /* fixed size */
	FIELD_TEXT,     /* NUL-terminated inside a fixed array, ASCII */
};

struct field {
	enum field_type type;
	size_t offset, size;
};

#define FIELD(type, structure, member) \
	{ type, offsetof(structure, member), sizeof(((structure *)0)->member) }
#define FIELDS_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/** fields_encode - the members only; the caller wrote the array head. */
void fields_encode(struct buffer *out, const void *object,
		   const struct field *fields, size_t count);
/** fields_decode - E_MALFORMED or E_RANGE as the cbor getters; a text must be
 *  printable ASCII and shorter than its array, the rest is zero-filled. */
MUST_CHECK enum status fields_decode(void *object, struct cbor_reader *reader,
				     const struct field *fields, size_t count);

/** record_decode - an array of exactly these members. */
MUST_CHECK enum status record_decode(void *object, struct cbor_reader *reader,
				     const struct field *fields, size_t count);
/** record_open - head of an array of `members`, the first of which is this
 *  version; E_MALFORMED otherwise. */
MUST_CHECK enum status record_open(struct cbor_reader *reader, size_t members,
				   uint64_t version);
/** list_open - head of an array of at most `most`; E_MALFORMED above. */
MUST_CHECK enum status list_open(size_t *count, struct cbor_reader *reader,
				 size_t most);

#endif
