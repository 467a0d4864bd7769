/* eip712_type.c -- the types of eip712.h: parsing, encodeType, type hashes. */
#include <string.h>

#include "governance/codec/eip712_internal.h"

static enum status refuse(const struct eip712_types *types, const char *reason,
			  struct bytes where)
{
	return codec_trouble(types->trouble, E_MALFORMED, reason, where);
}

static enum status exhausted(const struct eip712_types *types)
{
	return codec_trouble(types->trouble, E_LIMIT, "too many types",
			     bytes_of("", 0));
}

const struct eip712_struct *
eip712_struct_find(const struct eip712_types *types, struct bytes name)
{
	for (size_t i = 0; i < types->count; i++)
		if (bytes_equal(types->structs[i].name, name))
			return &types->structs[i];
	return NULL;
}

static bool is_identifier(struct bytes text)
{
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			      c == '_' || c == '$';

		if (!letter && !(i && c >= '0' && c <= '9'))
			return false;
	}
	return text.size != 0;
}

/* One "[n]" or "[]" at *at, which advances. */
static bool take_dimension(uint64_t *out, struct bytes text, size_t *at)
{
	uint64_t value = 0;
	size_t i = *at + 1, from = i;

	if (text.data[*at] != '[')
		return false;
	for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
		value = value * 10 + (unsigned)(text.data[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	if (i >= text.size || text.data[i] != ']')
		return false;
	*out = i == from ? DIMENSION_OPEN : value;
	*at = i + 1;
	return true;
}

static enum status parse_brackets(struct eip712_member *member,
				  const struct eip712_types *types,
				  struct bytes text)
{
	size_t at = 0;

	while (at < text.size && text.data[at] != '[')
		at++;
	member->base = bytes_of(text.data, at);
	member->brackets = bytes_of(text.data + at, text.size - at);
	while (at < text.size) {
		uint64_t *next = &member->dimensions[member->dimension_count];

		if (member->dimension_count == EIP712_DIMENSIONS_MAX)
			return exhausted(types);
		if (!take_dimension(next, text, &at))
			return refuse(types, "is not a type", text);
		member->dimension_count++;
	}
	return OK;
}

/* uint and int are written out, as ethers does. */
static struct bytes full_name(struct bytes base)
{
	if (bytes_equal(base, bytes_of_string("uint")))
		return bytes_of_string("uint256");
	if (bytes_equal(base, bytes_of_string("int")))
		return bytes_of_string("int256");
	return base;
}

static enum status parse_member(struct eip712_member *out,
				const struct eip712_types *types,
				const struct tree *member)
{
	const struct tree *name = tree_get(member, "name");
	const struct tree *type = tree_get(member, "type");
	enum status status;

	if (!name || name->kind != TREE_TEXT || !type ||
	    type->kind != TREE_TEXT)
		return refuse(types, "a member is not {\"name\",\"type\"}",
			      bytes_of("", 0));
	if (!is_identifier(name->text))
		return refuse(types, "is not a name", name->text);
	out->name = name->text;
	status = parse_brackets(out, types, type->text);
	if (status)
		return status;
	out->reference = eip712_struct_find(types, out->base);
	if (out->reference)
		return OK;
	out->base = full_name(out->base);
	if (abi_parse_elementary(&out->atom, out->base) ||
	    bytes_equal(out->base, bytes_of_string("function")))
		return refuse(types, "is an unknown type", type->text);
	return OK;
}

static enum status parse_members(struct eip712_struct *out,
				 const struct eip712_types *types,
				 const struct tree *list)
{
	size_t i = 0;

	if (list->kind != TREE_LIST)
		return refuse(types, "a type is not a list of members",
			      out->name);
	out->members = ARENA_NEW(types->arena, struct eip712_member,
				 list->count);
	if (!out->members)
		return exhausted(types);
	out->count = list->count;
	for (const struct tree *m = list->first; m; m = m->next, i++) {
		enum status status = parse_member(&out->members[i], types, m);

		if (status)
			return status;
		for (size_t k = 0; k < i; k++)
			if (bytes_equal(out->members[k].name,
					out->members[i].name))
				return refuse(types, "a member occurs twice",
					      out->members[i].name);
	}
	return OK;
}

/* Structs that a type's text names, itself first. */
struct closure {
	const struct eip712_struct *list[EIP712_STRUCTS_MAX + 1];
	size_t count;
	size_t text_size;
};

static void add_to_closure(struct closure *c, const struct eip712_struct *s)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i] == s)
			return;
	c->list[c->count++] = s;
}

/* Breadth first: the list grows while it is walked. */
static void close_over(struct closure *c, const struct eip712_struct *first)
{
	add_to_closure(c, first);
	for (size_t i = 0; i < c->count; i++) {
		const struct eip712_struct *s = c->list[i];

		c->text_size += s->name.size + 2;
		for (size_t k = 0; k < s->count; k++) {
			const struct eip712_member *m = &s->members[k];

			c->text_size += m->base.size + m->brackets.size +
					m->name.size + 2;
			if (m->reference)
				add_to_closure(c, m->reference);
		}
	}
}

static bool is_before(struct bytes a, struct bytes b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common ? memcmp(a.data, b.data, common) : 0;

	return order ? order < 0 : a.size < b.size;
}

/* All but the first, by name. */
static void sort_closure(struct closure *c)
{
	for (size_t i = 2; i < c->count; i++) {
		const struct eip712_struct *s = c->list[i];
		size_t k = i;

		for (; k > 1 && is_before(s->name, c->list[k - 1]->name); k--)
			c->list[k] = c->list[k - 1];
		c->list[k] = s;
	}
}

static void put(struct buffer *out, struct bytes text)
{
	buffer_append(out, text.data, text.size);
}

static void put_struct(struct buffer *out, const struct eip712_struct *s)
{
	put(out, s->name);
	buffer_append_byte(out, '(');
	for (size_t i = 0; i < s->count; i++) {
		if (i)
			buffer_append_byte(out, ',');
		put(out, s->members[i].base);
		put(out, s->members[i].brackets);
		buffer_append_byte(out, ' ');
		put(out, s->members[i].name);
	}
	buffer_append_byte(out, ')');
}

static enum status encode_type(struct bytes *out, struct arena *arena,
			       const struct eip712_struct *s)
{
	struct closure closure = { .count = 0 };
	struct buffer text;
	enum status status;

	close_over(&closure, s);
	sort_closure(&closure);
	status = buffer_from_arena(&text, arena, closure.text_size);
	if (status)
		return status;
	for (size_t i = 0; i < closure.count; i++)
		put_struct(&text, closure.list[i]);
	*out = buffer_bytes(&text);
	return text.overflow ? E_LIMIT : OK;
}

static enum status hash_type(struct eip712_struct *s,
			     const struct eip712_types *types)
{
	size_t mark = arena_mark(types->arena);
	struct bytes text;

	if (encode_type(&text, types->arena, s))
		return exhausted(types);
	keccak256(s->type_hash, text.data, text.size);
	arena_reset(types->arena, mark);
	return OK;
}

enum status eip712_encode_type(struct bytes *out,
			       const struct eip712_types *types,
			       struct bytes name)
{
	const struct eip712_struct *s = eip712_struct_find(types, name);

	return s ? encode_type(out, types->arena, s)
		 : codec_trouble(types->trouble, E_MISSING,
				 "is not among the types", name);
}

enum status eip712_struct_build(struct eip712_struct *out,
				const struct eip712_types *types,
				struct bytes name, const struct tree *members)
{
	enum status status;

	out->name = name;
	status = parse_members(out, types, members);
	return status ? status : hash_type(out, types);
}

static enum status name_structs(struct eip712_types *out,
				const struct tree *types)
{
	struct abi_type ignored;

	if (!types || types->kind != TREE_OBJECT)
		return refuse(out, "types is not an object", bytes_of("", 0));
	if (types->count > EIP712_STRUCTS_MAX)
		return exhausted(out);
	out->structs = ARENA_NEW(out->arena, struct eip712_struct, types->count);
	if (!out->structs)
		return exhausted(out);
	for (const struct tree *t = types->first; t; t = t->next) {
		if (!is_identifier(t->name) ||
		    !abi_parse_elementary(&ignored, t->name))
			return refuse(out, "is not a name for a struct",
				      t->name);
		out->structs[out->count++].name = t->name;
	}
	return OK;
}

enum status eip712_types_parse(struct eip712_types *out, struct arena *arena,
			       struct codec_trouble *trouble,
			       const struct tree *types)
{
	struct eip712_types made = { .arena = arena, .trouble = trouble };
	size_t i = 0;
	enum status status = name_structs(&made, types);

	if (status)
		return status;
	for (const struct tree *t = types->first; t && !status; t = t->next)
		status = parse_members(&made.structs[i++], &made, t);
	for (i = 0; i < made.count && !status; i++)
		status = hash_type(&made.structs[i], &made);
	if (!status)
		*out = made;
	return status;
}
