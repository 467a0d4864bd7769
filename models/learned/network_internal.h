/* network_internal.h -- what running and training the network share: its
 * layout and the functions that both must compute to the same bits.  Pure. */
#ifndef MODELS_LEARNED_NETWORK_INTERNAL_H
#define MODELS_LEARNED_NETWORK_INTERNAL_H

#include <stdbool.h>

#include "models/learned/network.h"

#define NETWORK_LAYERS 3
#define NETWORK_LEVEL_MAX 6.0 /* of the log of the variance factor */

/** One layer: weights [outputs][inputs] from `at` on, then its biases. */
struct network_layer {
	size_t at, inputs, outputs;
};

static const struct network_layer network_layers[NETWORK_LAYERS] = {
	{ 0, NETWORK_INPUTS, NETWORK_HIDDEN },
	{ (NETWORK_INPUTS + 1) * NETWORK_HIDDEN, NETWORK_HIDDEN,
	  NETWORK_HIDDEN },
	{ (NETWORK_INPUTS + 1) * NETWORK_HIDDEN +
		  (NETWORK_HIDDEN + 1) * NETWORK_HIDDEN,
	  NETWORK_HIDDEN, NETWORK_OUTPUTS },
};

/** network_feature - as the network takes it: in [-8, 8], NaN is 0. */
double network_feature(double x);
/** network_tanh - within 1e-15 relative, also near 0. */
double network_tanh(double x);
/** network_outputs - variance and quantiles of the last layer's numbers. */
void network_outputs(struct network_output *out, const double *last);
/** network_quantise - weights rounded to millionths, at most
 *  NETWORK_WEIGHT_MAX in size: those that a blob gives back. */
void network_quantise(struct network *network);
/** network_row_counts - row i has figures that a loss can be made of. */
bool network_row_counts(const struct network_rows *rows, size_t i);

#endif
