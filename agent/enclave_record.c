/* enclave_record.c -- see enclave_record.h. */
#include "agent/enclave_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/json_writer.h"
#include "feeds/net/json.h"

#define RECORD_BYTES_MAX 65536
#define PROCESS_NAME "(plimsoll-enclav)" /* the kernel keeps 15 letters */

const unsigned enclave_pcr_numbers[ENCLAVE_PCRS] = { 0, 1, 2, 16 };
static const char *const pcr_keys[ENCLAVE_PCRS] = { "0", "1", "2", "16" };

enum status enclave_path(char *out, const char *home, const char *name,
			 struct error *error)
{
	int size = snprintf(out, ENCLAVE_PATH_MAX, "%s/enclave/%s", home, name);

	if (size < 0 || size >= ENCLAVE_PATH_MAX)
		return error_set(error, E_USAGE, "the path %.60s... is too "
				 "long", home);
	return OK;
}

static void put_pcrs(struct json_writer *writer,
		     const struct enclave_record *record)
{
	json_open_object(writer, "pcrs");
	for (size_t i = 0; i < ENCLAVE_PCRS; i++)
		json_put_hex(writer, pcr_keys[i], record->pcrs[i], PCR_SIZE);
	json_close_object(writer);
}

void enclave_record_json(struct text *out, const struct enclave_record *record,
			 const char *state)
{
	const struct core_configuration *c = &record->configuration;
	struct json_writer w;

	json_writer_init(&w, out);
	json_open_object(&w, NULL);
	json_put_string(&w, "state", state);
	json_put_integer(&w, "pid", record->pid);
	json_put_integer(&w, "startTime", record->start_time);
	json_put_string(&w, "backend", record->backend);
	json_put_string(&w, "socket", record->socket);
	json_put_address(&w, "address", record->address);
	json_put_hex(&w, "publicKey", record->public_key, PUBLIC_KEY_SIZE);
	json_put_hex(&w, "imageId", record->image_id, IMAGE_ID_SIZE);
	put_pcrs(&w, record);
	json_put_hex(&w, "modelHash", c->model_hash, HASH_SIZE);
	json_put_hex(&w, "policyHash", c->policy_hash, HASH_SIZE);
	json_put_u128(&w, "chainId", c->domain.chain_id);
	json_put_address(&w, "steward", c->domain.steward);
	json_put_address(&w, "operator", c->operator_address);
	if (record->root_certificate[0])
		json_put_string(&w, "rootCertificate",
				record->root_certificate);
	else
		json_put_null(&w, "rootCertificate");
	json_close_object(&w);
	text_add_string(out, "\n");
}

enum status enclave_record_write(const struct enclave_record *record,
				 const char *home, struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	struct text text = { 0 };
	enum status status = enclave_path(path, home, "enclave.json", error);

	if (status)
		return status;
	enclave_record_json(&text, record, "running");
	status = file_write(path, bytes_of(text.data, text.size), error);
	text_free(&text);
	return status;
}

static enum status read_fixed(uint8_t *out, size_t size,
			      const struct json *object, const char *name)
{
	return json_hex_fixed(out, size, json_member(object, name));
}

/* Where things are follows from home: the paths in the file are for others. */
static enum status locate(struct enclave_record *out, const char *home,
			  struct error *error)
{
	enum status status = enclave_path(out->socket, home, "channel.sock",
					  error);

	if (!status && out->root_certificate[0])
		status = enclave_path(out->root_certificate, home, "root.der",
				      error);
	return status;
}

static enum status read_string(char *out, size_t capacity,
			       const struct json *value)
{
	const char *text = json_string(value);

	if (!text || strlen(text) >= capacity)
		return E_MALFORMED;
	memcpy(out, text, strlen(text) + 1);
	return OK;
}

static enum status read_address(uint8_t *out, const struct json *object,
				const char *name)
{
	const char *text = json_string(json_member(object, name));

	return text ? address_parse(out, bytes_of_string(text)) : E_MALFORMED;
}

static enum status read_chain_id(uint64_t *out, const struct json *value)
{
	const char *text = json_string(value);
	char *end = NULL;

	if (!text || *text < '0' || *text > '9')
		return E_MALFORMED;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno || *end ? E_MALFORMED : OK;
}

static enum status read_configuration(struct core_configuration *out,
				      const struct json *object)
{
	enum status status = read_fixed(out->model_hash, HASH_SIZE, object,
					"modelHash");

	if (!status)
		status = read_fixed(out->policy_hash, HASH_SIZE, object,
				    "policyHash");
	if (!status)
		status = read_chain_id(&out->domain.chain_id,
				       json_member(object, "chainId"));
	if (!status)
		status = read_address(out->domain.steward, object, "steward");
	return status ? status : read_address(out->operator_address, object,
					      "operator");
}

static enum status read_process(struct enclave_record *out,
				const struct json *object)
{
	const struct json *root = json_member(object, "rootCertificate");
	int64_t pid = 0;
	enum status status = json_integer(&pid, json_member(object, "pid"));

	if (!status)
		status = json_integer(&out->start_time,
				      json_member(object, "startTime"));
	if (!status)
		status = read_string(out->backend, sizeof(out->backend),
				     json_member(object, "backend"));
	if (!status)
		status = read_string(out->socket, sizeof(out->socket),
				     json_member(object, "socket"));
	if (!status && !json_is_null(root))
		status = read_string(out->root_certificate,
				     sizeof(out->root_certificate), root);
	out->pid = (pid_t)pid;
	return !status && (pid <= 1 || pid > INT32_MAX) ? E_MALFORMED : status;
}

static enum status read_identity(struct enclave_record *out,
				 const struct json *object)
{
	const struct json *pcrs = json_member(object, "pcrs");
	enum status status = read_fixed(out->public_key, PUBLIC_KEY_SIZE,
					object, "publicKey");

	if (!status)
		status = read_fixed(out->image_id, IMAGE_ID_SIZE, object,
				    "imageId");
	for (size_t i = 0; !status && i < ENCLAVE_PCRS; i++)
		status = read_fixed(out->pcrs[i], PCR_SIZE, pcrs, pcr_keys[i]);
	address_from_public_key(out->address, out->public_key);
	return status;
}

static enum status parse_record(struct enclave_record *out, struct bytes text)
{
	struct error unused;
	struct json *root = NULL;
	enum status status = json_parse(&root, text, &unused);

	memset(out, 0, sizeof(*out));
	if (!status)
		status = read_process(out, root);
	if (!status)
		status = read_identity(out, root);
	if (!status)
		status = read_configuration(&out->configuration, root);
	json_free(root);
	return status;
}

enum status enclave_record_read(struct enclave_record *out, const char *home,
				struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	uint8_t *data = NULL;
	size_t size = 0;
	struct enclave_record *record;
	enum status status = enclave_path(path, home, "enclave.json", error);

	if (!status)
		status = file_read(&data, &size, path, RECORD_BYTES_MAX,
				   error);
	if (status == E_MISSING) {
		error_set(error, E_PEER, "no enclave was started under %.200s",
			  home);
		return error_hint(error, "Start one: plimsoll enclave start "
				  "--policy policy.ini --operator ADDRESS.");
	}
	if (status)
		return status;
	record = memory_allocate(1, sizeof(*record));
	status = parse_record(record, bytes_of(data, size));
	if (status)
		error_set(error, status = E_MALFORMED,
			  "%.300s is not what enclave start writes", path);
	else
		status = locate(record, home, error);
	if (!status)
		*out = *record;
	memory_free(record);
	memory_free(data);
	return status;
}

/* Fields of /proc/PID/stat after the name: state is the 1st, start the 20th. */
static int64_t start_time_field(const char *after_name)
{
	const char *at = after_name;

	if (at[0] != ' ' || at[1] == 'Z' || at[1] == 'X')
		return -1;
	for (int field = 0; at && field < 20; field++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at ? strtoll(at, NULL, 10) : -1;
}

int64_t enclave_process_start_time(pid_t pid)
{
	char path[64], line[1024];
	const char *name;
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	size = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[size] = 0;
	name = strstr(line, PROCESS_NAME);
	return name ? start_time_field(name + strlen(PROCESS_NAME)) : -1;
}

bool enclave_record_is_running(const struct enclave_record *record)
{
	return record->start_time >= 0 &&
	       enclave_process_start_time(record->pid) == record->start_time;
}
