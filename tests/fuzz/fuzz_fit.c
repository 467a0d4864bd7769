/* fuzz_fit.c -- any series of numbers, any model: a status, or finite estimates
 * inside the region. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/tails/generalised_pareto.h"
#include "models/volatility/ewma.h"
#include "models/volatility/garch.h"
#include "models/volatility/har.h"

#define OBSERVATIONS_MAX 160

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t block[1u << 20] __attribute__((aligned(16)));

/* Two bytes a return, a power of two apart; the first byte of three says so,
 * else eight bytes are a double as they are. */
static size_t read_series(double *out, const uint8_t *data, size_t size,
			  bool raw)
{
	size_t n = 0, width = raw ? 8 : 2;

	for (size_t i = 0; i + width <= size && n < OBSERVATIONS_MAX;
	     i += width) {
		int16_t small;

		if (raw) {
			memcpy(&out[n], data + i, sizeof(double));
		} else {
			memcpy(&small, data + i, sizeof(small));
			out[n] = (double)small * 0x1p-12;
		}
		n++;
	}
	return n;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void try_garch(const double *returns, size_t n, uint8_t choice)
{
	struct garch_request request = {
		{ (enum garch_family)(choice & 3),
		  (enum garch_distribution)((choice >> 2) % 3),
		  choice & 16 ? GARCH_START_BACKCAST : GARCH_START_FCP,
		  (choice & 32) != 0 },
		NULL, true };
	struct garch_fit fit, before;
	struct arena arena;
	enum status status;

	memset(&fit, 0x5a, sizeof(fit));
	before = fit;
	arena_init(&arena, block, sizeof(block));
	status = garch_fit_series(&fit, &request, returns, n, &arena);
	must(arena.used == 0);
	if (status) {
		must(status == E_INPUT && !memcmp(&fit, &before, sizeof(fit)));
		return;
	}
	must(isfinite(fit.log_likelihood));
	must(fit.next_variance > 0.0 && isfinite(fit.next_variance));
	for (int i = 0; i < GARCH_SLOTS; i++)
		must(isfinite(fit.at[i]));
	must(fabs(fit.at[GARCH_BETA]) <= GARCH_PERSISTENCE_MAX);
	must(fabs(fit.at[GARCH_LAMBDA]) <= GARCH_LAMBDA_MAX);
}

static void try_others(double *values, size_t n)
{
	struct har_design design = { 3, 9, n % 2 != 0 };
	struct ewma_fit ewma;
	struct har_fit har;
	struct pareto_fit pareto;
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	if (!ewma_fit_series(&ewma, values, n))
		must(ewma.decay > 0.0 && ewma.decay < 1.0);
	if (!pareto_fit_tail(&pareto, values, n, &arena))
		must(pareto.shape >= PARETO_SHAPE_MIN &&
		     pareto.shape <= PARETO_SHAPE_MAX && pareto.scale > 0.0);
	for (size_t i = 0; i < n; i++)
		values[i] = fabs(values[i]);
	if (!har_fit_series(&har, &design, values, n, &arena))
		must(har.next >= har.low && har.next <= har.high);
	must(arena.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	double values[OBSERVATIONS_MAX];
	size_t n;

	if (size < 2)
		return 0;
	n = read_series(values, data + 1, size - 1, (data[0] & 64) != 0);
	try_garch(values, n, data[0]);
	try_others(values, n);
	return 0;
}
