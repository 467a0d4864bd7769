/* test_network.c -- the network against one written out with libm, the batch
 * pass bit for bit, the gradient against differences.  The blob is in
 * test_network_blob.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/learned/network_loss.c" /* for its forward pass */
#include "models/rng.h"

#define ROWS 150 /* two blocks and a part */

static double features[ROWS * NETWORK_INPUTS];
static double variances[ROWS], returns[ROWS];
static const struct network_rows rows = { features, variances, returns, ROWS };

static double normal(uint32_t path, uint32_t step, uint32_t stream)
{
	uint8_t seed[32] = { 7 };
	struct rng_key key = rng_key_of(seed);
	struct rng_counter counter = { path, step, stream };
	double out[2];

	rng_normals(out, &key, &counter);
	return out[0];
}

/* Large weights of the first output: some rows meet the clamp. */
static void random_network(struct network *out, uint32_t which)
{
	for (uint32_t i = 0; i < NETWORK_WEIGHTS; i++)
		out->weights[i] = 0.35 * normal(i, which, 1);
	for (size_t i = 0; i < NETWORK_HIDDEN; i++)
		out->weights[network_layers[2].at + i] *= 6.0;
}

static void random_rows(uint32_t which)
{
	for (uint32_t i = 0; i < ROWS * NETWORK_INPUTS; i++)
		features[i] = normal(i, which, 2);
	for (uint32_t i = 0; i < ROWS; i++) {
		variances[i] = exp(normal(i, which, 3));
		returns[i] = 3.0 * normal(i, which, 4);
	}
}

static void run_by_hand(double *last, const struct network *network,
			const double *x)
{
	const double *w = network->weights;
	double first[16], second[16];

	for (size_t h = 0; h < 16; h++) {
		first[h] = w[256 + h];
		for (size_t i = 0; i < 16; i++)
			first[h] += w[16 * h + i] * fmax(-8, fmin(8, x[i]));
		first[h] = tanh(first[h]);
	}
	for (size_t h = 0; h < 16; h++) {
		second[h] = w[528 + h];
		for (size_t i = 0; i < 16; i++)
			second[h] += w[272 + 16 * h + i] * first[i];
		second[h] = tanh(second[h]);
	}
	for (size_t o = 0; o < 3; o++) {
		last[o] = w[592 + o];
		for (size_t i = 0; i < 16; i++)
			last[o] += w[544 + 16 * o + i] * second[i];
	}
}

static void close_to(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fabs(expected)))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void run_is_the_formula(void **state)
{
	struct network network;
	struct network_output out;
	size_t clamped = 0;

	(void)state;
	assert_int_equal(NETWORK_WEIGHTS, 595);
	random_network(&network, 1);
	random_rows(1);
	features[5] = 1e6;
	features[6] = -(double)INFINITY;
	for (size_t i = 0; i < ROWS; i++) {
		double last[3], variance;

		network_run(&out, &network, features + i * NETWORK_INPUTS);
		run_by_hand(last, &network, features + i * NETWORK_INPUTS);
		clamped += fabs(last[0]) > 6.0;
		variance = exp(fmax(-6, fmin(6, last[0])));
		close_to(out.variance, variance, 1e-13);
		close_to(out.lower, -(1 + log1p(exp(last[1]))) * sqrt(variance),
			 1e-13);
		close_to(out.upper, (1 + log1p(exp(last[2]))) * sqrt(variance),
			 1e-13);
	}
	assert_true(clamped > 5 && clamped < ROWS / 2);
}

static void tanh_is_accurate(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int i = -40000; i <= 40000; i++) {
		double x = i / 1000.0 * exp((i % 17) - 12.0);

		close_to(network_tanh(x), tanh(x), 1e-15);
		worst = fmax(worst, fabs(x));
	}
	assert_true(worst > 1000.0);
	assert_true(network_tanh(0.0) == 0.0 && network_tanh(800.0) == 1.0);
	assert_true(network_tanh(-(double)INFINITY) == -1.0);
}

static void odd_features_are_tame(void **state)
{
	struct network network;
	struct network_output with, without;
	double x[NETWORK_INPUTS];

	(void)state;
	random_network(&network, 2);
	random_rows(2);
	memcpy(x, features, sizeof(x));
	x[3] = (double)NAN;
	x[9] = 1e300;
	network_run(&with, &network, x);
	x[3] = 0.0;
	x[9] = 8.0;
	network_run(&without, &network, x);
	assert_memory_equal(&with, &without, sizeof(with));
	x[9] = 7.9;
	network_run(&without, &network, x);
	assert_true(with.variance != without.variance);
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		network.weights[i] = i % 3 ? NETWORK_WEIGHT_MAX
					   : -NETWORK_WEIGHT_MAX;
	network_run(&with, &network, x);
	assert_true(isfinite(with.variance) && with.variance > 0.0);
	assert_true(isfinite(with.lower) && with.lower < 0.0);
	assert_true(isfinite(with.upper) && with.upper > 0.0);
}

/* Bit for bit: both sum from the first input to the last, then the bias. */
static void batch_is_run(void **state)
{
	struct network network;
	struct network_output one, many;
	static struct block block;

	(void)state;
	random_network(&network, 3);
	random_rows(3);
	features[70] = (double)NAN;
	for (size_t from = 0; from < ROWS; from += BLOCK) {
		size_t n = ROWS - from < BLOCK ? ROWS - from : BLOCK;

		forward(&block, &network, features + from * NETWORK_INPUTS, n);
		for (size_t i = 0; i < n; i++) {
			network_outputs(&many, block.last + i * 3);
			network_run(&one, &network,
				    features + (from + i) * NETWORK_INPUTS);
			assert_memory_equal(&one, &many, sizeof(one));
		}
	}
}

static double pinball_by_hand(double value, double quantile, double level)
{
	return value < quantile ? (1 - level) * (quantile - value)
				: level * (value - quantile);
}

static void loss_is_the_mean(void **state)
{
	struct network network;
	double sum = 0.0, alone;
	size_t counted = 0;
	const double odd[] = { (double)NAN, (double)INFINITY, 0.0, -1.0,
			       1e13 };

	(void)state;
	random_network(&network, 4);
	random_rows(4);
	for (size_t i = 0; i < 5; i++)
		variances[20 * i + 3] = odd[i];
	returns[100] = (double)NAN;
	returns[101] = -(double)INFINITY;
	for (size_t i = 0; i < ROWS; i++) {
		struct network_output out;
		double ratio;

		if (i == 100 || i == 101 || (i % 20 == 3 && i < 100))
			continue;
		network_run(&out, &network, features + i * NETWORK_INPUTS);
		ratio = variances[i] / out.variance;
		sum += (ratio - log(ratio) - 1) / 2;
		sum += pinball_by_hand(returns[i], out.lower, 0.01) / 0.05;
		sum += pinball_by_hand(returns[i], out.upper, 0.99) / 0.05;
		counted++;
	}
	assert_int_equal(counted, ROWS - 7);
	close_to(network_loss(NULL, &network, &rows), sum / (double)counted,
		 1e-13);
	/* what a row left out holds does not matter */
	alone = network_loss(NULL, &network, &rows);
	returns[3] = 5.0;
	features[100 * NETWORK_INPUTS] = 3.0;
	assert_true(network_loss(NULL, &network, &rows) == alone);
}

static void no_rows_no_loss(void **state)
{
	struct network network;
	struct network_rows none = { features, variances, returns, 0 };
	double gradient[NETWORK_WEIGHTS] = { 1.0 };

	(void)state;
	random_network(&network, 5);
	random_rows(5);
	assert_true(network_loss(gradient, &network, &none) == 0.0);
	assert_true(gradient[0] == 0.0);
	for (size_t i = 0; i < ROWS; i++)
		variances[i] = (double)NAN;
	gradient[0] = 1.0;
	assert_true(network_loss(gradient, &network, &rows) == 0.0);
	assert_true(gradient[0] == 0.0);
}

/* Leaves out the rows whose loss has a corner nearby, where no difference is
 * a derivative; returns how many remain. */
static size_t avoid_corners(const struct network *network)
{
	size_t left = 0;

	for (size_t i = 0; i < ROWS; i++) {
		double last[3], near = 0.1;
		struct network_output out;

		run_by_hand(last, network, features + i * NETWORK_INPUTS);
		network_outputs(&out, last);
		near *= sqrt(out.variance);
		if (fabs(fabs(last[0]) - 6.0) < 0.1 ||
		    fabs(returns[i] - out.lower) < near ||
		    fabs(returns[i] - out.upper) < near)
			variances[i] = (double)NAN;
		else
			left++;
	}
	return left;
}

static double moved_loss(const struct network *network, size_t i, double step)
{
	struct network moved = *network;

	moved.weights[i] += step;
	return network_loss(NULL, &moved, &rows);
}

/* Central differences with the error of order step^4. */
static double difference(const struct network *network, size_t i)
{
	const double step = 2e-4;
	double near = moved_loss(network, i, step) -
		      moved_loss(network, i, -step);
	double far = moved_loss(network, i, 2.0 * step) -
		     moved_loss(network, i, -2.0 * step);

	return (8.0 * near - far) / (12.0 * step);
}

static void gradient_is_the_difference(void **state)
{
	struct network network;
	double gradient[NETWORK_WEIGHTS], worst = 0.0;

	(void)state;
	for (uint32_t which = 6; which < 8; which++) {
		double loss;
		size_t left;

		random_network(&network, which);
		random_rows(which);
		left = avoid_corners(&network);
		assert_true(left > 100 && left < ROWS);
		loss = network_loss(gradient, &network, &rows);
		assert_true(loss == network_loss(NULL, &network, &rows));
		for (size_t i = 0; i < NETWORK_WEIGHTS; i++) {
			double by = difference(&network, i);

			worst = fmax(worst, fabs(by - gradient[i]) /
						    fabs(gradient[i]));
			close_to(by, gradient[i], 1e-6);
		}
	}
	print_message("gradient: within %.1e of the differences\n", worst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_is_the_formula),
		cmocka_unit_test(tanh_is_accurate),
		cmocka_unit_test(odd_features_are_tame),
		cmocka_unit_test(batch_is_run),
		cmocka_unit_test(loss_is_the_mean),
		cmocka_unit_test(no_rows_no_loss),
		cmocka_unit_test(gradient_is_the_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
