/* hostile_server.c -- accept, read one request, answer the next step. */
#include "tests/support/hostile_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int listen_loopback(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) ||
	    listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&address, &size)) {
		perror("hostile server");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

/* Reads headers and the body they announce; false at the end of input. */
static bool read_request(int fd, char *out)
{
	size_t used = 0, want = 0;

	while (used + 1 < HOSTILE_REQUEST_MAX) {
		ssize_t got = read(fd, out + used,
				   HOSTILE_REQUEST_MAX - 1 - used);
		const char *end;

		if (got <= 0)
			return false;
		used += (size_t)got;
		out[used] = 0;
		end = strstr(out, "\r\n\r\n");
		if (end && !want) {
			const char *length = strstr(out, "Content-Length: ");

			want = (size_t)(end - out) + 4;
			if (length)
				want += (size_t)strtoul(length + 16, NULL, 10);
		}
		if (want && used >= want)
			return true;
	}
	return true;
}

static void send_bytes(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		data += sent;
		size -= (size_t)sent;
	}
}

static void send_head(int fd, const struct hostile_step *step, size_t length)
{
	char head[512];
	int code = step->kind == HOSTILE_CODE ? step->code : 200;
	int size = snprintf(head, sizeof(head),
			    "HTTP/1.1 %d X\r\nContent-Type: application/json"
			    "\r\nContent-Length: %zu\r\n%s\r\n", code, length,
			    step->header ? step->header : "");

	send_bytes(fd, head, (size_t)size);
}

static void send_spaces(int fd, const struct hostile_step *step)
{
	char block[4096];

	memset(block, ' ', sizeof(block));
	send_head(fd, step, step->size + strlen(step->body));
	for (size_t left = step->size; left;) {
		size_t now = left < sizeof(block) ? left : sizeof(block);

		send_bytes(fd, block, now);
		left -= now;
	}
	send_bytes(fd, step->body, strlen(step->body));
}

static void send_with_id(int fd, const struct hostile_step *step,
			 const char *request)
{
	const char *mark = strstr(step->body, "$ID");
	const char *id = strstr(request, "\"id\":");
	size_t before = mark ? (size_t)(mark - step->body) : 0;
	size_t digits = id ? strspn(id + 5, "0123456789") : 0;

	if (!mark || !id) {
		send_head(fd, step, strlen(step->body));
		send_bytes(fd, step->body, strlen(step->body));
		return;
	}
	send_head(fd, step, strlen(step->body) - 3 + digits);
	send_bytes(fd, step->body, before);
	send_bytes(fd, id + 5, digits);
	send_bytes(fd, mark + 3, strlen(mark + 3));
}

/* Answers one request; false when the connection must close. */
static bool answer(int fd, const struct hostile_step *step,
		   const char *request)
{
	size_t length = step->body ? strlen(step->body) : 0;

	switch (step->kind) {
	case HOSTILE_SLOW:
		usleep((useconds_t)step->delay_ms * 1000);
		/* fall through */
	case HOSTILE_BODY:
	case HOSTILE_CODE:
		send_head(fd, step, length);
		send_bytes(fd, step->body, length);
		return true;
	case HOSTILE_CUT:
		send_head(fd, step, length);
		send_bytes(fd, step->body, length / 2);
		return false;
	case HOSTILE_LONGER:
		send_head(fd, step, length / 2);
		send_bytes(fd, step->body, length);
		return false;
	case HOSTILE_RAW:
		send_bytes(fd, step->body, length);
		return false;
	case HOSTILE_SPACES:
		send_spaces(fd, step);
		return true;
	case HOSTILE_SILENT:
		return false;
	case HOSTILE_ECHO_ID:
		send_with_id(fd, step, request);
		return true;
	}
	return false;
}

static void serve(int listener, struct hostile_server *server,
		  const struct hostile_step *steps, size_t count)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		bool open = fd >= 0;

		while (open && read_request(fd, server->last_request)) {
			size_t step = (size_t)(*server->requests)++;

			open = answer(fd, &steps[step < count ? step
							      : count - 1],
				      server->last_request);
		}
		if (fd >= 0) {
			shutdown(fd, SHUT_RDWR);
			close(fd);
		}
	}
}

bool hostile_start(struct hostile_server *server,
		   const struct hostile_step *steps, size_t count)
{
	size_t size = sizeof(int) + HOSTILE_REQUEST_MAX;
	int listener = listen_loopback(&server->port);
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (listener < 0 || shared == MAP_FAILED)
		return false;
	server->requests = shared;
	server->last_request = (char *)shared + sizeof(int);
	snprintf(server->url, sizeof(server->url),
		 "http://127.0.0.1:%d/secret-key", server->port);
	server->pid = fork();
	if (server->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, server, steps, count);
	}
	close(listener);
	return server->pid > 0;
}

void hostile_stop(struct hostile_server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	munmap(server->requests, sizeof(int) + HOSTILE_REQUEST_MAX);
}
