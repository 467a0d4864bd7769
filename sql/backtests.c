/* backtests.c -- see backtests.h. */
#include "sql/backtests.h"

enum status backtest_store(bool *added, struct database *database,
			   const struct backtest_row *row, struct error *error)
{
	const char evidence[2] = { row->evidence, 0 };
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "backtests_insert");
	bind_bytes(&statement, row->input_digest, BACKTEST_RUN_ID_SIZE);
	bind_bytes(&statement, row->model_id, BACKTEST_MODEL_ID_SIZE);
	bind_bytes(&statement, row->input_digest, HASH_SIZE);
	bind_integer(&statement, row->from_s);
	bind_integer(&statement, row->to_s);
	bind_text(&statement, evidence);
	bind_bool(&statement, row->synthetic);
	bind_text(&statement, row->json);
	status = database_query(&rows, database, &statement, error);
	if (status)
		return status;
	*added = rows_count(rows) > 0;
	rows_free(rows);
	return OK;
}
