/* test_rng.c -- Philox's known answer; uniforms and normals have the moments
 * they should; every byte of the seed and the counter counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/rng.h"

#define DRAWS 200000u

static void known_answer_of_random123(void **state)
{
	static const uint32_t answer[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c,
					    0x9b00dbd8 };
	struct rng_key key = { { 0, 0 }, { 0, 0 } };
	struct rng_counter counter = { 0, 0, 0 };
	uint32_t words[4];

	(void)state;
	rng_words(words, &key, &counter);
	assert_memory_equal(words, answer, sizeof(answer));
}

static void every_byte_counts(void **state)
{
	uint8_t seed[32] = { 7 };
	struct rng_counter counter = { 3, 5, 1 };
	struct rng_key key = rng_key_of(seed);
	uint32_t first[4], other[4];

	(void)state;
	rng_words(first, &key, &counter);
	for (int i = 0; i < 32; i++) {
		seed[i] ^= 0x10;
		key = rng_key_of(seed);
		rng_words(other, &key, &counter);
		assert_true(memcmp(first, other, sizeof(first)) != 0);
		seed[i] ^= 0x10;
	}
	key = rng_key_of(seed);
	for (int i = 0; i < 3; i++) {
		struct rng_counter next = { counter.path + (i == 0),
					    counter.step + (i == 1),
					    counter.stream + (i == 2) };

		rng_words(other, &key, &next);
		assert_true(memcmp(first, other, sizeof(first)) != 0);
	}
}

static void uniforms_fill_the_open_interval(void **state)
{
	uint8_t seed[32] = { 1 };
	struct rng_key key = rng_key_of(seed);
	double sum = 0.0, squares = 0.0;
	unsigned cells[64] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < DRAWS; i++) {
		struct rng_counter counter = { i, 0, 0 };
		double u[2];

		rng_uniforms(u, &key, &counter);
		for (int k = 0; k < 2; k++) {
			assert_true(u[k] > 0.0 && u[k] < 1.0);
			sum += u[k];
			squares += u[k] * u[k];
			cells[(int)(u[k] * 64.0)]++;
		}
	}
	assert_true(fabs(sum / (2.0 * DRAWS) - 0.5) <
		    5.0 / sqrt(12.0 * 2.0 * DRAWS));
	assert_true(fabs(squares / (2.0 * DRAWS) - 1.0 / 3.0) < 0.003);
	squares = 0.0;
	for (int c = 0; c < 64; c++) {
		double expected = 2.0 * DRAWS / 64.0;
		double d = (double)cells[c] - expected;

		squares += d * d / expected;
	}
	assert_true(chi_square_tail(squares, 63.0) > 1e-4);
}

static void normals_are_normal_and_independent(void **state)
{
	uint8_t seed[32] = { 2 };
	struct rng_key key = rng_key_of(seed);
	double sum[5] = { 0.0 }, tail = 0.0;

	(void)state;
	for (uint32_t i = 0; i < DRAWS; i++) {
		struct rng_counter counter = { 0, i, 0 };
		double z[2];

		rng_normals(z, &key, &counter);
		sum[4] += z[0] * z[1];
		for (int k = 0; k < 2; k++) {
			sum[0] += z[k];
			sum[1] += z[k] * z[k];
			sum[2] += z[k] * z[k] * z[k];
			sum[3] += z[k] * z[k] * z[k] * z[k];
			tail += z[k] < -2.3263478740408411;
		}
	}
	for (int m = 0; m < 4; m++)
		sum[m] /= 2.0 * DRAWS;
	assert_true(fabs(sum[0]) < 5.0 / sqrt(2.0 * DRAWS));
	assert_true(fabs(sum[1] - 1.0) < 5.0 * sqrt(2.0 / (2.0 * DRAWS)));
	assert_true(fabs(sum[2]) < 5.0 * sqrt(15.0 / (2.0 * DRAWS)));
	assert_true(fabs(sum[3] - 3.0) < 5.0 * sqrt(96.0 / (2.0 * DRAWS)));
	assert_true(fabs(sum[4] / DRAWS) < 5.0 / sqrt(DRAWS));
	assert_true(fabs(tail / (2.0 * DRAWS) - 0.01) <
		    5.0 * sqrt(0.0099 / (2.0 * DRAWS)));
}

/* Any counters, also where the path's number passes 2^32. */
static void lanes_are_the_scalar_numbers(void **state)
{
	uint8_t seed[32] = { 11, 22, 33 };
	struct rng_key key = rng_key_of(seed);

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		struct rng_counter counter = { i * 2654435761u, i, i % 7 };
		double normals[3 * 2 * RNG_LANES], uniforms[3 * 2 * RNG_LANES];

		rng_normals_lanes(normals, &key, &counter, 3);
		rng_uniforms_lanes(uniforms, &key, &counter, 3);
		for (uint32_t s = 0; s < 3; s++)
			for (uint32_t l = 0; l < RNG_LANES; l++) {
				struct rng_counter one = {
					counter.path + l, i, i % 7 + s };
				double z[2], u[2];

				rng_normals(z, &key, &one);
				rng_uniforms(u, &key, &one);
				for (uint32_t k = 0; k < 2; k++) {
					uint32_t at = (2 * s + k) * RNG_LANES +
						      l;

					assert_memory_equal(&normals[at], &z[k],
							    sizeof(double));
					assert_memory_equal(&uniforms[at],
							    &u[k],
							    sizeof(double));
				}
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answer_of_random123),
		cmocka_unit_test(lanes_are_the_scalar_numbers),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(uniforms_fill_the_open_interval),
		cmocka_unit_test(normals_are_normal_and_independent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
