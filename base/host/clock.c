/* clock.c -- see clock.h. */
#include "base/host/clock.h"

#include <errno.h>
#include <time.h>

int64_t clock_unix_s(void)
{
	return (int64_t)time(NULL);
}

int64_t clock_unix_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_sleep_ms(int64_t milliseconds)
{
	struct timespec wait = { milliseconds / 1000,
				 milliseconds % 1000 * 1000000 };

	nanosleep(&wait, NULL);
}
