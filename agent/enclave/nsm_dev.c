/* nsm_dev.c -- see nsm_dev.h. */
#include "agent/enclave/nsm_dev.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "agent/attest/attestation_verify.h"
#include "base/cbor.h"
#include "base/host/clock.h"

#define FIRST_PCRS_LOCKED 0xffffu
#define EXTEND_MAX 512
#define USER_DATA_MAX 512
#define PUBLIC_KEY_MAX 1024
#define RANDOM_SIZE 256
#define PAYLOAD_MAX 8192

enum status nsm_dev_open(struct nsm_dev *out, struct bytes program)
{
	struct certificate_chain chain;
	uint8_t fingerprint[SHA256_SIZE];
	char name[17];

	memset(out, 0, sizeof(*out));
	out->issuer = certificate_issuer_new(clock_unix_s());
	if (!out->issuer)
		return E_SYSTEM;
	certificate_issuer_chain(&chain, out->issuer);
	sha256(fingerprint, chain.certificates[0]);
	hex_encode(name, fingerprint, 8);
	snprintf(out->module_id, sizeof(out->module_id), "%s%s",
		 DEVELOPMENT_MODULE_PREFIX, name);
	development_pcrs(out->pcrs, program);
	out->locked = FIRST_PCRS_LOCKED;
	return OK;
}

void nsm_dev_close(struct nsm_dev *dev)
{
	certificate_issuer_free(dev->issuer);
	dev->issuer = NULL;
}

static void put_error(struct buffer *response, const char *word)
{
	response->size = 0;
	cbor_put_map(response, 1);
	cbor_put_text(response, "Error");
	cbor_put_text(response, word);
}

/* What a request may carry, whatever its name. */
struct arguments {
	bool has_index;
	uint64_t index;
	struct bytes data, user_data, nonce, public_key;
};

static enum status read_optional(struct cbor_reader *reader, struct bytes *out)
{
	enum cbor_type type;
	enum status status = cbor_peek(reader, &type);

	if (!status && type == CBOR_SIMPLE)
		return cbor_get_null(reader);
	return status ? status : cbor_get_bytes(reader, out);
}

static enum status read_argument(struct arguments *out,
				 struct cbor_reader *reader)
{
	struct bytes key;
	enum status status = cbor_get_text(reader, &key);

	if (status)
		return status;
	if (bytes_equal(key, bytes_of_string("index"))) {
		out->has_index = true;
		return cbor_get_unsigned(reader, &out->index);
	}
	if (bytes_equal(key, bytes_of_string("data")))
		return cbor_get_bytes(reader, &out->data);
	if (bytes_equal(key, bytes_of_string("user_data")))
		return read_optional(reader, &out->user_data);
	if (bytes_equal(key, bytes_of_string("nonce")))
		return read_optional(reader, &out->nonce);
	if (bytes_equal(key, bytes_of_string("public_key")))
		return read_optional(reader, &out->public_key);
	return E_MALFORMED;
}

static enum status read_arguments(struct arguments *out,
				  struct cbor_reader *reader)
{
	uint64_t pairs;
	enum status status = cbor_get_map(reader, &pairs);

	memset(out, 0, sizeof(*out));
	for (uint64_t i = 0; !status && i < pairs; i++)
		status = read_argument(out, reader);
	return status ? status : cbor_finish(reader);
}

static void describe(struct buffer *out, const struct nsm_dev *dev)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < PCRS_MAX; i++)
		count += dev->locked >> i & 1;
	cbor_put_map(out, 1);
	cbor_put_text(out, "DescribeNSM");
	cbor_put_map(out, 7);
	cbor_put_text(out, "version_major");
	cbor_put_unsigned(out, 1);
	cbor_put_text(out, "version_minor");
	cbor_put_unsigned(out, 0);
	cbor_put_text(out, "version_patch");
	cbor_put_unsigned(out, 0);
	cbor_put_text(out, "module_id");
	cbor_put_text(out, dev->module_id);
	cbor_put_text(out, "max_pcrs");
	cbor_put_unsigned(out, PCRS_MAX);
	cbor_put_text(out, "locked_pcrs");
	cbor_put_array(out, count);
	for (unsigned i = 0; i < PCRS_MAX; i++)
		if (dev->locked >> i & 1)
			cbor_put_unsigned(out, i);
	cbor_put_text(out, "digest");
	cbor_put_text(out, "SHA384");
}

static void give_random(struct buffer *out)
{
	uint8_t random[RANDOM_SIZE];

	if (getrandom(random, sizeof(random), 0) != RANDOM_SIZE) {
		put_error(out, "InternalError");
		return;
	}
	cbor_put_map(out, 1);
	cbor_put_text(out, "GetRandom");
	cbor_put_map(out, 1);
	cbor_put_text(out, "random");
	cbor_put_bytes(out, bytes_of(random, sizeof(random)));
	explicit_bzero(random, sizeof(random));
}

static void extend(struct buffer *out, struct nsm_dev *dev,
		   const struct arguments *in)
{
	if (!in->has_index || in->index >= PCRS_MAX) {
		put_error(out, "InvalidIndex");
	} else if (dev->locked >> in->index & 1) {
		put_error(out, "ReadOnlyIndex");
	} else if (!in->data.data || in->data.size > EXTEND_MAX) {
		put_error(out, "InputTooLarge");
	} else {
		pcr_extend(dev->pcrs[in->index], in->data);
		cbor_put_map(out, 1);
		cbor_put_text(out, "ExtendPCR");
		cbor_put_map(out, 1);
		cbor_put_text(out, "data");
		cbor_put_bytes(out, bytes_of(dev->pcrs[in->index], PCR_SIZE));
	}
}

static void lock(struct buffer *out, struct nsm_dev *dev,
		 const struct arguments *in)
{
	if (!in->has_index || in->index >= PCRS_MAX) {
		put_error(out, "InvalidIndex");
	} else if (dev->locked >> in->index & 1) {
		put_error(out, "ReadOnlyIndex");
	} else {
		dev->locked |= 1u << in->index;
		cbor_put_text(out, "LockPCR");
	}
}

static void put_optional(struct buffer *out, const char *name,
			 struct bytes value)
{
	cbor_put_text(out, name);
	cbor_put_bytes_or_null(out, value);
}

static void put_pcrs(struct buffer *out, const struct nsm_dev *dev)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < PCRS_MAX; i++)
		count += dev->locked >> i & 1;
	cbor_put_text(out, "pcrs");
	cbor_put_map(out, count);
	for (unsigned i = 0; i < PCRS_MAX; i++) {
		if (!(dev->locked >> i & 1))
			continue;
		cbor_put_unsigned(out, i);
		cbor_put_bytes(out, bytes_of(dev->pcrs[i], PCR_SIZE));
	}
}

static void put_payload(struct buffer *out, const struct nsm_dev *dev,
			const struct arguments *in, int64_t now_s)
{
	struct certificate_chain chain;

	certificate_issuer_chain(&chain, dev->issuer);
	cbor_put_map(out, 9);
	cbor_put_text(out, "module_id");
	cbor_put_text(out, dev->module_id);
	cbor_put_text(out, "digest");
	cbor_put_text(out, "SHA384");
	cbor_put_text(out, "timestamp");
	cbor_put_unsigned(out, (uint64_t)now_s * 1000);
	put_pcrs(out, dev);
	cbor_put_text(out, "certificate");
	cbor_put_bytes(out, chain.certificates[chain.count - 1]);
	cbor_put_text(out, "cabundle");
	cbor_put_array(out, chain.count - 1);
	for (size_t i = 0; i + 1 < chain.count; i++)
		cbor_put_bytes(out, chain.certificates[i]);
	put_optional(out, "public_key", in->public_key);
	put_optional(out, "user_data", in->user_data);
	put_optional(out, "nonce", in->nonce);
}

static enum status put_document(struct buffer *out, const struct nsm_dev *dev,
				struct attestation_document *document)
{
	uint8_t storage[ATTESTATION_BYTES_MAX];
	struct buffer message;
	enum status status;

	buffer_init(&message, storage, sizeof(storage));
	attestation_signed_bytes(&message, document);
	if (message.overflow)
		return E_LIMIT;
	status = certificate_issuer_sign(document->signature, dev->issuer,
					 buffer_bytes(&message));
	cbor_put_array(out, 4);
	cbor_put_bytes(out, document->protected_header);
	cbor_put_map(out, 0);
	cbor_put_bytes(out, document->payload);
	cbor_put_bytes(out, bytes_of(document->signature, ES384_SIZE));
	return status;
}

static void attest(struct buffer *out, const struct nsm_dev *dev,
		   const struct arguments *in)
{
	static const uint8_t header[] = { 0xa1, 0x01, 0x38, 0x22 };
	struct attestation_document document = {
		.protected_header = { header, sizeof(header) },
	};
	uint8_t payload_bytes[PAYLOAD_MAX], bytes[NSM_RESPONSE_MAX];
	struct buffer payload, encoded;
	int64_t now_s = clock_unix_s();

	buffer_init(&payload, payload_bytes, sizeof(payload_bytes));
	buffer_init(&encoded, bytes, sizeof(bytes));
	if (in->user_data.size > USER_DATA_MAX ||
	    in->nonce.size > USER_DATA_MAX ||
	    in->public_key.size > PUBLIC_KEY_MAX) {
		put_error(out, "InputTooLarge");
		return;
	}
	if (certificate_issuer_renew(dev->issuer, now_s)) {
		put_error(out, "InternalError");
		return;
	}
	put_payload(&payload, dev, in, now_s);
	document.payload = buffer_bytes(&payload);
	if (payload.overflow || put_document(&encoded, dev, &document) ||
	    encoded.overflow) {
		put_error(out, "InternalError");
		return;
	}
	cbor_put_map(out, 1);
	cbor_put_text(out, "Attestation");
	cbor_put_map(out, 1);
	cbor_put_text(out, "document");
	cbor_put_bytes(out, buffer_bytes(&encoded));
}

static void answer_named(struct buffer *out, struct nsm_dev *dev,
			 struct bytes name, const struct arguments *in)
{
	if (bytes_equal(name, bytes_of_string("ExtendPCR")))
		extend(out, dev, in);
	else if (bytes_equal(name, bytes_of_string("LockPCR")))
		lock(out, dev, in);
	else if (bytes_equal(name, bytes_of_string("Attestation")))
		attest(out, dev, in);
	else
		put_error(out, "InvalidOperation");
}

static void answer_map(struct buffer *out, struct nsm_dev *dev,
		       struct cbor_reader *reader)
{
	struct arguments arguments;
	struct bytes name;
	uint64_t pairs;

	if (cbor_get_map(reader, &pairs) || pairs != 1 ||
	    cbor_get_text(reader, &name) ||
	    read_arguments(&arguments, reader))
		put_error(out, "InvalidArgument");
	else
		answer_named(out, dev, name, &arguments);
}

enum status nsm_dev_exchange(void *context, struct buffer *response,
			     struct bytes request)
{
	struct nsm_dev *dev = context;
	struct cbor_reader reader;
	struct bytes name;

	cbor_reader_init(&reader, request);
	if (cbor_get_text(&reader, &name)) {
		cbor_reader_init(&reader, request);
		answer_map(response, dev, &reader);
	} else if (cbor_finish(&reader)) {
		put_error(response, "InvalidArgument");
	} else if (bytes_equal(name, bytes_of_string("DescribeNSM"))) {
		describe(response, dev);
	} else if (bytes_equal(name, bytes_of_string("GetRandom"))) {
		give_random(response);
	} else {
		put_error(response, "InvalidOperation");
	}
	return response->overflow ? E_PEER : OK;
}
