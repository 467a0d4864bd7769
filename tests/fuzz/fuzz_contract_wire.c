/* fuzz_contract_wire.c -- answers of Uniswap's and Compound's contracts, and
 * logs of aggregators, from anyone: no decoder takes another size. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/chainlink.h"
#include "feeds/wire/compound.h"
#include "feeds/wire/uniswap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_uniswap(struct bytes in)
{
	struct uniswap_observation o;
	struct uniswap_slot slot;
	int32_t tick;
	uint64_t price;

	if (!uniswap_decode_slot(&slot, in) && in.size != 7 * 32)
		abort();
	if (uniswap_decode_observation(&o, in))
		return;
	if (in.size != 8 * 32)
		abort();
	if (!uniswap_mean_tick(&tick, &o, 1800) &&
	    uniswap_price_e8(&price, tick, 18, 18) == E_INPUT)
		abort();
}

static void check_compound(struct bytes in)
{
	struct compound_asset asset;
	struct compound_totals totals;
	struct compound_user user;

	if (!compound_decode_asset(&asset, in) && in.size != 8 * 32)
		abort();
	if (!compound_decode_totals(&totals, in) &&
	    (in.size != 8 * 32 || totals.supply_principal >> 104))
		abort();
	if (!compound_decode_user(&user, in) && in.size != 5 * 32)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chainlink_update update;
	struct bytes in = bytes_of(data, size);

	check_uniswap(in);
	check_compound(in);
	if (size >= 32 &&
	    !chainlink_decode_update(&update, bytes_of(data, size - 32),
				     bytes_of(data + size - 32, 32)) &&
	    size != 4 * 32)
		abort();
	return 0;
}
