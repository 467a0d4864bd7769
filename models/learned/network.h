/* network.h -- a small multilayer perceptron: features in, the distribution
 * of the next return out.
 *
 * Pure.  tanh layers; three outputs: log of the variance factor, and the
 * distances of the 1 % and 99 % quantiles in deviations.  Weights are integers
 * (millionths) in a canonical blob, so everyone computes the same function.
 *
 *   outputs  o = W3 tanh(W2 tanh(W1 x + b1) + b2) + b3
 *   variance = exp(clamp(o0, -6, 6))            relative to the caller's scale
 *   lower    = -(1 + softplus(o1)) sqrt(variance)     1 % quantile, negative
 *   upper    =  (1 + softplus(o2)) sqrt(variance)    99 % quantile, positive */
#ifndef MODELS_LEARNED_NETWORK_H
#define MODELS_LEARNED_NETWORK_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"

#define NETWORK_INPUTS 16
#define NETWORK_HIDDEN 16 /* in both layers */
#define NETWORK_OUTPUTS 3
#define NETWORK_WEIGHTS                                                       \
	((NETWORK_INPUTS + 1) * NETWORK_HIDDEN +                              \
	 (NETWORK_HIDDEN + 1) * NETWORK_HIDDEN +                              \
	 (NETWORK_HIDDEN + 1) * NETWORK_OUTPUTS)
#define NETWORK_WEIGHT_MAX 1000.0

/** W1 row by row (hidden x inputs), b1, W2, b2, W3, b3. */
struct network {
	double weights[NETWORK_WEIGHTS];
};

struct network_output {
	double variance, lower, upper;
};

/** network_run - x [NETWORK_INPUTS], clamped to [-8, 8]; NaN counts as 0.
 *  Cost: NETWORK_WEIGHTS multiplications, 32 tanh. */
void network_run(struct network_output *out, const struct network *network,
		 const double *x);

/** network_encode / network_decode - canonical blob: CBOR array [version,
 *  inputs, hidden, outputs, [integers]] of weights in millionths.
 *  decode returns E_MALFORMED for other bytes or shapes or a weight beyond
 *  NETWORK_WEIGHT_MAX.  encode(decode(x)) = x. */
void network_encode(struct buffer *out, const struct network *network);
MUST_CHECK enum status network_decode(struct network *out, struct bytes in);

/** One row of training data: features, realised variance (for QLIKE) and the
 *  return (for the quantiles), both relative to the caller's scale. */
struct network_rows {
	const double *x;        /* [n][NETWORK_INPUTS] */
	const double *variance; /* [n] > 0 */
	const double *returns;  /* [n] */
	size_t n;
};

/**
 * network_loss - mean over rows of qlike(variance) / 2 + pinball 1 % + pinball
 * 99 %, qlike without a floor, the pinball losses divided by 0.05 so that each
 * counts about as much as the first; and its gradient by reverse mode.  They
 * are not divided by the own deviation: that would reward a variance above
 * the true one (3.7 times it in the case of tests/unit/test_network_train.c).
 *
 * Out:     gradient [NETWORK_WEIGHTS] or NULL: only the loss
 * Returns: the loss; rows whose variance is not in [1e-12, 1e12] or whose
 *          return is beyond 1e12, or NaN, are left out of the mean; 0 when
 *          none remains
 * Cost:    rows in blocks of 64 through matrix products (models/linalg.h);
 *          about 1 us a row, 50 kB of stack */
double network_loss(double *gradient, const struct network *network,
		    const struct network_rows *rows);

struct network_training {
	uint64_t seed;
	unsigned epochs_max, patience; /* early stopping on the later window */
	unsigned batch;                /* rows a step */
	double rate;                   /* of Adam */
};

struct network_report {
	unsigned epochs, best_epoch;
	/* first: validation before any step; the others at best_epoch */
	double first_loss, training_loss, validation_loss;
};

/**
 * network_train - Adam on `training`, keeping the weights that do best on
 * `validation` (a later window), each epoch's quantised to millionths before
 * they are judged: the losses reported are those of the blob.
 *
 * Out:     out, report   untouched unless OK
 * Returns: OK; E_INPUT no rows that count, a count of 0, a rate not above 0;
 *          E_CONVERGENCE no epoch improved on the start; E_LIMIT
 * Arena:   30 kB + 4 bytes a row + 144 a row of a step, given back
 * Same input, same bytes.  Weights start from Philox normals scaled by
 * 1 / sqrt(inputs of the layer); rows are visited in an order shuffled by
 * Philox each epoch.
 * Source: Kingma and Ba (2015), algorithm 1 */
struct network_data {
	struct network_rows training, validation;
};
MUST_CHECK enum status network_train(struct network *out,
				     struct network_report *report,
				     const struct network_data *data,
				     const struct network_training *how,
				     struct arena *arena);

#endif
