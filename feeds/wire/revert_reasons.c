/* revert_reasons.c -- selectors by Keccak, arguments by type name. */
#include "feeds/wire/revert_reasons.h"

#include <string.h>

#include "crypto/hex.h"
#include "crypto/keccak.h"
#include "feeds/wire/revert_signatures.h"

#define WORD 32

/* Text that is cut, never overrun. */
struct line {
	char *data;
	size_t size;
	size_t capacity;
};

static void put(struct line *line, const char *text, size_t size)
{
	size_t room = line->capacity - 1 - line->size;

	if (size > room)
		size = room;
	memcpy(line->data + line->size, text, size);
	line->size += size;
	line->data[line->size] = 0;
}

static void put_string(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

static void put_decimal(struct line *line, u128 value)
{
	char digits[40];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	put(line, digits + at, sizeof(digits) - at);
}

static void put_hex(struct line *line, const uint8_t *data, size_t size)
{
	char text[2 * WORD + 3];

	hex_encode_prefixed(text, data, size < WORD ? size : WORD);
	put_string(line, text);
	if (size > WORD)
		put_string(line, "...");
}

static void selector_of(uint8_t out4[4], const char *signature)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, signature, strlen(signature));
	memcpy(out4, hash, 4);
}

bool revert_matches(struct bytes data, const char *signature)
{
	uint8_t selector[4];

	if (data.size < 4)
		return false;
	selector_of(selector, signature);
	return !memcmp(data.data, selector, 4);
}

static bool type_is(const char *type, size_t length, const char *prefix)
{
	size_t size = strlen(prefix);

	return length >= size && !memcmp(type, prefix, size) &&
	       type[length - 1] != ']';
}

static void put_word(struct line *line, const char *type, size_t length,
		     const uint8_t word[WORD])
{
	char address[ADDRESS_TEXT_MAX];
	u128 value;

	if (type_is(type, length, "address")) {
		address_format(address, word + 12);
		put_string(line, address);
	} else if (type_is(type, length, "bool")) {
		put_string(line, word[31] ? "true" : "false");
	} else if (type_is(type, length, "uint") && !load_be256(&value, word)) {
		put_decimal(line, value);
	} else if (type_is(type, length, "int") && !load_be256(&value, word) &&
		   !(value >> 127)) {
		put_decimal(line, value);
	} else {
		put_hex(line, word, WORD);
	}
}

static bool is_dynamic(const char *type, size_t length)
{
	return type[length - 1] == ']' || *type == '(' ||
	       (length == 6 && !memcmp(type, "string", 6)) ||
	       (length == 5 && !memcmp(type, "bytes", 5));
}

/* "Name(" then each argument by its type, until one is not a single word. */
static void put_arguments(struct line *line, const char *types,
			  struct bytes arguments)
{
	bool first = true;

	while (*types && *types != ')') {
		size_t length = strcspn(types, ",)");

		put_string(line, first ? "" : ", ");
		first = false;
		if (is_dynamic(types, length) || arguments.size < WORD) {
			put_string(line, "...");
			break;
		}
		put_word(line, types, length, arguments.data);
		arguments = bytes_of(arguments.data + WORD,
				     arguments.size - WORD);
		types += length + (types[length] == ',');
	}
	put_string(line, ")");
}

/* Error(string): offset, length, text. */
static bool put_error_string(struct line *line, struct bytes arguments)
{
	u128 length;
	size_t size;

	if (arguments.size < 2 * WORD ||
	    load_be256(&length, arguments.data + WORD) ||
	    length > arguments.size - 2 * WORD)
		return false;
	size = (size_t)length;
	put_string(line, "\"");
	for (size_t i = 0; i < size; i++) {
		char c = (char)arguments.data[2 * WORD + i];

		put(line, c >= ' ' && c <= '~' ? &c : "?", 1);
	}
	put_string(line, "\"");
	return true;
}

static const char *panic_meaning(uint8_t code)
{
	switch (code) {
	case 0x01: return "A Solidity assertion failed.";
	case 0x11: return "Arithmetic overflowed.";
	case 0x12: return "A division by zero.";
	case 0x21: return "A number is no member of its enumeration.";
	case 0x32: return "An array index is out of bounds.";
	case 0x41: return "The contract ran out of memory.";
	default: return "Solidity's own check failed.";
	}
}

static const struct revert_signature *find(struct bytes data)
{
	for (const struct revert_signature *s = revert_signatures; s->signature;
	     s++)
		if (revert_matches(data, s->signature))
			return s;
	return NULL;
}

static void describe_known(struct revert_reason *out, struct line *line,
			   const char *signature, struct bytes arguments)
{
	size_t name = strcspn(signature, "(");

	out->known = true;
	memcpy(out->name, signature,
	       name < REVERT_NAME_MAX - 1 ? name : REVERT_NAME_MAX - 1);
	put(line, signature, name + 1);
	put_arguments(line, signature + name + 1, arguments);
}

void revert_describe(struct revert_reason *out, struct bytes data)
{
	struct line line = { out->text, 0, sizeof(out->text) };
	const struct revert_signature *row;
	struct bytes arguments;

	memset(out, 0, sizeof(*out));
	out->meaning = "";
	if (data.size < 4) {
		put_string(&line, "no reason given");
		out->meaning = "No contract at that address, no such function, "
			       "or a bare revert.";
		return;
	}
	arguments = bytes_of(data.data + 4, data.size - 4);
	row = find(data);
	if (row) {
		describe_known(out, &line, row->signature, arguments);
		out->meaning = row->meaning ? row->meaning : "";
	} else if (revert_matches(data, "Error(string)") &&
		   put_error_string(&line, arguments)) {
		out->known = true;
		memcpy(out->name, "Error", 6);
	} else if (revert_matches(data, "Panic(uint256)") &&
		   arguments.size >= WORD) {
		describe_known(out, &line, "Panic(uint256)", arguments);
		out->meaning = panic_meaning(arguments.data[31]);
	} else {
		put_string(&line, "unknown error ");
		put_hex(&line, data.data, data.size);
	}
}
