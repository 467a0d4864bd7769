/* main.c -- plimsoll-enclave: the trusted program.
 *
 * `plimsoll enclave start` opens the listening socket and hands it over as
 * descriptor 3; this program opens none.  It serves one client at a time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/enclave/session.h"
#include "base/host/log.h"
#include "case/case.h"

#define LISTENER 3
#define CLIENT_IDLE_MS 10000
#define REPLY_MAX 4194304u
#define MEBIBYTE ((size_t)1 << 20)
#define MEMORY_DEFAULT_MIB 512
#define MEMORY_MAX_MIB 65536

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static bool is_stopping(void)
{
	return stopping != 0;
}

struct settings {
	const char *backend;
	size_t memory; /* bytes */
};

static const char usage[] =
	"usage: plimsoll-enclave [--backend dev|nitro] [--memory MIB]\n"
	"Started by `plimsoll enclave start`, which hands it its channel as\n"
	"descriptor 3.\n";

static enum status read_settings(struct settings *out, int argc, char **argv)
{
	out->backend = "dev";
	out->memory = MEMORY_DEFAULT_MIB * MEBIBYTE;
	for (int i = 1; i < argc; i += 2) {
		char *end = NULL;
		long mib = i + 1 < argc ? strtol(argv[i + 1], &end, 10) : 0;

		if (i + 1 == argc)
			return E_USAGE;
		if (!strcmp(argv[i], "--backend"))
			out->backend = argv[i + 1];
		else if (!strcmp(argv[i], "--memory") && !*end && mib > 0 &&
			 mib <= MEMORY_MAX_MIB)
			out->memory = (size_t)mib * MEBIBYTE;
		else
			return E_USAGE;
	}
	return OK;
}

static bool is_listening(int descriptor)
{
	int value = 0;
	socklen_t size = sizeof(value);

	return !getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value,
			   &size) && value;
}

static void *map_lazily(size_t size)
{
	void *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return block == MAP_FAILED ? NULL : block;
}

/* The back-end measures this program as it is on disk. */
static enum status open_backend(struct backend *out, const char *name)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat about;
	void *program = MAP_FAILED;
	const char *detail = "cannot read /proc/self/exe";
	enum status status = E_SYSTEM;

	if (self >= 0 && !fstat(self, &about))
		program = mmap(NULL, (size_t)about.st_size, PROT_READ,
			       MAP_PRIVATE, self, 0);
	if (program != MAP_FAILED) {
		status = backend_open(out, name,
				      bytes_of(program, (size_t)about.st_size),
				      &detail);
		munmap(program, (size_t)about.st_size);
	}
	if (self >= 0)
		close(self);
	if (status)
		log_line(LOG_ERROR, "enclave: %s", detail);
	return status;
}

static enum status prepare(struct session *session, struct backend *backend,
			   const struct settings *settings)
{
	void *memory = map_lazily(settings->memory);
	enum status status = open_backend(backend, settings->backend);

	if (status)
		return status;
	if (!memory || secret_page_new(&session->secret)) {
		log_line(LOG_ERROR, "enclave: no memory for evaluation or no "
			 "locked page for the key");
		return E_SYSTEM;
	}
	arena_init(&session->arena, memory, settings->memory);
	session->backend = backend;
	session->lockdown = (struct lockdown){
		{ LISTENER, backend->descriptor, -1, -1 }, backend->descriptor,
		backend->device_request,
	};
	return OK;
}

static void serve_client(struct session *session, int client,
			 struct buffer *room, struct buffer *reply)
{
	struct channel channel = { client, PARTY_ENCLAVE, is_stopping, "" };
	enum status status = OK;

	session->lockdown.keep[2] = client;
	while (!status && !session->broken) {
		enum message answered = MESSAGE_FAILURE;
		struct frame frame;

		status = channel_receive(&frame, &channel, room,
					 CLIENT_IDLE_MS);
		if (!status) {
			answered = session_answer(reply, session, &frame);
		} else if (status == E_MALFORMED || status == E_LIMIT) {
			reply->size = 0;
			wire_failure_put(reply, status, channel.problem);
		} else {
			return;
		}
		if (channel_send(&channel, answered, buffer_bytes(reply)))
			return;
	}
}

static enum status serve(struct session *session)
{
	struct buffer room, reply;
	void *room_bytes = map_lazily(CASE_BYTES_MAX);
	void *reply_bytes = map_lazily(REPLY_MAX);

	if (!room_bytes || !reply_bytes)
		return E_SYSTEM;
	buffer_init(&room, room_bytes, CASE_BYTES_MAX);
	buffer_init(&reply, reply_bytes, REPLY_MAX);
	while (!stopping && !session->broken) {
		struct pollfd poller = { LISTENER, POLLIN, 0 };
		int client;

		if (poll(&poller, 1, 500) <= 0)
			continue;
		client = accept4(LISTENER, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (client < 0)
			continue;
		serve_client(session, client, &room, &reply);
		close(client);
	}
	return session->broken ? E_SYSTEM : OK;
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
}

int main(int argc, char **argv)
{
	static struct session session;
	static struct backend backend;
	struct settings settings;
	enum status status = read_settings(&settings, argc, argv);

	if (!status && !is_listening(LISTENER))
		status = E_USAGE;
	if (status) {
		fputs(usage, stderr);
		return status_exit_code(status);
	}
	catch_signals();
	status = prepare(&session, &backend, &settings);
	if (!status)
		status = serve(&session);
	session_end(&session);
	return status_exit_code(status);
}
