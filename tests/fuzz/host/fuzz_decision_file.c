/* fuzz_decision_file.c -- decision.json and the bytes in it: a document that
 * is taken prints as the file it was read from.
 *
 * First byte 0: the rest is the file.  1: canonical bytes without, 2: with a
 * signature in front; they are printed and read back. */
#include <stdlib.h>
#include <string.h>

#include "agent/decision_file.h"
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct decision_document document, untouched;

static void check_refusal(enum status status, const struct error *error)
{
	if ((status != E_MALFORMED && status != E_AUTHENTIC) ||
	    error->status != status || !*error->message ||
	    memcmp(&document, &untouched, sizeof(document)))
		abort();
}

static void read_file(const uint8_t *data, size_t size)
{
	struct error error = { 0 };
	enum status status = decision_document_read(
		&document, input_file(data, size), &error);

	if (status)
		check_refusal(status, &error);
	else
		decision_document_free(&document);
}

/* What was printed reads back as the same document. */
static void check_printed(void)
{
	static struct decision_document again;
	struct error error = { 0 };
	struct text text = { 0 };
	char hash[HASH_TEXT_MAX];

	hex_encode_prefixed(hash, document.digest, HASH_SIZE);
	decision_document_write(&text, &document, hash);
	if (decision_document_read(&again, input_file((uint8_t *)text.data,
						      text.size), &error))
		abort();
	if (!bytes_equal(bytes_of(again.bytes, again.size),
			 bytes_of(document.bytes, document.size)) ||
	    again.has_signature != document.has_signature ||
	    memcmp(again.signature, document.signature, SIGNATURE_SIZE) ||
	    memcmp(again.digest, document.digest, HASH_SIZE) ||
	    !again.has_transaction ||
	    memcmp(again.transaction, document.digest, HASH_SIZE))
		abort();
	decision_document_free(&again);
	text_free(&text);
}

static void read_bytes(const uint8_t *signature, struct bytes bytes)
{
	struct error error = { 0 };
	enum status status = decision_document_from_bytes(&document, bytes,
							  signature, &error);

	if (status) {
		check_refusal(status, &error);
		return;
	}
	if (!bytes_equal(bytes, bytes_of(document.bytes, document.size)) ||
	    document.bytes == bytes.data)
		abort();
	check_printed();
	decision_document_free(&document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	memset(&document, 0x5a, sizeof(document));
	memset(&untouched, 0x5a, sizeof(untouched));
	if (data[0] == 0)
		read_file(data + 1, size - 1);
	else if (data[0] == 1)
		read_bytes(NULL, bytes_of(data + 1, size - 1));
	else if (size > SIGNATURE_SIZE)
		read_bytes(data + 1, bytes_of(data + 1 + SIGNATURE_SIZE,
					      size - 1 - SIGNATURE_SIZE));
	return 0;
}
