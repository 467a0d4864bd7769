/* forecast_input.h -- the bars that `plimsoll forecast` folds.
 *
 * Host only.  Stored bars of an asset, or a column of a CSV file taken as
 * adjacent bars without a clock.  Knows nothing of models. */
#ifndef AGENT_FORECAST_INPUT_H
#define AGENT_FORECAST_INPUT_H

#include "agent/command.h"
#include "case/policy.h"
#include "sql/bars.h"

/** Of a file: asset, quote and source "", the times count from 0. */
struct forecast_input {
	struct stored_bars stored;
	bool has_clock;          /* the bars have real times */
	struct policy policy;    /* members of the forecaster */
	uint32_t floor_bps;      /* volatility floor of the asset; 0 none */
};

/**
 * forecast_input_read
 * In:      --csv --column --prices --percent | --asset --quote --source;
 *          --bars, --interval, --policy
 * Returns: E_USAGE options; E_MISSING no file, column, series or too few bars
 *          for a fit; E_MALFORMED; E_RANGE; E_PEER */
MUST_CHECK enum status forecast_input_read(struct forecast_input *out,
					   const struct invocation *invocation,
					   struct error *error);
/** forecast_input_preset - no bars, the members of the presets. */
void forecast_input_preset(struct forecast_input *out);
void forecast_input_free(struct forecast_input *input);

#endif
