/* test_buckets_bounds.c -- what merging changes, against the stated bounds, at
 * hundreds of prices of random books. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/loss/simulate.h"
#include "tests/unit/buckets_book.h"

#define PATHS 32
#define STEPS 12

/* What is owed beyond the collateral's worth over its bonus, USD. */
static double shortfall(const struct engine_account *account,
			const struct engine_market *at)
{
	double owed = 0.0;

	for (size_t k = 0; k < account->count; k++) {
		const struct engine_holding *h = &account->holdings[k];
		const struct engine_reserve *r = &at->reserves[h->reserve];
		double price = (double)r->price_e8 / (double)r->unit * 1e-8;

		owed += (double)h->borrowed * price;
		if (h->collateral)
			owed -= (double)h->supplied * price * 10000.0 /
				engine_bonus_bps(at, account->emode, h->reserve);
	}
	return owed > 0.0 ? owed : 0.0;
}

static double below_one(const struct engine_account *account,
			const struct engine_market *at)
{
	struct engine_totals totals = totals_of(account, at);

	return totals.health_e18 < ENGINE_HEALTH_ONE
		       ? (double)totals.debt_e8 * 1e-8
		       : 0.0;
}

struct errors {
	double wrong_side, loss;
};

static struct errors errors_at(const struct book *book,
			       const struct bucket_book *out,
			       const struct engine_market *at)
{
	struct errors errors = { 0.0, 0.0 };
	double *loss = calloc(out->count, sizeof(double));

	assert_non_null(loss);
	for (size_t i = 0; i < book->count; i++) {
		double own = below_one(&book->accounts[i], at);
		double all = below_one(&out->accounts[out->of[i]], at);

		loss[out->of[i]] += shortfall(&book->accounts[i], at);
		if ((own > 0.0) != (all > 0.0))
			errors.wrong_side +=
				(double)totals_of(&book->accounts[i], at)
					.debt_e8 * 1e-8;
	}
	for (size_t b = 0; b < out->count; b++) {
		double error = loss[b] - shortfall(&out->accounts[b], at);

		errors.loss += error < 0.0 ? -error : error;
	}
	free(loss);
	return errors;
}

/* 300 falls of ether and bitcoin, each its own: no error beyond the bound. */
static void errors_stay_within_the_bounds(void **state)
{
	struct book book = random_book(ACCOUNTS);
	struct merged merged = merge(&book, 2000);
	struct errors worst = { 0.0, 0.0 };

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct engine_market at = market;
		struct errors errors;

		at.reserves[0].price_e8 =
			(uint64_t)(200000000000.0 * uniform(0.05, 1.0));
		at.reserves[2].price_e8 =
			(uint64_t)(6000000000000.0 * uniform(0.05, 1.0));
		errors = errors_at(&book, &merged.book, &at);
		assert_true(errors.wrong_side <=
			    (double)merged.book.error_usd);
		assert_true(errors.loss <=
			    (double)merged.book.loss_error_usd + 0.01);
		if (errors.wrong_side > worst.wrong_side)
			worst.wrong_side = errors.wrong_side;
		if (errors.loss > worst.loss)
			worst.loss = errors.loss;
	}
	assert_true(worst.wrong_side > 0.0 && worst.loss > 0.0);
	print_message("of %zu accounts %zu; on the wrong side at most %.0f of "
		      "%.0f USD, shortfall %.2f of %.0f USD\n",
		      book.count, merged.book.count, worst.wrong_side,
		      (double)merged.book.error_usd, worst.loss,
		      (double)merged.book.loss_error_usd);
	free(merged.block);
	book_free(&book);
}

/* One collateral, one debt: the bound is the largest bucket, whatever the
 * price does, and it is nearly reached. */
static void one_composition_has_one_bucket_cut(void **state)
{
	struct book book = book_new(ACCOUNTS);
	struct merged merged;
	double worst = 0.0, debt = 0.0;

	(void)state;
	for (size_t i = 0; i < ACCOUNTS; i++) {
		hold(&book.accounts[i], 0, true,
		     ETHER * whole_between(650000, 1000000) / 1000000, 0);
		hold(&book.accounts[i], 1, false, 0, 1000 * DOLLAR);
		debt += 1000.0;
	}
	merged = merge(&book, 2000);
	for (int i = 0; i < 300; i++) {
		struct engine_market at = market;
		struct errors errors;

		at.reserves[0].price_e8 =
			(uint64_t)(200000000000.0 * uniform(0.5, 1.2));
		errors = errors_at(&book, &merged.book, &at);
		assert_true(errors.wrong_side <= (double)merged.book.error_usd);
		assert_true(errors.loss <=
			    (double)merged.book.loss_error_usd + 0.01);
		if (errors.wrong_side > worst)
			worst = errors.wrong_side;
	}
	assert_true((double)merged.book.error_usd < 0.05 * debt);
	assert_true(worst > 0.2 * (double)merged.book.error_usd);
	free(merged.block);
	book_free(&book);
}

/* Selling 1 % of the book's debt costs 1 %, ten times that 10 %. */
static struct loss_market market_for(double debt_usd)
{
	struct loss_market out;
	struct liquidity_curve quotes;

	memset(&out, 0, sizeof(out));
	memset(&quotes, 0, sizeof(quotes));
	out.asset_count = RESERVES;
	out.engine = market;
	out.cost = 0.001;
	quotes.count = 2;
	quotes.points[0] = (struct curve_point){ (uint64_t)(debt_usd / 100.0),
						 100 };
	quotes.points[1] = (struct curve_point){ (uint64_t)(debt_usd / 10.0),
						 1000 };
	for (size_t i = 0; i < RESERVES; i++) {
		out.has_curve[i] = true;
		assert_int_equal(impact_prepare(&out.curves[i], &quotes, 10000,
						0, 3600),
				 OK);
	}
	return out;
}

static double loss_of(const struct engine_account *accounts, size_t count,
		      size_t holding_count, const struct loss_market *at,
		      const struct loss_paths *paths)
{
	double losses[PATHS], by_asset[PATHS * RESERVES], liquidated[PATHS];
	struct loss_result result = { losses, by_asset, liquidated, NULL };
	const struct loss_book book = { count, accounts, holding_count, 0 };
	size_t bytes = (loss_memory(count, holding_count) + 15) / 16 * 16;
	struct arena arena;
	const struct loss_run run = { .arena = &arena };
	void *block = aligned_alloc(16, bytes);
	double sum = 0.0;

	assert_non_null(block);
	arena_init(&arena, block, bytes);
	assert_int_equal(simulate_losses(&result, at, &book, paths, &run), OK);
	for (size_t p = 0; p < PATHS; p++)
		sum += losses[p];
	free(block);
	return sum;
}

/* What the bounds leave out: along whole paths, with sales that press the
 * price, the merged book loses what the book does, within 2 %.  Both stand in
 * the order of the output, for who comes first sells first. */
static void losses_along_paths_agree(void **state)
{
	struct book book = random_book(ACCOUNTS);
	struct merged single = merge(&book, 0), merged = merge(&book, 2000);
	struct loss_market at;
	double *ratios = calloc(PATHS * STEPS * RESERVES, sizeof(double));
	const struct loss_paths paths = { .path_count = PATHS,
					  .step_count = STEPS,
					  .asset_count = RESERVES,
					  .step_s = 3600.0,
					  .ratios = ratios };
	double debt = 0.0, whole, less;

	(void)state;
	assert_non_null(ratios);
	for (size_t i = 0; i < PATHS * STEPS * RESERVES; i++) {
		double before = i / RESERVES % STEPS ? ratios[i - RESERVES] : 1.0;

		ratios[i] = i % 2 ? 1.0 : before * uniform(0.93, 1.03);
	}
	for (size_t i = 0; i < book.count; i++)
		debt += (double)totals_of(&book.accounts[i], &market).debt_e8 *
			1e-8;
	at = market_for(debt);
	whole = loss_of(single.book.accounts, single.book.count,
			single.book.holding_count, &at, &paths);
	less = loss_of(merged.book.accounts, merged.book.count,
		       merged.book.holding_count, &at, &paths);
	print_message("mean loss %.0f USD of %zu accounts, %.0f of %zu\n",
		      whole / PATHS, single.book.count, less / PATHS,
		      merged.book.count);
	assert_true(whole > 0.0);
	assert_true(less > 0.98 * whole && less < 1.02 * whole);
	free(ratios);
	free(single.block);
	free(merged.block);
	book_free(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_stay_within_the_bounds),
		cmocka_unit_test(one_composition_has_one_bucket_cut),
		cmocka_unit_test(losses_along_paths_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
