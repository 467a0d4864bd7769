/* tree.h -- values without types: what the encoders are fed with.
 *
 * Pure.  A tree has the shape of JSON, and a strict JSON reader makes one in
 * an arena; numbers keep their exact text and never become doubles, strings
 * keep their length and may hold any character, NUL too.  Names and texts
 * without an escape point into the input. */
#ifndef GOVERNANCE_CODEC_TREE_H
#define GOVERNANCE_CODEC_TREE_H

#include "base/arena.h"
#include "base/bytes.h"

#define TREE_DEPTH_MAX 64
#define TREE_MEMBERS_MAX 1024 /* of one object */

enum tree_kind {
	TREE_NULL,
	TREE_BOOL,
	TREE_NUMBER, /* text: as written */
	TREE_TEXT,   /* text: UTF-8, escapes resolved */
	TREE_LIST,
	TREE_OBJECT,
};

struct tree {
	enum tree_kind kind;
	bool truth;          /* of TREE_BOOL */
	struct bytes text;
	struct bytes name;   /* of an object's member */
	struct bytes source; /* as written: `value`, or `"name": value` */
	size_t count;        /* children */
	struct tree *first;  /* child */
	struct tree *next;   /* sibling */
};

/** Why and where something could not be read or encoded. */
struct codec_trouble {
	const char *reason; /* "is not an address"; static text */
	struct bytes where; /* a type or name of the input; may be empty */
	size_t at;          /* byte of the JSON text, where that is the matter */
};

/** codec_trouble - notes reason and place, returns the status. */
enum status codec_trouble(struct codec_trouble *trouble, enum status status,
			  const char *reason, struct bytes where);

/**
 * tree_parse_json - RFC 8259 and nothing more: valid UTF-8, paired
 * surrogates, no name twice in an object, nothing after the value.
 * Returns: OK; E_MALFORMED not such JSON, or deeper than TREE_DEPTH_MAX;
 *          E_LIMIT arena or TREE_MEMBERS_MAX exhausted; both with trouble
 * Cost:    one pass; about 140 bytes of arena a value */
MUST_CHECK enum status tree_parse_json(struct tree **out, struct arena *arena,
				       struct codec_trouble *trouble,
				       struct bytes text);

/** tree_member - NULL when absent or `object` is no object (or NULL). */
const struct tree *tree_member(const struct tree *object, struct bytes name);
/** tree_get - the same by a C string. */
const struct tree *tree_get(const struct tree *object, const char *name);
/** tree_is_null - absent or null. */
bool tree_is_null(const struct tree *tree);

#endif
