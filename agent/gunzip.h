/* gunzip.h -- gzip files into memory.  Host only; the one user of zlib. */
#ifndef AGENT_GUNZIP_H
#define AGENT_GUNZIP_H

#include <stdbool.h>

#include "base/host/error.h"
#include "base/host/memory.h"

/** gunzip_recognise - starts with gzip's magic bytes. */
bool gunzip_recognise(struct bytes in);

/**
 * gunzip - all members of `in`, checksums and lengths verified; the caller
 * frees *out with memory_free.
 * Returns: E_MALFORMED cut short, corrupt, or followed by other bytes;
 *          E_LIMIT     more than `limit` bytes come out */
MUST_CHECK enum status gunzip(struct bytes *out, struct bytes in, size_t limit,
			      struct error *error);

#endif
