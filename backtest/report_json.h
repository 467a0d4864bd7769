/* report_json.h -- a backtest as JSON: the summary that `--json` prints, and a
 * line a decision.
 *
 * Field names are stable; money and what may exceed 2^53 are strings, a figure
 * that cannot be had is null.  `forecasts` has the fields of view
 * v_backtest_summary.  Host only. */
#ifndef BACKTEST_REPORT_JSON_H
#define BACKTEST_REPORT_JSON_H

#include "backtest/summary.h"
#include "base/host/json_writer.h"

/** A summary and what only the caller knows of it. */
struct report_input {
	const struct backtest_summary *summary;
	const char *command;   /* that makes it again; NULL: not told */
};

/** report_json - the summary, one object and a line feed. */
void report_json(struct text *out, const struct report_input *input);

/** report_event_json - one decision as one line of JSON. */
void report_event_json(struct text *out, const struct backtest_plan *plan,
		       enum setter setter,
		       const struct decision_record *decision);

/* Values as the reports write them. */
/** report_put_number - null where it is not finite. */
void report_put_number(struct json_writer *json, const char *key, double value);
/** report_put_usd - a string with cents. */
void report_put_usd(struct json_writer *json, const char *key, double usd);
/** report_put_time - RFC 3339. */
void report_put_time(struct json_writer *json, const char *key, int64_t time_s);
/** report_score_key - "usable-ltv-by-debt" is "usableLtvByDebt". */
#define REPORT_KEY_MAX 48
void report_score_key(char out[REPORT_KEY_MAX], enum decision_score score);
/** report_put_score - a score's value: money a string, else a number. */
void report_put_score(struct json_writer *json, enum decision_score score,
		      double value);
/** report_put_figure - an object of a score: value, low, high, error; with_p:
 *  also p, of 0. */
void report_put_figure(struct json_writer *json, enum decision_score score,
		       const struct decision_figure *figure, bool with_p);

#endif
