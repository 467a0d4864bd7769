/* eip712.c -- hashes of eip712.h; types are in eip712_type.c. */
#include <string.h>

#include "governance/codec/eip712_internal.h"

#define DOMAIN_NAME "EIP712Domain"

static enum status hash_members(uint8_t out32[HASH_SIZE],
				const struct eip712_types *types,
				const struct eip712_struct *s,
				const struct tree *data);

static enum status refuse(const struct eip712_types *types, enum status status,
			  const char *reason, struct bytes where)
{
	return codec_trouble(types->trouble, status, reason, where);
}

static enum status element_word(uint8_t out32[WORD_SIZE],
				const struct eip712_types *types,
				const struct eip712_member *member,
				const struct tree *value)
{
	size_t mark = arena_mark(types->arena);
	struct bytes content;
	enum status status;

	if (member->reference)
		return hash_members(out32, types, member->reference, value);
	if (!member->atom.dynamic)
		return abi_word(out32, &member->atom, value, types->trouble);
	status = abi_content(&content, types->arena, &member->atom, value,
			     types->trouble);
	if (!status)
		keccak256(out32, content.data, content.size);
	arena_reset(types->arena, mark);
	return status;
}

/* A value with its outermost `dimensions` still to open. */
static enum status value_word(uint8_t out32[WORD_SIZE],
			      const struct eip712_types *types,
			      const struct eip712_member *member,
			      size_t dimensions, const struct tree *value)
{
	struct keccak keccak;
	uint64_t length;

	if (!dimensions)
		return element_word(out32, types, member, value);
	length = member->dimensions[dimensions - 1];
	if (value->kind != TREE_LIST)
		return refuse(types, E_MALFORMED, "the value is not a list",
			      member->name);
	if (length != DIMENSION_OPEN && length != value->count)
		return refuse(types, E_INPUT, "the number of values differs",
			      member->name);
	keccak_init(&keccak);
	for (const struct tree *v = value->first; v; v = v->next) {
		uint8_t word[WORD_SIZE];
		enum status status = value_word(word, types, member,
						dimensions - 1, v);

		if (status)
			return status;
		keccak_update(&keccak, word, WORD_SIZE);
	}
	keccak_final(&keccak, out32);
	return OK;
}

static enum status hash_members(uint8_t out32[HASH_SIZE],
				const struct eip712_types *types,
				const struct eip712_struct *s,
				const struct tree *data)
{
	struct keccak keccak;

	if (data->kind != TREE_OBJECT)
		return refuse(types, E_MALFORMED, "the value is not an object",
			      s->name);
	keccak_init(&keccak);
	keccak_update(&keccak, s->type_hash, HASH_SIZE);
	for (size_t i = 0; i < s->count; i++) {
		const struct eip712_member *m = &s->members[i];
		const struct tree *value = tree_member(data, m->name);
		uint8_t word[WORD_SIZE];
		enum status status;

		if (tree_is_null(value))
			return refuse(types, E_INPUT, "a member is missing",
				      m->name);
		status = value_word(word, types, m, m->dimension_count, value);
		if (status)
			return status;
		keccak_update(&keccak, word, WORD_SIZE);
	}
	keccak_final(&keccak, out32);
	return OK;
}

enum status eip712_hash_struct(uint8_t out32[HASH_SIZE],
			       const struct eip712_types *types,
			       struct bytes name, const struct tree *data)
{
	const struct eip712_struct *s = eip712_struct_find(types, name);

	if (!s)
		return refuse(types, E_MISSING, "is not among the types", name);
	if (!data)
		return refuse(types, E_INPUT, "a value is missing", name);
	return hash_members(out32, types, s, data);
}

static const struct {
	const char *name, *type;
} domain_members[] = {
	{ "name", "string" },	 { "version", "string" },
	{ "chainId", "uint256" }, { "verifyingContract", "address" },
	{ "salt", "bytes32" },
};

#define DOMAIN_MEMBERS (sizeof(domain_members) / sizeof(domain_members[0]))

static enum status check_domain(const struct eip712_types *types,
				const struct tree *domain)
{
	if (!domain || domain->kind != TREE_OBJECT)
		return refuse(types, E_MALFORMED, "domain is not an object",
			      bytes_of("", 0));
	for (const struct tree *m = domain->first; m; m = m->next) {
		size_t i = 0;

		while (i < DOMAIN_MEMBERS &&
		       !bytes_equal(m->name,
				    bytes_of_string(domain_members[i].name)))
			i++;
		if (i == DOMAIN_MEMBERS)
			return refuse(types, E_INPUT,
				      "is not a member of a domain", m->name);
	}
	return OK;
}

/* {"name": …, "type": …} of one domain member, as types would list it. */
static void describe(struct tree nodes[3], size_t index)
{
	nodes[0] = (struct tree){ .kind = TREE_OBJECT, .count = 2,
				  .first = &nodes[1] };
	nodes[1] = (struct tree){
		.kind = TREE_TEXT, .next = &nodes[2],
		.name = bytes_of_string("name"),
		.text = bytes_of_string(domain_members[index].name) };
	nodes[2] = (struct tree){
		.kind = TREE_TEXT, .name = bytes_of_string("type"),
		.text = bytes_of_string(domain_members[index].type) };
}

/* The type is made of the members that are there, in the standard's order. */
static enum status build_domain(struct eip712_struct *out,
				const struct eip712_types *types,
				const struct tree *domain)
{
	struct tree nodes[DOMAIN_MEMBERS][3];
	struct tree list = { .kind = TREE_LIST };
	struct tree **tail = &list.first;

	for (size_t i = 0; i < DOMAIN_MEMBERS; i++) {
		if (tree_is_null(tree_get(domain, domain_members[i].name)))
			continue;
		describe(nodes[i], i);
		*tail = nodes[i];
		tail = &nodes[i][0].next;
		list.count++;
	}
	return eip712_struct_build(out, types, bytes_of_string(DOMAIN_NAME),
				   &list);
}

enum status eip712_hash_domain(uint8_t out32[HASH_SIZE],
			       const struct eip712_types *types,
			       const struct tree *domain)
{
	const struct eip712_struct *declared =
		eip712_struct_find(types, bytes_of_string(DOMAIN_NAME));
	struct eip712_struct made = { 0 };
	enum status status = check_domain(types, domain);

	if (!status && !declared)
		status = build_domain(&made, types, domain);
	return status ? status
		      : hash_members(out32, types, declared ? declared : &made,
				     domain);
}

static void add_text(struct keccak *keccak, const char *text)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, text, strlen(text));
	keccak_update(keccak, hash, HASH_SIZE);
}

void eip712_domain_separator(uint8_t out32[HASH_SIZE],
			     const struct eip712_domain *domain)
{
	struct keccak keccak;
	uint8_t word[WORD_SIZE];

	keccak_init(&keccak);
	add_text(&keccak, DOMAIN_NAME "(string name,string version,"
			  "uint256 chainId,address verifyingContract)");
	add_text(&keccak, domain->name);
	add_text(&keccak, domain->version);
	store_be256(word, domain->chain_id);
	keccak_update(&keccak, word, WORD_SIZE);
	memset(word, 0, WORD_SIZE);
	memcpy(word + WORD_SIZE - ADDRESS_SIZE, domain->contract20,
	       ADDRESS_SIZE);
	keccak_update(&keccak, word, WORD_SIZE);
	keccak_final(&keccak, out32);
}

void eip712_digest(uint8_t out32[HASH_SIZE], const uint8_t domain32[HASH_SIZE],
		   const uint8_t struct32[HASH_SIZE])
{
	static const uint8_t prefix[2] = { 0x19, 0x01 };
	struct keccak keccak;

	keccak_init(&keccak);
	keccak_update(&keccak, prefix, sizeof(prefix));
	keccak_update(&keccak, domain32, HASH_SIZE);
	keccak_update(&keccak, struct32, HASH_SIZE);
	keccak_final(&keccak, out32);
}
