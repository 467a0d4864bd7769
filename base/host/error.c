/* error.c -- see error.h. */
#include "base/host/error.h"

#include <stdarg.h>
#include <stdio.h>

enum status error_set(struct error *error, enum status status,
		      const char *format, ...)
{
	va_list arguments;

	error->status = status;
	error->hint[0] = 0;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return status;
}

enum status error_hint(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->hint, sizeof(error->hint), format, arguments);
	va_end(arguments);
	return error->status;
}
