/* fit_dependence.h -- plimsoll fit --model dependence --columns A,B,...: how
 * several columns of a file move together.
 *
 * Host only; the numbers are models/dependence's.  Each column is divided by
 * the deviations of its own GJR-t fit first. */
#ifndef AGENT_FIT_DEPENDENCE_H
#define AGENT_FIT_DEPENDENCE_H

#include "agent/command.h"

/** fit_dependence - reads --csv and --columns (--prices: log returns; an empty
 *  cell is a gap) and prints shrunk correlations, DCC, t copula and the
 *  correlation of the first column's worst twentieth.
 *  E_USAGE options; E_MISSING no file, column, or too few common rows;
 *  E_MALFORMED a cell that is no number, or a constant column. */
MUST_CHECK enum status fit_dependence(const struct invocation *invocation,
				      struct error *error);

#endif
