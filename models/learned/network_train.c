/* network_train.c -- training of the network: Adam with early stopping on a
 * later window; see network.h.  Every random number is Philox of the seed. */
#include "models/learned/network_internal.h"

#include <math.h>
#include <string.h>

#include "models/rng.h"

/* Kingma and Ba (2015), algorithm 1, with the values that they recommend */
#define MEAN_DECAY 0.9
#define SQUARE_DECAY 0.999
#define SMALL 1e-8

enum random_stream { STREAM_START = 1, STREAM_ORDER = 2 };

struct trainer {
	struct network current, candidate, best;
	double gradient[NETWORK_WEIGHTS];
	double mean[NETWORK_WEIGHTS], square[NETWORK_WEIGHTS];
	double mean_power, square_power; /* the decays to the steps so far */
	struct rng_key key;
	uint32_t *order; /* [count] rows of the training window that count */
	size_t count;
	size_t batch; /* rows a step */
	double *x, *variance, *returns; /* the rows of one step */
};

static struct rng_key key_of(uint64_t seed)
{
	uint8_t seed32[32] = { 0 };

	store_be64(seed32, seed);
	return rng_key_of(seed32);
}

static size_t rows_that_count(uint32_t *order, const struct network_rows *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (network_row_counts(rows, i)) {
			if (order)
				order[count] = (uint32_t)i;
			count++;
		}
	return count;
}

static enum status check(const struct network_data *data,
			 const struct network_training *how)
{
	if (!how->epochs_max || !how->patience || !how->batch ||
	    !(how->rate > 0.0) || !isfinite(how->rate))
		return E_INPUT;
	if (data->training.n > UINT32_MAX)
		return E_LIMIT; /* of the order's type */
	return rows_that_count(NULL, &data->training) &&
			       rows_that_count(NULL, &data->validation)
		       ? OK
		       : E_INPUT;
}

/* Biases start at 0, so the variance factor starts about 1. */
static void start_weights(struct network *network, const struct rng_key *key)
{
	memset(network, 0, sizeof(*network));
	for (uint32_t l = 0; l < NETWORK_LAYERS; l++) {
		const struct network_layer *layer = &network_layers[l];
		double scale = 1.0 / sqrt((double)layer->inputs);

		for (size_t i = 0; i < layer->inputs * layer->outputs; i++) {
			struct rng_counter counter = { (uint32_t)i, l,
						       STREAM_START };
			double normals[2];

			rng_normals(normals, key, &counter);
			network->weights[layer->at + i] = normals[0] * scale;
		}
	}
}

static enum status trainer_new(struct trainer **out,
			       const struct network_rows *rows,
			       const struct network_training *how,
			       struct arena *arena)
{
	struct trainer *t = ARENA_NEW(arena, struct trainer, 1);

	if (!t)
		return E_LIMIT;
	t->order = ARENA_NEW(arena, uint32_t, rows->n);
	if (!t->order)
		return E_LIMIT;
	t->count = rows_that_count(t->order, rows);
	t->batch = how->batch < t->count ? how->batch : t->count;
	t->x = ARENA_NEW(arena, double, t->batch * NETWORK_INPUTS);
	t->variance = ARENA_NEW(arena, double, t->batch);
	t->returns = ARENA_NEW(arena, double, t->batch);
	if (!t->x || !t->variance || !t->returns)
		return E_LIMIT;
	t->mean_power = t->square_power = 1.0;
	t->key = key_of(how->seed);
	start_weights(&t->current, &t->key);
	*out = t;
	return OK;
}

/* Fisher and Yates; 32 random bits a place are even to 1 in 2^32 / count. */
static void shuffle(struct trainer *t, unsigned epoch)
{
	for (size_t i = t->count - 1; i > 0; i--) {
		struct rng_counter counter = { (uint32_t)i, epoch,
					       STREAM_ORDER };
		uint32_t words[4], kept = t->order[i];
		size_t with;

		rng_words(words, &t->key, &counter);
		with = (size_t)((uint64_t)words[0] * (i + 1) >> 32);
		t->order[i] = t->order[with];
		t->order[with] = kept;
	}
}

/* The rows order[from .. from + n) side by side. */
static struct network_rows gather(struct trainer *t,
				  const struct network_rows *rows, size_t from,
				  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t row = t->order[from + i];

		memcpy(t->x + i * NETWORK_INPUTS,
		       rows->x + row * NETWORK_INPUTS,
		       NETWORK_INPUTS * sizeof(*t->x));
		t->variance[i] = rows->variance[row];
		t->returns[i] = rows->returns[row];
	}
	return (struct network_rows){ t->x, t->variance, t->returns, n };
}

static void adam_step(struct trainer *t, double rate)
{
	t->mean_power *= MEAN_DECAY;
	t->square_power *= SQUARE_DECAY;
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++) {
		double slope = t->gradient[i], mean, square;

		t->mean[i] = MEAN_DECAY * t->mean[i] +
			     (1.0 - MEAN_DECAY) * slope;
		t->square[i] = SQUARE_DECAY * t->square[i] +
			       (1.0 - SQUARE_DECAY) * (slope * slope);
		mean = t->mean[i] / (1.0 - t->mean_power);
		square = t->square[i] / (1.0 - t->square_power);
		t->current.weights[i] -= rate * mean / (sqrt(square) + SMALL);
	}
}

static void run_epoch(struct trainer *t, const struct network_rows *rows,
		      double rate, unsigned epoch)
{
	shuffle(t, epoch);
	for (size_t from = 0; from < t->count; from += t->batch) {
		size_t left = t->count - from;
		struct network_rows step = gather(
			t, rows, from, left < t->batch ? left : t->batch);

		network_loss(t->gradient, &t->current, &step);
		adam_step(t, rate);
	}
}

/* Judges the weights that a blob would hold, not those between the steps. */
static double judge(struct trainer *t, const struct network_rows *rows)
{
	t->candidate = t->current;
	network_quantise(&t->candidate);
	return network_loss(NULL, &t->candidate, rows);
}

static void run_epochs(struct network_report *report, struct trainer *t,
		       const struct network_data *data,
		       const struct network_training *how)
{
	memset(report, 0, sizeof(*report));
	report->first_loss = judge(t, &data->validation);
	report->validation_loss = report->first_loss;
	while (report->epochs < how->epochs_max &&
	       report->epochs - report->best_epoch < how->patience) {
		double loss;

		report->epochs++;
		run_epoch(t, &data->training, how->rate, report->epochs);
		loss = judge(t, &data->validation);
		if (loss < report->validation_loss) {
			t->best = t->candidate;
			report->best_epoch = report->epochs;
			report->validation_loss = loss;
		}
	}
}

static enum status train(struct network *out, struct network_report *report,
			 const struct network_data *data,
			 const struct network_training *how,
			 struct arena *arena)
{
	struct network_report said;
	struct trainer *t;
	enum status status = trainer_new(&t, &data->training, how, arena);

	if (status)
		return status;
	run_epochs(&said, t, data, how);
	if (!said.best_epoch)
		return E_CONVERGENCE;
	said.training_loss = network_loss(NULL, &t->best, &data->training);
	*out = t->best;
	*report = said;
	return OK;
}

enum status network_train(struct network *out, struct network_report *report,
			  const struct network_data *data,
			  const struct network_training *how,
			  struct arena *arena)
{
	size_t mark = arena_mark(arena);
	enum status status = check(data, how);

	if (status)
		return status;
	status = train(out, report, data, how, arena);
	arena_reset(arena, mark);
	return status;
}
