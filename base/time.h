/* time.h -- unix seconds and RFC 3339 text, without any clock.
 *
 * Pure: converts, never reads a clock.  The host's clock is in
 * base/host/clock.h. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/bytes.h"

#define TIME_TEXT_MAX 32

/** time_parse - "2026-03-10", "2026-03-10T21:36:00Z", "…+02:00", fractional
 *  seconds cut, or plain unix seconds (milliseconds refused: E_RANGE beyond
 *  year 2200).  E_MALFORMED otherwise. */
MUST_CHECK enum status time_parse(int64_t *unix_s, struct bytes text);

/** time_format - "2026-03-10T21:36:00Z". */
void time_format(char out[TIME_TEXT_MAX], int64_t unix_s);

/** duration_parse - "90s", "15m", "24h", "7d", "2w" in seconds. */
MUST_CHECK enum status duration_parse(int64_t *seconds, struct bytes text);

#endif
