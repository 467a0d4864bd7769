/* enclave_client.c -- see enclave_client.h. */
#include "agent/enclave_client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/enclave/channel.h"

int enclave_directory_open(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int descriptor;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	folder = memory_copy_string(path);
	folder[slash == path ? 1 : slash - path] = 0;
	descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	memory_free(folder);
	return descriptor;
}

static enum status peer_error(struct error *error, const char *path,
			      const char *why)
{
	error_set(error, E_PEER, "the enclave at %.300s: %s", path, why);
	return error_hint(error, "See plimsoll enclave status, and enclave.log "
			  "beside its socket.");
}

enum status enclave_connect(int *descriptor, const char *path,
			    struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *name;
	int folder = enclave_directory_open(path, &name);
	int made;

	/* Through /proc: a socket path holds 107 bytes, a home may be longer. */
	if (folder < 0 ||
	    snprintf(address.sun_path, sizeof(address.sun_path),
		     "/proc/self/fd/%d/%s", folder, name) >=
		    (int)sizeof(address.sun_path)) {
		if (folder >= 0)
			close(folder);
		return peer_error(error, path, "no such socket");
	}
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (made < 0 ||
	    connect(made, (struct sockaddr *)&address, sizeof(address))) {
		int why = errno;

		if (made >= 0)
			close(made);
		close(folder);
		return peer_error(error, path, why == EAGAIN ? "busy"
				  : strerror(why));
	}
	close(folder);
	*descriptor = made;
	return OK;
}

/* What the channel could not do, in the host's words: whatever goes wrong
 * with the enclave is a broken peer. */
static enum status channel_error(struct error *error, enum status status,
				 const struct channel *channel)
{
	if (status == E_INTERRUPTED)
		return error_set(error, status, "interrupted");
	error_set(error, E_PEER, "the enclave broke off: %s%s",
		  channel->problem,
		  status == E_MISSING ? " without an answer (did it die?)"
				      : "");
	return error_hint(error, "See plimsoll enclave status; a restarted "
			  "enclave has a new key to register.");
}

static enum status failure_error(struct error *error, struct bytes body)
{
	struct wire_failure failure;

	if (wire_failure_get(&failure, body))
		return error_set(error, E_PEER, "the enclave's answer is "
				 "garbage");
	return error_set(error, failure.status, "the enclave says: %.*s",
			 (int)failure.detail.size,
			 (const char *)failure.detail.data);
}

static enum status receive_answer(struct enclave_answer *out,
				  struct channel *channel,
				  const struct enclave_request *request,
				  struct error *error)
{
	const struct message_rule *rule =
		message_rule((uint8_t)request->expected);
	struct buffer room;
	struct frame frame;
	enum status status;

	buffer_init(&room, memory_allocate(rule->size_max, 1),
		    rule->size_max);
	status = channel_receive(&frame, channel, &room, request->timeout_ms);
	if (status)
		status = channel_error(error, status, channel);
	else if (frame.rule->message == MESSAGE_FAILURE)
		status = failure_error(error, frame.body);
	else if (frame.rule->message != request->expected)
		status = error_set(error, E_PEER, "the enclave answered %s, "
				   "not %s", frame.rule->name, rule->name);
	if (status)
		memory_free(room.data);
	else
		*out = (struct enclave_answer){ room.data, frame.body };
	return status;
}

enum status enclave_exchange(struct enclave_answer *out, int descriptor,
			     const struct enclave_request *request,
			     struct error *error)
{
	struct channel channel = { descriptor, PARTY_HOST, command_interrupted,
				   "" };
	const struct message_rule *rule =
		message_rule((uint8_t)request->message);
	enum status status;

	if (request->body.size > rule->size_max)
		return error_set(error, E_LIMIT, "%zu bytes are more than %s "
				 "may hold (%u)", request->body.size,
				 rule->name, rule->size_max);
	status = channel_send(&channel, request->message, request->body);
	if (status == E_PEER) /* it may have said why before it closed */
		return receive_answer(out, &channel, request, error);
	if (status)
		return channel_error(error, status, &channel);
	return receive_answer(out, &channel, request, error);
}

static enum status ask(struct enclave_answer *out,
		       const struct enclave_record *record,
		       const struct enclave_request *request,
		       struct error *error)
{
	int descriptor = -1;
	enum status status;

	if (!enclave_record_is_running(record))
		return peer_error(error, record->socket,
				  "its process has ended");
	status = enclave_connect(&descriptor, record->socket, error);
	if (status)
		return status;
	status = enclave_exchange(out, descriptor, request, error);
	close(descriptor);
	return status;
}

/* Digest of the decision, signed by the enclave's key: else it is garbage. */
static bool is_genuine(const struct wire_evaluated *answer,
		       const struct enclave_record *record)
{
	struct signed_decision *decision =
		memory_allocate(1, sizeof(*decision));
	struct signer_context *context = NULL;
	uint8_t seed[32], digest[HASH_SIZE], signer[PUBLIC_KEY_SIZE];
	bool genuine = false;

	if (!signed_decision_decode(decision, answer->decision) &&
	    getrandom(seed, sizeof(seed), 0) == sizeof(seed))
		context = signer_context_create(seed);
	if (context) {
		decision_digest(digest, &decision->decision,
				&decision->domain);
		genuine = !memcmp(digest, answer->digest, HASH_SIZE) &&
			  !recover_public_key(signer, context, digest,
					      answer->signature) &&
			  !memcmp(signer, record->public_key,
				  PUBLIC_KEY_SIZE);
		signer_context_destroy(context);
	}
	memory_free(decision);
	return genuine;
}

static enum status take_evaluation(struct enclave_evaluation *out,
				   const struct enclave_answer *answer,
				   const struct enclave_record *record,
				   struct error *error)
{
	struct wire_evaluated evaluated;

	if (wire_evaluated_get(&evaluated, answer->body))
		return error_set(error, E_PEER,
				 "the enclave's answer is garbage");
	if (!is_genuine(&evaluated, record))
		return error_set(error, E_PEER, "the enclave's answer is not "
				 "signed by the key it started with");
	*out = (struct enclave_evaluation){ answer->storage, evaluated };
	return OK;
}

enum status enclave_evaluate(struct enclave_evaluation *out, const char *home,
			     struct bytes case_bytes, int64_t timeout_ms,
			     struct error *error)
{
	struct enclave_request request = {
		MESSAGE_EVALUATE, MESSAGE_EVALUATED, case_bytes,
		timeout_ms > 0 ? timeout_ms : ENCLAVE_EVALUATE_TIMEOUT_MS,
	};
	struct enclave_record *record = memory_allocate(1, sizeof(*record));
	struct enclave_answer answer;
	enum status status = enclave_record_read(record, home, error);

	if (!status)
		status = ask(&answer, record, &request, error);
	if (!status) {
		status = take_evaluation(out, &answer, record, error);
		if (status)
			memory_free(answer.storage);
	}
	memory_free(record);
	return status;
}

enum status enclave_attest(struct buffer *out, const char *home,
			   struct bytes nonce, struct error *error)
{
	struct enclave_request request = {
		MESSAGE_ATTEST, MESSAGE_ATTESTED, nonce,
		ENCLAVE_ATTEST_TIMEOUT_MS,
	};
	struct enclave_record *record = memory_allocate(1, sizeof(*record));
	struct enclave_answer answer;
	enum status status = enclave_record_read(record, home, error);

	if (!status)
		status = ask(&answer, record, &request, error);
	memory_free(record);
	if (status)
		return status;
	buffer_append(out, answer.body.data, answer.body.size);
	memory_free(answer.storage);
	return out->overflow ? error_set(error, E_LIMIT, "the document does "
					 "not fit") : OK;
}
