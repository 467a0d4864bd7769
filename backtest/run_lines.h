/* run_lines.h -- one line a run of the same figure, for charts.  Host only. */
#ifndef BACKTEST_RUN_LINES_H
#define BACKTEST_RUN_LINES_H

#include "backtest/record.h"
#include "backtest/svg.h"

struct run_lines {
	size_t count;
	struct svg_line lines[SETTERS_COUNT];
	double *x[SETTERS_COUNT], *y[SETTERS_COUNT];
};

/** Reads a figure of an hour, or of the parameters in force. */
typedef double hour_figure(const struct hour_record *hour, size_t asset);
typedef double parameter_figure(const struct parameters *parameters);

/** run_lines_hours - the figure at each hour; steps: it holds until it
 *  changes.  run_lines_parameters - at each decision and before the first, of
 *  what was in force.  run_lines_free frees either. */
void run_lines_hours(struct run_lines *out,
		     const struct backtest_record *record, hour_figure *figure,
		     size_t asset, bool steps);
void run_lines_parameters(struct run_lines *out,
			  const struct backtest_record *record,
			  parameter_figure *figure, size_t asset);
void run_lines_free(struct run_lines *lines);

#endif
