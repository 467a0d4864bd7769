/* sweep_summary.c -- see sweep_summary.h. */
#include "backtest/sweep_summary.h"

#include <math.h>
#include <string.h>

#include "base/host/memory.h"

static size_t count_without_solution(const struct run_record *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->decision_count; i++)
		count += run->decisions[i].reasons >>
				 REASON_NO_FEASIBLE_VALUE & 1;
	return count;
}

static void take(struct sweep_outcome *out,
		 const struct backtest_summary *summary, size_t index)
{
	const struct run_summary *run = &summary->runs[index];
	const struct run_record *record = &summary->record->runs[index];

	memset(out, 0, sizeof(*out));
	out->setter = run->setter;
	memcpy(out->run_id, summary->run_id, sizeof(out->run_id));
	out->bad_debt_usd = run->bad_debt_usd;
	out->bad_debt_peak_usd = run->bad_debt_peak_usd;
	out->scores = run->scores;
	out->decisions = record->decision_count;
	memcpy(out->outcomes, run->outcomes, sizeof(out->outcomes));
	out->without_solution = count_without_solution(record);
	if (run->setter == SETTER_PLIMSOLL)
		verdict_of(&out->verdict, summary);
}

static enum status take_point(struct sweep_summary *out, size_t point,
			      const struct summary_options *options,
			      struct error *error)
{
	struct backtest_summary *summary;
	struct record_file *file;
	enum status status = sweep_point_read(&file, out->sweep, point, error);

	if (status)
		return status;
	status = summary_new(&summary, &file->record, options, error);
	if (!status) {
		memcpy(out->model_id, summary->model_id,
		       sizeof(out->model_id));
		out->synthetic = out->synthetic || summary->synthetic;
		for (size_t r = 0; r < summary->run_count; r++)
			if (summary->runs[r].setter == SETTER_PLIMSOLL)
				take(&out->points[point], summary, r);
			else
				take(&out->rules[out->rule_count++], summary,
				     r);
		summary_free(summary);
	}
	record_file_free(file);
	return status;
}

static struct pareto_figure figure_of(const struct decision_figure *figure)
{
	const double none = (double)NAN;

	return figure->exists ? (struct pareto_figure){ figure->result.value,
							figure->result.low,
							figure->result.high }
			      : (struct pareto_figure){ none, none, none };
}

static struct pareto_point place_of(const struct sweep_outcome *outcome)
{
	return (struct pareto_point){
		figure_of(&outcome->scores.figures[SCORE_BAD_DEBT]),
		figure_of(&outcome->scores.figures[SCORE_USABLE_LTV]) };
}

/* Points among themselves; then each rule as if it were one more of them. */
static void find_front(struct sweep_summary *out)
{
	size_t count = out->point_count;
	struct pareto_point *points =
		memory_allocate(count + 1, sizeof(*points));
	struct pareto_verdict *found =
		memory_allocate(count + 1, sizeof(*found));

	for (size_t p = 0; p < count; p++)
		points[p] = place_of(&out->points[p]);
	pareto_front(found, points, count);
	for (size_t p = 0; p < count; p++)
		out->points[p].pareto = found[p];
	for (size_t r = 0; r < out->rule_count; r++) {
		points[count] = place_of(&out->rules[r]);
		pareto_front(found, points, count + 1);
		out->rules[r].pareto = found[count];
	}
	memory_free(points);
	memory_free(found);
}

enum status sweep_summary_new(struct sweep_summary **out,
			      const struct sweep *sweep,
			      const struct summary_options *options,
			      bool (*interrupted)(void), struct error *error)
{
	struct sweep_summary *summary = memory_allocate(1, sizeof(*summary));
	enum status status = OK;

	summary->sweep = sweep;
	summary->point_count = sweep_points(sweep);
	summary->points = memory_allocate(summary->point_count,
					  sizeof(*summary->points));
	for (size_t p = 0; p < summary->point_count && !status; p++) {
		status = take_point(summary, p, options, error);
		if (!status && interrupted && interrupted())
			status = error_set(error, E_INTERRUPTED,
					   "interrupted");
	}
	if (status) {
		sweep_summary_free(summary);
		return status;
	}
	find_front(summary);
	*out = summary;
	return OK;
}

void sweep_summary_free(struct sweep_summary *summary)
{
	memory_free(summary->points);
	memory_free(summary);
}
