/* steth_report.c -- stETH borrowers of June 2023 on the ratio's path of June
 * 2022.
 *
 * Not a reconstruction: the positions are a year younger than the path (those
 * of 2022 are not in the data), and no record of that month's liquidations is
 * there to compare with.  What is tested is the engine on a real book of
 * positions; what is learned is how much of it the path would have reached.
 * Prints; exits 0 when every mark is reached. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "base/host/memory.h"
#include "models/positions/aave_engine.h"
#include "tests/models/liquidations_events.h"
#include "tests/models/liquidations_marks.h"

#define BORROWERS_MAX 2048
#define STEPS_MAX 64
#define ETH_E8 200000000000.0 /* 2,000 USD: no figure in ETH depends on it */
#define STETH_LT_BPS 8300.0   /* of accounts with stETH alone, in the file */
#define STETH_BONUS_BPS 10750 /* as listed; only what is seized depends on it */
#define OTHER_BONUS_BPS 10500
#define LOW 0.93501933        /* the feed's low, 2022-06-18 */
#define DUST_ETH 1e-9         /* debts below it say nothing of a ratio */

/* Holdings: 0 stETH, 1 other collateral, 2 debt in ETH, 3 other debt (both
 * others at their value in ETH, unmoved). */
struct borrower {
	double collateral, debt, threshold_bps, health, steth, eth_debt;
};

struct book {
	size_t count, without_debt;
	struct borrower borrowers[BORROWERS_MAX];
	double ratio; /* stETH in ETH when the file was made */
};

struct view {
	struct engine_market market;
	struct engine_account account;
	struct engine_holding holdings[4];
};

/* What one ratio does to the book. */
struct reached {
	size_t below, under_water; /* health < 1; collateral < debt */
	double debt, repaid, seized_steth; /* ETH, ETH, stETH */
};

static int by_number(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of accounts whose threshold is stETH's: their collateral is stETH alone. */
static double ratio_of_file(const struct book *book)
{
	static double ratios[BORROWERS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < book->count; i++) {
		const struct borrower *b = &book->borrowers[i];

		if (fabs(b->threshold_bps - STETH_LT_BPS) < 0.5 &&
		    b->steth > 1.0)
			ratios[n++] = b->collateral / b->steth;
	}
	qsort(ratios, n, sizeof(ratios[0]), by_number);
	return n ? ratios[n / 2] : 0.0;
}

static void read_book(struct book *out, const char *folder)
{
	struct bytes text = data_text(
		folder, "positions/aave-v2-steth-positions-2023-06.csv");
	struct csv_reader reader;
	struct csv_record row;

	csv_init(&reader, text);
	if (csv_next(&row, &reader))
		exit(2);
	while (!csv_next(&row, &reader) && out->count < BORROWERS_MAX) {
		struct borrower b = {
			cell_number(row.cells[1]), cell_number(row.cells[2]),
			cell_number(row.cells[4]), cell_number(row.cells[6]),
			cell_number(row.cells[7]), cell_number(row.cells[8]) };

		if (b.debt > DUST_ETH)
			out->borrowers[out->count++] = b;
		else
			out->without_debt++;
	}
	memory_free((void *)(uintptr_t)text.data);
	out->ratio = ratio_of_file(out);
}

static u128 raw(double eth)
{
	return eth > 0.0 ? (u128)(eth * 1e18) : 0;
}

/* The other collateral's threshold is what the account's average leaves. */
static void open_view(struct view *out, const struct borrower *b, double ratio)
{
	double steth = b->steth * ratio, other = b->collateral - steth;
	double lt = STETH_LT_BPS, eth_debt = b->eth_debt;

	memset(out, 0, sizeof(*out));
	if (other < 1e-3 * b->collateral) {
		other = 0.0;
		steth = b->collateral;
		lt = b->threshold_bps;
	}
	if (eth_debt > b->debt)
		eth_debt = b->debt;
	out->market.rule = ENGINE_AAVE_V2;
	out->market.reserve_count = out->account.count = 4;
	out->account.holdings = out->holdings;
	for (uint8_t i = 0; i < 4; i++) {
		out->market.reserves[i] = (struct engine_reserve){
			.price_e8 = (uint64_t)ETH_E8,
			.unit = (u128)1000000000000000000u,
			.lt_bps = (uint32_t)lt,
			.lb_bps = i ? OTHER_BONUS_BPS : STETH_BONUS_BPS };
		out->holdings[i].reserve = i;
		out->holdings[i].collateral = i < 2;
	}
	if (other > 0.0)
		out->market.reserves[1].lt_bps = (uint32_t)fmax(
			0.0, (b->threshold_bps * b->collateral - lt * steth) /
				     other + 0.5);
	out->holdings[0].supplied = raw(steth / ratio);
	out->holdings[1].supplied = raw(other);
	out->holdings[2].borrowed = raw(eth_debt);
	out->holdings[3].borrowed = raw(b->debt - eth_debt);
}

static void set_ratio(struct view *view, double ratio)
{
	view->market.reserves[0].price_e8 = (uint64_t)(ETH_E8 * ratio);
}

static struct engine_totals totals_of(const struct view *view)
{
	struct engine_totals totals;

	if (engine_totals(&totals, &view->account, &view->market)) {
		fprintf(stderr, "stETH: out of range\n");
		exit(2);
	}
	return totals;
}

/* Calls until health is 1: the larger debt against the larger collateral. */
static void liquidate(struct reached *out, struct view *view)
{
	struct engine_liquidation done;
	struct engine_holding *h = view->holdings;

	for (int k = 0; k < 64; k++) {
		double steth = (double)h[0].supplied *
			       (double)view->market.reserves[0].price_e8 /
			       ETH_E8;
		struct engine_call call = {
			steth >= (double)h[1].supplied ? 0 : 1,
			h[2].borrowed >= h[3].borrowed ? 2 : 3, ~(u128)0 };

		if (engine_liquidate(&done, &view->account, &view->market,
				     &call))
			return;
		out->repaid += (double)done.debt_repaid * 1e-18;
		if (call.collateral == 0)
			out->seized_steth +=
				(double)done.collateral_seized * 1e-18;
	}
}

static struct reached outcome_at(const struct book *book, double ratio)
{
	static struct view view;
	struct reached out = { 0, 0, 0.0, 0.0, 0.0 };

	for (size_t i = 0; i < book->count; i++) {
		struct engine_totals totals;

		open_view(&view, &book->borrowers[i], book->ratio);
		set_ratio(&view, ratio);
		totals = totals_of(&view);
		if (totals.health_e18 >= ENGINE_HEALTH_ONE)
			continue;
		out.below++;
		out.under_water += totals.collateral_e8 < totals.debt_e8;
		out.debt += book->borrowers[i].debt;
		liquidate(&out, &view);
	}
	return out;
}

static void mark_file(const struct book *book, struct marks *marks)
{
	static struct view view;
	size_t near = 0, same = 0, below = 0;
	double worst = 0.0;

	for (size_t i = 0; i < book->count; i++) {
		const struct borrower *b = &book->borrowers[i];
		double health, apart;

		open_view(&view, b, book->ratio);
		set_ratio(&view, book->ratio);
		health = (double)totals_of(&view).health_e18 * 1e-18;
		apart = fabs(health / b->health - 1.0);
		worst = apart > worst ? apart : worst;
		near += apart <= 0.01;
		below += b->health < 1.0;
		same += (health < 1.0) == (b->health < 1.0);
	}
	printf("stETH borrowers of June 2023 (one block): %zu with debt, %zu "
	       "without; stETH at %.5f ETH\n", book->count, book->without_debt,
	       book->ratio);
	marks_add(marks, near == book->count,
		  "engine's health within 1 %% of the file's in %zu of %zu "
		  "accounts (worst %.3f %%)", near, book->count, 100.0 * worst);
	marks_add(marks, same == book->count && below == 4,
		  "the same accounts below 1: the file's %zu (4)", below);
}

static void print_outcome(const char *name, double ratio,
			  const struct reached *o)
{
	printf("%-17s %8.5f %8zu %8zu %12.1f %12.1f %12.1f\n", name, ratio,
	       o->below, o->under_water, o->debt, o->repaid, o->seized_steth);
}

static void print_heading(const char *title)
{
	printf("\n%s\n%-17s %8s %8s %8s %12s %12s %12s\n", title, "", "ratio",
	       "below 1", "coll<debt", "their debt", "repaid ETH",
	       "stETH sold");
}

static void print_ladder(const struct book *book, struct marks *marks)
{
	static const double ratios[] = { 1.0, 0.99, 0.98, 0.97, 0.96, 0.95,
					 0.94, LOW, 0.93, 0.92, 0.91, 0.90,
					 0.88, 0.86 };
	struct reached last = { 0, 0, 0.0, 0.0, 0.0 };
	double shrunk = 0.0;
	bool monotone = true;

	print_heading("Each ratio by itself, the whole book");
	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		struct reached o = outcome_at(book, ratios[i]);

		print_outcome(i == 7 ? "low of 2022-06-18" : "", ratios[i],
			      &o);
		monotone = monotone && o.below >= last.below &&
			   o.seized_steth >= last.seized_steth;
		shrunk += o.repaid < last.repaid ? last.repaid - o.repaid : 0.0;
		last = o;
	}
	marks_add(marks, monotone, "accounts and stETH sold only grow as the "
		  "ratio falls");
	printf("(repaid ETH need not: an account under water repays what its "
	       "collateral is worth; it shrinks by %.4f ETH in all)\n", shrunk);
}

/* The low by the file's own health factors, no engine: what part of each
 * account's threshold moves with the ratio. */
static void mark_low(const struct book *book, struct marks *marks)
{
	struct reached low = outcome_at(book, LOW);
	size_t below = 0;

	for (size_t i = 0; i < book->count; i++) {
		const struct borrower *b = &book->borrowers[i];
		double moved = b->steth * (LOW - book->ratio) * STETH_LT_BPS /
			       10000.0 / b->debt;

		below += b->health + moved < 1.0;
	}
	marks_add(marks, below == low.below, "below 1 at the low: the engine's "
		  "%zu accounts, the file's health factors moved by hand %zu",
		  low.below, below);
}

static size_t read_path(double ratios[STEPS_MAX], char (*days)[11],
			const char *folder)
{
	struct bytes text = data_text(folder,
				      "chainlink/STETH-ETH-rounds.csv.gz");
	struct csv_reader reader;
	struct csv_record row;
	size_t count = 0;

	csv_init(&reader, text);
	while (!csv_next(&row, &reader) && count < STEPS_MAX) {
		if (memcmp(row.cells[0].data, "2022-06", 7))
			continue;
		snprintf(days[count], 11, "%.10s",
			 (const char *)row.cells[0].data);
		ratios[count++] = cell_number(row.cells[5]);
	}
	memory_free((void *)(uintptr_t)text.data);
	return count;
}

/* The book kept from round to round: what a call has settled stays so. */
static void print_path(const struct book *book, const char *folder)
{
	struct view *views = memory_allocate(book->count, sizeof(*views));
	double ratios[STEPS_MAX];
	static char days[STEPS_MAX][11];
	size_t steps = read_path(ratios, days, folder);
	struct reached all = { 0, 0, 0.0, 0.0, 0.0 };

	for (size_t i = 0; i < book->count; i++)
		open_view(&views[i], &book->borrowers[i], book->ratio);
	print_heading("The rounds of June 2022 in their order, repaid and sold "
		      "so far (rounds that reached somebody)");
	for (size_t k = 0; k < steps; k++) {
		struct reached now = all;

		now.below = now.under_water = 0;
		now.debt = 0.0;
		for (size_t i = 0; i < book->count; i++) {
			struct engine_totals totals;

			views[i].account.holdings = views[i].holdings;
			set_ratio(&views[i], ratios[k]);
			totals = totals_of(&views[i]);
			if (totals.health_e18 >= ENGINE_HEALTH_ONE ||
			    totals.debt_e8 < 100)
				continue;
			now.below++;
			now.under_water += totals.collateral_e8 <
					   totals.debt_e8;
			now.debt += (double)totals.debt_e8 / ETH_E8;
			liquidate(&now, &views[i]);
		}
		if (now.repaid > all.repaid + 0.01)
			print_outcome(days[k], ratios[k], &now);
		all = now;
	}
	memory_free(views);
}

int main(void)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	static struct book book;
	struct marks marks = { 0, 0 };

	if (!folder)
		folder = "../shared/data";
	read_book(&book, folder);
	mark_file(&book, &marks);
	print_ladder(&book, &marks);
	mark_low(&book, &marks);
	print_path(&book, folder);
	puts("The positions are of a year later and of calmer days: the path is "
	     "put to them, not replayed.  Debt other\nthan ETH and collateral "
	     "other than stETH keep their value in ETH.");
	printf("\nstETH: %d marks reached, %d not\n", marks.reached,
	       marks.missed);
	return marks.missed != 0;
}
