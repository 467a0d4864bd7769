/* fuzz_event_stream.c -- events come out the same whatever the pieces. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/event_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	enum status status;
	size_t events;
	uint64_t sum;
};

static struct outcome read_all(const uint8_t *data, size_t size, size_t piece)
{
	static uint8_t memory[512];
	struct outcome out = { .status = E_MISSING };
	struct event_stream stream;

	event_stream_init(&stream, memory, sizeof(memory));
	for (size_t at = 0; at < size && out.status == E_MISSING;
	     at += piece) {
		struct bytes in = bytes_of(data + at, size - at < piece
							      ? size - at
							      : piece);
		struct bytes event;

		while (!(out.status = event_stream_next(&event, &stream,
							&in))) {
			out.events++;
			if (!event.size || event.size > sizeof(memory) / 2)
				abort();
			for (size_t i = 0; i < event.size; i++)
				out.sum = out.sum * 31 + event.data[i];
		}
	}
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole = read_all(data, size, size + 1);

	for (size_t piece = 1; piece < 8; piece++) {
		struct outcome parts = read_all(data, size, piece);

		if (parts.status != whole.status ||
		    parts.events != whole.events || parts.sum != whole.sum)
			abort();
	}
	return 0;
}
