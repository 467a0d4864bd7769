/* fuzz_chainlink_wire.c -- five words, one word, or neither. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/chainlink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More decimals, never a larger value. */
static void check_bound(struct bytes in)
{
	uint64_t coarse, fine;
	i128 bound;

	if (chainlink_decode_answer(&bound, in))
		return;
	for (uint8_t decimals = 0; decimals < 40; decimals++) {
		if (chainlink_answer_e8(&coarse, bound, decimals))
			continue;
		if (chainlink_answer_e8(&fine, bound, decimals + 1)
			    ? decimals < 38 : fine > coarse)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chainlink_round round;
	uint16_t phase;
	uint64_t number;

	check_bound(bytes_of(data, size));
	if (chainlink_decode_round(&round, bytes_of(data, size)))
		return 0;
	if (size != 160)
		abort();
	chainlink_split(&phase, &number,
			chainlink_join(round.phase, round.round));
	if (phase != round.phase || number != round.round)
		abort();
	if (chainlink_check(&round, 1) == CHAINLINK_SOUND && round.answer <= 0)
		abort();
	return 0;
}
