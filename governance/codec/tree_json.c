/* tree_json.c -- the JSON reader of tree.h: recursive descent, bounded depth. */
#include <string.h>

#include "governance/codec/tree.h"

struct parser {
	const uint8_t *data;
	size_t size, at;
	struct arena *arena;
	struct codec_trouble *trouble;
};

static enum status parse_value(struct tree *out, struct parser *p, int depth);

static enum status refuse(struct parser *p, const char *reason)
{
	p->trouble->at = p->at;
	return codec_trouble(p->trouble, E_MALFORMED, reason, bytes_of("", 0));
}

static enum status exhausted(struct parser *p, const char *reason)
{
	p->trouble->at = p->at;
	return codec_trouble(p->trouble, E_LIMIT, reason, bytes_of("", 0));
}

static int peek(const struct parser *p)
{
	return p->at < p->size ? p->data[p->at] : -1;
}

static void skip_space(struct parser *p)
{
	int c = peek(p);

	while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		p->at++;
		c = peek(p);
	}
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of the UTF-8 sequence at the cursor; 0 when it is not valid:
 * continuation bytes, overlong forms, surrogates, beyond U+10FFFF. */
static size_t utf8_length(const struct parser *p)
{
	const uint8_t *s = p->data + p->at;
	size_t left = p->size - p->at;
	size_t length = s[0] < 0x80   ? 1
			: s[0] < 0xc2 ? 0
			: s[0] < 0xe0 ? 2
			: s[0] < 0xf0 ? 3
			: s[0] < 0xf5 ? 4
				      : 0;

	if (!length || length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

static int hex_value(int c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits after \u; -1 when they are not. */
static int32_t take_unit(struct parser *p)
{
	int32_t unit = 0;

	for (int i = 0; i < 4; i++, p->at++) {
		int digit = hex_value(peek(p));

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static void put_utf8(struct buffer *out, uint32_t code)
{
	if (code < 0x80) {
		buffer_append_byte(out, (uint8_t)code);
	} else if (code < 0x800) {
		buffer_append_byte(out, (uint8_t)(0xc0 | code >> 6));
		buffer_append_byte(out, (uint8_t)(0x80 | (code & 63)));
	} else if (code < 0x10000) {
		buffer_append_byte(out, (uint8_t)(0xe0 | code >> 12));
		buffer_append_byte(out, (uint8_t)(0x80 | (code >> 6 & 63)));
		buffer_append_byte(out, (uint8_t)(0x80 | (code & 63)));
	} else {
		buffer_append_byte(out, (uint8_t)(0xf0 | code >> 18));
		buffer_append_byte(out, (uint8_t)(0x80 | (code >> 12 & 63)));
		buffer_append_byte(out, (uint8_t)(0x80 | (code >> 6 & 63)));
		buffer_append_byte(out, (uint8_t)(0x80 | (code & 63)));
	}
}

/* After \u: one unit, or a pair of surrogates. */
static enum status take_unicode(struct buffer *out, struct parser *p)
{
	int32_t high = take_unit(p), low;

	if (high < 0)
		return refuse(p, "bad escape");
	if (high < 0xd800 || high > 0xdfff) {
		put_utf8(out, (uint32_t)high);
		return OK;
	}
	if (high > 0xdbff || p->size - p->at < 2 || p->data[p->at] != '\\' ||
	    p->data[p->at + 1] != 'u')
		return refuse(p, "a surrogate without its other half");
	p->at += 2;
	low = take_unit(p);
	if (low < 0xdc00 || low > 0xdfff)
		return refuse(p, "a surrogate without its other half");
	put_utf8(out, 0x10000 + ((uint32_t)(high - 0xd800) << 10) +
			      (uint32_t)(low - 0xdc00));
	return OK;
}

static enum status take_escape(struct buffer *out, struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int c;
	const char *found;

	p->at++;
	c = peek(p);
	found = c > 0 ? strchr(letters, c) : NULL;
	if (c != 'u' && !found)
		return refuse(p, "bad escape");
	p->at++;
	if (c == 'u')
		return take_unicode(out, p);
	buffer_append_byte(out, (uint8_t)values[found - letters]);
	return OK;
}

/* End of the string that opens at the cursor; *plain: it has no escape. */
static enum status measure_string(size_t *end, bool *plain, struct parser *p)
{
	struct parser ahead = *p;

	*plain = true;
	for (ahead.at++; peek(&ahead) != '"';) {
		size_t length;

		p->at = ahead.at;
		if (peek(&ahead) < 0)
			return refuse(p, "text ends inside a string");
		if (peek(&ahead) < 0x20)
			return refuse(p, "control character");
		length = utf8_length(&ahead);
		if (!length)
			return refuse(p, "not UTF-8");
		ahead.at += length;
		if (length == 1 && ahead.data[ahead.at - 1] == '\\') {
			*plain = false;
			ahead.at += ahead.at < ahead.size;
		}
	}
	*end = ahead.at;
	return OK;
}

static enum status parse_string(struct bytes *out, struct parser *p)
{
	size_t end = 0, start = p->at + 1;
	bool plain;
	struct buffer text;
	enum status status = measure_string(&end, &plain, p);

	if (status)
		return status;
	p->at = start;
	if (plain) {
		*out = bytes_of(p->data + start, end - start);
		p->at = end + 1;
		return OK;
	}
	if (buffer_from_arena(&text, p->arena, end - start))
		return exhausted(p, "too large");
	while (!status && p->at < end) {
		if (peek(p) == '\\')
			status = take_escape(&text, p);
		else
			buffer_append_byte(&text, p->data[p->at++]);
	}
	*out = buffer_bytes(&text);
	p->at++;
	return status;
}

static bool take_digits(struct parser *p)
{
	size_t from = p->at;

	while (is_digit(peek(p)))
		p->at++;
	return p->at > from;
}

static enum status parse_number(struct tree *out, struct parser *p)
{
	size_t from = p->at;
	int first;

	if (peek(p) == '-')
		p->at++;
	first = peek(p);
	if (!take_digits(p))
		return refuse(p, "not a value");
	if (first == '0' && p->at - from > (p->data[from] == '-' ? 2u : 1u))
		return refuse(p, "number with a leading zero");
	if (peek(p) == '.') {
		p->at++;
		if (!take_digits(p))
			return refuse(p, "number without digits after the point");
	}
	if (peek(p) == 'e' || peek(p) == 'E') {
		p->at++;
		if (peek(p) == '+' || peek(p) == '-')
			p->at++;
		if (!take_digits(p))
			return refuse(p, "number without digits in the exponent");
	}
	out->kind = TREE_NUMBER;
	out->text = bytes_of(p->data + from, p->at - from);
	return OK;
}

static enum status parse_word(struct tree *out, struct parser *p)
{
	static const struct {
		const char *word;
		enum tree_kind kind;
		bool truth;
	} words[] = { { "null", TREE_NULL, false },
		      { "true", TREE_BOOL, true },
		      { "false", TREE_BOOL, false } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i].word);

		if (p->size - p->at < length ||
		    memcmp(p->data + p->at, words[i].word, length))
			continue;
		p->at += length;
		out->kind = words[i].kind;
		out->truth = words[i].truth;
		return OK;
	}
	return refuse(p, "not a value");
}

/* `"name":` before a member's value. */
static enum status parse_name(struct tree *child, const struct tree *parent,
			      struct parser *p)
{
	enum status status;

	if (peek(p) != '"')
		return refuse(p, "a name was expected");
	status = parse_string(&child->name, p);
	if (status)
		return status;
	if (tree_member(parent, child->name))
		return refuse(p, "a name occurs twice");
	if (parent->count >= TREE_MEMBERS_MAX)
		return exhausted(p, "an object has too many members");
	skip_space(p);
	if (peek(p) != ':')
		return refuse(p, "\":\" was expected");
	p->at++;
	return OK;
}

static enum status parse_child(struct tree **out, const struct tree *parent,
			       struct parser *p, int depth)
{
	struct tree *child = ARENA_NEW(p->arena, struct tree, 1);
	enum status status = OK;
	size_t from;

	if (!child)
		return exhausted(p, "too large");
	skip_space(p);
	from = p->at;
	if (parent->kind == TREE_OBJECT)
		status = parse_name(child, parent, p);
	if (!status)
		status = parse_value(child, p, depth);
	child->source = bytes_of(p->data + from, p->at - from);
	*out = child;
	return status;
}

static enum status parse_children(struct tree *out, struct parser *p, int depth)
{
	int closing = out->kind == TREE_OBJECT ? '}' : ']';
	struct tree **tail = &out->first;

	p->at++;
	skip_space(p);
	if (peek(p) == closing) {
		p->at++;
		return OK;
	}
	for (;;) {
		struct tree *child = NULL;
		enum status status = parse_child(&child, out, p, depth - 1);

		if (status)
			return status;
		*tail = child;
		tail = &child->next;
		out->count++;
		skip_space(p);
		if (peek(p) == closing)
			break;
		if (peek(p) != ',')
			return refuse(p, "\",\" or a closing bracket was expected");
		p->at++;
	}
	p->at++;
	return OK;
}

static enum status parse_value(struct tree *out, struct parser *p, int depth)
{
	skip_space(p);
	switch (peek(p)) {
	case '{':
	case '[':
		if (!depth)
			return refuse(p, "nested too deep");
		out->kind = peek(p) == '{' ? TREE_OBJECT : TREE_LIST;
		return parse_children(out, p, depth);
	case '"':
		out->kind = TREE_TEXT;
		return parse_string(&out->text, p);
	case 't':
	case 'f':
	case 'n':
		return parse_word(out, p);
	case -1:
		return refuse(p, "text ends early");
	default:
		return parse_number(out, p);
	}
}

enum status tree_parse_json(struct tree **out, struct arena *arena,
			    struct codec_trouble *trouble, struct bytes text)
{
	struct parser p = { text.data, text.size, 0, arena, trouble };
	struct tree *root = ARENA_NEW(arena, struct tree, 1);
	enum status status;

	if (!root)
		return exhausted(&p, "too large");
	status = parse_value(root, &p, TREE_DEPTH_MAX);
	if (status)
		return status;
	root->source = bytes_of(text.data, p.at);
	skip_space(&p);
	if (p.at < p.size)
		return refuse(&p, "something follows the value");
	*out = root;
	return OK;
}
