/* abi_type.c -- types and signatures of abi.h from text, and back. */
#include <string.h>

#include "governance/codec/abi.h"

struct scan {
	const uint8_t *data;
	size_t size, at;
	struct arena *arena;
	struct codec_trouble *trouble;
	struct bytes all;
};

static enum status parse_parameter(struct abi_type *out, struct scan *s,
				   int depth);

static enum status refuse(struct scan *s, const char *reason)
{
	return codec_trouble(s->trouble, E_MALFORMED, reason, s->all);
}

static enum status exhausted(struct scan *s, const char *reason)
{
	return codec_trouble(s->trouble, E_LIMIT, reason, s->all);
}

static int peek(const struct scan *s)
{
	return s->at < s->size ? s->data[s->at] : -1;
}

static void skip_space(struct scan *s)
{
	while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n')
		s->at++;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(int c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '$';
}

static struct bytes take_word(struct scan *s)
{
	size_t from = s->at;

	if (!is_digit(peek(s)))
		while (is_word(peek(s)))
			s->at++;
	return bytes_of(s->data + from, s->at - from);
}

static bool is(struct bytes word, const char *text)
{
	return bytes_equal(word, bytes_of_string(text));
}

static bool is_among(struct bytes word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(word, list[i]))
			return true;
	return false;
}

/* The number behind a prefix: "uint" in "uint8" gives 8, in "uint" `bare`.
 * False when the text is not the prefix and a number without leading zeros. */
static bool sized(unsigned *out, struct bytes text, const char *prefix,
		  unsigned bare)
{
	size_t length = strlen(prefix);
	unsigned value = 0;

	if (text.size < length || memcmp(text.data, prefix, length) ||
	    text.size > length + 3)
		return false;
	if (text.size == length) {
		*out = bare;
		return bare != 0;
	}
	for (size_t i = length; i < text.size; i++) {
		if (!is_digit(text.data[i]) || (!value && text.data[i] == '0'))
			return false;
		value = value * 10 + (unsigned)(text.data[i] - '0');
	}
	*out = value;
	return true;
}

static bool is_integer_size(unsigned bits)
{
	return bits >= 8 && bits <= 256 && bits % 8 == 0;
}

enum status abi_parse_elementary(struct abi_type *out, struct bytes text)
{
	struct abi_type type = { .head_words = 1, .text = text };

	if (is(text, "address")) {
		type.kind = ABI_ADDRESS;
	} else if (is(text, "bool")) {
		type.kind = ABI_BOOL;
	} else if (is(text, "function")) {
		type.kind = ABI_FIXED_BYTES;
		type.size = 24;
	} else if (is(text, "bytes") || is(text, "string")) {
		type.kind = text.data[0] == 'b' ? ABI_BYTES : ABI_STRING;
		type.dynamic = true;
	} else if (sized(&type.size, text, "uint", 256) &&
		   is_integer_size(type.size)) {
		type.kind = ABI_UNSIGNED;
	} else if (sized(&type.size, text, "int", 256) &&
		   is_integer_size(type.size)) {
		type.kind = ABI_SIGNED;
	} else if (sized(&type.size, text, "bytes", 0) && type.size <= 32) {
		type.kind = ABI_FIXED_BYTES;
	} else {
		return E_MALFORMED;
	}
	*out = type;
	return OK;
}

static enum status add_words(struct scan *s, size_t *words, u128 more)
{
	if (*words + more > ABI_WORDS_MAX)
		return exhausted(s, "the type is too large");
	*words += (size_t)more;
	return OK;
}

/* "(a,b)" with the cursor on the opening bracket. */
static enum status parse_members(struct abi_type *out, struct scan *s, int depth)
{
	struct abi_type tuple = { .kind = ABI_TUPLE };
	struct abi_type **tail = &tuple.first;
	enum status status = OK;

	s->at++;
	skip_space(s);
	while (peek(s) != ')' || tuple.count) {
		struct abi_type *member = ARENA_NEW(s->arena, struct abi_type, 1);

		if (!member)
			return exhausted(s, "the type is too large");
		status = parse_parameter(member, s, depth - 1);
		if (!status)
			status = add_words(s, &tuple.head_words,
					   member->head_words);
		if (status)
			return status;
		tuple.dynamic |= member->dynamic;
		tuple.count++;
		*tail = member;
		tail = &member->next;
		if (peek(s) != ',')
			break;
		s->at++;
	}
	if (peek(s) != ')')
		return refuse(s, "\",\" or \")\" was expected");
	s->at++;
	*out = tuple;
	return OK;
}

/* "[]" or "[n]" behind *type, which becomes the element. */
static enum status parse_brackets(struct abi_type *type, struct scan *s)
{
	struct abi_type *element = ARENA_NEW(s->arena, struct abi_type, 1);
	uint64_t count = 0;
	size_t from = ++s->at;

	if (!element)
		return exhausted(s, "the type is too large");
	for (; is_digit(peek(s)); s->at++) {
		count = count * 10 + (unsigned)(peek(s) - '0');
		if (count > ABI_WORDS_MAX)
			return exhausted(s, "the type is too large");
	}
	if (peek(s) != ']')
		return refuse(s, "\"]\" was expected");
	if (type->dynamic)
		type->head_words = 1;
	*element = *type;
	*type = (struct abi_type){ .kind = s->at == from ? ABI_ARRAY
							 : ABI_FIXED_ARRAY,
				   .count = count,
				   .first = element };
	s->at++;
	type->dynamic = type->kind == ABI_ARRAY || element->dynamic;
	return add_words(s, &type->head_words,
			 (u128)count * element->head_words);
}

static enum status parse_base(struct abi_type *out, struct scan *s, int depth)
{
	struct bytes word = take_word(s);

	if (!word.size || is(word, "tuple")) {
		if (peek(s) != '(')
			return refuse(s, "a type was expected");
		return parse_members(out, s, depth);
	}
	if (abi_parse_elementary(out, word))
		return codec_trouble(s->trouble, E_MALFORMED,
				     "is not a Solidity type", word);
	return OK;
}

/* What may follow a type: data locations, `indexed`, and one name. */
static enum status parse_name(struct abi_type *out, struct scan *s)
{
	static const char *const ignored[] = { "indexed", "calldata", "memory",
					       "storage", "payable" };

	for (skip_space(s); is_word(peek(s)); skip_space(s)) {
		struct bytes word = take_word(s);

		if (!word.size || out->name.size)
			return refuse(s, "a parameter has two names");
		if (!is_among(word, ignored, 5))
			out->name = word;
	}
	return OK;
}

static enum status parse_parameter(struct abi_type *out, struct scan *s,
				   int depth)
{
	size_t from;
	enum status status;

	if (depth <= 0)
		return exhausted(s, "nested too deep");
	skip_space(s);
	from = s->at;
	status = parse_base(out, s, depth);
	while (!status && peek(s) == '[')
		status = --depth > 0 ? parse_brackets(out, s)
				     : exhausted(s, "nested too deep");
	if (status)
		return status;
	if (out->dynamic)
		out->head_words = 1;
	out->text = bytes_of(s->data + from, s->at - from);
	return parse_name(out, s);
}

enum status abi_parse_type(struct abi_type *out, struct arena *arena,
			   struct codec_trouble *trouble, struct bytes text)
{
	struct scan s = { text.data, text.size, 0, arena, trouble, text };
	struct abi_type type = { 0 };
	enum status status = parse_parameter(&type, &s, ABI_DEPTH_MAX);

	if (!status && s.at != s.size)
		status = refuse(&s, "something follows the type");
	if (!status)
		*out = type;
	return status;
}

/* Solidity's words behind a parameter list. */
static enum status parse_suffix(struct scan *s)
{
	static const char *const words[] = {
		"external", "public",   "internal", "private",	"pure",
		"view",	    "constant", "payable",  "virtual",	"override",
		"anonymous", "nonpayable",
	};
	struct abi_type ignored = { 0 };

	for (skip_space(s); s->at < s->size; skip_space(s)) {
		struct bytes word = take_word(s);
		enum status status;

		if (is_among(word, words, sizeof(words) / sizeof(words[0])))
			continue;
		skip_space(s);
		if (!is(word, "returns") || peek(s) != '(')
			return refuse(s, "something follows the signature");
		status = parse_members(&ignored, s, ABI_DEPTH_MAX);
		if (status)
			return status;
	}
	return OK;
}

enum status abi_parse_signature(struct abi_signature *out, struct arena *arena,
				struct codec_trouble *trouble,
				struct bytes text)
{
	static const char *const keywords[] = { "function", "event", "error" };
	struct scan s = { text.data, text.size, 0, arena, trouble, text };
	struct abi_signature signature = { 0 };
	size_t from;
	enum status status;

	skip_space(&s);
	signature.name = take_word(&s);
	if (is_among(signature.name, keywords, 3) && peek(&s) == ' ') {
		skip_space(&s);
		signature.name = take_word(&s);
	}
	if (!signature.name.size || peek(&s) != '(')
		return refuse(&s, "is not a signature such as f(uint256)");
	from = s.at;
	status = parse_members(&signature.parameters, &s, ABI_DEPTH_MAX);
	signature.parameters.text = bytes_of(s.data + from, s.at - from);
	if (!status)
		status = parse_suffix(&s);
	if (!status)
		*out = signature;
	return status;
}

static void put_text(struct buffer *out, const char *text)
{
	buffer_append(out, text, strlen(text));
}

static void put_decimal(struct buffer *out, uint64_t value)
{
	if (value >= 10)
		put_decimal(out, value / 10);
	buffer_append_byte(out, (uint8_t)('0' + value % 10));
}

static void put_canonical(struct buffer *out, const struct abi_type *type)
{
	switch (type->kind) {
	case ABI_UNSIGNED:
	case ABI_SIGNED:
		put_text(out, type->kind == ABI_SIGNED ? "int" : "uint");
		put_decimal(out, type->size);
		return;
	case ABI_ADDRESS:
	case ABI_BOOL:
	case ABI_FIXED_BYTES:
	case ABI_BYTES:
	case ABI_STRING:
		buffer_append(out, type->text.data, type->text.size);
		return;
	case ABI_ARRAY:
	case ABI_FIXED_ARRAY:
		put_canonical(out, type->first);
		buffer_append_byte(out, '[');
		if (type->kind == ABI_FIXED_ARRAY)
			put_decimal(out, type->count);
		buffer_append_byte(out, ']');
		return;
	case ABI_TUPLE:
		buffer_append_byte(out, '(');
		for (const struct abi_type *m = type->first; m; m = m->next) {
			put_canonical(out, m);
			if (m->next)
				buffer_append_byte(out, ',');
		}
		buffer_append_byte(out, ')');
	}
}

enum status abi_signature_hash(uint8_t out32[HASH_SIZE],
			       const struct abi_signature *signature,
			       struct arena *arena)
{
	size_t mark = arena_mark(arena);
	/* int becomes int256: at most twice the text. */
	size_t room = 2 * (signature->name.size +
			   signature->parameters.text.size);
	struct buffer text;
	enum status status = buffer_from_arena(&text, arena, room);

	if (status)
		return status;
	buffer_append(&text, signature->name.data, signature->name.size);
	put_canonical(&text, &signature->parameters);
	if (!text.overflow)
		keccak256(out32, text.data, text.size);
	arena_reset(arena, mark);
	return text.overflow ? E_LIMIT : OK;
}
