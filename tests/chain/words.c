/* words.c -- see words.h. */
#include "tests/chain/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 65536

static const char *name;
static char *rest;

void words_die(const char *why)
{
	fprintf(stderr, "%s: %s\n", name, why);
	exit(2);
}

bool words_line(const char *program)
{
	static char line[LINE_MAX_BYTES];

	name = program;
	if (!fgets(line, sizeof line, stdin))
		return false;
	if (!strchr(line, '\n'))
		words_die("a line is too long");
	rest = line;
	return true;
}

char *words_next(void)
{
	char *word = strtok_r(NULL, " \n", &rest);

	if (!word)
		words_die("a word is missing");
	return word;
}

void words_end(void)
{
	if (strtok_r(NULL, " \n", &rest))
		words_die("too many words");
}

u128 words_number(bool *wide)
{
	u128 value = 0;

	if (wide)
		*wide = false;
	for (char *word = words_next(); *word; word++) {
		unsigned digit = (unsigned)(*word - '0');

		if (!isdigit((unsigned char)*word))
			words_die("not a number");
		if (value > (~(u128)0 - digit) / 10) {
			if (!wide)
				words_die("a number of more than 128 bits");
			*wide = true;
		}
		value = value * 10 + digit;
	}
	return value;
}

uint64_t words_number64(void)
{
	u128 value = words_number(NULL);

	if (value >> 64)
		words_die("a number of more than 64 bits");
	return (uint64_t)value;
}

void words_print(u128 value)
{
	char text[40];
	size_t at = sizeof text - 1;

	text[at] = '\0';
	do
		text[--at] = (char)('0' + (unsigned)(value % 10));
	while (value /= 10);
	printf(" %s", text + at);
}
