/* test_event_stream_wire.c -- server-sent events in any pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/event_stream.h"

static uint8_t memory[256];

/* All events of a text that comes in pieces of `piece` bytes, joined by |. */
static enum status events(char out[512], const char *text, size_t piece)
{
	struct event_stream stream;
	size_t used = 0;

	event_stream_init(&stream, memory, sizeof(memory));
	out[0] = 0;
	for (size_t at = 0; at < strlen(text); at += piece) {
		size_t left = strlen(text) - at;
		struct bytes in = bytes_of((const uint8_t *)text + at,
					   left < piece ? left : piece);
		struct bytes data;
		enum status status;

		while (!(status = event_stream_next(&data, &stream, &in)))
			used += (size_t)snprintf(out + used, 512 - used,
						 "%.*s|", (int)data.size,
						 (const char *)data.data);
		if (status != E_MISSING)
			return status;
		assert_int_equal(in.size, 0);
	}
	return OK;
}

static void test_pieces_change_nothing(void **state)
{
	static const char text[] =
		":comment\n\ndata:{\"a\":1}\n\nevent: x\ndata: two\ndata:  lines\r\n"
		"id: 7\r\n\r\ndata:three\r\rretry: 5\n\ndata\n\ndata:\n\ndata:x";
	char out[512];

	(void)state;
	for (size_t piece = 1; piece <= sizeof(text); piece++) {
		assert_int_equal(events(out, text, piece), OK);
		assert_string_equal(out, "{\"a\":1}|two\n lines|three|");
	}
}

/* An empty line of data is a line, `data` alone is one too; a byte order mark
 * is passed over in front and nowhere else. */
static void test_as_the_standard_has_it(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf" "data:\ndata:x\ndata\ndata: y\n\n"
		"\xef\xbb\xbf" "data:not\n\ndata\n\ndata:z\n\ndatab:n\n\n";
	char out[512];

	(void)state;
	for (size_t piece = 1; piece <= sizeof(text); piece++) {
		assert_int_equal(events(out, text, piece), OK);
		assert_string_equal(out, "\nx\n\ny|z|");
	}
}

static void test_bounds(void **state)
{
	char text[300], out[512];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[128] = 0; /* exactly a line's room */
	assert_int_equal(events(out, text, 7), OK);
	text[128] = 'a';
	text[129] = 0;
	assert_int_equal(events(out, text, 7), E_LIMIT);
	memset(text, 0, sizeof(text));
	for (int i = 0; i < 20; i++) /* an event of many short lines */
		memcpy(text + 13 * i, "data:1234567\n", 13);
	assert_int_equal(events(out, text, 300), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_change_nothing),
		cmocka_unit_test(test_as_the_standard_has_it),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("event_stream", tests, NULL, NULL);
}
