/* sweep_report.h -- a sweep's results: text, JSON, a table, a page.
 *
 * The same summary gives the same bytes: nothing here tells who played what, in
 * which order, or when.  Host only. */
#ifndef BACKTEST_SWEEP_REPORT_H
#define BACKTEST_SWEEP_REPORT_H

#include "backtest/sweep_summary.h"
#include "base/host/memory.h"

/** A summary and what only the caller knows of it. */
struct sweep_report_input {
	const struct sweep_summary *summary;
	const char *command; /* that makes it again */
};

/** sweep_text - a table of points and rules for a terminal. */
void sweep_text(struct text *out, const struct sweep_report_input *input);
/** sweep_json - one object and a line feed; keys and units as report_json.h. */
void sweep_json(struct text *out, const struct sweep_report_input *input);
/** sweep_csv - a line a point and a rule, RFC 4180. */
void sweep_csv(struct text *out, const struct sweep_report_input *input);
/** sweep_html - a page that stands by itself: scatter of bad debt against
 *  usable LTV with the front, and the table. */
void sweep_html(struct text *out, const struct sweep_report_input *input);

/** sweep_report_write - sweep.json, sweep.csv and sweep.html into the sweep's
 *  folder, each atomically.  Errors as file_write. */
MUST_CHECK enum status
sweep_report_write(const struct sweep_report_input *input,
		   struct error *error);

#endif
