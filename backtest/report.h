/* report.h -- a backtest's results as a folder of files.  Host only. */
#ifndef BACKTEST_REPORT_H
#define BACKTEST_REPORT_H

#include "backtest/report_csv.h"
#include "backtest/report_html.h"
#include "backtest/report_json.h"

/** report_write - report.html, summary.json, summary.csv, forecasts.csv,
 *  decisions.csv, hours.csv and liquidations.csv into a folder that exists;
 *  each atomically.  Errors as file_write.  The record itself: record_file_write. */
MUST_CHECK enum status report_write(const char *folder,
				    const struct report_input *input,
				    struct error *error);

#endif
