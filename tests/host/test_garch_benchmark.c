/* test_garch_benchmark.c -- the benchmark of Fiorentini, Calzolari and
 * Panattoni (1996) on the DEM/GBP returns of Bollerslev and Ghysels (1996).
 *
 * Data is read from PLIMSOLL_DATA (default ../shared/data); none is in the
 * tree.  The printed omega, 0.0107613, looks truncated: the maximum is at
 * 0.010761398, which rounds to 0.0107614; it is within one unit of the last
 * printed digit all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/volatility/garch.h"

#define ROWS_MAX 4000
#define SKIP_LINE "SKIP data: PLIMSOLL_DATA is not there (real market data is " \
		  "not part of the tree)\n"

static double returns[ROWS_MAX];
static size_t row_count;
static uint8_t block[1u << 20] __attribute__((aligned(16)));

static FILE *open_data(const char *name)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	char path[1024];

	snprintf(path, sizeof(path), "%s/garch/%s",
		 folder ? folder : "../shared/data", name);
	return fopen(path, "r");
}

static void read_returns(FILE *file)
{
	char line[256];

	assert_non_null(fgets(line, sizeof(line), file));
	for (row_count = 0; row_count < ROWS_MAX && fgets(line, sizeof(line),
							  file);
	     row_count++)
		returns[row_count] = strtod(strchr(line, ',') + 1, NULL);
	fclose(file);
}

static void fit_model(struct garch_fit *fit, struct garch_model model)
{
	struct arena arena;

	struct garch_request request = { model, NULL, true };

	arena_init(&arena, block, sizeof(block));
	assert_int_equal(garch_fit_series(fit, &request, returns, row_count,
					  &arena),
			 OK);
	assert_true(fit->converged && fit->has_errors);
}

/* One unit of the last of six digits of "-0.619041E-2", "0.153134E0". */
static double last_digit(const char *text)
{
	return pow(10.0, strtod(strchr(text, 'E') + 1, NULL) - 6.0);
}

static void near_share(double ours, const char *theirs, double share)
{
	assert_true(fabs(ours / strtod(theirs, NULL) - 1.0) <= share);
}

static void compare_row(const struct garch_fit *fit, enum garch_slot i,
			char *line)
{
	const char *name = strtok(line, ",");
	const char *estimate = strtok(NULL, ",");

	assert_string_equal(name, garch_name(i));
	printf("%-7s ours %.10f printed %s\n", name, fit->at[i],
	       estimate);
	assert_true(fabs(fit->at[i] - strtod(estimate, NULL)) <=
		    last_digit(estimate));
	near_share(fit->se_hessian[i], strtok(NULL, ","), 1e-3);
	near_share(fit->se_opg[i], strtok(NULL, ","), 1e-3);
	near_share(fit->se_robust[i], strtok(NULL, ",\n"), 1e-3);
}

static void normal_meets_the_published_benchmark(void **state)
{
	FILE *file = open_data("dem2gbp-benchmark.csv");
	struct garch_fit fit;
	char line[256];

	(void)state;
	assert_non_null(file);
	assert_int_equal(row_count, 1974);
	fit_model(&fit, (struct garch_model){ GARCH_PLAIN, GARCH_NORMAL,
					      GARCH_START_FCP, true });
	assert_true(fabs(fit.log_likelihood + 1106.6078810) < 1e-6);
	assert_non_null(fgets(line, sizeof(line), file));
	for (int i = 0; i < GARCH_SLOTS; i++) {
		if (!garch_has(&fit.model, (enum garch_slot)i))
			continue;
		assert_non_null(fgets(line, sizeof(line), file));
		compare_row(&fit, (enum garch_slot)i, line);
	}
	fclose(file);
}

/* Beyond alpha + beta = 1 the likelihood of the Student-t model still rises
 * (-989.41 at 1.009); inside our region the best is on its edge. */
static void student_is_on_the_edge_of_the_region(void **state)
{
	struct garch_fit fit;

	(void)state;
	fit_model(&fit, (struct garch_model){ GARCH_PLAIN, GARCH_STUDENT,
					      GARCH_START_FCP, true });
	printf("t: loglik %.7f alpha + beta %.9f\n", fit.log_likelihood,
	       fit.at[GARCH_ALPHA] + fit.at[GARCH_BETA]);
	assert_true(fit.log_likelihood > -989.775);
	assert_true(fit.at[GARCH_ALPHA] + fit.at[GARCH_BETA] < 1.0);
	assert_true(fit.at[GARCH_ALPHA] + fit.at[GARCH_BETA] > 0.9999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_meets_the_published_benchmark),
		cmocka_unit_test(student_is_on_the_edge_of_the_region),
	};
	FILE *file = open_data("dem2gbp.csv");

	if (!file) {
		printf(SKIP_LINE);
		return 0;
	}
	read_returns(file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
