/* backtest_results.h -- what a folder of results holds: the record, and the
 * command that made it.  Host. */
#ifndef AGENT_BACKTEST_RESULTS_H
#define AGENT_BACKTEST_RESULTS_H

#include "backtest/backtest.h"

/** backtest_results_read - the record; record_file_free it.  Errors as
 *  record_file_read. */
MUST_CHECK enum status backtest_results_read(struct record_file **out,
					     const char *folder,
					     struct error *error);

/** backtest_results_command - appends the command that summary.json beside the
 *  record tells; nothing where there is none, or it is of another run.  The
 *  record itself does not tell: it is the same however it was asked for. */
void backtest_results_command(struct text *out, const char *folder,
			      const struct backtest_record *record);

#endif
