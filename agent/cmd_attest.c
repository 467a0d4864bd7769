/* cmd_attest.c -- plimsoll attest verify: judges an attestation document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/attest/attestation_verify.h"
#include "agent/command.h"
#include "agent/json_writer.h"
#include "base/host/clock.h"
#include "base/time.h"

#define ROOT_FILE_MAX 65536

/* Storage that the policy points to. */
struct wanted {
	struct attestation_policy policy;
	uint8_t root[SHA256_SIZE];
	uint8_t pcrs[PCRS_MAX][PCR_SIZE];
};

static enum status read_time(int64_t *out, const struct invocation *invocation,
			     struct error *error)
{
	const char *text = option(invocation, "at");

	if (!text) {
		error_set(error, E_USAGE, "--at is missing");
		return error_hint(error, "Nitro certificates live for hours: "
				  "say --at now, or the time the document "
				  "was used.");
	}
	if (!strcmp(text, "now")) {
		*out = clock_unix_s();
		return OK;
	}
	if (time_parse(out, bytes_of_string(text)))
		return error_set(error, E_USAGE, "--at: \"%s\" is neither now "
				 "nor a time", text);
	return OK;
}

static enum status read_root(struct wanted *wanted,
			     const struct invocation *invocation,
			     struct error *error)
{
	const char *path = option(invocation, "root");
	uint8_t der[CERTIFICATE_BYTES_MAX], *data = NULL;
	struct buffer buffer;
	size_t size = 0;
	enum status status;

	wanted->policy.root_sha256 = attestation_aws_root;
	if (!path)
		return wanted->policy.allow_development
			? error_set(error, E_USAGE, "--allow-dev needs --root "
				    "FILE: there is no development root to "
				    "trust by default")
			: OK;
	status = file_read(&data, &size, path, ROOT_FILE_MAX, error);
	if (status)
		return status;
	buffer_init(&buffer, der, sizeof(der));
	status = certificate_from_file(&buffer, bytes_of(data, size));
	memory_free(data);
	if (status)
		return error_set(error, E_MALFORMED, "%.300s is no "
				 "certificate in PEM or DER", path);
	sha256(wanted->root, buffer_bytes(&buffer));
	wanted->policy.root_sha256 = wanted->root;
	return OK;
}

/* pcr0=HEX */
static enum status read_expected(struct wanted *wanted, const char *text,
				 struct error *error)
{
	char *end = NULL;
	unsigned long index = strncmp(text, "pcr", 3) ? PCRS_MAX
				: strtoul(text + 3, &end, 10);

	if (index >= PCRS_MAX || end == text + 3 || *end != '=' ||
	    hex_decode_fixed(wanted->pcrs[index], PCR_SIZE,
			     bytes_of_string(end + 1)))
		return error_set(error, E_USAGE, "--expect takes pcrN=HEX with "
				 "96 digits, not \"%.120s\"", text);
	wanted->policy.pcrs[index] = wanted->pcrs[index];
	return OK;
}

static enum status read_wanted(struct wanted *wanted,
			       const struct invocation *invocation,
			       struct error *error)
{
	long long max_age = 0;
	const char *text;
	enum status status;

	memset(wanted, 0, sizeof(*wanted));
	wanted->policy.allow_debug = option_flag(invocation, "allow-debug");
	wanted->policy.allow_development = option_flag(invocation,
						       "allow-dev");
	status = read_time(&wanted->policy.at_s, invocation, error);
	if (!status)
		status = read_root(wanted, invocation, error);
	if (!status)
		status = option_integer(&max_age, invocation, "max-age", 0,
					error);
	wanted->policy.max_age_s = max_age;
	for (size_t i = 0; !status &&
	     (text = option_at(invocation, "expect", i)); i++)
		status = read_expected(wanted, text, error);
	return status;
}

static void put_bytes(struct json_writer *writer, const char *key,
		      struct bytes value)
{
	if (value.data)
		json_put_hex(writer, key, value.data, value.size);
	else
		json_put_null(writer, key);
}

static void put_pcrs(struct json_writer *writer,
		     const struct attestation_document *document)
{
	char key[4];

	json_open_object(writer, "pcrs");
	for (unsigned i = 0; i < PCRS_MAX; i++) {
		char hex[2 * PCR_SIZE + 1];

		if (!document->pcrs[i].data)
			continue;
		snprintf(key, sizeof(key), "%u", i);
		hex_encode(hex, document->pcrs[i].data, PCR_SIZE);
		json_put_string(writer, key, hex);
	}
	json_close_object(writer);
}

static void put_parsed(struct json_writer *w,
		       const struct attestation_result *result)
{
	const struct attestation_document *document = &result->document;
	char measurement[2 * PCR_SIZE + 1];

	json_put_integer(w, "timestamp", (int64_t)document->timestamp_ms);
	put_pcrs(w, document);
	hex_encode(measurement, document->pcrs[0].data, PCR_SIZE);
	json_put_string(w, "measurement", measurement);
	put_bytes(w, "publicKey", document->public_key);
	put_bytes(w, "userData", document->user_data);
	put_bytes(w, "nonce", document->nonce);
	json_put_hex(w, "imageId", result->image_id, IMAGE_ID_SIZE);
	json_open_array(w, "chain");
	for (size_t i = 0; i < result->chain.subject_count; i++)
		json_put_string(w, NULL, result->chain.subjects[i]);
	json_close_array(w);
}

static void print_json(const struct attestation_result *result)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "format", "nitro");
	json_put_string(&w, "verdict", result->reason ? "rejected" : "valid");
	json_put_string(&w, "reason", attestation_reason_word(result->reason));
	json_put_string(&w, "detail", result->detail);
	if (result->parsed)
		put_parsed(&w, result);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_bytes(const char *label, struct bytes value)
{
	printf("%-11s ", label);
	if (!value.data)
		fputs("-", stdout);
	for (size_t i = 0; i < value.size; i++)
		printf("%02x", value.data[i]);
	putchar('\n');
}

static void print_text(const struct attestation_result *result)
{
	const struct attestation_document *document = &result->document;
	char made[TIME_TEXT_MAX];

	printf("%-11s %s\n", "verdict", result->reason ? "rejected" : "valid");
	if (result->reason)
		printf("%-11s %s: %s\n", "reason",
		       attestation_reason_word(result->reason),
		       result->detail);
	if (!result->parsed)
		return;
	time_format(made, (int64_t)(document->timestamp_ms / 1000 %
				    253402300800u));
	printf("%-11s %s\n", "made", made);
	for (size_t i = 0; i < 3; i++) {
		char label[8] = "PCR0";

		label[3] = (char)('0' + i);
		print_bytes(label, document->pcrs[i]);
	}
	print_bytes("PCR16", document->pcrs[PCR_CONFIGURATION]);
	print_bytes("public key", document->public_key);
	print_bytes("user data", document->user_data);
	print_bytes("nonce", document->nonce);
	print_bytes("image id", bytes_of(result->image_id, IMAGE_ID_SIZE));
	for (size_t i = 0; i < result->chain.subject_count; i++)
		printf("%-11s %s\n", i ? "" : "chain",
		       result->chain.subjects[i]);
}

static enum status run_verify(const struct invocation *invocation,
			      struct error *error)
{
	static struct attestation_result result;
	static struct wanted wanted;
	const char *path = invocation_argument(invocation, 0);
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status = read_wanted(&wanted, invocation, error);

	if (!status)
		status = file_read(&data, &size, path, ATTESTATION_BYTES_MAX,
				   error);
	if (status)
		return status;
	status = attestation_verify(&result, bytes_of(data, size),
				    &wanted.policy);
	if (want_json(invocation))
		print_json(&result);
	else
		print_text(&result);
	if (status)
		error_set(error, status, "%.200s is rejected (%s): %s", path,
			  attestation_reason_word(result.reason),
			  result.detail);
	memory_free(data);
	return status;
}

static const struct option_spec verify_options[] = {
	{ "at", "TIME", "time of judgement: RFC 3339, unix seconds or now" },
	{ "root", "FILE", "root certificate, PEM or DER, in place of AWS's" },
	{ "max-age", "SECONDS", "refuse older documents (default: any age)" },
	{ "expect", "PCR=HEX", "pcr0=HEX: this value or rejected; repeatable" },
	{ "allow-debug", NULL, "admit all-zero PCR0 to PCR2" },
	{ "allow-dev", NULL, "admit a development document under --root" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "verify", "DOC", "is this attestation document to be believed?",
	  "  plimsoll attest verify doc.cose --at now\n"
	  "  plimsoll attest verify attestation.cose --at now --allow-dev \\\n"
	  "      --root .plimsoll/enclave/root.der\n",
	  verify_options, 1, 1, run_verify },
	{ 0 },
};

const struct command_group commands_attest = {
	"attest", "verifier of attestation documents", verbs
};
