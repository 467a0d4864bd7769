/* report_csv.h -- a backtest as tables: a line a decision and asset, an hour
 * and run, a liquidation, a score, a forecaster and asset.
 *
 * RFC 4180 with a header line and line feeds; what cannot be had is an empty
 * cell.  Host only. */
#ifndef BACKTEST_REPORT_CSV_H
#define BACKTEST_REPORT_CSV_H

#include "backtest/summary.h"
#include "base/host/memory.h"

/** report_csv_decisions - run, time, outcome, reasons, digest, asset,
 *  parameters before, wanted and after, what bound them, forecast and what
 *  came. */
void report_csv_decisions(struct text *out,
			  const struct backtest_record *record);
/** report_csv_hours - run, time, market totals, then of each asset price,
 *  usable LTV, supplied and borrowed tokens. */
void report_csv_hours(struct text *out, const struct backtest_record *record);
/** report_csv_liquidations - run, time, borrower, assets, amounts, health. */
void report_csv_liquidations(struct text *out,
			     const struct backtest_record *record);
/** report_csv_summary - run, score, unit, value, low, high, error. */
void report_csv_summary(struct text *out,
			const struct backtest_summary *summary);
/** report_csv_forecasts - forecaster, asset, its tests: of forecasts that do
 *  not overlap, which test of coverage counts, of all in blocks (all_...:
 *  empty where none overlaps), losses. */
void report_csv_forecasts(struct text *out,
			  const struct backtest_summary *summary);

/* Cells as these tables write them, with the comma before where one is due. */
void report_csv_cell(struct text *out, const char *words);
/** report_csv_number - 9 digits; empty where it is not finite. */
void report_csv_number(struct text *out, double value);
void report_csv_integer(struct text *out, uint64_t value);

#endif
