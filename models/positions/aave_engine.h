/* aave_engine.h -- Aave v3.6's account and liquidation rules in its own integers.
 *
 * Pure.  Base currency is USD with 8 decimals.  No e-mode yet: positions in
 * an e-mode are valued at the reserve's own threshold, which is never looser.
 * Written from the protocol's published rules; tests/chain compares it with
 * the deployed Pool. */
#ifndef MODELS_POSITIONS_AAVE_ENGINE_H
#define MODELS_POSITIONS_AAVE_ENGINE_H

#include "base/bytes.h"
#include "case/decision.h"

#define ENGINE_HEALTH_ONE ((u128)1000000000000000000u)
#define ENGINE_HEALTH_NO_DEBT (~(u128)0)

/** What the rules need to know of a reserve. */
struct engine_reserve {
	uint64_t price_e8;
	u128 unit;               /* 10^decimals */
	uint32_t lt_bps, lb_bps; /* lb 10500 = 5 % bonus */
	uint32_t protocol_fee_bps;
};

/** One reserve's part of an account, raw token units. */
struct engine_holding {
	uint8_t reserve;
	bool collateral;
	u128 supplied, borrowed;
};

struct engine_account {
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
				   const struct engine_reserve *reserves);

/** What one liquidationCall does, raw token units. */
struct engine_liquidation {
	uint8_t collateral, debt;  /* indexes into holdings */
	u128 debt_repaid;
	u128 collateral_seized;    /* to the liquidator */
	u128 protocol_fee;         /* collateral, to the treasury */
	u128 deficit;              /* sum over reserves, base currency e8 */
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
 *   1,000 USD must remain on both.  When all collateral is gone the rest of
 *   every debt becomes deficit.
 *
 * Out:     account updated and *out filled only on OK
 * Returns: E_REFUSED  health is 1 or more, or dust would be left
 *          E_INPUT    the named holdings are no collateral or no debt
 *          E_RANGE    an intermediate value needs more than 128 bits */
MUST_CHECK enum status engine_liquidate(struct engine_liquidation *out,
				      struct engine_account *account,
				      const struct engine_reserve *reserves,
				      const struct engine_call *call);

#endif
