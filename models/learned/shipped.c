/* shipped.c -- see shipped.h. */
#include "models/learned/shipped.h"

const struct network *learned_network(void)
{
	return &learned_shipped_weights;
}

void learned_blob(struct buffer *out)
{
	network_encode(out, &learned_shipped_weights);
}
