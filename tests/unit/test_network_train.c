/* test_network_train.c -- training finds a known conditional variance and
 * quantiles; same input, same bytes; early stopping; bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/learned/network.h"
#include "models/rng.h"

#define ROWS_MOST 40000
#define QUANTILE 2.3263478740408411 /* 99 % of the standard normal */
#define ARENA_SIZE (1 << 20)

static double features[ROWS_MOST * NETWORK_INPUTS];
static double variances[ROWS_MOST], returns[ROWS_MOST];
static struct network_output truths[ROWS_MOST];
static size_t rows, training; /* the rest is the later window */
static struct network_data data;
static uint8_t block[ARENA_SIZE] __attribute__((aligned(16)));
static struct arena arena;

static const struct network_training usual = { 11, 15, 4, 64, 0.002 };

static void normals(double out[2], uint32_t path, uint32_t step)
{
	uint8_t seed[32] = { 3 };
	struct rng_key key = rng_key_of(seed);
	struct rng_counter counter = { path, step, 0 };

	rng_normals(out, &key, &counter);
}

/* Variance and tails that bend with the features; the other ten are noise. */
static void set_truth(struct network_output *truth, const double *x)
{
	truth->variance = exp(0.9 * tanh(x[0]) + 0.5 * x[1] -
			      0.4 * fabs(x[2]) + 0.2 * x[0] * x[1]);
	truth->lower = -QUANTILE * (1.5 + 0.5 * tanh(2.0 * x[3])) *
		       sqrt(truth->variance);
	truth->upper = QUANTILE * (1.0 + 0.2 * tanh(x[4] - x[5])) *
		       sqrt(truth->variance);
}

/* The return is normal with one deviation below 0 and another above; realised
 * variance is the true one times a mean of 8 squared normals. */
static void simulate(size_t training_rows, size_t validation_rows)
{
	double z[2];

	training = training_rows;
	rows = training_rows + validation_rows;
	arena_init(&arena, block, sizeof(block));
	for (uint32_t t = 0; t < rows; t++) {
		double *x = features + t * NETWORK_INPUTS, noise = 0.0;

		for (uint32_t i = 0; i < NETWORK_INPUTS; i += 2)
			normals(x + i, t, i);
		set_truth(&truths[t], x);
		for (uint32_t i = 0; i < 8; i += 2) {
			normals(z, t, 100 + i);
			noise += (z[0] * z[0] + z[1] * z[1]) / 8.0;
		}
		variances[t] = truths[t].variance * noise;
		normals(z, t, 200);
		returns[t] = z[0] / QUANTILE *
			     (z[0] < 0.0 ? -truths[t].lower : truths[t].upper);
	}
	data.training = (struct network_rows){ features, variances, returns,
					       training };
	data.validation = (struct network_rows){
		features + training * NETWORK_INPUTS, variances + training,
		returns + training, validation_rows
	};
}

static double pinball(double value, double quantile, double level)
{
	return value < quantile ? (1 - level) * (quantile - value)
				: level * (value - quantile);
}

/* The loss on the later window of the function that made the rows. */
static double loss_of_truth(void)
{
	double sum = 0.0;

	for (size_t t = training; t < rows; t++) {
		double ratio = variances[t] / truths[t].variance;

		sum += (ratio - log(ratio) - 1) / 2 +
		       pinball(returns[t], truths[t].lower, 0.01) / 0.05 +
		       pinball(returns[t], truths[t].upper, 0.99) / 0.05;
	}
	return sum / (double)(rows - training);
}

struct distance {
	double log_variance, lower, upper; /* root mean square, of logs */
};

static struct distance distance_of(const struct network *network)
{
	struct distance d = { 0.0, 0.0, 0.0 };
	struct network_output out;
	double n = (double)(rows - training);

	for (size_t t = training; t < rows; t++) {
		double a, b, c;

		network_run(&out, network, features + t * NETWORK_INPUTS);
		a = log(out.variance / truths[t].variance);
		b = log(out.lower / truths[t].lower);
		c = log(out.upper / truths[t].upper);
		d.log_variance += a * a / n;
		d.lower += b * b / n;
		d.upper += c * c / n;
	}
	return (struct distance){ sqrt(d.log_variance), sqrt(d.lower),
				  sqrt(d.upper) };
}

static void the_truth_is_found(void **state)
{
	static struct network network;
	struct network_report report;
	struct distance d;
	double truth;

	(void)state;
	simulate(32000, 8000);
	assert_int_equal(network_train(&network, &report, &data, &usual,
				       &arena),
			 OK);
	truth = loss_of_truth();
	d = distance_of(&network);
	print_message("loss %.4f at first, %.4f after %u of %u epochs (%.4f on "
		      "its own rows), %.4f of the truth\n"
		      "off the truth: log variance %.3f, lower %.3f, upper "
		      "%.3f; arena %zu\n",
		      report.first_loss, report.validation_loss,
		      report.best_epoch, report.epochs, report.training_loss,
		      truth, d.log_variance, d.lower, d.upper, arena.peak);
	/* most of what was to be gained */
	assert_true(report.validation_loss - truth <
		    0.02 * (report.first_loss - truth));
	assert_true(report.validation_loss < 1.04 * truth);
	assert_true(d.log_variance < 0.3 && d.lower < 0.2 && d.upper < 0.2);
	assert_int_equal(arena.used, 0);
}

/* What the report says can be computed again from the network alone. */
static void the_report_is_of_the_network(void **state)
{
	static struct network network, read;
	struct network_report report;
	static uint8_t bytes[4096];
	struct buffer blob;

	(void)state;
	simulate(3000, 1000);
	assert_int_equal(network_train(&network, &report, &data, &usual,
				       &arena),
			 OK);
	buffer_init(&blob, bytes, sizeof(bytes));
	network_encode(&blob, &network);
	assert_int_equal(network_decode(&read, buffer_bytes(&blob)), OK);
	assert_memory_equal(&read, &network, sizeof(read));
	assert_true(report.validation_loss ==
		    network_loss(NULL, &read, &data.validation));
	assert_true(report.training_loss ==
		    network_loss(NULL, &read, &data.training));
	assert_true(report.best_epoch >= 1 &&
		    report.best_epoch <= report.epochs &&
		    report.epochs <= usual.epochs_max);
}

static struct network_training short_training(void)
{
	struct network_training how = usual;

	simulate(1000, 500);
	how.epochs_max = 3;
	return how;
}

static void twice_the_same_bytes(void **state)
{
	static struct network one, two;
	struct network_report first, second;
	struct network_training how;

	(void)state;
	how = short_training();
	assert_int_equal(network_train(&one, &first, &data, &how, &arena), OK);
	memset(block, 0xa5, sizeof(block)); /* what the arena held: no matter */
	assert_int_equal(network_train(&two, &second, &data, &how, &arena),
			 OK);
	assert_memory_equal(&one, &two, sizeof(one));
	assert_int_equal(first.best_epoch, second.best_epoch);
	assert_true(first.validation_loss == second.validation_loss);
	how.seed++;
	assert_int_equal(network_train(&two, &second, &data, &how, &arena),
			 OK);
	assert_memory_not_equal(&one, &two, sizeof(one));
	how.seed += (uint64_t)1 << 32; /* every bit of it counts */
	assert_int_equal(network_train(&one, &first, &data, &how, &arena), OK);
	assert_memory_not_equal(&one, &two, sizeof(one));
}

/* Adam's first step is the rate for every weight, whatever its slope. */
static void the_first_step_is_the_rate(void **state)
{
	static struct network slow, fast;
	struct network_report report;
	struct network_training how;

	(void)state;
	how = short_training();
	how.epochs_max = 1;
	how.batch = 1000000; /* all rows in one step */
	how.rate = 0.001;
	assert_int_equal(network_train(&slow, &report, &data, &how, &arena),
			 OK);
	how.rate = 0.003;
	assert_int_equal(network_train(&fast, &report, &data, &how, &arena),
			 OK);
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		assert_true(fabs(fabs(fast.weights[i] - slow.weights[i]) -
				 0.002) < 2e-6);
}

static void swap(double *a, double *b)
{
	double kept = *a;

	*a = *b;
	*b = kept;
}

static void reverse_validation(void)
{
	for (size_t i = training, j = rows - 1; i < j; i++, j--) {
		for (size_t k = 0; k < NETWORK_INPUTS; k++)
			swap(&features[i * NETWORK_INPUTS + k],
			     &features[j * NETWORK_INPUTS + k]);
		swap(&variances[i], &variances[j]);
		swap(&returns[i], &returns[j]);
	}
}

static void order_of_validation_is_nothing(void **state)
{
	static struct network one, two;
	struct network_report first, second;
	struct network_training how = usual;

	(void)state;
	simulate(1500, 1000); /* so few that it overfits and stops */
	how.epochs_max = 40;
	how.patience = 3;
	how.rate = 0.01;
	assert_int_equal(network_train(&one, &first, &data, &how, &arena), OK);
	assert_int_equal(first.epochs, first.best_epoch + 3);
	assert_true(first.epochs < 40 && first.best_epoch > 1);
	reverse_validation();
	assert_int_equal(network_train(&two, &second, &data, &how, &arena),
			 OK);
	assert_int_equal(first.best_epoch, second.best_epoch);
	assert_memory_equal(&one, &two, sizeof(one));
	assert_true(fabs(first.validation_loss - second.validation_loss) <
		    1e-12);
}

/* Rows without figures teach nothing, NaN features count as 0. */
static void holes_are_left_out(void **state)
{
	static struct network one, two;
	struct network_report first, second;
	struct network_training how;

	(void)state;
	how = short_training();
	for (size_t t = 0; t < 1000; t += 7)
		features[t * NETWORK_INPUTS + 12] = (double)NAN;
	for (size_t t = 990; t < 1000; t++)
		variances[t] = t % 2 ? (double)NAN : -1.0;
	returns[995] = (double)INFINITY;
	assert_int_equal(network_train(&one, &first, &data, &how, &arena), OK);
	for (size_t t = 0; t < 1000; t += 7)
		features[t * NETWORK_INPUTS + 12] = 0.0;
	data.training.n = 990;
	assert_int_equal(network_train(&two, &second, &data, &how, &arena),
			 OK);
	assert_memory_equal(&one, &two, sizeof(one));
	assert_true(isfinite(first.validation_loss));
}

static struct network_training spoilt(int which)
{
	struct network_training how = short_training();

	switch (which) {
	case 0: data.training.n = 0; break;
	case 1: data.validation.n = 0; break;
	case 2: how.epochs_max = 0; break;
	case 3: how.patience = 0; break;
	case 4: how.batch = 0; break;
	case 5: how.rate = 0.0; break;
	case 6: how.rate = (double)NAN; break;
	case 7: how.rate = (double)INFINITY; break;
	case 8: /* no return of the training window */
		for (size_t t = 0; t < training; t++)
			returns[t] = (double)NAN;
		break;
	default: /* no variance of the later window */
		for (size_t t = training; t < rows; t++)
			variances[t] = 0.0;
	}
	return how;
}

static void is_refused(enum status expected,
		       const struct network_training *how)
{
	static struct network network, before;
	struct network_report report, report_before;
	size_t used = arena.used;

	memset(&before, 0x5a, sizeof(before));
	memset(&report_before, 0x5a, sizeof(report));
	network = before;
	report = report_before;
	assert_int_equal(network_train(&network, &report, &data, how, &arena),
			 expected);
	assert_memory_equal(&network, &before, sizeof(before));
	assert_memory_equal(&report, &report_before, sizeof(report));
	assert_int_equal(arena.used, used);
}

static void bad_input_is_a_status(void **state)
{
	struct network_training how;

	(void)state;
	for (int which = 0; which < 10; which++) {
		how = spoilt(which);
		is_refused(E_INPUT, &how);
	}
	how = short_training();
	for (size_t size = 0; size < 41000; size += 4000) {
		arena_init(&arena, block, size);
		is_refused(E_LIMIT, &how);
	}
}

/* Steps of a thousand leave every layer saturated: no epoch does better. */
static void a_wild_rate_does_not_converge(void **state)
{
	struct network_training how;

	(void)state;
	how = short_training();
	how.rate = 1000.0;
	is_refused(E_CONVERGENCE, &how);
	how.rate = 1e300;
	is_refused(E_CONVERGENCE, &how);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_truth_is_found),
		cmocka_unit_test(the_report_is_of_the_network),
		cmocka_unit_test(the_first_step_is_the_rate),
		cmocka_unit_test(twice_the_same_bytes),
		cmocka_unit_test(order_of_validation_is_nothing),
		cmocka_unit_test(holes_are_left_out),
		cmocka_unit_test(bad_input_is_a_status),
		cmocka_unit_test(a_wild_rate_does_not_converge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
