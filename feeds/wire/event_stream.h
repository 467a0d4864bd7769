/* event_stream.h -- server-sent events: the data of one event after another
 * from bytes that come in any pieces.
 *
 * Pure; memory is the caller's.  Lines end in LF, CR LF or CR; `data` lines of
 * an event are joined by LF, other fields, comments and a byte order mark in
 * front of all are passed over, an empty line ends the event.  Unlike there, an
 * event whose data is empty is no event.  Source: the HTML standard, section
 * 9.2. */
#ifndef FEEDS_WIRE_EVENT_STREAM_H
#define FEEDS_WIRE_EVENT_STREAM_H

#include "base/bytes.h"

#include <stdbool.h>

struct event_stream {
	struct buffer line, data; /* under way */
	bool after_return;        /* a CR ended the line: an LF adds none */
	bool told;                /* the data was handed out */
	bool begun;               /* a line has ended */
	bool has_data;            /* the event has a data line, even an empty one */
};

/** event_stream_init - half of `capacity` for a line, half for an event. */
void event_stream_init(struct event_stream *stream, uint8_t *memory,
		       size_t capacity);

/**
 * event_stream_next - the data of the next whole event of *in; what was used
 * is taken off *in.
 * Out:     data  lent until the next call
 * Returns: OK        an event; call again with what is left
 *          E_MISSING *in is used up
 *          E_LIMIT   a line or an event is too long: the stream is lost */
MUST_CHECK enum status event_stream_next(struct bytes *data,
					 struct event_stream *stream,
					 struct bytes *in);

#endif
