/* train_run.c -- see train_run.h. */
#include "agent/train_run.h"

#include <math.h>
#include <string.h>

#include "agent/command.h"
#include "base/host/log.h"
#include "base/host/memory.h"
#include "models/learned/generator.h"
#include "models/learned/shipped.h"
#include "models/volatility/ewma.h"

#define SCRATCH_EACH 700u /* of arena, a bar */
#define SCRATCH_BASE ((size_t)32 << 20)
#define ROWS_MIN 500

static void rows_room(struct learned_rows *rows, size_t room)
{
	rows->x = memory_allocate(room * NETWORK_INPUTS, sizeof(double));
	rows->variance = memory_allocate(room, sizeof(double));
	rows->returns = memory_allocate(room, sizeof(double));
	rows->unit = memory_allocate(room, sizeof(double));
	rows->expert_variance =
		memory_allocate(room * EXPERTS_COUNT, sizeof(double));
	rows->n = 0;
	rows->room = room;
}

static void rows_free(struct learned_rows *rows)
{
	memory_free(rows->x);
	memory_free(rows->variance);
	memory_free(rows->returns);
	memory_free(rows->unit);
	memory_free(rows->expert_variance);
	memset(rows, 0, sizeof(*rows));
}

static void rows_append(struct learned_rows *to, const struct learned_rows *from)
{
	size_t at = to->n, n = from->n;

	memcpy(to->x + at * NETWORK_INPUTS, from->x,
	       n * NETWORK_INPUTS * sizeof(double));
	memcpy(to->variance + at, from->variance, n * sizeof(double));
	memcpy(to->returns + at, from->returns, n * sizeof(double));
	memcpy(to->unit + at, from->unit, n * sizeof(double));
	memcpy(to->expert_variance + at * EXPERTS_COUNT, from->expert_variance,
	       n * EXPERTS_COUNT * sizeof(double));
	to->n += n;
}

/* Rows [first, end) as training data. */
static struct network_rows slice(const struct learned_rows *rows, size_t first,
				 size_t end)
{
	return (struct network_rows){ rows->x + first * NETWORK_INPUTS,
				      rows->variance + first,
				      rows->returns + first, end - first };
}

static enum status fold_bars(struct learned_rows *rows, const struct bar *bars,
			     size_t count, const struct policy *policy)
{
	struct arena *arena = arena_new(SCRATCH_BASE + count * SCRATCH_EACH);
	struct series series;
	enum status status;

	memset(&series, 0, sizeof(series));
	series.bars = (struct bar *)(uintptr_t)bars;
	series.count = (uint32_t)count;
	status = learned_rows_add(rows, &series, policy, arena);
	arena_free(arena);
	return status;
}

/* Generated markets, each a task of its own. */
struct generation {
	const struct train_order *order;
	struct rng_key key;
	struct learned_rows *rows; /* [markets] */
	enum status *statuses;
};

static void generate(void *context, size_t i)
{
	struct generation *g = context;
	size_t count = g->order->market_bars;
	struct bar *bars;

	if (command_interrupted()) {
		g->statuses[i] = E_INTERRUPTED;
		return;
	}
	bars = memory_allocate(count, sizeof(*bars));
	generator_bars(bars, &g->key, (uint32_t)i, (uint32_t)count);
	rows_room(&g->rows[i], count);
	g->statuses[i] = fold_bars(&g->rows[i], bars, count, g->order->policy);
	memory_free(bars);
}

/* 0 training, 1 validation, 2 test. */
static size_t part_of_market(size_t market)
{
	return market % 8 == 3 ? 1 : market % 8 == 7 ? 2 : 0;
}

static enum status generate_all(struct learned_rows parts[3],
				const struct train_order *order,
				const struct parallel *parallel)
{
	uint8_t seed[32] = { 0 };
	size_t markets = order->markets, room = markets * order->market_bars;
	struct generation g = { .order = order };
	enum status status = OK;

	for (int i = 0; i < 8; i++)
		seed[i] = (uint8_t)(order->seed >> (8 * i));
	g.key = rng_key_of(seed);
	g.rows = memory_allocate(markets, sizeof(*g.rows));
	g.statuses = memory_allocate(markets, sizeof(*g.statuses));
	parallel_run(parallel, generate, &g, markets);
	for (int i = 0; i < 3; i++)
		rows_room(&parts[i], room);
	for (size_t i = 0; i < markets; i++) {
		status = status ? status : g.statuses[i];
		rows_append(&parts[part_of_market(i)], &g.rows[i]);
		rows_free(&g.rows[i]);
	}
	memory_free(g.statuses);
	memory_free(g.rows);
	return status;
}

/* Rows that a score is taken over. */
struct stretch {
	const struct learned_rows *rows;
	size_t first, end;
};

/* Mean QLIKE and hits of a network. */
static void score_network(double *loss, double *hits,
			  const struct network *network,
			  const struct stretch *s)
{
	const struct learned_rows *rows = s->rows;
	double n = (double)(s->end - s->first);

	*loss = 0.0;
	*hits = 0.0;
	for (size_t i = s->first; i < s->end; i++) {
		struct network_output out;

		network_run(&out, network, rows->x + i * NETWORK_INPUTS);
		*loss += qlike(rows->variance[i] * rows->unit[i],
			       out.variance * rows->unit[i]) / n;
		*hits += rows->returns[i] < out.lower ? 1.0 / n : 0.0;
	}
}

static void score_experts(double *losses, const struct stretch *s)
{
	const struct learned_rows *rows = s->rows;

	for (size_t e = 0; e < EXPERTS_COUNT; e++) {
		losses[e] = 0.0;
		for (size_t i = s->first; i < s->end; i++) {
			double v = rows->expert_variance[i * EXPERTS_COUNT + e];

			losses[e] += v > 0.0
					     ? qlike(rows->variance[i] *
							     rows->unit[i], v)
					     : (double)NAN;
		}
		losses[e] /= (double)(s->end - s->first);
	}
}

/* What a fold trains on, validates with, and is tested on. */
struct fold_rows {
	struct network_data data;
	struct stretch test;
};

static enum status run_fold(struct train_fold *out, struct network *network,
			    const struct fold_rows *rows,
			    const struct network_training *how)
{
	size_t all = rows->data.training.n;
	struct arena *arena = arena_new(SCRATCH_BASE + 64 * all);
	enum status status = network_train(network, &out->report, &rows->data,
					   how, arena);

	arena_free(arena);
	if (status)
		return status;
	out->training = all;
	out->validation = rows->data.validation.n;
	out->test = rows->test.end - rows->test.first;
	score_network(&out->loss, &out->hits, network, &rows->test);
	score_network(&out->shipped_loss, &out->shipped_hits, learned_network(),
		      &rows->test);
	score_experts(out->experts, &rows->test);
	return OK;
}

static enum status train_generated(struct train_report *out,
				   const struct train_order *order,
				   const struct parallel *parallel)
{
	struct learned_rows parts[3] = { { 0 } };
	enum status status = generate_all(parts, order, parallel);
	struct fold_rows rows = {
		{ slice(&parts[0], 0, parts[0].n),
		  slice(&parts[1], 0, parts[1].n) },
		{ &parts[2], 0, parts[2].n } };

	if (!status && (!parts[0].n || !parts[1].n || !parts[2].n))
		status = E_MISSING;
	if (!status)
		status = run_fold(&out->folds[0], &out->network, &rows,
				  &order->how);
	out->fold_count = 1;
	out->report = out->folds[0].report;
	for (int i = 0; i < 3; i++)
		rows_free(&parts[i]);
	return status;
}

/* The last fifth of rows [0, end) validates. */
static struct network_data split(const struct learned_rows *rows, size_t end)
{
	size_t middle = end - end / 5;

	return (struct network_data){ slice(rows, 0, middle),
				      slice(rows, middle, end) };
}

static enum status train_final(struct train_report *out,
			       const struct learned_rows *rows,
			       const struct train_order *order)
{
	struct network_data data = split(rows, rows->n);
	struct arena *arena = arena_new(SCRATCH_BASE + 64 * rows->n);
	enum status status = network_train(&out->network, &out->report, &data,
					   &order->how, arena);

	arena_free(arena);
	return status;
}

static enum status train_series(struct train_report *out,
				const struct train_order *order)
{
	struct learned_rows rows;
	struct network network;
	enum status status;

	rows_room(&rows, order->count);
	status = fold_bars(&rows, order->bars, order->count, order->policy);
	if (!status && rows.n < ROWS_MIN * (order->folds + 1))
		status = E_MISSING;
	for (unsigned k = 0; k < order->folds && !status; k++) {
		size_t first = rows.n * (k + 1) / (order->folds + 1);
		size_t end = rows.n * (k + 2) / (order->folds + 1);
		struct fold_rows fold = { split(&rows, first),
					  { &rows, first, end } };

		progress_show("folds", k, order->folds);
		status = command_interrupted()
				 ? E_INTERRUPTED
				 : run_fold(&out->folds[k], &network, &fold,
					    &order->how);
		out->fold_count = k + 1;
	}
	progress_clear();
	if (!status)
		status = train_final(out, &rows, order);
	rows_free(&rows);
	return status;
}

enum status train_run(struct train_report *out,
		      const struct train_order *order,
		      const struct parallel *parallel, struct error *error)
{
	enum status status;

	memset(out, 0, sizeof(*out));
	status = order->bars ? train_series(out, order)
			     : train_generated(out, order, parallel);
	if (status == E_MISSING)
		return error_set(error, status, "too few scored bars: a fold "
				 "needs %d, and burn_in_bars come before",
				 ROWS_MIN);
	if (status == E_CONVERGENCE)
		return error_set(error, status, "training did not improve on "
				 "its start: no weights are written");
	return status ? error_set(error, status, "training failed (%s)",
				  status_name(status))
		      : OK;
}
