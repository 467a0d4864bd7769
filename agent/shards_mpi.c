/* shards_mpi.c -- see shards.h: ranks over MPI; the one user of mpi.h, linked
 * into plimsoll-mpi alone.
 *
 * A message is its size and then its bytes in pieces, since MPI counts in int.
 * Waiting probes and sleeps: MPI's own waiting would keep a core busy that
 * another rank may need. */
#include "agent/shards.h"

#include <mpi.h>

#include "agent/command.h"
#include "base/host/clock.h"

#define TAG 1
#define PIECE ((size_t)64 << 20)
#define WAIT_MS 20

static int own_rank, all_ranks = 1;

static enum status check(int code, const char *what, struct error *error)
{
	char words[MPI_MAX_ERROR_STRING] = "";
	int size = 0;

	if (code == MPI_SUCCESS)
		return OK;
	MPI_Error_string(code, words, &size);
	return error_set(error, E_PEER, "MPI: %s: %.200s", what, words);
}

enum status shards_open(struct error *error)
{
	enum status status = check(MPI_Init(NULL, NULL), "start", error);

	if (status)
		return status;
	MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	status = check(MPI_Comm_rank(MPI_COMM_WORLD, &own_rank), "rank",
		       error);
	return status ? status
		      : check(MPI_Comm_size(MPI_COMM_WORLD, &all_ranks),
			      "size", error);
}

size_t shards_rank(void)
{
	return (size_t)own_rank;
}

size_t shards_size(void)
{
	return (size_t)all_ranks;
}

static int piece_at(size_t at, size_t size)
{
	return (int)(size - at < PIECE ? size - at : PIECE);
}

enum status shards_send(struct bytes bytes, size_t to, struct error *error)
{
	uint64_t size = bytes.size;
	enum status status = check(MPI_Send(&size, 1, MPI_UINT64_T, (int)to,
					    TAG, MPI_COMM_WORLD),
				   "send", error);

	for (size_t at = 0; at < bytes.size && !status; at += PIECE)
		status = check(MPI_Send(bytes.data + at,
					piece_at(at, bytes.size), MPI_BYTE,
					(int)to, TAG, MPI_COMM_WORLD),
			       "send", error);
	return status;
}

static enum status wait_for(size_t from, struct error *error)
{
	for (;;) {
		int there = 0;
		enum status status = check(MPI_Iprobe((int)from, TAG,
						      MPI_COMM_WORLD, &there,
						      MPI_STATUS_IGNORE),
					   "wait", error);

		if (status || there)
			return status;
		if (command_interrupted())
			return error_set(error, E_INTERRUPTED, "interrupted");
		clock_sleep_ms(WAIT_MS);
	}
}

enum status shards_receive(struct text *out, size_t from, struct error *error)
{
	uint64_t size = 0;
	char *data;
	enum status status = wait_for(from, error);

	if (!status)
		status = check(MPI_Recv(&size, 1, MPI_UINT64_T, (int)from, TAG,
					MPI_COMM_WORLD, MPI_STATUS_IGNORE),
			       "receive", error);
	if (!status && size > SHARDS_BYTES_MAX)
		status = error_set(error, E_LIMIT, "rank %zu sends too much",
				   from);
	if (status)
		return status;
	data = memory_allocate(size + 1, 1);
	for (size_t at = 0; at < size && !status; at += PIECE)
		status = check(MPI_Recv(data + at, piece_at(at, size), MPI_BYTE,
					(int)from, TAG, MPI_COMM_WORLD,
					MPI_STATUS_IGNORE),
			       "receive", error);
	if (status) {
		memory_free(data);
		return status;
	}
	text_free(out);
	*out = (struct text){ .data = data, .size = size,
					.capacity = size + 1 };
	return OK;
}

void shards_close(void)
{
	MPI_Finalize();
}
