/* wire.c -- see wire.h. */
#include "agent/enclave/wire.h"

#include <string.h>

static const struct message_rule rules[] = {
#define IN(state) (1u << (state))
#define MESSAGE(name, number, receiver, states, size_max) \
	{ MESSAGE_##name, #name, receiver, states, size_max },
#include "agent/enclave/wire.def"
#undef MESSAGE
#undef IN
};

const struct message_rule *message_rule(uint8_t number)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].message == number)
			return &rules[i];
	return NULL;
}

const char *enclave_state_name(enum enclave_state state)
{
	switch (state) {
	case STATE_BOOT: return "BOOT";
	case STATE_MEASURE: return "MEASURE";
	case STATE_LOCK: return "LOCK";
	case STATE_KEY: return "KEY";
	case STATE_SERVE: return "SERVE";
	}
	return "?";
}

void wire_configure_put(struct buffer *out, const struct wire_configure *in)
{
	cbor_put_array(out, 6);
	cbor_put_unsigned(out, WIRE_VERSION);
	cbor_put_unsigned(out, in->chain_id);
	cbor_put_bytes(out, bytes_of(in->steward, ADDRESS_SIZE));
	cbor_put_bytes(out, bytes_of(in->operator_address, ADDRESS_SIZE));
	cbor_put_bytes(out, bytes_of(in->model_hash, HASH_SIZE));
	cbor_put_bytes(out, in->policy);
}

/* Opens a body: an array of `count` elements. */
static enum status begin(struct cbor_reader *reader, struct bytes in,
			 uint64_t count)
{
	cbor_reader_init(reader, in);
	return cbor_expect_array(reader, count);
}

enum status wire_configure_get(struct wire_configure *out, struct bytes in)
{
	struct wire_configure got;
	struct cbor_reader reader;
	uint64_t version = 0;
	enum status status = begin(&reader, in, 6);

	if (!status)
		status = cbor_get_unsigned(&reader, &version);
	if (!status && version != WIRE_VERSION)
		status = E_MALFORMED;
	if (!status)
		status = cbor_get_unsigned(&reader, &got.chain_id);
	if (!status)
		status = cbor_get_fixed(&reader, got.steward, ADDRESS_SIZE);
	if (!status)
		status = cbor_get_fixed(&reader, got.operator_address,
					ADDRESS_SIZE);
	if (!status)
		status = cbor_get_fixed(&reader, got.model_hash, HASH_SIZE);
	if (!status)
		status = cbor_get_bytes(&reader, &got.policy);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = got;
	return status;
}

void wire_ready_put(struct buffer *out, const struct wire_ready *in)
{
	cbor_put_array(out, 3);
	cbor_put_bytes(out, bytes_of(in->public_key, PUBLIC_KEY_SIZE));
	cbor_put_bytes(out, in->root_certificate);
	cbor_put_bytes(out, in->document);
}

enum status wire_ready_get(struct wire_ready *out, struct bytes in)
{
	struct wire_ready got;
	struct cbor_reader reader;
	enum status status = begin(&reader, in, 3);

	if (!status)
		status = cbor_get_fixed(&reader, got.public_key,
					PUBLIC_KEY_SIZE);
	if (!status)
		status = cbor_get_bytes(&reader, &got.root_certificate);
	if (!status)
		status = cbor_get_bytes(&reader, &got.document);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = got;
	return status;
}

void wire_evaluated_put(struct buffer *out, const struct wire_evaluated *in)
{
	cbor_put_array(out, 4);
	cbor_put_bytes(out, in->decision);
	cbor_put_bytes(out, in->state);
	cbor_put_bytes(out, bytes_of(in->digest, HASH_SIZE));
	cbor_put_bytes(out, bytes_of(in->signature, SIGNATURE_SIZE));
}

enum status wire_evaluated_get(struct wire_evaluated *out, struct bytes in)
{
	struct wire_evaluated got;
	struct cbor_reader reader;
	enum status status = begin(&reader, in, 4);

	if (!status)
		status = cbor_get_bytes(&reader, &got.decision);
	if (!status)
		status = cbor_get_bytes(&reader, &got.state);
	if (!status)
		status = cbor_get_fixed(&reader, got.digest, HASH_SIZE);
	if (!status)
		status = cbor_get_fixed(&reader, got.signature,
					SIGNATURE_SIZE);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = got;
	return status;
}

void wire_failure_put(struct buffer *out, enum status status,
		      const char *detail)
{
	char phrase[FAILURE_DETAIL_MAX + 1] = "";

	strncat(phrase, detail ? detail : "", FAILURE_DETAIL_MAX);
	cbor_put_array(out, 2);
	cbor_put_unsigned(out, (uint64_t)status);
	cbor_put_text(out, phrase);
}

/* The phrase reaches a terminal: printable ASCII only. */
static bool is_printable(struct bytes text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	return true;
}

enum status wire_failure_get(struct wire_failure *out, struct bytes in)
{
	struct cbor_reader reader;
	struct bytes detail;
	uint64_t number = 0;
	enum status status = begin(&reader, in, 2);

	if (!status)
		status = cbor_get_unsigned(&reader, &number);
	if (!status)
		status = cbor_get_text(&reader, &detail);
	if (!status)
		status = cbor_finish(&reader);
	if (!status && (!number || number > E_INTERRUPTED ||
			detail.size > FAILURE_DETAIL_MAX ||
			!is_printable(detail)))
		status = E_MALFORMED;
	if (!status)
		*out = (struct wire_failure){ (enum status)number, detail };
	return status;
}
