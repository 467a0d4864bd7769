/* compound_model.h -- Compound III's rules once more, for the tests: on signed
 * big integers of 320 bits, one operation of the published rules at a time and
 * in their order.  Shares no arithmetic with models/positions. */
#ifndef TESTS_SUPPORT_COMPOUND_MODEL_H
#define TESTS_SUPPORT_COMPOUND_MODEL_H

#include "models/positions/compound_engine.h"

bool compound_model_liquidatable(const struct compound_account *account,
				 const struct compound_market *market);
bool compound_model_collateralized(const struct compound_account *account,
				   const struct compound_market *market);

struct compound_model_absorbed {
	i128 principal;
	u128 paid_out, paid_out_e8;
	u128 supply_principal, borrow_principal; /* of the totals, after */
	i128 reserves;                           /* after */
};

/** compound_model_absorb - of an account that is liquidatable. */
struct compound_model_absorbed
compound_model_absorb(const struct compound_account *account,
		      const struct compound_totals *totals,
		      const struct compound_market *market);

/** compound_model_price_e8 - of a collateral at the storefront; while it is 0
 *  the contract fails and there is no quote. */
u128 compound_model_price_e8(const struct compound_market *market,
			     size_t asset);
u128 compound_model_quote(const struct compound_market *market, size_t asset,
			  u128 base_amount);

#endif
