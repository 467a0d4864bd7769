/* test_buckets.c -- merged positions: cases by hand, what is conserved, what
 * does not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/buckets_book.h"

#define MANY 100000

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
		cmocka_unit_test(a_hundred_thousand_positions),
		cmocka_unit_test(nothing_is_written_on_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
