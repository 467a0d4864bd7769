/* aave_engine.h -- Aave's account and liquidation rules in its own integers.
 *
 * Pure.  Base currency is USD with 8 decimals.  Aave v3.6, e-mode included;
 * the rule of v2 is an option for history.  Written from the protocol's
 * published rules; tests/chain compares it with the deployed Pool. */
#ifndef MODELS_POSITIONS_AAVE_ENGINE_H
#define MODELS_POSITIONS_AAVE_ENGINE_H

#include "base/bytes.h"
#include "case/decision.h"

#define ENGINE_HEALTH_ONE ((u128)1000000000000000000u)
#define ENGINE_HEALTH_NO_DEBT (~(u128)0)

#define ENGINE_CATEGORIES_MAX 16

enum engine_rule {
	ENGINE_AAVE_V3, /* v3.6: close factor by size and health, deficit */
	ENGINE_AAVE_V2, /* half of the reserve's debt, no dust rule, no deficit */
};

/** What the rules need to know of a reserve. */
struct engine_reserve {
	uint64_t price_e8;
	u128 unit;               /* 10^decimals */
	uint32_t lt_bps, lb_bps; /* lb 10500 = 5 % bonus */
	uint32_t protocol_fee_bps;
	/* Normalised income and debt, 27 decimals: balances then move as scaled
	 * ones do, rounded for the protocol.  0: they move by the exact amount,
	 * at most two smallest units off. */
	u128 supply_index_e27, borrow_index_e27;
};

/** An e-mode: its thresholds hold for the reserves of its mask. */
struct engine_category {
	uint8_t id;                /* 1 .. 255 */
	uint32_t lt_bps, lb_bps;
	uint32_t collateral;       /* bit r: reserve r counts as its collateral */
};

struct engine_market {
	enum engine_rule rule;
	size_t reserve_count;
	struct engine_reserve reserves[ASSETS_MAX];
	size_t category_count;
	struct engine_category categories[ENGINE_CATEGORIES_MAX];
};

/** One reserve's part of an account, raw token units. */
struct engine_holding {
	uint8_t reserve;
	bool collateral;
	u128 supplied, borrowed;
};

struct engine_account {
	uint8_t emode; /* 0: none; an id without a category counts as none */
	size_t count;
	struct engine_holding *holdings;
};

struct engine_totals {
	u128 collateral_e8, debt_e8; /* base currency */
	u128 health_e18;             /* ENGINE_HEALTH_NO_DEBT without debt */
};

/**
 * engine_totals - what getUserAccountData answers.
 *   collateral value floors, debt value rounds up, health = half-up
 *   (sum of value * lt) * 1e18 / debt, then / 10000 floored.
 * Returns: E_RANGE when a value needs more than 128 bits */
MUST_CHECK enum status engine_totals(struct engine_totals *out,
				   const struct engine_account *account,
				   const struct engine_market *market);

/** engine_threshold_bps / engine_bonus_bps - of a reserve as an account's
 *  collateral, its e-mode considered. */
uint32_t engine_threshold_bps(const struct engine_market *market,
			      uint8_t emode, uint8_t reserve);
uint32_t engine_bonus_bps(const struct engine_market *market, uint8_t emode,
			  uint8_t reserve);

/** What one liquidationCall does, raw token units. */
struct engine_liquidation {
	uint8_t collateral, debt;  /* indexes into holdings */
	u128 debt_repaid;
	u128 collateral_seized;    /* to the liquidator */
	u128 protocol_fee;         /* collateral, to the treasury */
	u128 deficit;              /* sum over reserves, base currency e8 */
	bool cleared;              /* v3: no collateral value left, debt gone */
};

struct engine_call {
	uint8_t collateral, debt; /* indexes into the account's holdings */
	u128 debt_to_cover;       /* raw units; the rules cap it */
};

/**
 * engine_liquidate - one liquidationCall on an account with health below 1.
 *
 *   Close factor: half of the whole debt, all of the reserve's debt when
 *   health <= 0.95 or when this reserve's debt or collateral is below
 *   2,000 USD.  Either everything is cleared on one side or at least
 *   1,000 USD must remain on both.  When the call takes all of the account's
 *   collateral value (not its last smallest unit) the rest of every debt
 *   becomes deficit.
 *
 * Out:     account updated and *out filled only on OK
 * Returns: E_REFUSED  health is 1 or more, dust would be left, or so little
 *                     is covered that nothing would be burnt
 *          E_INPUT    the named holdings are no collateral or no debt
 *          E_RANGE    an intermediate value needs more than 128 bits */
MUST_CHECK enum status engine_liquidate(struct engine_liquidation *out,
				      struct engine_account *account,
				      const struct engine_market *market,
				      const struct engine_call *call);

#endif
