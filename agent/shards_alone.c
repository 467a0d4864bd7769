/* shards_alone.c -- see shards.h: the program by itself, one rank of one. */
#include "agent/shards.h"

#include <stdlib.h>

/* Under mpirun each of several would do all the work, in one folder. */
enum status shards_open(struct error *error)
{
	static const char *const sizes[] = { "OMPI_COMM_WORLD_SIZE",
					     "PMI_SIZE" };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const char *size = getenv(sizes[i]);

		if (!size || atoi(size) < 2)
			continue;
		error_set(error, E_USAGE, "mpirun started this program %s "
			  "times, but it knows of no other rank", size);
		return error_hint(error, "plimsoll-mpi is the program for "
				  "mpirun.");
	}
	return OK;
}

size_t shards_rank(void)
{
	return 0;
}

size_t shards_size(void)
{
	return 1;
}

static enum status nobody(struct error *error)
{
	return error_set(error, E_SYSTEM, "there is no other rank");
}

enum status shards_send(struct bytes bytes, size_t to, struct error *error)
{
	(void)bytes;
	(void)to;
	return nobody(error);
}

enum status shards_receive(struct text *out, size_t from, struct error *error)
{
	(void)out;
	(void)from;
	return nobody(error);
}

void shards_close(void)
{
}
