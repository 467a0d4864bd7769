/* cmd_enclave.c -- plimsoll enclave start|stop|status|attest.
 *
 * register and revoke speak to a chain and are elsewhere. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "agent/command.h"
#include "agent/enclave_process.h"
#include "agent/register.h"

static void print_hex(const char *label, const uint8_t *data, size_t size)
{
	char text[2 * PUBLIC_KEY_SIZE + 3];

	hex_encode_prefixed(text, data, size);
	printf("%-14s %s\n", label, text);
}

static void print_record(const struct enclave_record *record,
			 const char *state)
{
	char address[ADDRESS_TEXT_MAX];

	address_format(address, record->address);
	printf("%-14s %s (pid %d, back-end %s)\n", "enclave", state,
	       (int)record->pid, record->backend);
	printf("%-14s %s\n", "address", address);
	print_hex("public key", record->public_key, PUBLIC_KEY_SIZE);
	print_hex("image id", record->image_id, IMAGE_ID_SIZE);
	print_hex("model hash", record->configuration.model_hash, HASH_SIZE);
	print_hex("policy hash", record->configuration.policy_hash, HASH_SIZE);
	printf("%-14s %llu\n", "chain id",
	       (unsigned long long)record->configuration.domain.chain_id);
	address_format(address, record->configuration.domain.steward);
	printf("%-14s %s\n", "steward", address);
	if (!strcmp(record->backend, "dev"))
		puts("development back-end: its documents prove nothing about "
		     "hardware");
}

static void show_record(const struct invocation *invocation,
			const struct enclave_record *record, const char *state)
{
	struct text text = { 0 };

	if (!want_json(invocation)) {
		print_record(record, state);
		return;
	}
	enclave_record_json(&text, record, state);
	fputs(text.data, stdout);
	text_free(&text);
}

static enum status read_operator(uint8_t out[ADDRESS_SIZE],
				 const struct invocation *invocation,
				 struct error *error)
{
	const char *text = option(invocation, "operator");

	if (!text)
		return error_set(error, E_USAGE, "--operator ADDRESS is "
				 "missing: the account that will register the "
				 "key");
	if (address_parse(out, bytes_of_string(text)))
		return error_set(error, E_USAGE, "--operator: \"%s\" is no "
				 "address (or its checksum is wrong)", text);
	return OK;
}

static enum status run_start(const struct invocation *invocation,
			     struct error *error)
{
	static struct policy_document policy;
	static struct enclave_record record;
	struct enclave_start start = {
		.home = home(invocation),
		.program = option(invocation, "program"),
		.backend = option_or(invocation, "backend", "dev"),
		.policy = &policy,
	};
	const char *path = option(invocation, "policy");
	enum status status = read_operator(start.operator_address, invocation,
					   error);

	if (status)
		return status;
	if (!path)
		return error_set(error, E_USAGE, "--policy FILE is missing");
	if (strcmp(start.backend, "dev") && strcmp(start.backend, "nitro"))
		return error_set(error, E_USAGE,
				 "--backend is dev or nitro, not \"%s\"",
				 start.backend);
	status = option_integer(&start.memory_mib, invocation, "memory",
				ENCLAVE_MEMORY_MIB, error);
	if (!status && (start.memory_mib < 1 || start.memory_mib > 65536))
		status = error_set(error, E_USAGE,
				   "--memory is 1 to 65536 MiB");
	if (!status)
		status = policy_file_read(&policy, path, error);
	if (!status)
		status = enclave_start(&record, &start, error);
	if (!status)
		show_record(invocation, &record, "running");
	return status;
}

static enum status run_stop(const struct invocation *invocation,
			    struct error *error)
{
	bool ended;
	enum status status = enclave_stop(&ended, home(invocation), error);

	if (status)
		return status;
	if (want_json(invocation))
		printf("{\"stopped\":%s}\n", ended ? "true" : "false");
	else
		puts(ended ? "enclave stopped; its key is gone"
			   : "no enclave was running");
	return OK;
}

/* Alive is not enough: it must attest a nonce of this moment. */
static enum status run_status(const struct invocation *invocation,
			      struct error *error)
{
	static struct enclave_record record;
	uint8_t nonce[32], bytes[ATTESTATION_BYTES_MAX];
	struct buffer document;
	enum status status = enclave_record_read(&record, home(invocation),
						 error);

	if (status)
		return status;
	buffer_init(&document, bytes, sizeof(bytes));
	if (getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce))
		return error_set(error, E_SYSTEM, "no randomness");
	status = enclave_challenge(&document, &record, home(invocation),
				   bytes_of(nonce, sizeof(nonce)), error);
	show_record(invocation, &record,
		    !status ? "running"
		    : enclave_record_is_running(&record) ? "not answering"
							 : "ended");
	return status;
}

static enum status write_document(const struct invocation *invocation,
				  const struct buffer *document,
				  struct error *error)
{
	const char *path = option_or(invocation, "o", "attestation.cose");

	if (strcmp(path, "-")) {
		enum status status = file_write(path, buffer_bytes(document),
						error);

		if (status)
			return status;
		if (want_json(invocation))
			printf("{\"document\":\"%s\",\"bytes\":%zu}\n", path,
			       document->size);
		else
			printf("wrote %s (%zu bytes)\n", path,
			       document->size);
		return OK;
	}
	if (fwrite(document->data, 1, document->size, stdout) !=
	    document->size)
		return error_set(error, E_SYSTEM, "standard output is closed");
	return OK;
}

static enum status run_attest(const struct invocation *invocation,
			      struct error *error)
{
	static struct enclave_record record;
	const char *text = option_or(invocation, "nonce", "");
	uint8_t nonce[NONCE_MAX], bytes[ATTESTATION_BYTES_MAX];
	size_t size = 0;
	struct buffer document;
	enum status status;

	if (hex_decode(nonce, &size, sizeof(nonce), bytes_of_string(text)))
		return error_set(error, E_USAGE,
				 "--nonce is at most %d bytes in hexadecimal",
				 NONCE_MAX);
	buffer_init(&document, bytes, sizeof(bytes));
	status = enclave_record_read(&record, home(invocation), error);
	if (!status)
		status = enclave_challenge(&document, &record,
					   home(invocation),
					   bytes_of(nonce, size), error);
	return status ? status : write_document(invocation, &document, error);
}

static const struct option_spec start_options[] = {
	{ "policy", "FILE", "policy.ini: names chain and steward too" },
	{ "operator", "ADDRESS", "account that will register the key" },
	{ "backend", "NAME", "dev (default) or nitro" },
	{ "memory", "MIB", "memory for evaluation, MiB (default 512)" },
	{ "program", "FILE", "the enclave program (default beside plimsoll)" },
	{ 0 },
};

static const struct option_spec attest_options[] = {
	{ "nonce", "HEX", "challenge, at most 64 bytes (default none)" },
	{ "o", "FILE", "document (default attestation.cose; - is stdout)" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "start", "", "start the trusted program with a key of its own",
	  "  plimsoll enclave start --policy policy.ini --operator 0x7099...\n",
	  start_options, 0, 0, run_start },
	{ "stop", "", "end it; its key ends with it",
	  "  plimsoll enclave stop\n", NULL, 0, 0, run_stop },
	{ "status", "", "is it alive, and does it attest its key now?",
	  "  plimsoll enclave status --json\n", NULL, 0, 0, run_status },
	{ "attest", "", "an attestation document for a nonce, to a file",
	  "  plimsoll enclave attest --nonce 0x0102 -o attestation.cose\n",
	  attest_options, 0, 0, run_attest },
	{ "register", "", "register its key on chain, by the development notary",
	  "  plimsoll enclave register --rpc URL --registry 0x... \\\n"
	  "    --operator-key operator.key --notary-key notary.key\n",
	  register_options, 0, 0, run_register },
	{ 0 },
};

const struct command_group commands_enclave = {
	"enclave", "the trusted core: locked down, with a key born inside",
	verbs
};
