/* digest_stream.h -- a long file of items on its way to the disk, or nowhere, and
 * the digest of its bytes; never whole in memory.
 *
 * Host only.  What is added to `text` passes through. */
#ifndef BACKTEST_DIGEST_STREAM_H
#define BACKTEST_DIGEST_STREAM_H

#include "base/host/file_writer.h"
#include "crypto/keccak.h"

struct digest_stream {
	struct text text;
	struct text_outlet outlet;
	struct keccak keccak;
	struct file_writer *file; /* NULL: only the digest is wanted */
};

/** digest_stream_open - in place: the stream must not be moved after. */
void digest_stream_open(struct digest_stream *out, struct file_writer *file);

/** digest_stream_digest - keccak of all so far. */
void digest_stream_digest(uint8_t out32[HASH_SIZE],
			  struct digest_stream *stream);

/** digest_stream_close - the rest passes; the file stays open. */
void digest_stream_close(struct digest_stream *stream);

/** digest_stream_write - a whole file: what `body` adds, and its digest as a byte
 *  string.  Errors as file_write. */
MUST_CHECK enum status
digest_stream_write(const char *path,
		    void (*body)(struct text *out, const void *object),
		    const void *object, struct error *error);

#endif
