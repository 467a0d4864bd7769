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

static bool starts(struct bytes line, const char *with)
{
	return line.size >= strlen(with) &&
	       !memcmp(line.data, with, strlen(with));
}

/* Adds the line to the event when it is data. */
static void take_line(struct event_stream *stream, struct bytes line)
{
	size_t skip = line.size;

	if (starts(line, "data: "))
		skip = 6;
	else if (starts(line, "data:"))
		skip = 5;
	else if (line.size != 4 || !starts(line, "data"))
		return;
	if (stream->has_data)
		buffer_append_byte(&stream->data, '\n');
	stream->has_data = true;
	buffer_append(&stream->data, line.data + skip, line.size - skip);
}

/* True when an event with data is whole. */
static bool end_line(struct event_stream *stream)
{
	struct bytes line = buffer_bytes(&stream->line);

	if (!stream->begun && starts(line, "\xef\xbb\xbf"))
		line = bytes_of(line.data + 3, line.size - 3);
	stream->begun = true;
	if (line.size)
		take_line(stream, line);
	else
		stream->has_data = false;
	clear(&stream->line);
	return !line.size && stream->data.size;
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
