/* liquidity.c -- see liquidity.h. */
#include "sql/liquidity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum status liquidity_store(struct database *database, const char *symbol,
			    const struct liquidity_curve *curve,
			    struct error *error)
{
	struct text sizes = { 0 }, impacts = { 0 };
	struct statement statement;
	enum status status;

	for (uint8_t i = 0; i < curve->count; i++) {
		text_add_format(&sizes, "%s%" PRIu64, i ? "," : "{",
				curve->points[i].size_usd);
		text_add_format(&impacts, "%s%" PRIu32, i ? "," : "{",
				curve->points[i].impact_bps);
	}
	text_add_string(&sizes, curve->count ? "}" : "{}");
	text_add_string(&impacts, curve->count ? "}" : "{}");
	statement_init(&statement, "liquidity_insert");
	bind_text(&statement, symbol);
	bind_text(&statement, curve->source);
	bind_integer(&statement, (int64_t)curve->time_s);
	bind_text(&statement, sizes.data);
	bind_text(&statement, impacts.data);
	status = database_run(database, &statement, error);
	text_free(&sizes);
	text_free(&impacts);
	return status;
}

static void read_curve(struct liquidity_curve *out, const struct rows *rows)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->source, sizeof(out->source), "%s", rows_text(rows, 0, 0));
	out->time_s = (uint64_t)rows_integer(rows, 0, 1);
	for (int i = 0; i < rows_count(rows) && i < CURVE_POINTS_MAX; i++)
		out->points[out->count++] = (struct curve_point){
			(uint64_t)rows_integer(rows, i, 2),
			(uint32_t)rows_integer(rows, i, 3) };
}

enum status liquidity_newest(struct liquidity_curve *out,
			     struct database *database, const char *symbol,
			     uint64_t time_s, struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "liquidity_newest");
	bind_text(&statement, symbol);
	bind_integer(&statement, (int64_t)time_s);
	status = database_query(&rows, database, &statement, error);
	if (!status && !rows_count(rows))
		status = error_set(error, E_MISSING, "the store has no "
				   "liquidity curve of %s by then", symbol);
	else if (!status)
		read_curve(out, rows);
	rows_free(rows);
	return status;
}
