/* register.c -- plimsoll enclave register: see registration.h. */
#include "agent/register.h"

#include <stdio.h>
#include <string.h>

#include "agent/chain_options.h"
#include "agent/registration.h"

const struct option_spec register_options[] = {
	CHAIN_OPTIONS,
	{ "registry", "ADDRESS", "the EnclaveRegistry contract" },
	{ "operator-key", "FILE", "key of the approved operator, mode 0600" },
	{ "notary-key", "FILE",
	  "development notary's key, mode 0600 (chain 31337 only)" },
	{ "o", "FILE", "write the attestation document" },
	{ 0 },
};

static enum status open_key(struct submission_key *key,
			    const struct invocation *invocation,
			    const char *name, struct error *error)
{
	const char *path = option(invocation, name);

	return path ? key_file_open(key, path, error)
		    : error_set(error, E_USAGE, "--%s FILE is missing", name);
}

static void print_result(const struct registration *made, bool json)
{
	char key[ADDRESS_TEXT_MAX], hash[HASH_TEXT_MAX];

	address_format(key, made->key);
	hex_encode_prefixed(hash, made->record.mined_hash, HASH_SIZE);
	if (json)
		printf("{\"key\":\"%s\",\"tx\":\"%s\",\"block\":%llu,\"gas\":"
		       "%llu}\n", key, hash,
		       (unsigned long long)made->record.block,
		       (unsigned long long)made->record.gas_used);
	else
		printf("key %s registered by %s in block %llu, gas %llu\n",
		       key, hash, (unsigned long long)made->record.block,
		       (unsigned long long)made->record.gas_used);
}

enum status run_register(const struct invocation *invocation,
			 struct error *error)
{
	static struct registration made;
	struct submission_key operator_key = { 0 }, notary_key = { 0 };
	struct registration_order order = {
		.home = home(invocation), .operator_key = &operator_key,
		.notary_key = &notary_key,
		.options = { .interrupted = command_interrupted } };
	const char *path = option(invocation, "o");
	enum status status = option_address(order.registry, invocation,
					    "registry", error);

	if (!status)
		status = open_key(&operator_key, invocation, "operator-key",
				  error);
	if (!status)
		status = open_key(&notary_key, invocation, "notary-key", error);
	if (!status)
		status = chain_open(&order.rpc, invocation, error);
	if (!status)
		status = registration_send(&made, &order, error);
	if (!status && path)
		status = file_write(path, bytes_of(made.document,
						   made.document_size), error);
	if (!status)
		print_result(&made, want_json(invocation));
	if (order.rpc)
		json_rpc_close(order.rpc);
	key_file_close(&operator_key);
	key_file_close(&notary_key);
	return status;
}
