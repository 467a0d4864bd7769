/* run_lines.c -- see run_lines.h. */
#include "backtest/run_lines.h"

#include <string.h>

/* Room for a run's line; its style goes by the setter, the same in every
 * chart. */
static void open_line(struct run_lines *out, const struct run_record *run,
		      size_t count, bool steps)
{
	size_t i = out->count++;

	out->x[i] = memory_allocate(count, sizeof(double));
	out->y[i] = memory_allocate(count, sizeof(double));
	out->lines[i] = (struct svg_line){
		.name = setter_name(run->setter), .x = out->x[i],
		.y = out->y[i], .count = count, .steps = steps,
		.style = (uint8_t)run->setter };
}

void run_lines_hours(struct run_lines *out,
		     const struct backtest_record *record, hour_figure *figure,
		     size_t asset, bool steps)
{
	memset(out, 0, sizeof(*out));
	for (size_t r = 0; r < record->run_count; r++) {
		const struct run_record *run = &record->runs[r];

		open_line(out, run, run->hour_count, steps);
		for (size_t h = 0; h < run->hour_count; h++) {
			out->x[r][h] = (double)run_hour(run, h)->time_s;
			out->y[r][h] = figure(run_hour(run, h), asset);
		}
		run_rest(run);
	}
}

void run_lines_parameters(struct run_lines *out,
			  const struct backtest_record *record,
			  parameter_figure *figure, size_t asset)
{
	const struct backtest_plan *plan = record->plan;

	memset(out, 0, sizeof(*out));
	for (size_t r = 0; r < record->run_count; r++) {
		const struct run_record *run = &record->runs[r];
		size_t n = run->decision_count;
		const struct parameters *last = &plan->assets[asset].start;

		open_line(out, run, n + 2, true);
		out->x[r][0] = (double)plan->from_s;
		out->y[r][0] = figure(last);
		for (size_t i = 0; i < n; i++) {
			last = &run_decision(run, i)->assets[asset].after;
			out->x[r][i + 1] = (double)run->decisions[i].time_s;
			out->y[r][i + 1] = figure(last);
		}
		out->x[r][n + 1] = (double)plan->to_s;
		out->y[r][n + 1] = figure(last);
	}
}

void run_lines_free(struct run_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		memory_free(lines->x[i]);
		memory_free(lines->y[i]);
	}
	memset(lines, 0, sizeof(*lines));
}
