/* fit_har.h -- plimsoll fit --model har: the regression and its print.  Host
 * only; the numbers are models/volatility/har.h's. */
#ifndef AGENT_FIT_HAR_H
#define AGENT_FIT_HAR_H

#include "agent/fit_input.h"

/** fit_har - of log variances where `logs`.  E_MISSING too few rows,
 *  E_MALFORMED constant, E_CONVERGENCE collinear. */
MUST_CHECK enum status fit_har(const struct fit_input *input, bool logs,
			       bool json, struct error *error);

#endif
