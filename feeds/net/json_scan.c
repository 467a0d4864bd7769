/* json_scan.c -- RFC 8259 by one pass with an explicit stack. */
#include "feeds/net/json_scan.h"

#include <string.h>

#include "feeds/net/json.h"

struct scan {
	const uint8_t *data;
	size_t size;
	size_t at;
	struct text *out;
	char stack[JSON_DEPTH_MAX]; /* '{' or '[' */
	int depth;
};

static int peek(const struct scan *scan)
{
	return scan->at < scan->size ? scan->data[scan->at] : -1;
}

static void skip_space(struct scan *scan)
{
	int c = peek(scan);

	while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		scan->at++;
		c = peek(scan);
	}
}

static void copy(struct scan *scan, size_t from)
{
	text_add(scan->out, (const char *)scan->data + from, scan->at - from);
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* After a backslash: one letter, or u and four digits not below U+0020. */
static const char *scan_escape(struct scan *scan)
{
	int c = peek(scan);

	scan->at++;
	if (c != 'u')
		return c > 0 && strchr("\"\\/bfnrt", c) ? NULL : "bad escape";
	for (size_t i = 0; i < 4; i++)
		if (scan->at + i >= scan->size ||
		    !is_hex(scan->data[scan->at + i]))
			return "bad escape";
	if (scan->data[scan->at] == '0' && scan->data[scan->at + 1] == '0' &&
	    scan->data[scan->at + 2] < '2')
		return "control character";
	scan->at += 4;
	return NULL;
}

static const char *scan_string(struct scan *scan)
{
	size_t from = scan->at++;
	const char *wrong = NULL;

	while (!wrong) {
		int c = peek(scan);

		if (c < 0)
			return "text ends inside a string";
		if (c < 0x20)
			return "control character";
		scan->at++;
		if (c == '"') {
			copy(scan, from);
			return NULL;
		}
		if (c == '\\')
			wrong = scan_escape(scan);
	}
	return wrong;
}

static bool scan_digits(struct scan *scan)
{
	size_t from = scan->at;

	while (is_digit(peek(scan)))
		scan->at++;
	return scan->at > from;
}

static const char *scan_number(struct scan *scan)
{
	size_t from = scan->at;
	char mark[2] = { '"', JSON_NUMBER_MARK };
	int first;

	if (peek(scan) == '-')
		scan->at++;
	first = peek(scan);
	if (!is_digit(first))
		return "not a value";
	scan->at++;
	if (first == '0' && is_digit(peek(scan)))
		return "number with a leading zero";
	scan_digits(scan);
	if (peek(scan) == '.') {
		scan->at++;
		if (!scan_digits(scan))
			return "number without digits after the point";
	}
	if (peek(scan) == 'e' || peek(scan) == 'E') {
		scan->at++;
		if (peek(scan) == '+' || peek(scan) == '-')
			scan->at++;
		if (!scan_digits(scan))
			return "number without digits in the exponent";
	}
	text_add(scan->out, mark, 2);
	copy(scan, from);
	text_add(scan->out, "\"", 1);
	return NULL;
}

static const char *scan_word(struct scan *scan, const char *word)
{
	size_t length = strlen(word);

	if (scan->size - scan->at < length ||
	    memcmp(scan->data + scan->at, word, length))
		return "not a value";
	scan->at += length;
	copy(scan, scan->at - length);
	return NULL;
}

static const char *scan_key(struct scan *scan)
{
	const char *wrong;

	skip_space(scan);
	if (peek(scan) != '"')
		return "a key was expected";
	wrong = scan_string(scan);
	if (wrong)
		return wrong;
	skip_space(scan);
	if (peek(scan) != ':')
		return "\":\" was expected";
	scan->at++;
	text_add(scan->out, ":", 1);
	return NULL;
}

static const char *close_container(struct scan *scan)
{
	scan->depth--;
	scan->at++;
	text_add(scan->out, scan->stack[scan->depth] == '{' ? "}" : "]", 1);
	return NULL;
}

/* Consumes an opening bracket; *empty tells that it closed at once. */
static const char *open_container(struct scan *scan, bool *empty)
{
	char open = (char)peek(scan);

	if (scan->depth == JSON_DEPTH_MAX)
		return "nested too deep";
	scan->stack[scan->depth++] = open;
	scan->at++;
	text_add(scan->out, &open, 1);
	skip_space(scan);
	*empty = peek(scan) == (open == '{' ? '}' : ']');
	if (*empty)
		return close_container(scan);
	return open == '{' ? scan_key(scan) : NULL;
}

/* One value; a container is left open unless empty.  *opened: a value must
 * follow at once. */
static const char *scan_value(struct scan *scan, bool *opened)
{
	bool empty = true;
	const char *wrong;

	skip_space(scan);
	*opened = false;
	switch (peek(scan)) {
	case '{':
	case '[':
		wrong = open_container(scan, &empty);
		*opened = !empty;
		return wrong;
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	case -1:
		return "text ends early";
	default:
		return scan_number(scan);
	}
}

/* After a value: closes containers, until a comma or the end. */
static const char *scan_after(struct scan *scan)
{
	while (scan->depth) {
		bool object = scan->stack[scan->depth - 1] == '{';
		int c;

		skip_space(scan);
		c = peek(scan);
		if (c == ',') {
			scan->at++;
			text_add(scan->out, ",", 1);
			return object ? scan_key(scan) : NULL;
		}
		if (c != (object ? '}' : ']'))
			return c < 0 ? "text ends early"
				     : "\",\" or a closing bracket was expected";
		close_container(scan);
	}
	return NULL;
}

const char *json_scan(struct text *out, size_t *at, struct bytes text)
{
	struct scan scan = { .data = text.data, .size = text.size, .out = out };
	const char *wrong;
	bool opened;

	do {
		wrong = scan_value(&scan, &opened);
		if (!wrong && !opened)
			wrong = scan_after(&scan);
	} while (!wrong && scan.depth);
	if (!wrong) {
		skip_space(&scan);
		if (scan.at < scan.size)
			wrong = "something follows the value";
	}
	*at = scan.at;
	return wrong;
}
