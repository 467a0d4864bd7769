/* channel.c -- see channel.h. */
#include "agent/enclave/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/host/clock.h"

#define SLICE_MS 500 /* how often an interruption is looked for */

static enum status fail(struct channel *channel, enum status status,
			const char *problem)
{
	channel->problem = problem;
	return status;
}

/* Waits until `events` or the deadline (-1: none).  OK also on hang-up: the
 * read or write that follows says so. */
static enum status wait_ready(struct channel *channel, short events,
			      int64_t deadline_ms)
{
	for (;;) {
		struct pollfd poller = { channel->descriptor, events, 0 };
		int64_t left = deadline_ms < 0
			? SLICE_MS : deadline_ms - clock_monotonic_ms();
		int got;

		if (channel->interrupted && channel->interrupted())
			return fail(channel, E_INTERRUPTED, "interrupted");
		if (left <= 0)
			return fail(channel, E_PEER, "no answer in time");
		got = poll(&poller, 1, left < SLICE_MS ? (int)left : SLICE_MS);
		if (got > 0)
			return OK;
		if (got < 0 && errno != EINTR)
			return fail(channel, E_PEER, "cannot wait");
	}
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static enum status write_all(struct channel *channel, struct bytes in,
			     int64_t deadline_ms)
{
	size_t done = 0;

	while (done < in.size) {
		ssize_t sent = send(channel->descriptor, in.data + done,
				    in.size - done, MSG_NOSIGNAL);
		enum status status;

		if (sent > 0) {
			done += (size_t)sent;
			continue;
		}
		if (sent == 0 || !would_block())
			return fail(channel, E_PEER, "connection closed");
		status = wait_ready(channel, POLLOUT, deadline_ms);
		if (status)
			return status;
	}
	return OK;
}

/* Reads exactly `size` bytes. */
static enum status read_all(struct channel *channel, uint8_t *out, size_t size,
			    int64_t deadline_ms)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = recv(channel->descriptor, out + done,
				   size - done, 0);
		enum status status;

		if (got > 0) {
			done += (size_t)got;
			continue;
		}
		if (got == 0 || !would_block())
			return fail(channel, E_PEER, "connection closed");
		status = wait_ready(channel, POLLIN, deadline_ms);
		if (status)
			return status;
	}
	return OK;
}

enum status channel_send(struct channel *channel, enum message message,
			 struct bytes body)
{
	const struct message_rule *rule = message_rule((uint8_t)message);
	int64_t deadline = clock_monotonic_ms() + CHANNEL_FRAME_TIMEOUT_MS;
	uint8_t head[CHANNEL_HEAD_SIZE];
	enum status status;

	if (!rule || rule->receiver == channel->self)
		return fail(channel, E_INPUT, "not a message of this end");
	if (body.size > rule->size_max)
		return fail(channel, E_LIMIT,
			    "larger than the message may be");
	store_be32(head, (uint32_t)body.size);
	head[4] = (uint8_t)message;
	status = write_all(channel, bytes_of(head, sizeof(head)), deadline);
	return status ? status : write_all(channel, body, deadline);
}

/* The first byte decides between a clean end and a broken frame. */
static enum status read_head(struct channel *channel,
			     uint8_t head[CHANNEL_HEAD_SIZE], int64_t idle_ms)
{
	int64_t deadline = idle_ms < 0 ? -1 : clock_monotonic_ms() + idle_ms;
	enum status status;
	ssize_t got;

	for (;;) {
		status = wait_ready(channel, POLLIN, deadline);
		if (status)
			return status;
		got = recv(channel->descriptor, head, 1, 0);
		if (got > 0)
			break;
		if (got == 0)
			return fail(channel, E_MISSING, "connection closed");
		if (!would_block())
			return fail(channel, E_PEER, "connection closed");
	}
	return read_all(channel, head + 1, CHANNEL_HEAD_SIZE - 1,
			clock_monotonic_ms() + CHANNEL_FRAME_TIMEOUT_MS);
}

enum status channel_receive(struct frame *out, struct channel *channel,
			    const struct buffer *room, int64_t idle_ms)
{
	uint8_t head[CHANNEL_HEAD_SIZE];
	const struct message_rule *rule;
	enum status status = read_head(channel, head, idle_ms);
	uint32_t size;

	if (status)
		return status;
	size = load_be32(head);
	rule = message_rule(head[4]);
	if (!rule || rule->receiver != channel->self)
		return fail(channel, E_MALFORMED, "not a message for this end");
	if (size > rule->size_max || size > room->capacity)
		return fail(channel, E_LIMIT,
			    "a frame larger than its message may be");
	status = read_all(channel, room->data, size,
			  clock_monotonic_ms() + CHANNEL_FRAME_TIMEOUT_MS);
	if (!status)
		*out = (struct frame){ rule, bytes_of(room->data, size) };
	return status;
}
