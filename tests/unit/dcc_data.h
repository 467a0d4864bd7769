/* dcc_data.h -- simulated DCC residuals for test_dcc.c.  Test code. */
#ifndef TESTS_UNIT_DCC_DATA_H
#define TESTS_UNIT_DCC_DATA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/dependence/dcc_internal.h"
#include "models/rng.h"

#define N LINALG_ORDER_MAX
#define ASSETS 3
#define BARS 5000

static double values[N][BARS];
static unsigned char present[N][BARS];
static struct residual_column columns[N];
static alignas(16) uint8_t block[16 * BARS * N];

static const double target[ASSETS * ASSETS] = { 1,   0.6, 0.3, 0.6, 1,
						-0.1, 0.3, -0.1, 1 };

static struct arena whole_arena(void)
{
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	return arena;
}

static void draw(double *z, const struct rng_key *key, uint32_t t)
{
	for (uint32_t a = 0; a < N; a += 2) {
		struct rng_counter counter = { t, 0, a };

		rng_normals(z + a, key, &counter);
	}
}

/* R of Q, then its factor times independent normals. */
static void draw_bar(double *x, const double *q, const double *z)
{
	double r[ASSETS * ASSETS];

	for (size_t i = 0; i < ASSETS; i++)
		for (size_t j = 0; j < ASSETS; j++)
			r[j * ASSETS + i] = q[j * ASSETS + i] /
					    sqrt(q[i * ASSETS + i] *
						 q[j * ASSETS + j]);
	assert_int_equal(linalg_factor(r, ASSETS), OK);
	for (size_t i = 0; i < ASSETS; i++) {
		x[i] = 0.0;
		for (size_t k = 0; k <= i; k++)
			x[i] += r[k * ASSETS + i] * z[k];
	}
}

/* DCC with matrices, as the header writes it; q becomes the Q after the last
 * bar. */
static void simulate(double *q, uint8_t first, double a, double b)
{
	uint8_t seed[32] = { first };
	struct rng_key key = rng_key_of(seed);

	memcpy(q, target, sizeof(target));
	for (uint32_t t = 0; t < BARS; t++) {
		double z[N], x[N];

		draw(z, &key, t);
		memcpy(x, z, sizeof(x));
		draw_bar(x, q, z);
		for (size_t i = 0; i < N; i++) {
			values[i][t] = x[i];
			present[i][t] = 1;
		}
		for (size_t i = 0; i < ASSETS; i++)
			for (size_t j = 0; j < ASSETS; j++)
				q[j * ASSETS + i] =
					(1.0 - a - b) * target[j * ASSETS + i] +
					a * x[i] * x[j] +
					b * q[j * ASSETS + i];
	}
	for (size_t i = 0; i < N; i++)
		columns[i] = (struct residual_column){ values[i], present[i] };
}

static const struct residual_table table = { columns, ASSETS, BARS };

static void make_holes(void)
{
	for (size_t t = 0; t < BARS; t++) {
		present[0][t] = t % 5 != 0;
		present[2][t] = t % 3 != 0;
		for (size_t i = 0; i < ASSETS; i++)
			if (!present[i][t])
				values[i][t] = (double)NAN; /* never seen */
	}
}

#endif
