/* fuzz_gunzip.c -- what zlib packs comes out again; foreign bytes come out
 * bounded, or not at all.
 *
 * First byte odd: the rest is packed here and unpacked; even: it is gzip. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "agent/gunzip.h"

#define LIMIT (1u << 20)
#define PACKED_ROOM (LIMIT + 4096)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t pack(uint8_t *out, struct bytes in)
{
	z_stream stream = { 0 };
	size_t size;

	if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	stream.next_in = (Bytef *)(uintptr_t)in.data;
	stream.avail_in = (uInt)in.size;
	stream.next_out = out;
	stream.avail_out = PACKED_ROOM;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	size = stream.total_out;
	deflateEnd(&stream);
	return size;
}

/* One member, then two of them: the content, then the content twice. */
static void round_trip(struct bytes content)
{
	static uint8_t packed[2 * PACKED_ROOM];
	size_t size = pack(packed, content);
	struct error error = { 0 };
	struct bytes out;

	if (gunzip(&out, bytes_of(packed, size), LIMIT, &error) ||
	    !bytes_equal(out, content))
		abort();
	memory_free((void *)(uintptr_t)out.data);
	memcpy(packed + size, packed, size);
	if (gunzip(&out, bytes_of(packed, 2 * size), LIMIT, &error) ||
	    out.size != 2 * content.size ||
	    !bytes_equal(bytes_of(out.data + content.size, content.size),
			 content))
		abort();
	memory_free((void *)(uintptr_t)out.data);
	if (content.size && gunzip(&out, bytes_of(packed, size),
				   content.size - 1, &error) != E_LIMIT)
		abort();
	if (gunzip(&out, bytes_of(packed, size - 1), LIMIT, &error) !=
	    E_MALFORMED)
		abort();
}

static void foreign(struct bytes in)
{
	struct bytes out = { (const uint8_t *)"untouched", 77 };
	struct error error = { 0 };
	enum status status = gunzip(&out, in, LIMIT, &error);

	if (!status && (out.size > LIMIT || !gunzip_recognise(in)))
		abort();
	if (!status)
		memory_free((void *)(uintptr_t)out.data);
	else if (out.size != 77 || error.status != status ||
		 (status != E_MALFORMED && status != E_LIMIT))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] & 1)
		round_trip(bytes_of(data + 1, size - 1));
	else
		foreign(bytes_of(data + 1, size - 1));
	return 0;
}
