/* fuzz_aave_wire.c -- first byte picks a decoder, the rest is the answer. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/aave.h"
#include "feeds/wire/revert_reasons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

union decoded {
	struct aave_configuration configuration;
	struct aave_caps caps;
	struct aave_reserve_data reserve_data;
	struct aave_rates rates;
	struct aave_user_reserve user_reserve;
	struct aave_account account;
	struct aave_emode emode;
	struct aave_isolation isolation;
	struct revert_reason reason;
	uint8_t addresses[8][ADDRESS_SIZE];
	char symbol[AAVE_SYMBOL_MAX];
	uint8_t id;
};

static enum status decode(union decoded *out, uint8_t which, struct bytes in)
{
	size_t count = 0;
	enum status status;

	switch (which % 12) {
	case 0: return aave_decode_configuration(&out->configuration, in);
	case 1: return aave_decode_caps(&out->caps, in);
	case 2: return aave_decode_reserve_data(&out->reserve_data, in);
	case 3: return aave_decode_rates(&out->rates, in);
	case 4: return aave_decode_user_reserve(&out->user_reserve, in);
	case 5: return aave_decode_account(&out->account, in);
	case 6: return aave_decode_emode(&out->emode, in);
	case 7: return aave_decode_reserve_id(&out->id, in);
	case 8:
		status = aave_decode_addresses(out->addresses, &count, 8, in);
		if (!status && count > 8)
			abort();
		return status;
	case 9: return aave_decode_symbol(out->symbol, in);
	case 10: revert_describe(&out->reason, in); return OK;
	default: return aave_decode_isolation(&out->isolation, in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union decoded out;

	if (size < 1)
		return 0;
	switch (decode(&out, data[0], bytes_of(data + 1, size - 1))) {
	case OK:
	case E_MALFORMED:
	case E_RANGE:
	case E_LIMIT:
		return 0;
	case E_USAGE:
	case E_INPUT:
	case E_MISSING:
	case E_AUTHENTIC:
	case E_REFUSED:
	case E_CONVERGENCE:
	case E_PEER:
	case E_SYSTEM:
	case E_INTERRUPTED:
		abort();
	}
	return 0;
}
