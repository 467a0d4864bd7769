/* shipped.h -- the weights that decide() uses, made by `plimsoll train` from
 * the built-in generator.  Pure. */
#ifndef MODELS_LEARNED_SHIPPED_H
#define MODELS_LEARNED_SHIPPED_H

#include "models/learned/network.h"

#define LEARNED_BLOB_MAX 8192

/** learned_network - never NULL. */
const struct network *learned_network(void);
/** learned_blob - its canonical bytes, part of the model hash; the buffer holds
 *  LEARNED_BLOB_MAX. */
void learned_blob(struct buffer *out);

/** The weights themselves: models/learned/shipped_weights.c, a file that
 *  `plimsoll train --source-file` writes. */
extern const struct network learned_shipped_weights;

#endif
