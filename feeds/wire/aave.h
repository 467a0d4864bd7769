/* aave.h -- answers of Aave v3's contracts, decoded; calls to them, encoded.
 *
 * Pure.  Knows the layouts of AaveProtocolDataProvider, Pool, AaveOracle,
 * PoolConfigurator and the rate strategy, versions 3.0.2 to 3.6.  Judges
 * nothing.  Layouts: aave-v3-origin 3.6.0,
 * src/contracts/interfaces.
 *
 * Every decoder wants exactly the words of its layout: E_MALFORMED another
 * size, or a boolean or address that is none; E_RANGE a value beyond its type
 * (amounts: 128 bits). */
#ifndef FEEDS_WIRE_AAVE_H
#define FEEDS_WIRE_AAVE_H

#include "base/bytes.h"
#include "crypto/hex.h"

#define AAVE_RAY ((u128)1000000000 * 1000000000 * 1000000000)
#define AAVE_CAP_MAX 68719476735u /* 2^36 - 1 whole tokens */
#define AAVE_SYMBOL_MAX 32
#define AAVE_CALL_MAX 100         /* bytes of the longest call below */

/** getReserveConfigurationData(address); bonus 10500 = 5 %. */
struct aave_configuration {
	uint8_t decimals;
	uint32_t ltv_bps, lt_bps, lb_bps, reserve_factor_bps;
	bool collateral, borrowing, active, frozen;
};
/** getReserveCaps(address): whole tokens, 0 = none. */
struct aave_caps {
	uint64_t borrow, supply;
};
/** getReserveData(address) of the DATA PROVIDER (Pool's has another layout). */
struct aave_reserve_data {
	u128 treasury_scaled;  /* accrued to treasury, before the index */
	u128 atoken_total;     /* raw units */
	u128 debt_total;       /* raw units, variable */
	u128 liquidity_rate_ray, borrow_rate_ray;
	u128 liquidity_index_ray, borrow_index_ray; /* at last update */
	uint64_t updated_s;
};
/** getInterestRateDataBps(address) of the rate strategy. */
struct aave_rates {
	uint32_t optimal_bps, base_bps, slope1_bps, slope2_bps;
};
/** getUserReserveData(address,address): balances in raw units. */
struct aave_user_reserve {
	u128 supplied, borrowed, borrowed_scaled;
	bool collateral;
};
/** getUserAccountData(address) of the Pool: USD 1e-8 and 1e-18 ratios. */
struct aave_account {
	u128 collateral_e8, debt_e8, available_e8;
	uint32_t lt_bps, ltv_bps;
	bool has_debt;     /* false: health is infinite and health_e18 is 0 */
	u128 health_e18;
};
/** getEModeCategoryCollateralConfig(uint8): bonus 10100 = 1 %.  All zero: no
 *  such category. */
struct aave_emode {
	uint32_t ltv_bps, lt_bps, lb_bps;
};
/** getConfiguration(address) of the Pool: what isolation mode needs of the
 *  packed word; its other bits come from the data provider. */
struct aave_isolation {
	uint64_t debt_ceiling_cents; /* USD 0.01, bits 212-251; 0: none */
	bool siloed;                 /* bit 62: borrowed alone */
};

MUST_CHECK enum status
aave_decode_configuration(struct aave_configuration *out, struct bytes in);
MUST_CHECK enum status aave_decode_caps(struct aave_caps *out, struct bytes in);
MUST_CHECK enum status aave_decode_reserve_data(struct aave_reserve_data *out,
						struct bytes in);
MUST_CHECK enum status aave_decode_rates(struct aave_rates *out,
					 struct bytes in);
MUST_CHECK enum status aave_decode_user_reserve(struct aave_user_reserve *out,
						struct bytes in);
MUST_CHECK enum status aave_decode_account(struct aave_account *out,
					   struct bytes in);
MUST_CHECK enum status aave_decode_emode(struct aave_emode *out,
					 struct bytes in);
MUST_CHECK enum status aave_decode_isolation(struct aave_isolation *out,
					     struct bytes in);
/** aave_decode_reserve_id - from the POOL's getReserveData (15 words). */
MUST_CHECK enum status aave_decode_reserve_id(uint8_t *out, struct bytes in);
/** aave_decode_tokens - getReserveTokensAddresses: aToken, (stable), debt. */
MUST_CHECK enum status aave_decode_tokens(uint8_t atoken20[ADDRESS_SIZE],
					  uint8_t debt20[ADDRESS_SIZE],
					  struct bytes in);

/** One word: integers up to 128 bits, basis points up to 2^32 - 1, flags. */
MUST_CHECK enum status aave_decode_amount(u128 *out, struct bytes in);
MUST_CHECK enum status aave_decode_bps(uint32_t *out, struct bytes in);
MUST_CHECK enum status aave_decode_flag(bool *out, struct bytes in);
MUST_CHECK enum status aave_decode_address(uint8_t out20[ADDRESS_SIZE],
					   struct bytes in);
/** aave_decode_addresses - address[] of at most `capacity` (E_LIMIT). */
MUST_CHECK enum status aave_decode_addresses(uint8_t (*out)[ADDRESS_SIZE],
					     size_t *count, size_t capacity,
					     struct bytes in);
/** aave_decode_symbol - a string or, in old tokens, bytes32; characters that
 *  are not printable ASCII become '?', longer names are cut. */
MUST_CHECK enum status aave_decode_symbol(char out[AAVE_SYMBOL_MAX],
					  struct bytes in);

/** aave_call - selector of `signature` and up to three words: addresses
 *  (20 bytes) or integers.  Returns the size, at most AAVE_CALL_MAX. */
struct aave_argument {
	const uint8_t *address; /* NULL: the number */
	uint64_t number;
};
size_t aave_call(uint8_t out[AAVE_CALL_MAX], const char *signature,
		 const struct aave_argument *arguments, size_t count);

#endif
