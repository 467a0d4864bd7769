/* test_buckets.c -- merged positions: cases by hand, what is conserved, and
 * the stated bounds against thousands of price moves on random books. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/positions/buckets.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((u128)1000000u)
#define WIDTH_PPM 5000u
#define RESERVES 4
#define ACCOUNTS 6000
#define MANY 100000
#define SLOTS 4 /* holdings of an account at most */

/* Ether, a dollar, bitcoin, a dollar with 18 decimals that backs nothing. */
static const struct engine_market market = {
	.rule = ENGINE_AAVE_V3,
	.reserve_count = RESERVES,
	.reserves = { { 200000000000u, 1000000000000000000u, 8000, 10500, 0 },
		      { 100000000u, 1000000u, 7500, 10450, 0 },
		      { 6000000000000u, 100000000u, 7000, 10700, 0 },
		      { 99900000u, 1000000000000000000u, 0, 10000, 0 } },
	.category_count = 1,
	.categories = { { 1, 9300, 10100, 1u << 0 } },
};

struct book {
	struct engine_account *accounts;
	struct engine_holding *holdings;
	size_t count;
};

static struct book book_new(size_t count)
{
	struct book book = { calloc(count, sizeof(*book.accounts)),
			     calloc(count * SLOTS, sizeof(*book.holdings)),
			     count };

	assert_non_null(book.accounts);
	assert_non_null(book.holdings);
	for (size_t i = 0; i < count; i++)
		book.accounts[i].holdings = book.holdings + i * SLOTS;
	return book;
}

static void book_free(struct book *book)
{
	free(book->accounts);
	free(book->holdings);
}

static void hold(struct engine_account *account, uint8_t reserve, bool flag,
		 u128 supplied, u128 borrowed)
{
	account->holdings[account->count++] =
		(struct engine_holding){ reserve, flag, supplied, borrowed };
}

/* A book with its memory. */
struct merged {
	struct bucket_book book;
	void *block;
};

static struct merged merge(const struct book *book, uint64_t single_usd)
{
	struct bucket_request request = { book->accounts, book->count, &market,
					  single_usd, WIDTH_PPM, 0 };
	struct merged merged;
	struct arena arena;
	size_t bytes = buckets_memory(book->count, book->count * SLOTS);

	merged.block = aligned_alloc(16, (bytes + 15) / 16 * 16);
	assert_non_null(merged.block);
	arena_init(&arena, merged.block, bytes);
	assert_int_equal(buckets_merge(&merged.book, &request, &arena), OK);
	return merged;
}

/* Debts from a dollar to a million, most of them small; health 0.5 to 20. */
static void draw_account(struct engine_account *a)
{
	u128 debt = whole_between(1, 3000) *
		    (whole_between(0, 9) ? 1 : whole_between(1, 300));
	u128 backing = debt * whole_between(500, whole_between(0, 3) ? 2000 : 20000) /
		       1000;
	uint64_t kind = whole_between(0, 9);

	a->emode = whole_between(0, 9) == 0;
	debt = debt * DOLLAR + whole_between(0, 999999);
	if (kind < 6) { /* ether against dollars */
		hold(a, 0, true, backing * ETHER / 1600 + next_random() % 1000,
		     0);
		hold(a, 1, false, 0, debt);
	} else if (kind < 8) { /* ether and bitcoin */
		u128 part = whole_between(0, 100);

		hold(a, 2, true, backing * (100 - part) * 1000000 / 42000 + 1,
		     0);
		hold(a, 0, true, backing * part * ETHER / 160000 + 1, 0);
		hold(a, 1, false, 0, debt);
	} else if (kind < 9) { /* two debts, something idle */
		hold(a, 1, whole_between(0, 1), 7 * DOLLAR, debt / 2 + 1);
		hold(a, 3, false, 0, debt * 500000000000u + 1);
		hold(a, 0, true, backing * ETHER / 1600, 0);
	} else if (whole_between(0, 1)) { /* a collateral without threshold */
		hold(a, 1, false, 0, debt);
		if (whole_between(0, 1))
			hold(a, 3, true, backing * ETHER, 0);
	} else { /* no debt */
		hold(a, 2, true, backing * 1000, 0);
	}
}

static struct book random_book(size_t count)
{
	struct book book = book_new(count);

	for (size_t i = 0; i < count; i++)
		draw_account(&book.accounts[i]);
	return book;
}

static struct engine_totals totals_of(const struct engine_account *account,
				      const struct engine_market *at)
{
	struct engine_totals totals;

	assert_int_equal(engine_totals(&totals, account, at), OK);
	return totals;
}

/* Health 1.0000, 1.0040 and 1.0060: cells [1, 1.005), the same, and
 * [1.005, 1.01); 1,600 USD of backing an ether. */
static void three_accounts_by_hand(void **state)
{
	struct book book = book_new(4);
	struct merged merged;
	const struct bucket_book *out = &merged.book;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		hold(&book.accounts[i], 1, false, 0, 1000 * DOLLAR);
	hold(&book.accounts[0], 0, true, ETHER * 62875 / 100000, 0);
	hold(&book.accounts[1], 0, true, ETHER * 62500 / 100000, 0);
	hold(&book.accounts[2], 0, true, ETHER * 62750 / 100000, 0);
	hold(&book.accounts[3], 0, true, ETHER * 62750 / 100000, 0);
	book.accounts[3].emode = 1;
	merged = merge(&book, 10000);
	assert_int_equal(out->count, 3);
	assert_int_equal(out->merged_count, 2);
	assert_int_equal(out->holding_count, 6);
	assert_int_equal(out->of[1], out->of[2]);
	assert_int_not_equal(out->of[0], out->of[1]);
	assert_int_equal(out->accounts[out->of[3]].emode, 1);
	assert_true(totals_of(&out->accounts[out->of[1]], &market).health_e18 ==
		    ETHER * 1002 / 1000);
	/* 2,000 USD may stand on the wrong side; a shortfall errs by 0.5 % */
	assert_int_equal(out->error_usd, 2000);
	assert_int_equal(out->loss_error_usd, 10);
	free(merged.block);
	merged = merge(&book, 1000); /* all are large */
	assert_int_equal(merged.book.count, 4);
	assert_int_equal(merged.book.merged_count, 0);
	assert_int_equal(merged.book.error_usd, 0);
	assert_int_equal(merged.book.loss_error_usd, 0);
	free(merged.block);
	book_free(&book);
}

/* 1,000 USD of backing by ether and bitcoin, four to one or one to four: the
 * same health, but of other parts. */
static void the_same_health_of_other_parts_does_not_merge(void **state)
{
	struct book book = book_new(3);
	struct merged merged;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		hold(&book.accounts[i], 1, false, 0, 1000 * DOLLAR);
		/* 800 and 200, 200 and 800, 800 and 200 USD of backing */
		hold(&book.accounts[i], 0, true, ETHER * (i == 1 ? 1 : 4) / 8,
		     0);
		hold(&book.accounts[i], 2, true,
		     (i == 1 ? 4 : 1) * (u128)20000000000u / 42000 + 1, 0);
	}
	merged = merge(&book, 10000);
	assert_int_equal(merged.book.count, 2);
	assert_int_equal(merged.book.of[0], merged.book.of[2]);
	/* 2,000 USD in one bucket: (2 * 0.02 + 0.005) / 2 / LT 0.7 of it */
	assert_int_equal(merged.book.error_usd, 2000);
	assert_int_equal(merged.book.loss_error_usd, 65);
	free(merged.block);
	book_free(&book);
}

static void add_amounts(u128 sums[3][RESERVES],
			const struct engine_account *accounts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < accounts[i].count; k++) {
			const struct engine_holding *h = &accounts[i].holdings[k];

			sums[h->collateral && h->supplied][h->reserve] +=
				h->supplied;
			sums[2][h->reserve] += h->borrowed;
		}
}

static void raw_amounts_are_conserved(void **state)
{
	struct book book = random_book(ACCOUNTS);
	struct merged merged = merge(&book, 2000);
	u128 before[3][RESERVES] = { { 0 } }, after[3][RESERVES] = { { 0 } };
	size_t holdings = 0;

	(void)state;
	add_amounts(before, book.accounts, book.count);
	add_amounts(after, merged.book.accounts, merged.book.count);
	assert_memory_equal(before, after, sizeof(before));
	assert_true(merged.book.count < ACCOUNTS * 3 / 4);
	assert_true(merged.book.merged_count > ACCOUNTS / 3);
	for (size_t i = 0; i < merged.book.count; i++)
		holdings += merged.book.accounts[i].count;
	assert_int_equal(holdings, merged.book.holding_count);
	free(merged.block);
	book_free(&book);
}

/* The header's width at a health. */
static double width_at(double health)
{
	double width = WIDTH_PPM * 1e-6, end = 1.5;

	if (health < end)
		return width;
	for (width *= 4.0; health >= 2.0 * end; end *= 2.0)
		width *= 2.0;
	return width;
}

/* Each member's health is within its cell's width of the bucket's, large ones
 * stay as they are, and e-mode and collateral agree. */
static void members_are_near_their_bucket(void **state)
{
	struct book book = random_book(ACCOUNTS);
	struct merged merged = merge(&book, 2000);

	(void)state;
	for (size_t i = 0; i < book.count; i++) {
		const struct engine_account *a = &book.accounts[i];
		const struct engine_account *b =
			&merged.book.accounts[merged.book.of[i]];
		struct engine_totals own = totals_of(a, &market);
		struct engine_totals all = totals_of(b, &market);
		double health = (double)own.health_e18 * 1e-18;

		assert_int_equal(a->emode, b->emode);
		assert_true(!own.debt_e8 == !all.debt_e8);
		if (own.debt_e8 >= (u128)200000000000u) {
			assert_true(own.debt_e8 == all.debt_e8);
			assert_true(own.health_e18 == all.health_e18);
		}
		if (own.debt_e8)
			assert_true((double)all.health_e18 * 1e-18 - health <=
					    width_at(health) + 1e-5 &&
				    health - (double)all.health_e18 * 1e-18 <=
					    width_at(health) + 1e-5);
	}
	free(merged.block);
	book_free(&book);
}

static bool same_accounts(const struct bucket_book *a,
			  const struct bucket_book *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct engine_account *l = &a->accounts[i];
		const struct engine_account *r = &b->accounts[i];

		if (l->emode != r->emode || l->count != r->count)
			return false;
		for (size_t k = 0; k < l->count; k++)
			if (l->holdings[k].reserve != r->holdings[k].reserve ||
			    l->holdings[k].collateral !=
				    r->holdings[k].collateral ||
			    l->holdings[k].supplied != r->holdings[k].supplied ||
			    l->holdings[k].borrowed != r->holdings[k].borrowed)
				return false;
	}
	return true;
}

/* Accounts in another order, holdings turned round, and twins among the
 * large: the same book. */
static void order_does_not_matter(void **state)
{
	struct book book = random_book(ACCOUNTS), other = book_new(ACCOUNTS);
	struct merged merged, again;

	(void)state;
	book.accounts[1] = book.accounts[0];
	for (size_t i = 0; i < ACCOUNTS; i++) {
		size_t from = (i * 2477 + 991) % ACCOUNTS; /* a bijection */

		other.accounts[i].emode = book.accounts[from].emode;
		for (size_t k = book.accounts[from].count; k-- > 0;)
			other.accounts[i].holdings[other.accounts[i].count++] =
				book.accounts[from].holdings[k];
	}
	merged = merge(&book, 500);
	again = merge(&other, 500);
	assert_true(same_accounts(&merged.book, &again.book));
	assert_int_equal(merged.book.error_usd, again.book.error_usd);
	assert_int_equal(merged.book.loss_error_usd, again.book.loss_error_usd);
	assert_int_equal(merged.book.merged_count, again.book.merged_count);
	for (size_t i = 0; i < ACCOUNTS; i++)
		assert_int_equal(again.book.of[i],
				 merged.book.of[(i * 2477 + 991) % ACCOUNTS]);
	free(merged.block);
	free(again.block);
	book_free(&book);
	book_free(&other);
}

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

static void a_hundred_thousand_positions(void **state)
{
	struct book book = random_book(MANY);
	struct merged merged = merge(&book, 100000);

	(void)state;
	print_message("of %d accounts %zu; bounds %.0f and %.0f USD, %zu bytes\n",
		      MANY, merged.book.count, (double)merged.book.error_usd,
		      (double)merged.book.loss_error_usd,
		      buckets_memory(MANY, MANY * SLOTS));
	assert_true(merged.book.count < MANY / 3);
	free(merged.block);
	book_free(&book);
}

static void nothing_is_written_on_failure(void **state)
{
	struct book book = random_book(50);
	struct bucket_request request = { book.accounts, book.count, &market,
					  1000, WIDTH_PPM, 0 };
	size_t bytes = buckets_memory(50, 50 * SLOTS);
	uint8_t *block = aligned_alloc(16, (bytes + 15) / 16 * 16);
	struct bucket_book out, before;
	struct arena arena;

	(void)state;
	assert_non_null(block);
	memset(&out, 0x5a, sizeof(out));
	before = out;
	arena_init(&arena, block, 4000);
	assert_int_equal(buckets_merge(&out, &request, &arena), E_LIMIT);
	arena_init(&arena, block, bytes);
	request.width_ppm = BUCKETS_WIDTH_PPM_MIN - 1;
	assert_int_equal(buckets_merge(&out, &request, &arena), E_INPUT);
	request.width_ppm = BUCKETS_WIDTH_PPM_MAX + 1;
	assert_int_equal(buckets_merge(&out, &request, &arena), E_INPUT);
	request.width_ppm = WIDTH_PPM;
	request.part_ppm = WIDTH_PPM - 1;
	assert_int_equal(buckets_merge(&out, &request, &arena), E_INPUT);
	request.part_ppm = 0;
	book.accounts[7].holdings[0].reserve = RESERVES;
	assert_int_equal(buckets_merge(&out, &request, &arena), E_INPUT);
	book.accounts[7].holdings[0].reserve = 1;
	book.accounts[7].holdings[0].borrowed = ~(u128)0;
	assert_int_equal(buckets_merge(&out, &request, &arena), E_RANGE);
	assert_memory_equal(&out, &before, sizeof(out));
	assert_int_equal(arena.used, 0);
	request.count = 0;
	assert_int_equal(buckets_merge(&out, &request, &arena), OK);
	assert_int_equal(out.count, 0);
	assert_int_equal(out.error_usd, 0);
	free(block);
	book_free(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_accounts_by_hand),
		cmocka_unit_test(the_same_health_of_other_parts_does_not_merge),
		cmocka_unit_test(raw_amounts_are_conserved),
		cmocka_unit_test(members_are_near_their_bucket),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(errors_stay_within_the_bounds),
		cmocka_unit_test(one_composition_has_one_bucket_cut),
		cmocka_unit_test(a_hundred_thousand_positions),
		cmocka_unit_test(nothing_is_written_on_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
