/* pareto_driver.c -- the fit of excesses for tests/models/pareto_peer.R: one
 * number a line on stdin; shape, scale and log-likelihood on stdout. */
#include <stdio.h>
#include <stdlib.h>

#include "models/tails/generalised_pareto.h"

#define EXCESSES_MAX 100000

static double excesses[EXCESSES_MAX];
static uint8_t block[EXCESSES_MAX * 32] __attribute__((aligned(16)));

int main(void)
{
	struct pareto_fit fit;
	struct arena arena;
	char line[128];
	size_t n = 0;

	arena_init(&arena, block, sizeof(block));
	while (n < EXCESSES_MAX && fgets(line, sizeof(line), stdin))
		excesses[n++] = strtod(line, NULL);
	if (pareto_fit_excesses(&fit, excesses, n, &arena)) {
		fputs("pareto_driver: no fit of these excesses\n", stderr);
		return 1;
	}
	printf("%.17g %.17g %.17g\n", fit.shape, fit.scale, fit.log_likelihood);
	return 0;
}
