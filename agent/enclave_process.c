/* enclave_process.c -- see enclave_process.h; fork and exec are
 * enclave_spawn.c. */
#include "agent/enclave_process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host/clock.h"
#include "models/decide.h"

#define STOP_PATIENCE_MS 5000
#define CONFIGURE_ROOM 131072

static enum status refuse_second(const char *home, struct error *error)
{
	struct enclave_record *record = memory_allocate(1, sizeof(*record));
	struct error unused;
	enum status status = OK;

	if (!enclave_record_read(record, home, &unused) &&
	    enclave_record_is_running(record)) {
		error_set(error, E_REFUSED, "an enclave runs under %.200s "
			  "already (pid %d)", home, (int)record->pid);
		status = error_hint(error, "Stop it first: plimsoll enclave "
				    "stop.  Its key ends with it.");
	}
	memory_free(record);
	return status;
}

/* Adds the log's last line: what the enclave said before it died. */
static void add_log_line(const char *home, struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	struct error unused;
	uint8_t *data = NULL;
	size_t size = 0, start;

	if (enclave_path(path, home, "enclave.log", &unused) ||
	    file_read(&data, &size, path, 1u << 20, &unused))
		return;
	while (size && data[size - 1] == '\n')
		size--;
	for (start = size; start && data[start - 1] != '\n';)
		start--;
	if (size > start)
		error_hint(error, "The last line of %.200s: %.*s", path,
			   (int)(size - start < 200 ? size - start : 200),
			   (const char *)data + start);
	memory_free(data);
}

static void fill_configuration(struct enclave_record *out,
			       const struct enclave_start *options)
{
	struct core_configuration *c = &out->configuration;
	const struct policy *policy = &options->policy->policy;

	c->domain.chain_id = policy->chain_id;
	memcpy(c->domain.steward, policy->steward, ADDRESS_SIZE);
	memcpy(c->operator_address, options->operator_address, ADDRESS_SIZE);
	memcpy(c->policy_hash, options->policy->hash, HASH_SIZE);
	model_hash(c->model_hash);
}

static enum status configure(struct enclave_answer *answer,
			     const struct enclave_record *record,
			     const struct enclave_start *options,
			     struct error *error)
{
	const struct core_configuration *c = &record->configuration;
	struct enclave_request request = { MESSAGE_CONFIGURE, MESSAGE_READY,
					   { 0 },
					   ENCLAVE_CONFIGURE_TIMEOUT_MS };
	struct wire_configure wire = {
		.chain_id = c->domain.chain_id,
		.policy = { options->policy->bytes, options->policy->size },
	};
	struct buffer body;
	int descriptor = -1;
	enum status status;

	memcpy(wire.steward, c->domain.steward, ADDRESS_SIZE);
	memcpy(wire.operator_address, c->operator_address, ADDRESS_SIZE);
	memcpy(wire.model_hash, c->model_hash, HASH_SIZE);
	buffer_init(&body, memory_allocate(CONFIGURE_ROOM, 1), CONFIGURE_ROOM);
	wire_configure_put(&body, &wire);
	request.body = buffer_bytes(&body);
	status = enclave_connect(&descriptor, record->socket, error);
	if (!status)
		status = enclave_exchange(answer, descriptor, &request, error);
	if (descriptor >= 0)
		close(descriptor);
	memory_free(body.data);
	return status;
}

/* What any document of this enclave must say. */
static void expect(struct attestation_policy *out,
		   const struct enclave_record *record,
		   const uint8_t binding[BINDING_SIZE])
{
	memset(out, 0, sizeof(*out));
	out->at_s = clock_unix_s();
	out->max_age_s = 600;
	out->root_sha256 = attestation_aws_root;
	out->allow_development = !strcmp(record->backend, "dev");
	out->public_key = bytes_of(record->public_key, PUBLIC_KEY_SIZE);
	out->user_data = bytes_of(binding, BINDING_SIZE);
}

static enum status verify(struct attestation_result *result,
			  struct bytes document,
			  const struct attestation_policy *policy,
			  struct error *error)
{
	if (!attestation_verify(result, document, policy))
		return OK;
	return error_set(error, E_AUTHENTIC, "the enclave's attestation "
			 "document is refused (%s): %s",
			 attestation_reason_word(result->reason),
			 result->detail);
}

static enum status write_root(struct enclave_record *record, const char *home,
			      struct bytes root, struct error *error)
{
	enum status status;

	if (!record->root_certificate[0] && !root.size)
		return OK;
	status = enclave_path(record->root_certificate, home, "root.der",
			      error);
	return status ? status : file_write(record->root_certificate, root,
					    error);
}

static enum status take_ready(struct enclave_record *record,
			      const char *home, struct bytes body,
			      struct error *error)
{
	struct attestation_result *result = memory_allocate(1, sizeof(*result));
	struct attestation_policy policy;
	uint8_t root[SHA256_SIZE], binding[BINDING_SIZE], pcr16[PCR_SIZE];
	struct wire_ready ready;
	enum status status = wire_ready_get(&ready, body);

	if (status) {
		memory_free(result);
		return error_set(error, E_PEER,
				 "the enclave's answer is garbage");
	}
	memcpy(record->public_key, ready.public_key, PUBLIC_KEY_SIZE);
	address_from_public_key(record->address, ready.public_key);
	core_binding(binding, &record->configuration);
	configuration_pcr(pcr16, &record->configuration);
	expect(&policy, record, binding);
	policy.pcrs[PCR_CONFIGURATION] = pcr16;
	if (policy.allow_development) {
		sha256(root, ready.root_certificate);
		policy.root_sha256 = root;
	}
	status = verify(result, ready.document, &policy, error);
	for (size_t i = 0; !status && i < ENCLAVE_PCRS; i++)
		memcpy(record->pcrs[i],
		       result->document.pcrs[enclave_pcr_numbers[i]].data,
		       PCR_SIZE);
	memcpy(record->image_id, result->image_id, IMAGE_ID_SIZE);
	memory_free(result);
	return status ? status : write_root(record, home,
					    ready.root_certificate, error);
}

/* The record is read from other working directories too. */
static enum status absolute_home(char *out, const char *home,
				 struct error *error)
{
	if (!realpath(home, out))
		return error_set(error, E_SYSTEM, "%.300s: %s", home,
				 strerror(errno));
	return OK;
}

static enum status bring_up(struct enclave_record *record,
			    const struct enclave_start *options,
			    struct error *error)
{
	char home[PATH_MAX];
	struct enclave_answer answer = { 0 };
	enum status status = absolute_home(home, options->home, error);

	if (!status)
		status = enclave_path(record->socket, home, "channel.sock",
				      error);
	if (!status)
		status = configure(&answer, record, options, error);
	if (status == E_PEER)
		add_log_line(home, error);
	if (!status)
		status = take_ready(record, home, answer.body, error);
	memory_free(answer.storage);
	record->start_time = enclave_process_start_time(record->pid);
	if (!status && record->start_time < 0)
		status = error_set(error, E_PEER, "the enclave died at once");
	return status ? status
		      : enclave_record_write(record, options->home, error);
}

enum status enclave_start(struct enclave_record *out,
			  const struct enclave_start *options,
			  struct error *error)
{
	struct enclave_record *record = memory_allocate(1, sizeof(*record));
	enum status status = refuse_second(options->home, error);

	snprintf(record->backend, sizeof(record->backend), "%s",
		 options->backend);
	fill_configuration(record, options);
	if (!status)
		status = enclave_launch(&record->pid, options, error);
	if (!status) {
		status = bring_up(record, options, error);
		if (status) {
			kill(record->pid, SIGKILL);
			waitpid(record->pid, NULL, 0);
		} else {
			*out = *record;
		}
	}
	memory_free(record);
	return status;
}

static bool ends_within(int process, int patience_ms)
{
	struct pollfd poller = { process, POLLIN, 0 };

	return poll(&poller, 1, patience_ms) > 0;
}

/* The descriptor is taken first: the number cannot be another's after. */
static enum status end_process(const struct enclave_record *record,
			       struct error *error)
{
	long process = syscall(SYS_pidfd_open, record->pid, 0);
	bool ended;

	if (process < 0 || !enclave_record_is_running(record)) {
		if (process >= 0)
			close((int)process);
		return OK; /* gone by itself */
	}
	syscall(SYS_pidfd_send_signal, (int)process, SIGTERM, NULL, 0);
	ended = ends_within((int)process, STOP_PATIENCE_MS);
	if (!ended) {
		syscall(SYS_pidfd_send_signal, (int)process, SIGKILL, NULL, 0);
		ended = ends_within((int)process, STOP_PATIENCE_MS);
	}
	close((int)process);
	waitpid(record->pid, NULL, WNOHANG); /* if it is a child of ours */
	return ended ? OK : error_set(error, E_SYSTEM, "process %d does not "
				      "end", (int)record->pid);
}

static void forget(const char *home)
{
	static const char *const names[] = { "enclave.json", "channel.sock",
					     "root.der" };
	char path[ENCLAVE_PATH_MAX];
	struct error unused;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!enclave_path(path, home, names[i], &unused))
			unlink(path);
}

enum status enclave_stop(bool *ended, const char *home, struct error *error)
{
	struct enclave_record *record = memory_allocate(1, sizeof(*record));
	enum status status = enclave_record_read(record, home, error);

	*ended = false;
	if (!status) {
		*ended = enclave_record_is_running(record);
		status = end_process(record, error);
		if (!status)
			forget(home);
	} else if (status == E_PEER) {
		status = OK;
	}
	memory_free(record);
	return status;
}

static enum status read_root(uint8_t out[SHA256_SIZE],
			     const struct enclave_record *record,
			     struct error *error)
{
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status = file_read(&data, &size, record->root_certificate,
				       CERTIFICATE_BYTES_MAX, error);

	if (!status)
		sha256(out, bytes_of(data, size));
	memory_free(data);
	return status;
}

enum status enclave_challenge(struct buffer *document,
			      const struct enclave_record *record,
			      const char *home, struct bytes nonce,
			      struct error *error)
{
	struct attestation_result *result = memory_allocate(1, sizeof(*result));
	struct attestation_policy policy;
	uint8_t root[SHA256_SIZE], binding[BINDING_SIZE];
	size_t before = document->size;
	enum status status = enclave_attest(document, home, nonce, error);

	core_binding(binding, &record->configuration);
	expect(&policy, record, binding);
	policy.nonce = nonce;
	for (size_t i = 0; i < ENCLAVE_PCRS; i++)
		policy.pcrs[enclave_pcr_numbers[i]] = record->pcrs[i];
	if (!status && record->root_certificate[0]) {
		status = read_root(root, record, error);
		policy.root_sha256 = root;
	}
	if (!status)
		status = verify(result, bytes_of(document->data + before,
						 document->size - before),
				&policy, error);
	memory_free(result);
	return status;
}
