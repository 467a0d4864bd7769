/* liquidations_history.h -- a borrower's recorded states: totals, health
 * factor, balances and prices about every 5,000 blocks.  Host only. */
#ifndef TESTS_MODELS_LIQUIDATIONS_HISTORY_H
#define TESTS_MODELS_LIQUIDATIONS_HISTORY_H

#include "tests/models/liquidations_market.h"

#define HISTORY_ROWS_MAX 256
#define HISTORIES 5

/** Balances are those before the row's block, totals those after it (seen in
 *  rows whose block holds a liquidation). */
struct history_row {
	int64_t time_s;
	double collateral_eth, debt_eth; /* totals, by the oracle's prices */
	double health;                   /* two decimals; 0: none */
	struct v2_account account;
	double usd[V2_ASSETS];           /* recorded prices; 0: none */
};

struct history {
	char user[16]; /* "0x09f1b4c0": the address begins so */
	size_t count;
	struct history_row rows[HISTORY_ROWS_MAX];
};

/** history_read - user `which` of HISTORIES; rows in time order. */
void history_read(struct history *out, const char *folder, size_t which);

#endif
