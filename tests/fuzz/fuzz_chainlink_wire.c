/* fuzz_chainlink_wire.c -- five words, or not. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "feeds/wire/chainlink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chainlink_round round;
	uint16_t phase;
	uint64_t number;

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
