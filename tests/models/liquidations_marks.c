/* liquidations_marks.c -- see liquidations_marks.h. */
#include "tests/models/liquidations_marks.h"

#include <stdarg.h>
#include <stdio.h>

void marks_add(struct marks *marks, bool ok, const char *format, ...)
{
	va_list arguments;

	if (ok)
		marks->reached++;
	else
		marks->missed++;
	fputs("mark: ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf(": %s\n", ok ? "ok" : "NOT REACHED");
}
