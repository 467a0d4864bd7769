/* buckets_book.h -- random books of positions for the tests of buckets.
 * Include after cmocka. */
#ifndef TESTS_UNIT_BUCKETS_BOOK_H
#define TESTS_UNIT_BUCKETS_BOOK_H

#include <stdlib.h>
#include <string.h>

#include "models/positions/buckets.h"
#include "tests/support/points.h"

#define ETHER ((u128)1000000000000000000u)
#define DOLLAR ((u128)1000000u)
#define WIDTH_PPM 5000u
#define RESERVES 4
#define ACCOUNTS 6000
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

static inline struct book book_new(size_t count)
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

static inline void book_free(struct book *book)
{
	free(book->accounts);
	free(book->holdings);
}

static inline void hold(struct engine_account *account, uint8_t reserve, bool flag,
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

static inline struct merged merge(const struct book *book, uint64_t single_usd)
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
static inline void draw_account(struct engine_account *a)
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

		hold(a, 2, true, backing * (100 - part) * 1000000 / 42000, 0);
		hold(a, 0, true, backing * part * ETHER / 160000, 0);
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

static inline struct book random_book(size_t count)
{
	struct book book = book_new(count);

	for (size_t i = 0; i < count; i++)
		draw_account(&book.accounts[i]);
	return book;
}

static inline struct engine_totals totals_of(const struct engine_account *account,
				      const struct engine_market *at)
{
	struct engine_totals totals;

	assert_int_equal(engine_totals(&totals, account, at), OK);
	return totals;
}

#endif
