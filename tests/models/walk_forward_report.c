/* walk_forward_report.c -- every hourly and daily series of PLIMSOLL_DATA
 * through the forecaster: losses in the regret form, coverage before and after
 * the conformal layer, crises apart.  Prints; exits 0 when every mark is
 * reached. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/threads.h"
#include "base/host/memory.h"
#include "base/time.h"
#include "models/tails/coverage.h"
#include "models/volatility/diagnostics.h"
#include "tests/models/walk.h"

#define SERIES_MAX 64
#define BARS_LEAST 250 /* scored, to be reported */
#define CONSTANT EXPERT_HISTORICAL
#define ENSEMBLE EXPERTS_COUNT

static struct walk walks[SERIES_MAX];
static char names[SERIES_MAX][96];
static size_t series_count;
static int reached, missed;

static void task(void *context, size_t i)
{
	walk_run(&walks[i], context, names[i]);
}

static bool mark(bool ok)
{
	if (ok)
		reached++;
	else
		missed++;
	return ok;
}

static double mean(const double *x, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return sum / (double)n;
}

/* Standard error of the mean of a - b, Bartlett weights, n^(1/3) lags. */
static double hac_error(const double *a, const double *b, size_t n)
{
	size_t lags = (size_t)cbrt((double)n);
	double centre = mean(a, n) - mean(b, n), squares;
	double *u = malloc(n * sizeof(*u));

	if (!u)
		abort();
	for (size_t i = 0; i < n; i++)
		u[i] = a[i] - b[i] - centre;
	squares = long_run_squares(u, n, lags);
	free(u);
	return sqrt(squares) / (double)n;
}

static int best_of(double *const losses[FORECASTERS], size_t n)
{
	int best = 0;

	for (int i = 1; i < EXPERTS_COUNT; i++)
		if (mean(losses[i], n) < mean(losses[best], n))
			best = i;
	return best;
}

/* mean loss(ensemble) - loss(best) <= 0.02 (constant - best) + 2 errors */
static void print_regret(const struct walk *w, double *const losses[FORECASTERS])
{
	int best = best_of(losses, w->n);
	double at_best = mean(losses[best], w->n);
	double own = mean(losses[ENSEMBLE], w->n);
	double constant = mean(losses[CONSTANT], w->n);
	double error = hac_error(losses[ENSEMBLE], losses[best], w->n);
	bool ok = own - at_best <= 0.02 * (constant - at_best) + 2.0 * error;

	printf("%-32.32s %6zu %10.4f %-13s %10.4f %10.4f %9.4f %9.4f %s\n",
	       w->file.name, w->n, constant, expert_name((enum expert)best),
	       at_best, own, own - at_best,
	       0.02 * (constant - at_best) + 2.0 * error,
	       mark(ok) ? "ok" : "NOT REACHED");
}

static void print_regrets(const char *title, bool tail)
{
	printf("\n%s\n%-32s %6s %10s %-13s %10s %10s %9s %9s\n", title, "series",
	       "bars", "constant", "best expert", "its loss", "ensemble",
	       "regret", "allowed");
	for (size_t i = 0; i < series_count; i++)
		if (walks[i].n >= BARS_LEAST)
			print_regret(&walks[i], tail ? walks[i].tail_loss
						     : walks[i].variance_loss);
}

/* Each expert's loss as a share of the constant variance's, asset by asset. */
static void print_shares(void)
{
	printf("\nQLIKE as a share of the constant variance's, by expert\n%-32s",
	       "series");
	for (int k = 0; k < EXPERTS_COUNT; k++)
		printf(" %7.7s", expert_name((enum expert)k));
	printf(" %7s\n", "ENSEMBL");
	for (size_t i = 0; i < series_count; i++) {
		const struct walk *w = &walks[i];

		if (w->n < BARS_LEAST)
			continue;
		printf("%-32.32s", w->file.name);
		for (int k = 0; k < FORECASTERS; k++)
			printf(" %7.3f", mean(w->variance_loss[k], w->n) /
					       mean(w->variance_loss[CONSTANT],
						    w->n));
		putchar('\n');
	}
}

/* Averages over assets: of QLIKE the share of the constant's (a raw mean is
 * that of three stablecoins with wicks alone), of FZ0 the loss itself. */
static void print_averages(void)
{
	double variance[FORECASTERS] = { 0.0 }, tail[FORECASTERS] = { 0.0 };
	double raw[FORECASTERS] = { 0.0 }, count = 0.0;
	bool lowest[2] = { true, true };

	for (size_t i = 0; i < series_count; i++) {
		const struct walk *w = &walks[i];

		if (w->n < BARS_LEAST)
			continue;
		count += 1.0;
		for (int k = 0; k < FORECASTERS; k++) {
			double loss = mean(w->variance_loss[k], w->n);

			raw[k] += loss;
			variance[k] += loss / mean(w->variance_loss[CONSTANT],
						   w->n);
			tail[k] += mean(w->tail_loss[k], w->n);
		}
	}
	printf("\nAverages over %.0f series\n%-14s %10s %12s %10s\n", count,
	       "", "QLIKE", "of constant", "FZ0");
	for (int k = 0; k < FORECASTERS; k++) {
		printf("%-14s %10.4f %12.4f %10.4f\n",
		       k == ENSEMBLE ? "ENSEMBLE" : expert_name((enum expert)k),
		       raw[k] / count, variance[k] / count, tail[k] / count);
		lowest[0] = lowest[0] && variance[ENSEMBLE] <= variance[k];
		lowest[1] = lowest[1] && tail[ENSEMBLE] <= tail[k];
	}
	printf("the ensemble is below each expert on average: QLIKE (of "
	       "constant) %s, FZ0 %s\n", mark(lowest[0]) ? "yes" : "NO",
	       mark(lowest[1]) ? "yes" : "NO");
}

struct tested {
	struct test_result kupiec, christoffersen, quantile, shortfall;
	double hits99, hits975;
};

static struct tested test_coverage(const struct walk *w, int layer,
				   struct arena *arena)
{
	struct coverage_data at99 = { w->returns, w->var99[layer], NULL, w->n,
				      0.01 };
	struct coverage_data at975 = { w->returns, w->var975[layer],
				       w->es975[layer], w->n, 0.025 };
	struct tested t;

	memset(&t, 0, sizeof(t));
	t.hits99 = 100.0 * (double)coverage_hits(&at99) / (double)w->n;
	t.hits975 = 100.0 * (double)coverage_hits(&at975) / (double)w->n;
	if (coverage_kupiec(&t.kupiec, &at99) ||
	    coverage_christoffersen(&t.christoffersen, &at99))
		t.kupiec.p = t.christoffersen.p = (double)NAN;
	if (coverage_dynamic_quantile(&t.quantile, &at99, arena))
		t.quantile.p = (double)NAN;
	if (coverage_shortfall(&t.shortfall, &at975))
		t.shortfall.statistic = t.shortfall.p = (double)NAN;
	return t;
}

static void print_coverage(void)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	int passed[2][4] = { { 0 } }, count = 0;

	printf("\nCoverage: VaR 99 %% and ES 97.5 %% of the next bar; p values "
	       "of Kupiec, Christoffersen,\ndynamic quantile; Acerbi-Szekely Z2 "
	       "(0: right, below 0: losses exceed ES) and its p\n%-32s %-6s %8s "
	       "%7s %7s %7s %8s %8s %7s\n", "series", "layer", "below 1%",
	       "Kupiec", "Christ", "DQ", "b. 2.5%", "Z2", "p");
	for (size_t i = 0; i < series_count; i++)
		for (int k = 0; k < 2 && walks[i].n >= BARS_LEAST; k++) {
			struct tested t = test_coverage(&walks[i], k, arena);

			printf("%-32.32s %-6s %7.3f%% %7.4f %7.4f %7.4f %7.3f%% "
			       "%8.3f %7.4f\n", k ? "" : walks[i].file.name,
			       k ? "after" : "before", t.hits99, t.kupiec.p,
			       t.christoffersen.p, t.quantile.p, t.hits975,
			       t.shortfall.statistic, t.shortfall.p);
			passed[k][0] += t.kupiec.p > 0.01;
			passed[k][1] += t.christoffersen.p > 0.01;
			passed[k][2] += t.quantile.p > 0.01;
			passed[k][3] += t.shortfall.p > 0.01;
			count += k;
		}
	for (int k = 0; k < 2; k++)
		printf("not rejected at 1 %%, %s the conformal layer: Kupiec %d, "
		       "Christoffersen %d, DQ %d, Z2 %d of %d\n",
		       k ? "after" : "before", passed[k][0], passed[k][1],
		       passed[k][2], passed[k][3], count);
	printf("the conformal layer does not reject more often by Kupiec: %s\n",
	       mark(passed[1][0] >= passed[0][0]) ? "yes" : "NO");
	arena_free(arena);
}

struct crisis {
	const char *name, *from, *to;
};

static const struct crisis crises[] = {
	{ "2020-03 crash", "2020-03-11", "2020-03-15" },
	{ "2021-05-19", "2021-05-18", "2021-05-24" },
	{ "2022-05 UST, LUNA", "2022-05-07", "2022-05-14" },
	{ "2022-06 stETH", "2022-06-10", "2022-06-20" },
	{ "2022-11 FTX", "2022-11-06", "2022-11-15" },
	{ "2023-03 USDC", "2023-03-10", "2023-03-14" },
	{ "2023-08 CRV", "2023-07-30", "2023-08-07" },
	{ "2024-08-05", "2024-08-03", "2024-08-08" },
	{ "2025-10-10", "2025-10-10", "2025-10-13" },
};

/* Of one series inside one crisis. */
struct stretch {
	size_t first, end;
};

static struct stretch stretch_of(const struct walk *w, const struct crisis *c)
{
	struct stretch s = { 0, 0 };
	int64_t from, to;

	if (time_parse(&from, bytes_of_string(c->from)) ||
	    time_parse(&to, bytes_of_string(c->to)))
		return s;
	while (s.first < w->n && w->times_s[s.first] < from)
		s.first++;
	for (s.end = s.first; s.end < w->n && w->times_s[s.end] < to;)
		s.end++;
	return s;
}

static void print_crisis(const struct walk *w, const struct crisis *c)
{
	struct stretch s = stretch_of(w, c);
	size_t n = s.end - s.first, hits[2] = { 0, 0 };
	double worst = 0.0, losses[FORECASTERS];
	int best = 0;

	if (n < 20)
		return;
	for (size_t t = s.first; t < s.end; t++) {
		worst = w->returns[t] < worst ? w->returns[t] : worst;
		for (int k = 0; k < 2; k++)
			hits[k] += w->returns[t] < w->var99[k][t];
	}
	for (int k = 0; k < FORECASTERS; k++) {
		losses[k] = mean(w->variance_loss[k] + s.first, n);
		if (k < ENSEMBLE && losses[k] < losses[best])
			best = k;
	}
	printf("%-18s %-32.32s %4zu %8.2f%% %4zu %4zu %9.3f %9.3f %9.3f %-13s "
	       "%9.3f\n", c->name, w->file.name, n,
	       100.0 * (1.0 - exp(worst)), hits[0], hits[1], losses[CONSTANT],
	       losses[ENSEMBLE], losses[EXPERT_LEARNED],
	       expert_name((enum expert)best), losses[best]);
}

static void print_crises(void)
{
	printf("\nCrises: worst bar, returns below VaR 99 %% before and after the "
	       "conformal layer, QLIKE\n%-18s %-32s %4s %9s %4s %4s %9s %9s %9s "
	       "%-13s\n", "crisis", "series", "bars", "worst", "bef.", "aft.",
	       "constant", "ensemble", "learned", "best expert");
	for (size_t c = 0; c < sizeof(crises) / sizeof(crises[0]); c++)
		for (size_t i = 0; i < series_count; i++)
			print_crisis(&walks[i], &crises[c]);
}

static void print_learned(void)
{
	int first = 0, below_constant = 0, series = 0;

	for (size_t i = 0; i < series_count; i++) {
		const struct walk *w = &walks[i];

		if (w->n < BARS_LEAST)
			continue;
		series++;
		first += best_of(w->variance_loss, w->n) == EXPERT_LEARNED;
		below_constant += mean(w->variance_loss[EXPERT_LEARNED], w->n) <
				  mean(w->variance_loss[CONSTANT], w->n);
	}
	printf("\nthe learned expert, trained on generated markets only: best by "
	       "QLIKE on %d of %d series, better than the\nconstant variance on "
	       "%d\n", first, series, below_constant);
}

int main(void)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	struct parallel parallel = threads_parallel(0);

	if (!folder)
		folder = "../shared/data";
	series_count = market_files_list(names, SERIES_MAX, folder);
	parallel_run(&parallel, task, (void *)(uintptr_t)folder, series_count);
	print_regrets("Variance: mean QLIKE of one-bar forecasts", false);
	print_regrets("Tail: mean FZ0 of (VaR, ES) at 2.5 %", true);
	print_averages();
	print_shares();
	print_learned();
	print_coverage();
	print_crises();
	printf("\nwalk-forward: %d marks reached, %d not\n", reached, missed);
	for (size_t i = 0; i < series_count; i++)
		walk_free(&walks[i]);
	return missed != 0;
}
