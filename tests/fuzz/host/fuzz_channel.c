/* fuzz_channel.c -- a stream of frames, some broken, then the end.  First byte:
 * which party receives.  What is received is what stands in the stream, and
 * sending it again makes the same bytes. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/enclave/channel.h"

#define ROOM 4096 /* smaller than some messages may be */
#define STREAM_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		       ends))
		abort();
}

/* Fills the one end and closes it for writing. */
static void fill(int descriptor, struct bytes stream)
{
	while (stream.size) {
		ssize_t wrote = write(descriptor, stream.data, stream.size);

		if (wrote <= 0)
			abort();
		stream = bytes_of(stream.data + wrote,
				  stream.size - (size_t)wrote);
	}
	shutdown(descriptor, SHUT_WR);
}

/* The frame as the other end would send it. */
static void check_sent(const struct frame *frame, const uint8_t *original)
{
	static uint8_t again[CHANNEL_HEAD_SIZE + ROOM];
	size_t size = CHANNEL_HEAD_SIZE + frame->body.size;
	struct channel sender = { -1, frame->rule->receiver == PARTY_HOST
					      ? PARTY_ENCLAVE : PARTY_HOST,
				  NULL, "" };
	int ends[2];

	open_pair(ends);
	sender.descriptor = ends[0];
	if (channel_send(&sender, frame->rule->message, frame->body) ||
	    read(ends[1], again, sizeof(again)) != (ssize_t)size ||
	    memcmp(again, original, size))
		abort();
	close(ends[0]);
	close(ends[1]);
}

/* Why the frame that begins at `rest` could not be taken. */
static void check_end(enum status status, struct bytes rest, enum party self)
{
	const struct message_rule *rule;
	uint32_t size;
	enum status expected = E_PEER;

	if (!rest.size) {
		if (status != E_MISSING)
			abort();
		return;
	}
	if (rest.size >= CHANNEL_HEAD_SIZE) {
		size = load_be32(rest.data);
		rule = message_rule(rest.data[4]);
		if (!rule || rule->receiver != self)
			expected = E_MALFORMED;
		else if (size > rule->size_max || size > ROOM)
			expected = E_LIMIT;
		else if (size <= rest.size - CHANNEL_HEAD_SIZE)
			abort(); /* a whole, permitted frame was refused */
	}
	if (status != expected)
		abort();
}

static void receive_all(struct channel *channel, struct bytes stream)
{
	static uint8_t bytes[ROOM];
	struct buffer room;
	struct frame frame = { 0 };
	enum status status;

	buffer_init(&room, bytes, sizeof(bytes));
	while (!(status = channel_receive(&frame, channel, &room, 1000))) {
		size_t size = CHANNEL_HEAD_SIZE + frame.body.size;

		if (frame.rule->receiver != channel->self ||
		    frame.body.data != bytes || size > stream.size)
			abort();
		check_sent(&frame, stream.data);
		stream = bytes_of(stream.data + size, stream.size - size);
	}
	if (!channel->problem || !*channel->problem)
		abort();
	check_end(status, stream, channel->self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel channel = { .problem = "" };
	int ends[2];

	if (size < 1 || size > STREAM_MAX)
		return 0;
	open_pair(ends);
	channel.descriptor = ends[0];
	channel.self = data[0] & 1 ? PARTY_ENCLAVE : PARTY_HOST;
	fill(ends[1], bytes_of(data + 1, size - 1));
	receive_all(&channel, bytes_of(data + 1, size - 1));
	close(ends[0]);
	close(ends[1]);
	return 0;
}
