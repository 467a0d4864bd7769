/* svg.h -- line and point charts as inline SVG: no script, no network, and the
 * same bytes everywhere.
 *
 * Each chart has a title and a description for those who do not see it; lines
 * differ by dashes as well as by colour, and are named in a key.  Colours are
 * those of the page's style (classes line0 .. line8, mark0 .., axis, grid).
 * Host only. */
#ifndef BACKTEST_SVG_H
#define BACKTEST_SVG_H

#include <stdbool.h>

#include "base/host/memory.h"

#define SVG_LINES_MAX 8
#define SVG_STYLES 9
#define SVG_POINTS_MAX 1000u /* drawn of one line */

struct svg_line {
	const char *name;
	const double *x, *y;    /* [count]; x ascending; y NaN: a gap */
	size_t count;
	bool steps;             /* holds its value until the next point */
	uint8_t style;          /* 0 .. SVG_STYLES - 1 */
};

/** Points with shapes of their own: each style another. */
struct svg_marks {
	const char *name;
	const double *x, *y;
	const char *const *labels; /* [count], beside the points; NULL: none */
	/* Bars through each point, [count] each; NULL: none. */
	const double *x_low, *x_high, *y_low, *y_high;
	size_t count;
	uint8_t style;
};

struct svg_chart {
	const char *id;          /* unique in the page */
	const char *title, *description;
	const char *x_name, *y_name; /* axes; x_name NULL: x is time, unix s */
	const struct svg_line *lines;
	size_t line_count;
	const struct svg_marks *marks;
	size_t marks_count;
	const char *const *rows; /* y 0, 1, ... are these words; NULL: numbers */
	size_t row_count;
	size_t points_max;       /* of a line; 0: SVG_POINTS_MAX */
	bool from_zero;          /* y begins at 0 at the latest */
};

/** svg_chart - appends one <figure>, well-formed as XML.  Cost: O(points) */
void svg_chart(struct text *out, const struct svg_chart *chart);

/** svg_text - appends text with &, <, > and quotes escaped; characters outside
 *  printable ASCII become "?". */
void svg_text(struct text *out, const char *text);

/** svg_number - a figure for people: 1234567 is 1.23M, 0.00012 is 0.00012. */
void svg_number(char out[32], double value);

#endif
