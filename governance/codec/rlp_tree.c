/* rlp_tree.c -- see rlp_tree.h. */
#include "governance/codec/rlp_tree.h"

#include "crypto/hex.h"

static enum status put_text(struct buffer *out, struct arena *arena,
			    const struct tree *value,
			    struct codec_trouble *trouble)
{
	struct bytes text = value->text;
	uint8_t *data;
	size_t size = 0;

	if (value->kind != TREE_TEXT || text.size < 2 || text.data[0] != '0' ||
	    text.data[1] != 'x')
		return codec_trouble(trouble, E_MALFORMED,
				     "an item is neither a list nor 0x text",
				     value->kind == TREE_TEXT ? text
							      : value->source);
	data = arena_allocate(arena, text.size / 2, 1);
	if (!data)
		return codec_trouble(trouble, E_LIMIT, "too large",
				     bytes_of("", 0));
	if (hex_decode(data, &size, text.size / 2, text))
		return codec_trouble(trouble, E_MALFORMED,
				     "is not 0x and pairs of digits", text);
	rlp_put_bytes(out, bytes_of(data, size));
	return OK;
}

/* Room for the encoding of a list's members: their text and nine bytes. */
static size_t room_of(const struct tree *value)
{
	return value->source.size + 9;
}

static enum status put_item(struct buffer *out, struct arena *arena,
			    const struct tree *value,
			    struct codec_trouble *trouble)
{
	size_t mark = arena_mark(arena);
	struct buffer members;
	enum status status = OK;

	if (value->kind != TREE_LIST) {
		status = put_text(out, arena, value, trouble);
		arena_reset(arena, mark);
		return status;
	}
	if (buffer_from_arena(&members, arena, room_of(value)))
		return codec_trouble(trouble, E_LIMIT, "too large",
				     bytes_of("", 0));
	for (const struct tree *v = value->first; v && !status; v = v->next)
		status = put_item(&members, arena, v, trouble);
	if (!status && members.overflow)
		status = codec_trouble(trouble, E_LIMIT, "too large",
				       bytes_of("", 0));
	if (!status)
		rlp_put_list(out, buffer_bytes(&members));
	arena_reset(arena, mark);
	return status;
}

enum status rlp_put_tree(struct buffer *out, struct arena *arena,
			 const struct tree *value,
			 struct codec_trouble *trouble)
{
	enum status status = put_item(out, arena, value, trouble);

	if (!status && out->overflow)
		return codec_trouble(trouble, E_LIMIT, "too large",
				     bytes_of("", 0));
	return status;
}
