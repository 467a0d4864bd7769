/* network.c -- the network from features to a distribution, and its blob; see
 * network.h.  The loss is in network_loss.c, training in network_train.c. */
#include "models/learned/network_internal.h"

#include <math.h>

#include "base/cbor.h"
#include "case/fields.h"
#include "models/elementary.h"

#define NETWORK_VERSION 1
#define MEMBERS 5
#define FEATURE_MAX 8.0
#define MILLION 1e6
#define MILLIONTHS_MAX ((int64_t)(NETWORK_WEIGHT_MAX * MILLION))

double network_feature(double x)
{
	if (x != x)
		return 0.0;
	if (x > FEATURE_MAX)
		return FEATURE_MAX;
	return x < -FEATURE_MAX ? -FEATURE_MAX : x;
}

/* exp(-2|x|) - 1 never overflows and keeps its digits near 0. */
double network_tanh(double x)
{
	double t = elementary_expm1(-2.0 * fabs(x));
	double size = -t / (t + 2.0);

	return x < 0.0 ? -size : size;
}

static double softplus(double x)
{
	return (x > 0.0 ? x : 0.0) + elementary_log1p(elementary_exp(-fabs(x)));
}

void network_outputs(struct network_output *out, const double *last)
{
	double level = last[0], deviation;

	if (level > NETWORK_LEVEL_MAX)
		level = NETWORK_LEVEL_MAX;
	if (level < -NETWORK_LEVEL_MAX)
		level = -NETWORK_LEVEL_MAX;
	out->variance = elementary_exp(level);
	deviation = sqrt(out->variance);
	out->lower = -(1.0 + softplus(last[1])) * deviation;
	out->upper = (1.0 + softplus(last[2])) * deviation;
}

/* Sums from the first input to the last, then the bias: as training's matrix
 * products do.  Four outputs at a time, for one sum waits for itself. */
static void run_layer(double *out, const struct network *network,
		      const struct network_layer *layer, const double *in)
{
	const double *weights = network->weights + layer->at;
	const double *biases = weights + layer->inputs * layer->outputs;
	size_t n = layer->inputs, row = 0;

	for (; row + 4 <= layer->outputs; row += 4) {
		const double *w = weights + row * n;
		double sums[4] = { 0.0, 0.0, 0.0, 0.0 };

		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < 4; k++)
				sums[k] += w[k * n + i] * in[i];
		for (size_t k = 0; k < 4; k++)
			out[row + k] = sums[k] + biases[row + k];
	}
	for (; row < layer->outputs; row++) {
		double sum = 0.0;

		for (size_t i = 0; i < n; i++)
			sum += weights[row * n + i] * in[i];
		out[row] = sum + biases[row];
	}
}

void network_run(struct network_output *out, const struct network *network,
		 const double *x)
{
	double in[NETWORK_INPUTS], first[NETWORK_HIDDEN];
	double second[NETWORK_HIDDEN], last[NETWORK_OUTPUTS];

	for (size_t i = 0; i < NETWORK_INPUTS; i++)
		in[i] = network_feature(x[i]);
	run_layer(first, network, &network_layers[0], in);
	for (size_t i = 0; i < NETWORK_HIDDEN; i++)
		first[i] = network_tanh(first[i]);
	run_layer(second, network, &network_layers[1], first);
	for (size_t i = 0; i < NETWORK_HIDDEN; i++)
		second[i] = network_tanh(second[i]);
	run_layer(last, network, &network_layers[2], second);
	network_outputs(out, last);
}

static int64_t millionths(double weight)
{
	if (weight != weight)
		return 0;
	if (weight >= NETWORK_WEIGHT_MAX)
		return MILLIONTHS_MAX;
	if (weight <= -NETWORK_WEIGHT_MAX)
		return -MILLIONTHS_MAX;
	return (int64_t)(weight * MILLION + (weight < 0.0 ? -0.5 : 0.5));
}

void network_quantise(struct network *network)
{
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		network->weights[i] =
			(double)millionths(network->weights[i]) / MILLION;
}

void network_encode(struct buffer *out, const struct network *network)
{
	cbor_put_array(out, MEMBERS);
	cbor_put_unsigned(out, NETWORK_VERSION);
	cbor_put_unsigned(out, NETWORK_INPUTS);
	cbor_put_unsigned(out, NETWORK_HIDDEN);
	cbor_put_unsigned(out, NETWORK_OUTPUTS);
	cbor_put_array(out, NETWORK_WEIGHTS);
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		cbor_put_signed(out, millionths(network->weights[i]));
}

static bool shape_follows(struct cbor_reader *reader)
{
	static const uint64_t shape[] = { NETWORK_INPUTS, NETWORK_HIDDEN,
					  NETWORK_OUTPUTS };
	uint64_t value;

	for (size_t i = 0; i < 3; i++)
		if (cbor_get_unsigned(reader, &value) || value != shape[i])
			return false;
	return true;
}

static bool weights_follow(struct network *out, struct cbor_reader *reader)
{
	int64_t value;

	if (cbor_expect_array(reader, NETWORK_WEIGHTS))
		return false;
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++) {
		if (cbor_get_signed(reader, &value) ||
		    value > MILLIONTHS_MAX || value < -MILLIONTHS_MAX)
			return false;
		out->weights[i] = (double)value / MILLION;
	}
	return true;
}

enum status network_decode(struct network *out, struct bytes in)
{
	struct cbor_reader reader;
	struct network read;

	cbor_reader_init(&reader, in);
	if (record_open(&reader, MEMBERS, NETWORK_VERSION) ||
	    !shape_follows(&reader) || !weights_follow(&read, &reader) ||
	    cbor_finish(&reader))
		return E_MALFORMED;
	*out = read;
	return OK;
}
