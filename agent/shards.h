/* shards.h -- this process as one of several that share a command's work, on
 * one machine or on many.
 *
 * Rank 0 speaks to the user; the others do their share and send it bytes.  The
 * ordinary program is alone (shards_alone.c); `plimsoll-mpi`, started by mpirun,
 * is the same program over MPI (shards_mpi.c).  Host only.
 *
 * A rank that fails returns its error and exits without shards_close: mpirun
 * then ends the others, who save what they have when SIGTERM arrives. */
#ifndef AGENT_SHARDS_H
#define AGENT_SHARDS_H

#include "base/host/memory.h"

#define SHARDS_BYTES_MAX ((size_t)4 << 30) /* of one message */

/** shards_open - once, before the rest.  E_PEER; E_USAGE the ordinary program
 *  was started several times by mpirun. */
MUST_CHECK enum status shards_open(struct error *error);

/** From 0; shards_size is at least 1. */
size_t shards_rank(void);
size_t shards_size(void);

/** shards_send - bytes to another rank, in order; waits until it takes them.
 *  E_PEER. */
MUST_CHECK enum status shards_send(struct bytes bytes, size_t to,
				   struct error *error);

/** shards_receive - the next bytes from another rank, into text, whose content
 *  is replaced.  Waits without using the processor.
 *  E_PEER; E_LIMIT more than SHARDS_BYTES_MAX; E_INTERRUPTED. */
MUST_CHECK enum status shards_receive(struct text *out, size_t from,
				      struct error *error);

/** shards_close - the common end, when all went well; waits for all. */
void shards_close(void);

#endif
