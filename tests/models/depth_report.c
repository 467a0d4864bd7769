/* depth_report.c -- how the depth of two Curve pools went with the volatility
 * of ETH.
 *
 * Depth is what can be sold at an impact of 1 % by the pool's formula
 * (models/liquidity/pools.h), about once in 21.5 hours; volatility that of
 * ETH's hourly prices over the 24 hours before.  It is no order book, which may
 * thin within minutes: of those no history is in the data.  The amplifications
 * are not in the files and taken as constant; 3pool's formula is taken over the
 * two coins of the sale, the third left out.
 * With a folder as its argument it writes the pairs there, for a peer.
 * Prints; exits 0 when every mark is reached. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "base/decimal.h"
#include "base/host/memory.h"
#include "base/time.h"
#include "models/liquidity/depth.h"
#include "models/liquidity/pools.h"
#include "tests/models/liquidations_events.h"
#include "tests/models/liquidations_marks.h"
#include "tests/models/market_files.h"

#define IMPACT 0.01
#define HOURS 24
#define HOURS_MIN 18 /* of them that have a return */
#define DAYS_MAX 1024
#define HALVINGS 60
#define ARENA_BYTES (DAYS_MAX * 16 + 64)

/* A pool's history: columns of its file, and what is not in it. */
struct history {
	const char *name, *path;
	size_t in, out;      /* cells of what is sold and of what is got */
	double unit;         /* of both */
	double amplification, fee;
};

static const struct history steth = {
	"stETH for ETH", "liquidity/curve-steth-pool-balances.csv", 2, 3, 1e-18,
	50.0, 0.0004 };
static const struct history three = {
	"USDT for USDC", "liquidity/curve-3pool-balances.csv", 2, 4, 1e-6,
	2000.0, 0.0 };

struct pairs {
	size_t count;
	double depth[DAYS_MAX], value[DAYS_MAX], volatility[DAYS_MAX];
};

/* Largest sale that loses at most IMPACT against the marginal price. */
static double sellable(const struct pool *pool)
{
	double low = 0.0, high = 100.0 * (pool->in + pool->out);

	for (int k = 0; k < HALVINGS; k++) {
		double middle = 0.5 * (low + high);

		if (pool_impact(pool, middle) <= IMPACT)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Root of the mean squared log return of the hours closed by `now`; 0 where
 * too few are there. */
static double volatility_before(const struct market_file *eth, int64_t now)
{
	double sum = 0.0;
	size_t n = 0;

	for (size_t t = 1; t < eth->count; t++) {
		const struct bar *bar = &eth->bars[t];
		int64_t close = bar->open_time_s + 3600;
		double r;

		if (close <= now - HOURS * 3600 || close > now ||
		    bar->open_time_s - bar[-1].open_time_s != 3600)
			continue;
		r = log(decimal_to_double(bar->close) /
			decimal_to_double(bar[-1].close));
		sum += r * r;
		n++;
	}
	return n >= HOURS_MIN ? sqrt(sum / (double)n) : 0.0;
}

static void add_day(struct pairs *out, const struct csv_record *row,
		    const struct history *h, const struct market_file *eth)
{
	struct pool pool = { POOL_STABLE, cell_number(row->cells[h->in]) * h->unit,
			     cell_number(row->cells[h->out]) * h->unit,
			     h->amplification, h->fee };
	int64_t now;
	double volatility;

	if (time_parse(&now, row->cells[0]) || !pool_is_sane(&pool)) {
		fprintf(stderr, "%s: a row cannot be read\n", h->path);
		exit(2);
	}
	volatility = volatility_before(eth, now);
	if (!(volatility > 0.0) || out->count == DAYS_MAX)
		return;
	out->depth[out->count] = sellable(&pool);
	out->value[out->count] = pool.in + pool.out;
	out->volatility[out->count++] = volatility;
}

static void read_pairs(struct pairs *out, const struct history *h,
		       const char *folder, const struct market_file *eth)
{
	struct bytes text = data_text(folder, h->path);
	struct csv_reader reader;
	struct csv_record row;

	csv_init(&reader, text);
	if (csv_next(&row, &reader))
		exit(2);
	while (!csv_next(&row, &reader))
		add_day(out, &row, h, eth);
	memory_free((void *)(uintptr_t)text.data);
}

static struct depth_fit fit_of(const double *depth, const double *volatility,
			       size_t n)
{
	static _Alignas(16) uint8_t room[ARENA_BYTES];
	struct depth_fit fit;
	struct arena arena;

	arena_init(&arena, room, sizeof(room));
	if (depth_elasticity_fit(&fit, depth, volatility, n, &arena)) {
		fprintf(stderr, "depth: no elasticity\n");
		exit(2);
	}
	return fit;
}

static void print_fit(const char *what, const struct depth_fit *fit)
{
	printf("  %-34s %7.4f %8.4f   %7.4f to %7.4f %6zu\n", what,
	       fit->elasticity, fit->error, fit->elasticity - 1.96 * fit->error,
	       fit->elasticity + 1.96 * fit->error, fit->n);
}

/* Changes from one day to the next: ratios, whose logs are differences. */
static struct depth_fit fit_changes(const struct pairs *p)
{
	static double depth[DAYS_MAX], volatility[DAYS_MAX];

	for (size_t t = 1; t < p->count; t++) {
		depth[t - 1] = p->depth[t] / p->depth[t - 1];
		volatility[t - 1] = p->volatility[t] / p->volatility[t - 1];
	}
	return fit_of(depth, volatility, p->count - 1);
}

static struct depth_fit print_pool(const char *name, const struct pairs *p)
{
	size_t half = p->count / 2;
	struct depth_fit all = fit_of(p->depth, p->volatility, p->count);
	struct depth_fit first = fit_of(p->depth, p->volatility, half);
	struct depth_fit second = fit_of(p->depth + half, p->volatility + half,
					 p->count - half);
	struct depth_fit held = fit_of(p->value, p->volatility, p->count);
	struct depth_fit changes = fit_changes(p);

	printf("\n%s\n  %-34s %7s %8s   %18s %6s\n", name, "", "elast.",
	       "error", "95 %", "days");
	print_fit("depth at 1 %", &all);
	print_fit("  first half of the days", &first);
	print_fit("  second half", &second);
	print_fit("  day to day", &changes);
	print_fit("both balances", &held);
	printf("  at twice the volatility %.0f %% of the depth is left\n",
	       100.0 * pow(2.0, -all.elasticity));
	return all;
}

static void write_pairs(const char *folder, const char *name,
			const struct pairs *p)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.csv", folder, name);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(2);
	}
	fputs("depth,volatility\n", file);
	for (size_t t = 0; t < p->count; t++)
		fprintf(file, "%.15g,%.15g\n", p->depth[t], p->volatility[t]);
	fclose(file);
}

/* depth_elasticity_ppm as policy.def has it. */
static double preset_of_policy(void)
{
	double preset = -1.0;

#define POLICY(member, minimum, maximum, value, meaning) \
	if (!strcmp(#member, "depth_elasticity_ppm"))    \
		preset = (double)(value) / 1e6;
#include "case/policy.def"
	return preset;
}

static void mark_preset(struct marks *marks, const struct depth_fit *s,
			const struct depth_fit *t)
{
	double preset = preset_of_policy();

	marks_add(marks, s->elasticity > 1.645 * s->error,
		  "stETH's depth falls as ETH's volatility rises (one-sided, "
		  "5 %%)");
	marks_add(marks, preset >= s->elasticity &&
				 preset <= s->elasticity + 2.0 * s->error,
		  "the policy's preset %.2f is at least stETH's %.3f and at "
		  "most two errors above", preset, s->elasticity);
	marks_add(marks, preset >= t->elasticity,
		  "and at least 3pool's %.3f", t->elasticity);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	static struct pairs of_steth, of_three;
	struct market_file eth;
	struct depth_fit s, t;
	struct marks marks = { 0, 0 };

	if (!folder)
		folder = "../shared/data";
	market_file_read(&eth, folder, "ETHUSDT-binance-1h.csv.gz");
	read_pairs(&of_steth, &steth, folder, &eth);
	read_pairs(&of_three, &three, folder, &eth);
	if (argc > 1) {
		write_pairs(argv[1], "steth", &of_steth);
		write_pairs(argv[1], "3pool", &of_three);
	}
	puts("Depth of two Curve pools against ETH's volatility of the 24 hours "
	     "before: elasticity, Newey-West error");
	s = print_pool(steth.name, &of_steth);
	t = print_pool(three.name, &of_three);
	puts("\nDepth is low in the same months in which volatility is high, "
	     "not on the day after: liquidity leaves slowly.\nThe preset takes "
	     "the slow figure for a day: on the side of caution, for pools.\n");
	mark_preset(&marks, &s, &t);
	memory_free(eth.bars);
	printf("\ndepth: %d marks reached, %d not\n", marks.reached,
	       marks.missed);
	return marks.missed != 0;
}
