/* registration.c -- see registration.h. */
#include "agent/registration.h"

#include <string.h>

#include "agent/enclave_client.h"
#include "base/host/clock.h"
#include "feeds/wire/registry.h"

#define DEVELOPMENT_CHAIN 31337
#define BLOCKS_BACK 1 /* the newest block's own hash is not known to calls */
#define CALL_ROOM 4096u

struct registering {
	const struct registration_order *order;
	struct registration *out;
	struct enclave_record enclave;
	struct chain_pin pin;
	struct chain_view view;
	uint64_t challenge_block;
	uint8_t nonce[HASH_SIZE];
	uint8_t verifier[ADDRESS_SIZE];
	uint8_t root[SHA256_SIZE];
	struct attestation_result result;
	struct registration_words words;
};

static enum status read_chain(struct registering *r, struct error *error)
{
	uint64_t chain_id = 0;
	enum status status =
		json_rpc_chain_id(&chain_id, r->order->rpc, error);

	if (!status && chain_id != DEVELOPMENT_CHAIN)
		return error_set(error, E_REFUSED, "chain %llu: only the "
				 "development chain 31337 takes the word of a "
				 "notary", (unsigned long long)chain_id);
	if (!status)
		status = chain_pin(&r->pin, r->order->rpc, "latest", error);
	if (status)
		return status;
	r->view = (struct chain_view){ r->order->rpc, &r->pin };
	r->challenge_block = r->pin.block.number - BLOCKS_BACK;
	return OK;
}

static enum status ask_registry(struct registering *r, struct error *error)
{
	struct chain_call calls[2];
	struct buffer data;
	enum status status;

	memset(calls, 0, sizeof(calls));
	memcpy(calls[0].to, r->order->registry, ADDRESS_SIZE);
	calls[0].name = "challenge(address,uint256)";
	buffer_init(&data, calls[0].data, sizeof(calls[0].data));
	registry_put_challenge(&data, r->order->operator_key->address,
			       r->challenge_block);
	calls[0].data_size = data.size;
	memcpy(calls[1].to, r->order->registry, ADDRESS_SIZE);
	calls[1].name = "verifier()";
	memcpy(calls[1].data, "\x2b\x7a\xc3\xf3", 4);
	calls[1].data_size = 4;
	status = chain_call_all(&r->view, calls, 2, NULL, error);
	if (status)
		return status;
	if (calls[0].answer_size != HASH_SIZE ||
	    calls[1].answer_size != HASH_SIZE) {
		status = error_set(error, E_PEER, "the registry answers other "
				   "words than ours");
	} else {
		memcpy(r->nonce, calls[0].answer, HASH_SIZE);
		memcpy(r->verifier, calls[1].answer + 12, ADDRESS_SIZE);
	}
	chain_answers_free(calls, 2);
	return status;
}

static enum status root_digest(struct registering *r, struct error *error)
{
	uint8_t *data;
	size_t size;
	enum status status;

	if (!*r->enclave.root_certificate) {
		memcpy(r->root, attestation_aws_root, SHA256_SIZE);
		return OK;
	}
	status = file_read(&data, &size, r->enclave.root_certificate, 1u << 16,
			   error);
	if (status)
		return status;
	sha256(r->root, bytes_of(data, size));
	memory_free(data);
	return OK;
}

static enum status verify_document(struct registering *r, struct error *error)
{
	uint8_t binding[BINDING_SIZE];
	struct attestation_policy policy = {
		.at_s = clock_unix_s(), .root_sha256 = r->root,
		.max_age_s = 600,
		.allow_development = *r->enclave.root_certificate != 0,
		.nonce = bytes_of(r->nonce, HASH_SIZE),
		.public_key = bytes_of(r->enclave.public_key, PUBLIC_KEY_SIZE),
		.user_data = bytes_of(binding, BINDING_SIZE) };
	struct bytes document =
		bytes_of(r->out->document, r->out->document_size);

	core_binding(binding, &r->enclave.configuration);
	if (attestation_verify(&r->result, document, &policy))
		return error_set(error, E_AUTHENTIC, "the enclave's document: "
				 "%s: %.150s",
				 attestation_reason_word(r->result.reason),
				 r->result.detail);
	return OK;
}

static enum status take_document(struct registering *r, struct error *error)
{
	struct buffer document;
	enum status status = enclave_record_read(&r->enclave, r->order->home,
						 error);

	if (!status)
		status = root_digest(r, error);
	if (status)
		return status;
	buffer_init(&document, r->out->document, sizeof(r->out->document));
	status = enclave_attest(&document, r->order->home,
				bytes_of(r->nonce, HASH_SIZE), error);
	if (status)
		return status;
	r->out->document_size = document.size;
	memcpy(r->out->key, r->enclave.address, ADDRESS_SIZE);
	return verify_document(r, error);
}

static enum status notarise(struct registering *r, struct error *error)
{
	struct attestation_claim *claim = &r->words.claim;
	const struct attestation_document *document = &r->result.document;
	uint8_t digest[HASH_SIZE];

	memcpy(claim->image_id, r->result.image_id, IMAGE_ID_SIZE);
	claim->timestamp_ms = r->pin.block.time_s * 1000;
	claim->public_key = document->public_key;
	claim->user_data = document->user_data;
	claim->nonce = document->nonce;
	r->words.block_number = r->challenge_block;
	notary_digest(digest, claim, DEVELOPMENT_CHAIN, r->verifier);
	if (sign_digest(r->words.signature, r->order->notary_key->context,
			digest, r->order->notary_key->secret))
		return error_set(error, E_SYSTEM, "the notary cannot sign");
	return OK;
}

static enum status send(struct registering *r, struct error *error)
{
	uint8_t room[CALL_ROOM];
	struct transaction_sender sender = { r->order->rpc,
					     r->order->operator_key,
					     r->order->options };
	struct transaction_order call = { .gas_ceiling = 3000000 };
	struct buffer data;

	buffer_init(&data, room, sizeof(room));
	registry_put_register(&data, &r->words);
	memcpy(call.to, r->order->registry, ADDRESS_SIZE);
	call.data = buffer_bytes(&data);
	return transaction_send(&r->out->record, &sender, &call, error);
}

enum status registration_send(struct registration *out,
			      const struct registration_order *order,
			      struct error *error)
{
	struct registering *r = memory_allocate(1, sizeof(*r));
	enum status status;

	memset(out, 0, sizeof(*out));
	r->order = order;
	r->out = out;
	status = read_chain(r, error);
	if (!status)
		status = ask_registry(r, error);
	if (!status)
		status = take_document(r, error);
	if (!status)
		status = notarise(r, error);
	if (!status)
		status = send(r, error);
	memory_free(r);
	return status;
}
