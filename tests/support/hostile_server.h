/* hostile_server.h -- a loopback HTTP server that answers scripted bytes.
 *
 * A child process, not a thread: nothing is shared with the test but a
 * counter.  Step i answers request i (the last step repeats). */
#ifndef TESTS_SUPPORT_HOSTILE_SERVER_H
#define TESTS_SUPPORT_HOSTILE_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum hostile_kind {
	HOSTILE_BODY,     /* 200 with the body */
	HOSTILE_CODE,     /* `code` with the body */
	HOSTILE_CUT,      /* full content length, half of the body, close */
	HOSTILE_LONGER,   /* content length smaller than the body */
	HOSTILE_RAW,      /* the body is the whole response, headers too */
	HOSTILE_SLOW,     /* waits delay_ms before the body */
	HOSTILE_SPACES,   /* `size` spaces, then the body */
	HOSTILE_SILENT,   /* closes without a byte */
	HOSTILE_ECHO_ID,  /* body's first "$ID" becomes the request's id */
};

struct hostile_step {
	enum hostile_kind kind;
	const char *body;
	int code;             /* HOSTILE_CODE */
	const char *header;   /* an extra line with \r\n, or NULL */
	size_t size;          /* HOSTILE_SPACES */
	int delay_ms;         /* HOSTILE_SLOW */
};

struct hostile_server {
	int pid;
	int port;
	char url[64];         /* http://127.0.0.1:PORT/key-in-path */
	int *requests;        /* served so far; shared memory */
	char *last_request;   /* text of the last one; shared memory */
};

#define HOSTILE_REQUEST_MAX 65536

/** hostile_start - false (and a message) when no socket is to be had. */
bool hostile_start(struct hostile_server *server,
		   const struct hostile_step *steps, size_t count);
void hostile_stop(struct hostile_server *server);

#endif
