/* error.h -- what went wrong, said once, at the top.
 *
 * Host only.  Lower layers fill it and return the status; main prints
 * `error: message` and `hint: hint` once. */
#ifndef BASE_HOST_ERROR_H
#define BASE_HOST_ERROR_H

#include "base/status.h"

struct error {
	enum status status;
	char message[512];
	char hint[512];
};

/** error_set - fills status and message, clears the hint, returns status. */
enum status error_set(struct error *error, enum status status,
		      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** error_hint - adds a full sentence on what to do; returns the status. */
enum status error_hint(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
