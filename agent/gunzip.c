/* gunzip.c -- see gunzip.h. */
#include "agent/gunzip.h"

#include <string.h>
#include <zlib.h>

#define CHUNK 65536u
#define GZIP_ONLY (16 + MAX_WBITS)

bool gunzip_recognise(struct bytes in)
{
	return in.size >= 2 && in.data[0] == 0x1f && in.data[1] == 0x8b;
}

/* Inflates one member onto `text`; the stream says what was consumed. */
static enum status inflate_member(struct text *text, z_stream *stream,
				  size_t limit, struct error *error)
{
	uint8_t chunk[CHUNK];
	int code;

	do {
		stream->next_out = chunk;
		stream->avail_out = CHUNK;
		code = inflate(stream, Z_NO_FLUSH);
		if (code == Z_BUF_ERROR ||
		    (code == Z_OK && !stream->avail_in && stream->avail_out))
			return error_set(error, E_MALFORMED,
					 "the gzip data is cut short");
		if (code != Z_OK && code != Z_STREAM_END)
			return error_set(error, E_MALFORMED, "the gzip data is "
					 "corrupt: %s", stream->msg
					 ? stream->msg : "bad header");
		if (text->size + (CHUNK - stream->avail_out) > limit)
			return error_set(error, E_LIMIT, "the gzip data "
					 "unpacks to more than %zu bytes",
					 limit);
		text_add(text, (const char *)chunk,
			 CHUNK - stream->avail_out);
	} while (code != Z_STREAM_END);
	return OK;
}

enum status gunzip(struct bytes *out, struct bytes in, size_t limit,
		   struct error *error)
{
	z_stream stream = { 0 };
	struct text text = { 0 };
	enum status status = OK;

	if (in.size > UINT32_MAX)
		return error_set(error, E_LIMIT, "the file is too large");
	if (inflateInit2(&stream, GZIP_ONLY) != Z_OK)
		return error_set(error, E_SYSTEM, "zlib does not start");
	stream.next_in = (Bytef *)(uintptr_t)in.data;
	stream.avail_in = (uInt)in.size;
	do {
		if (inflateReset(&stream) != Z_OK)
			status = error_set(error, E_SYSTEM, "zlib failed");
		else
			status = inflate_member(&text, &stream, limit, error);
	} while (!status && stream.avail_in);
	inflateEnd(&stream);
	if (status) {
		text_free(&text);
		return status;
	}
	*out = bytes_of(text.data, text.size);
	return OK;
}
