/* compound_engine.h -- Compound III's (Comet's) account, absorption and
 * storefront rules in its own integers.
 *
 * Pure.  One borrowable base token, up to 24 collaterals that earn nothing.
 * Prices have 8 decimals, factors 18, base indices 15; every product is
 * divided at once and truncated, in the contract's order.  An account's base
 * is a signed principal of 104 bits: positive earns by the supply index,
 * negative owes by the borrow index.  Interest up to now, pauses and rewards
 * are not modelled: the caller gives the indices of now.
 *
 * Written from the protocol's published rules.  It was NOT run against Comet;
 * tests/unit/test_compound_engine.c holds it against an independent model of
 * the same rules in big integers.  Where the contract goes on with a value of
 * more than 128 bits, this one says E_RANGE.
 * Source: Compound III, the contract Comet of 2022, and with the extended asset
 * list, whose rules are the same */
#ifndef MODELS_POSITIONS_COMPOUND_ENGINE_H
#define MODELS_POSITIONS_COMPOUND_ENGINE_H

#include "base/bytes.h"

#define COMPOUND_ASSETS_MAX 24 /* 15 before the extended asset list */
#define COMPOUND_FACTOR_ONE ((u128)1000000000000000000u)
#define COMPOUND_INDEX_ONE ((u128)1000000000000000u)

/** A collateral, as getAssetInfo answers, and its price. */
struct compound_asset {
	uint64_t price_e8; /* 0: the feed has no answer */
	uint64_t scale;    /* 10^decimals */
	uint64_t borrow_factor_e18, liquidate_factor_e18;
	uint64_t liquidation_factor_e18; /* share of value credited, <= 1 */
};

struct compound_market {
	uint64_t base_price_e8;
	uint64_t base_scale;
	uint64_t supply_index_e15, borrow_index_e15; /* accrued to now */
	uint64_t storefront_factor_e18; /* share of the penalty given away */
	u128 target_reserves;           /* base; no sale from there on */
	size_t asset_count;
	struct compound_asset assets[COMPOUND_ASSETS_MAX];
};

struct compound_account {
	i128 principal; /* base at index one, within 104 bits and a sign */
	u128 collateral[COMPOUND_ASSETS_MAX]; /* raw token units */
};

/** The market's sums. */
struct compound_totals {
	u128 supply_principal, borrow_principal; /* below 2^104 */
	u128 base_held;                          /* base tokens it owns */
	u128 collateral[COMPOUND_ASSETS_MAX];    /* of all accounts */
	u128 collateral_held[COMPOUND_ASSETS_MAX]; /* tokens it owns */
};

/**
 * compound_present_value - principal by its index; truncated toward 0.
 * compound_principal_value - the way back: supply rounds down, debt up.
 * Returns: E_RANGE beyond 104 bits, E_INPUT for an index of 0 */
MUST_CHECK enum status compound_present_value(i128 *out, i128 principal,
					      const struct compound_market *market);
MUST_CHECK enum status
compound_principal_value(i128 *out, i128 present,
			 const struct compound_market *market);

/**
 * compound_is_liquidatable - debt is worth more than all collateral, each by
 * its liquidation collateral factor.
 * compound_is_borrow_collateralized - debt is worth no more than collateral
 * by the borrow collateral factors (true without debt).
 *
 *   The debt's value is truncated, each collateral's twice: at its price and
 *   at its factor.  Collaterals are looked at in order and only until the
 *   debt is covered.
 *
 * Returns: E_INPUT  a market out of range, or a price of 0 that is looked at
 *          E_RANGE */
MUST_CHECK enum status
compound_is_liquidatable(bool *out, const struct compound_account *account,
			 const struct compound_market *market);
MUST_CHECK enum status
compound_is_borrow_collateralized(bool *out,
				  const struct compound_account *account,
				  const struct compound_market *market);

/** compound_reserves - base held, less what suppliers are owed, plus what
 *  borrowers owe.  Returns: E_RANGE. */
MUST_CHECK enum status compound_reserves(i128 *out,
					 const struct compound_totals *totals,
					 const struct compound_market *market);

/** What absorbing an account did; base in raw units. */
struct compound_absorption {
	u128 seized[COMPOUND_ASSETS_MAX]; /* raw token units */
	u128 debt;        /* before */
	u128 credited;    /* worth of the collateral, by liquidation factors */
	u128 balance;     /* afterwards, before the principal rounds it */
	u128 paid_out;    /* by reserves: balance + debt */
	u128 bad_debt;    /* debt that collateral did not cover */
	u128 paid_out_e8; /* the event's value of paid_out */
};

/**
 * compound_absorb - the protocol takes all collateral and clears the debt.
 *
 *   Credit beyond the debt becomes a base balance, a shortfall is the
 *   reserves': credited + bad_debt = debt + balance, bad_debt or balance 0.
 *
 * Out:     account, totals and *out; untouched unless OK
 * Returns: E_REFUSED  not liquidatable
 *          E_INPUT    as above; totals smaller than the account
 *          E_RANGE */
MUST_CHECK enum status compound_absorb(struct compound_absorption *out,
				       struct compound_account *account,
				       struct compound_totals *totals,
				       const struct compound_market *market);

/**
 * compound_quote - collateral for so much base at the storefront: at its price
 * less storefront_factor * (1 - liquidation_factor).
 * Returns: E_INPUT, E_RANGE (also for a price that the discount leaves at 0) */
MUST_CHECK enum status compound_quote(u128 *out,
				      const struct compound_market *market,
				      size_t asset, u128 base_amount);

struct compound_order {
	size_t asset;
	u128 base_amount;
	u128 least; /* collateral; the buyer wants no less */
};

/**
 * compound_buy - base tokens for absorbed collateral.
 *
 * Out:     totals and *out, the collateral bought; untouched unless OK
 * Returns: E_REFUSED  reserves are at their target, less than wanted, or more
 *                     than the protocol holds beyond its accounts
 *          E_INPUT, E_RANGE */
MUST_CHECK enum status compound_buy(u128 *out, struct compound_totals *totals,
				    const struct compound_market *market,
				    const struct compound_order *order);

#endif
