/* liquidations_marks.h -- marks of the reports on realised liquidations: one
 * line each, counted.  Host only. */
#ifndef TESTS_MODELS_LIQUIDATIONS_MARKS_H
#define TESTS_MODELS_LIQUIDATIONS_MARKS_H

#include <stdbool.h>

struct marks {
	int reached, missed;
};

/** marks_add - prints the text and "ok" or "NOT REACHED". */
void marks_add(struct marks *marks, bool ok, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
