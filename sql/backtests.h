/* backtests.h -- what backtests said, kept for dashboards.  Host only.
 *
 * Read through the view risk.v_backtest_summary. */
#ifndef SQL_BACKTESTS_H
#define SQL_BACKTESTS_H

#include "case/case.h"
#include "sql/database.h"

#define BACKTEST_RUN_ID_SIZE 16
#define BACKTEST_MODEL_ID_SIZE 8

struct backtest_row {
	uint8_t input_digest[HASH_SIZE]; /* its first 16 bytes are the run */
	uint8_t model_id[BACKTEST_MODEL_ID_SIZE];
	int64_t from_s, to_s;            /* unix */
	char evidence;                   /* supposed: A, B or C */
	bool synthetic;
	const char *json;                /* the summary, as --json prints it */
};

/** backtest_store - a run's summary, unless run and model are there: then
 *  nothing changes.
 *
 * Out:     added  false: it was there; untouched unless OK
 * Returns: OK; E_PEER; E_REFUSED a range or evidence that is none, JSON that
 *          has no forecasts */
MUST_CHECK enum status backtest_store(bool *added, struct database *database,
				      const struct backtest_row *row,
				      struct error *error);

#endif
