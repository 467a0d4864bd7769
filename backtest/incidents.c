/* incidents.c -- see incidents.h. */
#include "backtest/incidents.h"

#include <string.h>

#include "backtest/incident_trial.h"
#include "base/host/memory.h"

size_t incident_count(void)
{
	return incidents_oracle_count + incidents_market_count;
}

const struct incident *incident_at(size_t index)
{
	return index < incidents_oracle_count
		       ? &incidents_oracle[index]
		       : &incidents_market[index - incidents_oracle_count];
}

const struct incident *incident_find(const char *name)
{
	for (size_t i = 0; i < incident_count(); i++)
		if (!strcmp(incident_at(i)->text.name, name))
			return incident_at(i);
	return NULL;
}

struct incident_text incident_text(const struct incident *incident)
{
	return incident->text;
}

enum status incident_run(struct incident_result *out,
			 const struct incident *incident,
			 const struct incident_order *order,
			 struct error *error)
{
	struct incident_trial *trial = memory_allocate(1, sizeof(*trial));
	enum status status = incident_play(trial, incident, order, error);

	if (!status) {
		memset(out, 0, sizeof(*out));
		out->incident = incident;
		out->unguarded = order->unguarded;
		out->seed = order->seed;
		incident_judge(out, incident, trial);
	}
	incident_trial_free(trial);
	memory_free(trial);
	return status;
}

void incident_result_free(struct incident_result *result)
{
	memory_free(result->steps);
	result->steps = NULL;
}
