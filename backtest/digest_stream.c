/* digest_stream.c -- see digest_stream.h. */
#include "backtest/digest_stream.h"

#include <string.h>

#include "backtest/record_codec.h"

static void take(void *user, struct bytes piece)
{
	struct digest_stream *stream = user;

	keccak_update(&stream->keccak, piece.data, piece.size);
	if (stream->file)
		file_writer_put(stream->file, piece);
}

void digest_stream_open(struct digest_stream *out, struct file_writer *file)
{
	memset(out, 0, sizeof(*out));
	keccak_init(&out->keccak);
	out->file = file;
	out->outlet = (struct text_outlet){ take, out };
	out->text.outlet = &out->outlet;
}

void digest_stream_digest(uint8_t out32[HASH_SIZE],
			  struct digest_stream *stream)
{
	struct keccak so_far;

	text_flush(&stream->text);
	so_far = stream->keccak;
	keccak_final(&so_far, out32);
}

void digest_stream_close(struct digest_stream *stream)
{
	text_flush(&stream->text);
	text_free(&stream->text);
}

enum status digest_stream_write(const char *path,
				void (*body)(struct text *out,
					     const void *object),
				const void *object, struct error *error)
{
	uint8_t digest[HASH_SIZE];
	struct file_writer file;
	struct digest_stream stream;
	enum status status = file_writer_open(&file, path, error);

	if (status)
		return status;
	digest_stream_open(&stream, &file);
	body(&stream.text, object);
	digest_stream_digest(digest, &stream);
	record_put_bytes(&stream.text, bytes_of(digest, HASH_SIZE));
	digest_stream_close(&stream);
	return file_writer_close(&file, error);
}
