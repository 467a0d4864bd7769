/* compound.h -- answers of a Compound III market (Comet), decoded.
 *
 * Pure.  Judges nothing.  Every decoder wants exactly the words of its layout:
 * E_MALFORMED another size or an address that is none; E_RANGE a value beyond
 * its type.  Factors are shares with 18 decimals, prices have 8.  Layouts:
 * compound-finance/comet, contracts/CometCore.sol and CometStorage.sol. */
#ifndef FEEDS_WIRE_COMPOUND_H
#define FEEDS_WIRE_COMPOUND_H

#include "base/bytes.h"
#include "crypto/hex.h"

/** getAssetInfo(uint8). */
struct compound_asset {
	uint8_t offset;               /* its bit in assetsIn */
	uint8_t asset[ADDRESS_SIZE], price_feed[ADDRESS_SIZE];
	uint64_t scale;               /* 10^decimals */
	uint64_t borrow_factor_e18;   /* the LTV */
	uint64_t liquidate_factor_e18;   /* the liquidation threshold */
	uint64_t liquidation_factor_e18; /* 1 less the penalty */
	u128 supply_cap;              /* raw units */
};

/** totalsBasic(): the base token, principals before their indexes. */
struct compound_totals {
	uint64_t supply_index_e15, borrow_index_e15;
	uint64_t tracking_supply_index, tracking_borrow_index;
	u128 supply_principal, borrow_principal; /* raw units */
	uint64_t accrued_s;
	uint8_t pause_flags;
};

/** totalsCollateral(address): raw units. */
struct compound_collateral_totals {
	u128 supplied, reserved;
};

/** userBasic(address). */
struct compound_user {
	i128 principal; /* below 0: a debt */
	uint64_t tracking_index, tracking_accrued;
	uint16_t assets_in; /* bit per collateral */
	uint8_t reserved;
};

/** userCollateral(address,address): raw units. */
struct compound_user_collateral {
	u128 balance, reserved;
};

MUST_CHECK enum status compound_decode_asset(struct compound_asset *out,
					     struct bytes in);
MUST_CHECK enum status compound_decode_totals(struct compound_totals *out,
					      struct bytes in);
MUST_CHECK enum status
compound_decode_collateral_totals(struct compound_collateral_totals *out,
				  struct bytes in);
MUST_CHECK enum status compound_decode_user(struct compound_user *out,
					    struct bytes in);
MUST_CHECK enum status
compound_decode_user_collateral(struct compound_user_collateral *out,
				struct bytes in);
/** compound_decode_amount - getPrice, getUtilization, borrowBalanceOf,
 *  collateralBalanceOf, quoteCollateral, numAssets. */
MUST_CHECK enum status compound_decode_amount(u128 *out, struct bytes in);
/** compound_decode_reserves - getReserves(): below 0 after bad debt. */
MUST_CHECK enum status compound_decode_reserves(i128 *out, struct bytes in);

#endif
