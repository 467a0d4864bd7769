/* eip712.c -- see eip712.h. */
#include "governance/codec/eip712.h"

#include <string.h>

struct hasher {
	const struct eip712_types *types;
	struct arena *arena;
	unsigned depth;
};

static enum status add_value(struct keccak *keccak, struct hasher *hasher,
			     const struct abi_type *type,
			     const struct abi_value *value);

const struct eip712_struct *eip712_find(const struct eip712_types *types,
					struct bytes name)
{
	for (size_t i = 0; i < types->count; i++)
		if (bytes_equal(types->structs[i].name, name))
			return &types->structs[i];
	return NULL;
}

/* The struct that a member's type is, or is an array of; else NULL. */
static const struct abi_type *struct_of(const struct abi_type *type)
{
	while (type->kind == ABI_LIST || type->kind == ABI_ARRAY)
		type = type->members;
	return type->kind == ABI_STRUCT ? type : NULL;
}

/* An identifier that is not a type of the ABI. */
static bool is_struct_name(struct bytes name, struct arena *arena)
{
	struct abi_type type;

	return !abi_parse_member_type(&type, name, arena) &&
	       type.kind == ABI_STRUCT;
}

static enum status check_members(const struct eip712_types *types,
				 const struct eip712_struct *type)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct eip712_member *member = &type->members[i];
		const struct abi_type *other = struct_of(&member->type);

		for (size_t j = 0; j < i; j++)
			if (bytes_equal(type->members[j].name, member->name))
				return E_INPUT;
		if (other && !eip712_find(types, other->name))
			return E_MISSING;
	}
	return OK;
}

enum status eip712_check(const struct eip712_types *types, struct arena *arena)
{
	enum status status = OK;

	if (types->count > EIP712_STRUCTS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < types->count && !status; i++) {
		const struct eip712_struct *type = &types->structs[i];

		if (!is_struct_name(type->name, arena) ||
		    eip712_find(types, type->name) != type)
			return E_INPUT;
		status = check_members(types, type);
	}
	return status;
}

static void put_struct(struct buffer *out, const struct eip712_struct *type)
{
	buffer_append(out, type->name.data, type->name.size);
	buffer_append_byte(out, '(');
	for (size_t i = 0; i < type->count; i++) {
		const struct eip712_member *member = &type->members[i];

		if (i)
			buffer_append_byte(out, ',');
		abi_put_type(out, &member->type);
		buffer_append_byte(out, ' ');
		buffer_append(out, member->name.data, member->name.size);
	}
	buffer_append_byte(out, ')');
}

/* used[i]: struct i is reached from `type`; without recursion. */
static void reach(bool used[EIP712_STRUCTS_MAX],
		  const struct eip712_types *types,
		  const struct eip712_struct *type)
{
	const struct eip712_struct *waiting[EIP712_STRUCTS_MAX];
	size_t count = 1;

	waiting[0] = type;
	used[type - types->structs] = true;
	while (count) {
		const struct eip712_struct *from = waiting[--count];

		for (size_t i = 0; i < from->count; i++) {
			const struct abi_type *name =
				struct_of(&from->members[i].type);
			const struct eip712_struct *to =
				name ? eip712_find(types, name->name) : NULL;

			if (!to || used[to - types->structs])
				continue;
			used[to - types->structs] = true;
			waiting[count++] = to;
		}
	}
}

static bool before(struct bytes a, struct bytes b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = memcmp(a.data, b.data, common);

	return order < 0 || (!order && a.size < b.size);
}

/* Takes the first by name out of `used`; NULL when none is left. */
static const struct eip712_struct *take_first(bool used[EIP712_STRUCTS_MAX],
					      const struct eip712_types *types)
{
	const struct eip712_struct *first = NULL;

	for (size_t i = 0; i < types->count; i++)
		if (used[i] && (!first || before(types->structs[i].name,
						 first->name)))
			first = &types->structs[i];
	if (first)
		used[first - types->structs] = false;
	return first;
}

void eip712_encode_type(struct buffer *out, const struct eip712_types *types,
			const struct eip712_struct *type)
{
	bool used[EIP712_STRUCTS_MAX] = { false };
	const struct eip712_struct *next;

	reach(used, types, type);
	used[type - types->structs] = false;
	put_struct(out, type);
	while ((next = take_first(used, types)))
		put_struct(out, next);
}

static enum status type_hash(uint8_t out32[HASH_SIZE], struct hasher *hasher,
			     const struct eip712_struct *type)
{
	size_t mark = arena_mark(hasher->arena);
	struct buffer text;

	if (buffer_from_arena(&text, hasher->arena, EIP712_TYPE_TEXT_MAX))
		return E_LIMIT;
	eip712_encode_type(&text, hasher->types, type);
	keccak256(out32, text.data, text.size);
	arena_reset(hasher->arena, mark);
	return text.overflow ? E_LIMIT : OK;
}

static enum status hash_struct(uint8_t out32[HASH_SIZE], struct hasher *hasher,
			       const struct eip712_struct *type,
			       const struct abi_value *value)
{
	struct keccak keccak;
	uint8_t hash[HASH_SIZE];
	enum status status = type_hash(hash, hasher, type);

	if (status)
		return status;
	if (value->count != type->count)
		return E_INPUT;
	keccak_init(&keccak);
	keccak_update(&keccak, hash, HASH_SIZE);
	for (size_t i = 0; i < type->count && !status; i++)
		status = add_value(&keccak, hasher, &type->members[i].type,
				   &value->items[i]);
	if (!status)
		keccak_final(&keccak, out32);
	return status;
}

static enum status hash_items(uint8_t out32[HASH_SIZE], struct hasher *hasher,
			      const struct abi_type *type,
			      const struct abi_value *value)
{
	struct keccak keccak;
	enum status status = OK;

	if (type->kind == ABI_ARRAY && value->count != type->size)
		return E_INPUT;
	keccak_init(&keccak);
	for (size_t i = 0; i < value->count && !status; i++)
		status = add_value(&keccak, hasher, type->members,
				   &value->items[i]);
	if (!status)
		keccak_final(&keccak, out32);
	return status;
}

/* What is not one word goes in as a hash. */
static enum status hash_value(uint8_t out32[HASH_SIZE], struct hasher *hasher,
			      const struct abi_type *type,
			      const struct abi_value *value)
{
	const struct eip712_struct *found;
	enum status status = E_INPUT;

	if (hasher->depth == EIP712_DEPTH_MAX)
		return E_LIMIT;
	hasher->depth++;
	if (type->kind == ABI_STRUCT) {
		found = eip712_find(hasher->types, type->name);
		status = found ? hash_struct(out32, hasher, found, value)
			       : E_MISSING;
	} else if (type->kind == ABI_LIST || type->kind == ABI_ARRAY) {
		status = hash_items(out32, hasher, type, value);
	} else if (type->kind == ABI_BYTES || type->kind == ABI_STRING) {
		keccak256(out32, value->content.data, value->content.size);
		status = OK;
	}
	hasher->depth--;
	return status;
}

static enum status add_value(struct keccak *keccak, struct hasher *hasher,
			     const struct abi_type *type,
			     const struct abi_value *value)
{
	uint8_t hash[HASH_SIZE];
	enum status status;

	if (abi_is_word(type->kind)) {
		if (value->content.size != ABI_WORD_SIZE)
			return E_INPUT;
		status = abi_check_word(type, value->content.data);
		if (!status)
			keccak_update(keccak, value->content.data,
				      ABI_WORD_SIZE);
		return status;
	}
	status = hash_value(hash, hasher, type, value);
	if (!status)
		keccak_update(keccak, hash, HASH_SIZE);
	return status;
}

enum status eip712_hash_struct(uint8_t out32[HASH_SIZE],
			       const struct eip712_types *types,
			       const struct eip712_struct *type,
			       const struct abi_value *value,
			       struct arena *arena)
{
	struct hasher hasher = { types, arena, 0 };

	return hash_struct(out32, &hasher, type, value);
}

void eip712_digest(uint8_t out32[HASH_SIZE],
		   const uint8_t domain_separator32[HASH_SIZE],
		   const uint8_t struct_hash32[HASH_SIZE])
{
	struct keccak keccak;

	keccak_init(&keccak);
	keccak_update(&keccak, "\x19\x01", 2);
	keccak_update(&keccak, domain_separator32, HASH_SIZE);
	keccak_update(&keccak, struct_hash32, HASH_SIZE);
	keccak_final(&keccak, out32);
}
