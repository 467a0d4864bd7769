/* sweep_report.c -- see sweep_report.h: text, JSON and the table. */
#include "backtest/sweep_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backtest/report_csv.h"
#include "backtest/report_json.h"
#include "backtest/svg.h"
#include "base/time.h"

#define FORMAT_VERSION 1

static const char *light_of(const struct sweep_outcome *outcome)
{
	return outcome->verdict.tested
		       ? traffic_zone_name(outcome->verdict.worst)
		       : "-";
}

static void put_figure(struct text *out, const struct sweep_outcome *outcome,
		       enum decision_score score)
{
	const struct decision_figure *figure = &outcome->scores.figures[score];
	bool share = decision_score_unit(score)[0] == 'r'; /* relative, ratio */
	char words[32] = "-";

	if (figure->exists && share && score != SCORE_CHURN)
		snprintf(words, sizeof(words), "%.2f%%",
			 100.0 * figure->result.value);
	else if (figure->exists)
		svg_number(words, figure->result.value);
	text_add_format(out, " %9s", words);
}

static void put_usd(struct text *out, double usd)
{
	char words[32];

	svg_number(words, usd);
	text_add_format(out, " %9s", words);
}

static void text_line(struct text *out, const char *name,
		      const struct sweep_outcome *outcome)
{
	text_add_format(out, "%-14s", name);
	put_figure(out, outcome, SCORE_USABLE_LTV);
	put_figure(out, outcome, SCORE_BAD_DEBT);
	put_usd(out, outcome->bad_debt_usd);
	put_usd(out, outcome->bad_debt_peak_usd);
	put_figure(out, outcome, SCORE_LIQUIDATED);
	put_figure(out, outcome, SCORE_WRONGFUL_SHARE);
	put_figure(out, outcome, SCORE_REVENUE);
	put_figure(out, outcome, SCORE_CHURN);
	text_add_format(out, " %6s %5zu  %s", light_of(outcome),
			outcome->without_solution,
			pareto_place_name(outcome->pareto.place));
	if (outcome->pareto.ties)
		text_add_format(out, " (ties with %zu)", outcome->pareto.ties);
}

void sweep_text(struct text *out, const struct sweep_report_input *input)
{
	const struct sweep_summary *s = input->summary;
	char name[24];

	text_add_format(out, "%-14s %9s %9s %9s %9s %9s %9s %9s %9s %6s %5s  "
			"%s\n", "point", "usable", "bad debt", "at end",
			"peak", "liquid'd", "wrongful", "revenue", "churn",
			"light", "unsol", "front");
	for (size_t p = 0; p < s->point_count; p++) {
		snprintf(name, sizeof(name), "%zu", p);
		text_line(out, name, &s->points[p]);
		for (size_t a = 0; a < s->sweep->axis_count; a++)
			text_add_format(out, "  %s=%s",
					s->sweep->axes[a].key,
					sweep_value(s->sweep, p, a));
		text_add_string(out, "\n");
	}
	for (size_t r = 0; r < s->rule_count; r++) {
		text_line(out, setter_name(s->rules[r].setter), &s->rules[r]);
		text_add_string(out, "\n");
	}
	text_add_format(out, "usable: mean LTV, 0 while frozen; unsol: "
			"decisions in which no value met the policy\nfront: no "
			"point has as little bad debt and as much usable LTV "
			"and one of them better; near: one has, within the "
			"%.0f %% intervals; off: beyond them; rules are placed "
			"as one more point%s\n", 100.0 * SUMMARY_LEVEL,
			s->synthetic ? "; SYNTHETIC prices" : "");
}

static void json_lights(struct json_writer *json,
			const struct sweep_summary *s,
			const struct verdict *verdict)
{
	if (verdict->tested)
		json_put_string(json, "trafficLight",
				traffic_zone_name(verdict->worst));
	else
		json_put_null(json, "trafficLight");
	json_open_array(json, "lights");
	for (size_t i = 0; i < verdict->count; i++) {
		size_t asset = verdict->assets[i].asset;

		json_open_object(json, NULL);
		json_put_string(json, "asset",
				s->sweep->base->assets[asset].symbol);
		json_put_string(json, "zone",
				traffic_zone_name(verdict->assets[i].zone));
		json_put_string(json, "reason", verdict->assets[i].reason);
		json_close_object(json);
	}
	json_close_array(json);
}

static void json_outcome(struct json_writer *json,
			 const struct sweep_summary *s,
			 const struct sweep_outcome *outcome)
{
	json_put_string(json, "runId", outcome->run_id);
	json_put_string(json, "pareto",
			pareto_place_name(outcome->pareto.place));
	json_put_integer(json, "ties", (int64_t)outcome->pareto.ties);
	json_put_integer(json, "decisions", (int64_t)outcome->decisions);
	json_put_integer(json, "updates", outcome->outcomes[OUTCOME_UPDATE]);
	json_put_integer(json, "holds", outcome->outcomes[OUTCOME_HOLD]);
	json_put_integer(json, "freezes", outcome->outcomes[OUTCOME_FREEZE]);
	json_put_integer(json, "withoutSolution",
			 (int64_t)outcome->without_solution);
	report_put_usd(json, "badDebtEndUsd", outcome->bad_debt_usd);
	report_put_usd(json, "badDebtPeakUsd", outcome->bad_debt_peak_usd);
	json_open_object(json, "scores");
	for (int k = 0; k < DECISION_SCORES; k++)
		report_put_figure(json, (enum decision_score)k,
				  &outcome->scores.figures[k], false);
	json_close_object(json);
	json_lights(json, s, &outcome->verdict);
}

static void json_points(struct json_writer *json,
			const struct sweep_summary *s)
{
	json_open_array(json, "front");
	for (size_t p = 0; p < s->point_count; p++)
		if (s->points[p].pareto.place == PARETO_FRONT)
			json_put_integer(json, NULL, (int64_t)p);
	json_close_array(json);
	json_open_array(json, "points");
	for (size_t p = 0; p < s->point_count; p++) {
		json_open_object(json, NULL);
		json_put_integer(json, "point", (int64_t)p);
		json_open_object(json, "values");
		for (size_t a = 0; a < s->sweep->axis_count; a++)
			json_put_string(json, s->sweep->axes[a].key,
					sweep_value(s->sweep, p, a));
		json_close_object(json);
		json_outcome(json, s, &s->points[p]);
		json_close_object(json);
	}
	json_close_array(json);
	json_open_array(json, "rules");
	for (size_t r = 0; r < s->rule_count; r++) {
		json_open_object(json, NULL);
		json_put_string(json, "setter",
				setter_name(s->rules[r].setter));
		json_outcome(json, s, &s->rules[r]);
		json_close_object(json);
	}
	json_close_array(json);
}

void sweep_json(struct text *out, const struct sweep_report_input *input)
{
	const struct sweep_summary *s = input->summary;
	struct json_writer json;

	json_writer_init(&json, out);
	json_open_object(&json, NULL);
	json_put_integer(&json, "formatVersion", FORMAT_VERSION);
	json_put_string(&json, "modelId", s->model_id);
	json_put_bool(&json, "synthetic", s->synthetic);
	json_put_string(&json, "command", input->command);
	report_put_time(&json, "from", s->sweep->base->from_s);
	report_put_time(&json, "to", s->sweep->base->to_s);
	report_put_number(&json, "intervalLevel", SUMMARY_LEVEL);
	json_open_array(&json, "axes");
	for (size_t a = 0; a < s->sweep->axis_count; a++) {
		json_open_object(&json, NULL);
		json_put_string(&json, "key", s->sweep->axes[a].key);
		json_open_array(&json, "values");
		for (size_t v = 0; v < s->sweep->axes[a].count; v++)
			json_put_string(&json, NULL,
					s->sweep->axes[a].values[v]);
		json_close_array(&json);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_points(&json, s);
	json_close_object(&json);
	text_add_string(out, "\n");
}

/* Scores of a line, each with its interval. */
static const enum decision_score columns[] = {
	SCORE_USABLE_LTV, SCORE_BAD_DEBT, SCORE_LIQUIDATED,
	SCORE_WRONGFUL_SHARE, SCORE_REVENUE, SCORE_CHANGES, SCORE_CHURN,
	SCORE_AT_CAPS };

static void csv_head(struct text *out, const struct sweep *sweep)
{
	static const char *const ends[] = { "", "_low", "_high" };

	text_add_string(out, "point,setter");
	for (size_t a = 0; a < sweep->axis_count; a++)
		report_csv_cell(out, sweep->axes[a].key);
	text_add_string(out, ",pareto,ties,bad_debt_end_usd,"
			"bad_debt_peak_usd");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		for (size_t e = 0; e < 3; e++) {
			char key[REPORT_KEY_MAX];

			report_score_key(key, columns[i]);
			text_add_format(out, ",%s%s", key, ends[e]);
		}
	text_add_string(out, ",decisions,without_solution,traffic_light\n");
}

static void csv_outcome(struct text *out, const struct sweep_outcome *outcome)
{
	report_csv_cell(out, pareto_place_name(outcome->pareto.place));
	report_csv_integer(out, outcome->pareto.ties);
	report_csv_number(out, outcome->bad_debt_usd);
	report_csv_number(out, outcome->bad_debt_peak_usd);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const struct decision_figure *f =
			&outcome->scores.figures[columns[i]];
		const double none = (double)NAN;

		report_csv_number(out, f->exists ? f->result.value : none);
		report_csv_number(out, f->exists ? f->result.low : none);
		report_csv_number(out, f->exists ? f->result.high : none);
	}
	report_csv_integer(out, outcome->decisions);
	report_csv_integer(out, outcome->without_solution);
	report_csv_cell(out, outcome->verdict.tested ? light_of(outcome) : "");
	text_add_string(out, "\n");
}

void sweep_csv(struct text *out, const struct sweep_report_input *input)
{
	const struct sweep_summary *s = input->summary;

	csv_head(out, s->sweep);
	for (size_t p = 0; p < s->point_count; p++) {
		text_add_format(out, "%zu,%s", p,
				setter_name(SETTER_PLIMSOLL));
		for (size_t a = 0; a < s->sweep->axis_count; a++)
			report_csv_cell(out, sweep_value(s->sweep, p, a));
		csv_outcome(out, &s->points[p]);
	}
	for (size_t r = 0; r < s->rule_count; r++) {
		text_add_format(out, ",%s", setter_name(s->rules[r].setter));
		for (size_t a = 0; a < s->sweep->axis_count; a++)
			text_add_string(out, ",");
		csv_outcome(out, &s->rules[r]);
	}
}

enum status sweep_report_write(const struct sweep_report_input *input,
			       struct error *error)
{
	static const struct {
		const char *name;
		void (*write)(struct text *,
			      const struct sweep_report_input *);
	} files[] = { { "sweep.json", sweep_json }, { "sweep.csv", sweep_csv },
		      { "sweep.html", sweep_html } };
	enum status status = OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !status;
	     i++) {
		struct text text = { 0 };
		char path[SWEEP_PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s",
			 input->summary->sweep->folder, files[i].name);
		files[i].write(&text, input);
		status = file_write(path, bytes_of(text.data, text.size),
				    error);
		text_free(&text);
	}
	return status;
}
