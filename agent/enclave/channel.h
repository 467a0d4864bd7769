/* channel.h -- length-prefixed typed frames over a descriptor.
 *
 * Frame: length of the body u32 big-endian, message number u8, body.  Both
 * ends refuse what wire.def does not allow before a byte of body is read or
 * sent.  It knows nothing of what bodies mean or of the enclave's state. */
#ifndef AGENT_ENCLAVE_CHANNEL_H
#define AGENT_ENCLAVE_CHANNEL_H

#include "agent/enclave/wire.h"

#define CHANNEL_HEAD_SIZE 5
#define CHANNEL_FRAME_TIMEOUT_MS 30000 /* a frame, once it has begun */

struct channel {
	int descriptor; /* non-blocking stream: socket pair, unix, vsock */
	enum party self;
	bool (*interrupted)(void); /* asked while waiting; NULL: never */
	const char *problem;       /* after a failure: static text */
};

struct frame {
	const struct message_rule *rule;
	struct bytes body; /* in the caller's room */
};

/**
 * channel_send - one whole frame.
 * Returns: E_LIMIT       the body is larger than its message allows
 *          E_PEER        the other end is gone, or does not read
 *          E_INTERRUPTED */
MUST_CHECK enum status channel_send(struct channel *channel,
				    enum message message, struct bytes body);

/**
 * channel_receive - one whole frame into room (data and capacity are used).
 *
 * In:      idle_ms  how long to wait for its first byte; -1: for ever
 * Returns: E_MISSING     the other end closed between frames
 *          E_PEER        it closed within one, or was too slow
 *          E_MALFORMED   no such message, or not one for this end
 *          E_LIMIT       longer than its message or the room allows
 *          E_INTERRUPTED */
MUST_CHECK enum status channel_receive(struct frame *out,
				       struct channel *channel,
				       const struct buffer *room,
				       int64_t idle_ms);

#endif
