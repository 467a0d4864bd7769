/* status.c -- see status.h. */
#include "base/status.h"

#include <stddef.h>

static const struct {
	const char *name;
	int exit_code;
} words[] = {
	[OK] = { "ok", 0 },
	[E_USAGE] = { "usage", 2 },
	[E_INPUT] = { "input", 2 },
	[E_MISSING] = { "missing", 3 },
	[E_MALFORMED] = { "malformed", 3 },
	[E_RANGE] = { "range", 3 },
	[E_LIMIT] = { "limit", 6 },
	[E_AUTHENTIC] = { "not-authentic", 4 },
	[E_REFUSED] = { "refused", 1 },
	[E_CONVERGENCE] = { "convergence", 1 },
	[E_PEER] = { "peer", 5 },
	[E_SYSTEM] = { "system", 6 },
	[E_INTERRUPTED] = { "interrupted", 130 },
};

const char *status_name(enum status status)
{
	return (size_t)status < sizeof(words) / sizeof(words[0])
		       ? words[status].name
		       : "unknown";
}

int status_exit_code(enum status status)
{
	return (size_t)status < sizeof(words) / sizeof(words[0])
		       ? words[status].exit_code
		       : 6;
}
