/* backtest_store.c -- see backtest_store.h. */
#include "agent/backtest_store.h"

#include <string.h>

#include "agent/cluster.h"
#include "base/host/log.h"
#include "models/decide.h"
#include "sql/backtests.h"

static enum status add(bool *added, const struct backtest_row *row,
		       const struct invocation *invocation,
		       struct error *error)
{
	struct database *database = NULL;
	enum status status = database_open_home(&database, home(invocation),
						error);

	if (!status)
		status = backtest_store(added, database, row, error);
	if (database)
		database_close(database);
	return status;
}

enum status backtest_keep(const struct report_input *input,
			  const struct invocation *invocation,
			  struct error *error)
{
	const struct backtest_record *record = input->summary->record;
	struct backtest_row row = {
		.from_s = record->plan->from_s, .to_s = record->plan->to_s,
		.evidence = evidence_letter(record->plan->evidence),
		.synthetic = input->summary->synthetic };
	uint8_t model[HASH_SIZE];
	struct text json = { 0 };
	bool added = false;
	enum status status;

	model_hash(model);
	memcpy(row.model_id, model, sizeof(row.model_id));
	memcpy(row.input_digest, record->input_digest, HASH_SIZE);
	report_json(&json, input);
	row.json = json.data;
	status = add(&added, &row, invocation, error);
	text_free(&json);
	if (!status)
		log_line(LOG_INFO, "run %s is in the store%s: "
			 "risk.v_backtest_summary", input->summary->run_id,
			 added ? "" : " already");
	return status;
}
