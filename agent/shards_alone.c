/* shards_alone.c -- see shards.h: the program by itself, one rank of one. */
#include "agent/shards.h"

enum status shards_open(struct error *error)
{
	(void)error;
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
