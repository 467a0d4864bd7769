/* network_loss.c -- loss of the network over rows and its gradient by reverse
 * mode, in blocks of rows through matrix products; see network.h.
 *
 * A block's arrays are row by row, which to linalg.h is [width x rows]. */
#include "models/learned/network_internal.h"

#include <math.h>
#include <string.h>

#include "models/elementary.h"
#include "models/ensemble/scores.h"
#include "models/linalg.h"

#define BLOCK 64
#define TAIL 0.01
#define PINBALL_WEIGHT 20.0 /* 1 / 0.05 */
#define VARIANCE_LEAST 1e-12
#define FIGURE_MOST 1e12

struct block {
	size_t rows;
	double in[BLOCK * NETWORK_INPUTS];
	double first[BLOCK * NETWORK_HIDDEN];
	double second[BLOCK * NETWORK_HIDDEN];
	double last[BLOCK * NETWORK_OUTPUTS];
};

/* Derivatives of the loss by what each layer gives before its tanh. */
struct block_errors {
	double first[BLOCK * NETWORK_HIDDEN];
	double second[BLOCK * NETWORK_HIDDEN];
	double last[BLOCK * NETWORK_OUTPUTS];
};

bool network_row_counts(const struct network_rows *rows, size_t i)
{
	return rows->variance[i] >= VARIANCE_LEAST &&
	       rows->variance[i] <= FIGURE_MOST &&
	       fabs(rows->returns[i]) <= FIGURE_MOST;
}

static struct linalg_matrix matrix_of(const double *values, size_t width,
				      size_t rows)
{
	return (struct linalg_matrix){ values, width, rows, false };
}

static struct linalg_matrix weights_of(const struct network *network,
				       const struct network_layer *layer)
{
	return matrix_of(network->weights + layer->at, layer->inputs,
			 layer->outputs);
}

/* The biases lie in `out` first and the products are added to them. */
static void forward_layer(double *out, const struct network *network,
			  const struct network_layer *layer, const double *in,
			  size_t rows)
{
	struct linalg_matrix weights = weights_of(network, layer);
	struct linalg_matrix inputs = matrix_of(in, layer->inputs, rows);
	const double *biases = network->weights + layer->at +
			       layer->inputs * layer->outputs;

	weights.transposed = true;
	for (size_t row = 0; row < rows; row++)
		memcpy(out + row * layer->outputs, biases,
		       layer->outputs * sizeof(*out));
	linalg_multiply(out, 1.0, &weights, &inputs);
}

static void tanh_all(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = network_tanh(values[i]);
}

/* x [rows][NETWORK_INPUTS] */
static void forward(struct block *block, const struct network *network,
		    const double *x, size_t rows)
{
	block->rows = rows;
	for (size_t i = 0; i < rows * NETWORK_INPUTS; i++)
		block->in[i] = network_feature(x[i]);
	forward_layer(block->first, network, &network_layers[0], block->in,
		      rows);
	tanh_all(block->first, rows * NETWORK_HIDDEN);
	forward_layer(block->second, network, &network_layers[1], block->first,
		      rows);
	tanh_all(block->second, rows * NETWORK_HIDDEN);
	forward_layer(block->last, network, &network_layers[2], block->second,
		      rows);
}

/* Pinball loss, weighted; its derivative by the quantile goes to *slope. */
static double pinball(double *slope, double value, double quantile,
		      double level)
{
	*slope = PINBALL_WEIGHT * score_pinball_slope(value, quantile, level);
	return *slope * (quantile - value);
}

static double sigmoid(double x)
{
	return 1.0 / (1.0 + elementary_exp(-x));
}

/* One row's loss; its derivatives by the last layer's numbers go to errors.
 * Both quantiles move with the deviation, by half of themselves for one of
 * the log of the variance; where that is clamped nothing moves. */
static double row_loss(double *errors, const double *last, double variance,
		       double value)
{
	struct network_output out;
	double ratio, deviation, lower_slope, upper_slope, loss;

	network_outputs(&out, last);
	ratio = variance / out.variance;
	deviation = sqrt(out.variance);
	loss = 0.5 * (ratio - elementary_log(ratio) - 1.0) +
	       pinball(&lower_slope, value, out.lower, TAIL) +
	       pinball(&upper_slope, value, out.upper, 1.0 - TAIL);
	errors[0] = fabs(last[0]) < NETWORK_LEVEL_MAX
			    ? 0.5 * (1.0 - ratio + lower_slope * out.lower +
				     upper_slope * out.upper)
			    : 0.0;
	errors[1] = -lower_slope * sigmoid(last[1]) * deviation;
	errors[2] = upper_slope * sigmoid(last[2]) * deviation;
	return loss;
}

/* Sum over a block of rows, the first of which is `from`; adds to *counted. */
static double block_loss(double *errors, const struct block *block,
			 const struct network_rows *rows, size_t from,
			 size_t *counted)
{
	double sum = 0.0;

	memset(errors, 0, block->rows * NETWORK_OUTPUTS * sizeof(*errors));
	for (size_t i = 0; i < block->rows; i++) {
		if (!network_row_counts(rows, from + i))
			continue;
		sum += row_loss(errors + i * NETWORK_OUTPUTS,
				block->last + i * NETWORK_OUTPUTS,
				rows->variance[from + i],
				rows->returns[from + i]);
		++*counted;
	}
	return sum;
}

/* Adds the derivatives by a layer's weights and biases. */
static void add_gradient(double *gradient, const struct network_layer *layer,
			 const double *in, const double *errors, size_t rows)
{
	struct linalg_matrix inputs = matrix_of(in, layer->inputs, rows);
	struct linalg_matrix out = matrix_of(errors, layer->outputs, rows);
	double *biases = gradient + layer->at + layer->inputs * layer->outputs;

	out.transposed = true;
	linalg_multiply(gradient + layer->at, 1.0, &inputs, &out);
	for (size_t row = 0; row < rows; row++)
		for (size_t i = 0; i < layer->outputs; i++)
			biases[i] += errors[row * layer->outputs + i];
}

/* Derivatives by a layer's inputs, before the tanh that made them. */
static void backward_layer(double *into, const struct linalg_matrix *weights,
			   const double *errors, const double *in, size_t rows)
{
	struct linalg_matrix out = matrix_of(errors, weights->columns, rows);

	linalg_multiply(into, 0.0, weights, &out);
	for (size_t i = 0; i < weights->rows * rows; i++)
		into[i] *= 1.0 - in[i] * in[i];
}

static void backward(double *gradient, struct block_errors *errors,
		     const struct network *network, const struct block *block)
{
	struct linalg_matrix last = weights_of(network, &network_layers[2]);
	struct linalg_matrix second = weights_of(network, &network_layers[1]);

	add_gradient(gradient, &network_layers[2], block->second, errors->last,
		     block->rows);
	backward_layer(errors->second, &last, errors->last, block->second,
		       block->rows);
	add_gradient(gradient, &network_layers[1], block->first,
		     errors->second, block->rows);
	backward_layer(errors->first, &second, errors->second, block->first,
		       block->rows);
	add_gradient(gradient, &network_layers[0], block->in, errors->first,
		     block->rows);
}

double network_loss(double *gradient, const struct network *network,
		    const struct network_rows *rows)
{
	struct block block;
	struct block_errors errors;
	size_t counted = 0;
	double sum = 0.0;

	if (gradient)
		memset(gradient, 0, NETWORK_WEIGHTS * sizeof(*gradient));
	for (size_t from = 0; from < rows->n; from += BLOCK) {
		size_t left = rows->n - from;

		forward(&block, network, rows->x + from * NETWORK_INPUTS,
			left < BLOCK ? left : BLOCK);
		sum += block_loss(errors.last, &block, rows, from, &counted);
		if (gradient)
			backward(gradient, &errors, network, &block);
	}
	if (!counted)
		return 0.0;
	if (gradient)
		for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
			gradient[i] /= (double)counted;
	return sum / (double)counted;
}
