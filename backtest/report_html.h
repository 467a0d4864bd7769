/* report_html.h -- a backtest as one page that stands by itself: charts are
 * inline SVG, no script, no network.  Host only. */
#ifndef BACKTEST_REPORT_HTML_H
#define BACKTEST_REPORT_HTML_H

#include "backtest/report_json.h"

/** report_html - the whole page: overview, assets, forecasts, crises, plan.
 *  The same input gives the same bytes.  Cost: O(lines); below 2 MB for five
 *  years of hours and five assets */
void report_html(struct text *out, const struct report_input *input);

/* Its sections, each in a file of its own. */
void report_html_assets(struct text *out,
			const struct backtest_summary *summary);
void report_html_forecasts(struct text *out,
			   const struct backtest_summary *summary);
void report_html_crises(struct text *out,
			const struct backtest_summary *summary);
void report_html_plan(struct text *out, const struct report_input *input);

#endif
