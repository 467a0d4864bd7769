/* liquidation_driver.c -- answers liquidations read as lines with Aave's
 * engine, for the comparison with the Pool (test_liquidation.mjs).
 *
 * One account a line, numbers decimal, words separated by blanks:
 *
 *   nr, then nr times: price_e8 decimals lt lb protocol_fee (bps)
 *       supply_index borrow_index (27 decimals)
 *   nc, then nc times: id lt lb mask-of-collateral-reserves
 *   emode nh, then nh times: reserve is_collateral supplied borrowed
 *   nl, then nl times: collateral debt (places among the holdings) cover
 *
 * One answer a line: collateral debt (USD, 8 decimals) health (18 decimals, 0
 * where there is no debt); then per call `refused`, or `done` repaid seized
 * protocol_fee deficit cleared and per holding supplied borrowed.  Any other
 * word ends the program with status 2. */
#include <stdio.h>

#include "models/positions/aave_engine.h"
#include "tests/chain/words.h"

static size_t count(size_t most)
{
	uint64_t value = words_number64();

	if (value > most)
		words_die("too many");
	return (size_t)value;
}

static u128 power_of_ten(uint64_t exponent)
{
	u128 value = 1;

	while (exponent-- && value < ~(u128)0 / 10)
		value *= 10;
	return value;
}

static void read_market(struct engine_market *out)
{
	out->reserve_count = count(ASSETS_MAX);
	for (size_t i = 0; i < out->reserve_count; i++) {
		struct engine_reserve *r = &out->reserves[i];

		r->price_e8 = words_number64();
		r->unit = power_of_ten(words_number64());
		r->lt_bps = (uint32_t)words_number64();
		r->lb_bps = (uint32_t)words_number64();
		r->protocol_fee_bps = (uint32_t)words_number64();
		r->supply_index_e27 = words_number(NULL);
		r->borrow_index_e27 = words_number(NULL);
	}
	out->category_count = count(ENGINE_CATEGORIES_MAX);
	for (size_t i = 0; i < out->category_count; i++) {
		struct engine_category *c = &out->categories[i];

		c->id = (uint8_t)words_number64();
		c->lt_bps = (uint32_t)words_number64();
		c->lb_bps = (uint32_t)words_number64();
		c->collateral = (uint32_t)words_number64();
	}
}

static void read_account(struct engine_account *out,
			 const struct engine_market *market)
{
	out->emode = (uint8_t)words_number64();
	out->count = count(market->reserve_count);
	for (size_t i = 0; i < out->count; i++) {
		struct engine_holding *h = &out->holdings[i];

		h->reserve = (uint8_t)count(market->reserve_count - 1);
		h->collateral = words_number64() != 0;
		h->supplied = words_number(NULL);
		h->borrowed = words_number(NULL);
	}
}

static void answer_totals(const struct engine_account *account,
			  const struct engine_market *market)
{
	struct engine_totals totals;

	if (engine_totals(&totals, account, market))
		words_die("totals out of range");
	words_print(totals.collateral_e8);
	words_print(totals.debt_e8);
	words_print(totals.debt_e8 ? totals.health_e18 : 0);
}

static void answer_call(struct engine_account *account,
			const struct engine_market *market)
{
	struct engine_liquidation done;
	struct engine_call call;
	enum status status;

	call.collateral = (uint8_t)words_number64();
	call.debt = (uint8_t)words_number64();
	call.debt_to_cover = words_number(NULL);
	status = engine_liquidate(&done, account, market, &call);
	if (status == E_REFUSED) {
		printf(" refused");
		return;
	}
	if (status)
		words_die("a liquidation out of range or not of these holdings");
	printf(" done");
	words_print(done.debt_repaid);
	words_print(done.collateral_seized);
	words_print(done.protocol_fee);
	words_print(done.deficit);
	words_print(done.cleared);
	for (size_t i = 0; i < account->count; i++) {
		words_print(account->holdings[i].supplied);
		words_print(account->holdings[i].borrowed);
	}
}

int main(void)
{
	while (words_line("liquidation_driver")) {
		struct engine_market market = { .rule = ENGINE_AAVE_V3 };
		struct engine_holding holdings[ASSETS_MAX];
		struct engine_account account = { 0, 0, holdings };

		read_market(&market);
		read_account(&account, &market);
		answer_totals(&account, &market);
		for (size_t calls = count(64); calls; calls--)
			answer_call(&account, &market);
		words_end();
		puts("");
	}
	return 0;
}
