/* fuzz_nsm.c -- answers of a security module: first byte picks the request,
 * the rest is what the module answers.  Good, refused or broken; never more. */
#include <stdlib.h>
#include <string.h>

#include "agent/enclave/nsm.c" /* a part of the trusted program: no library */

#define DOCUMENT_ROOM 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status answer(void *context, struct buffer *response,
			  struct bytes request)
{
	const struct bytes *bytes = context;
	struct cbor_reader reader;

	cbor_reader_init(&reader, request);
	if (cbor_skip(&reader) || cbor_finish(&reader))
		abort(); /* what we ask is canonical */
	buffer_append(response, bytes->data, bytes->size);
	return OK;
}

static enum status describe(struct backend *backend)
{
	struct backend_description description, untouched;
	enum status status;

	memset(&description, 0x5a, sizeof(description));
	untouched = description;
	status = backend->describe(backend->context, &description);
	if (!status && !memchr(description.module_id, 0, MODULE_ID_MAX))
		abort();
	if (status && memcmp(&description, &untouched, sizeof(untouched)))
		abort();
	return status;
}

static enum status draw(struct backend *backend)
{
	uint8_t out[64], untouched[64];
	enum status status;

	memset(out, 0x5a, sizeof(out));
	memset(untouched, 0x5a, sizeof(untouched));
	status = backend->random(backend->context, out, sizeof(out));
	if (status && memcmp(out, untouched, sizeof(out)))
		abort();
	return status;
}

static enum status attest(struct backend *backend, struct bytes whole)
{
	static uint8_t room[DOCUMENT_ROOM];
	struct backend_claims claims = { .nonce = bytes_of_string("nonce") };
	struct buffer document;
	enum status status;

	buffer_init(&document, room, sizeof(room));
	status = backend->attest(backend->context, &document, &claims);
	if (!status && (document.overflow || document.size > whole.size))
		abort();
	if (status == E_LIMIT)
		return whole.size > DOCUMENT_ROOM ? E_PEER : status;
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data + 1, size - 1 };
	struct nsm nsm = { answer, &bytes };
	struct backend backend = { .descriptor = -1 };
	enum status status;

	if (size < 1)
		return 0;
	nsm_bind(&backend, &nsm);
	switch (data[0] % 5) {
	case 0: status = describe(&backend); break;
	case 1: status = backend.extend(&nsm, 16, bytes_of("x", 1)); break;
	case 2: status = backend.lock(&nsm, 16); break;
	case 3: status = draw(&backend); break;
	default: status = attest(&backend, bytes); break;
	}
	if (status != OK && status != E_PEER && status != E_REFUSED)
		abort();
	return 0;
}
