/* base64.c -- see base64.h. */
#include "crypto/base64.h"

#include <nettle/base64.h>

static bool has_space(struct bytes text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] <= ' ')
			return true;
	return false;
}

enum status base64_decode(uint8_t *out, size_t *size, size_t capacity,
			  struct bytes text)
{
	struct base64_decode_ctx context;
	size_t done = 0;

	if (has_space(text))
		return E_MALFORMED;
	if (BASE64_DECODE_LENGTH(text.size) > capacity)
		return E_LIMIT;
	base64_decode_init(&context);
	if (!base64_decode_update(&context, &done, out, text.size,
				  (const char *)text.data) ||
	    !base64_decode_final(&context))
		return E_MALFORMED;
	*size = done;
	return OK;
}
