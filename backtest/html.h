/* html.h -- a page that stands by itself: its style, headings, tables, written
 * so that an XML parser takes it too.  Host only. */
#ifndef BACKTEST_HTML_H
#define BACKTEST_HTML_H

#include "backtest/svg.h"

/** html_open, html_close - everything before and after the body's content. */
void html_open(struct text *out, const char *title);
void html_close(struct text *out);

/** html_heading - level 1 .. 4; id NULL: none. */
void html_heading(struct text *out, int level, const char *id,
		  const char *words);
/** html_paragraph - one paragraph of escaped words; note: set small;
 *  warning: with a bar beside it; code: to be typed. */
void html_paragraph(struct text *out, const char *words);
void html_note(struct text *out, const char *words);
void html_warning(struct text *out, const char *words);
void html_code(struct text *out, const char *words);
/** html_format - as html_paragraph, formatted. */
void html_format(struct text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** html_table - caption and heads (ended by NULL) of a table. */
void html_table(struct text *out, const char *caption,
		const char *const *heads);
void html_table_close(struct text *out);
/** html_row - a row and its first cell, which names it. */
void html_row(struct text *out, const char *name);
void html_row_close(struct text *out);
void html_cell(struct text *out, const char *words);
/** html_cell_format - a figure: set right. */
void html_cell_format(struct text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** html_details, html_details_close - what opens at a click. */
void html_details(struct text *out, const char *summary, bool open);
void html_details_close(struct text *out);

#endif
