/* clock.h -- the host's clock, and waiting.  Host only: pure code is told the
 * time. */
#ifndef BASE_HOST_CLOCK_H
#define BASE_HOST_CLOCK_H

#include <stdint.h>

int64_t clock_unix_s(void);
int64_t clock_unix_ms(void);
int64_t clock_monotonic_ms(void);
void clock_sleep_ms(int64_t milliseconds);

#endif
