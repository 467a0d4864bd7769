/* event_stream.c -- see event_stream.h. */
#include "feeds/wire/event_stream.h"

#include <string.h>

void event_stream_init(struct event_stream *stream, uint8_t *memory,
		       size_t capacity)
{
	*stream = (struct event_stream){ 0 };
	buffer_init(&stream->line, memory, capacity / 2);
	buffer_init(&stream->data, memory + capacity / 2, capacity / 2);
}

static void clear(struct buffer *buffer)
{
	buffer_init(buffer, buffer->data, buffer->capacity);
}

/* Adds the line to the event when it is data. */
static void take_line(struct event_stream *stream)
{
	struct bytes line = buffer_bytes(&stream->line);

	if (line.size >= 5 && !memcmp(line.data, "data:", 5)) {
		size_t skip = line.size > 5 && line.data[5] == ' ' ? 6 : 5;

		if (stream->data.size)
			buffer_append_byte(&stream->data, '\n');
		buffer_append(&stream->data, line.data + skip,
			      line.size - skip);
	}
	clear(&stream->line);
}

/* True when an event with data is whole. */
static bool end_line(struct event_stream *stream)
{
	if (!stream->line.size)
		return stream->data.size;
	take_line(stream);
	return false;
}

static bool take_byte(struct event_stream *stream, uint8_t byte)
{
	bool second = stream->after_return && byte == '\n';

	stream->after_return = byte == '\r';
	if (second)
		return false;
	if (byte == '\n' || byte == '\r')
		return end_line(stream);
	buffer_append_byte(&stream->line, byte);
	return false;
}

enum status event_stream_next(struct bytes *data, struct event_stream *stream,
			      struct bytes *in)
{
	if (stream->told)
		clear(&stream->data);
	stream->told = false;
	while (in->size) {
		bool whole = take_byte(stream, in->data[0]);

		*in = bytes_of(in->data + 1, in->size - 1);
		if (stream->line.overflow || stream->data.overflow)
			return E_LIMIT;
		if (!whole)
			continue;
		stream->told = true;
		*data = buffer_bytes(&stream->data);
		return OK;
	}
	return E_MISSING;
}
