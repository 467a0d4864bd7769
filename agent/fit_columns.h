/* fit_columns.h -- several columns of a CSV file on one clock, as they are or
 * as residuals.
 * Host only. */
#ifndef AGENT_FIT_COLUMNS_H
#define AGENT_FIT_COLUMNS_H

#include "agent/command.h"
#include "models/dependence/correlation.h"

#define FIT_COLUMN_NAME_MAX 64

struct fit_columns {
	size_t assets, rows;
	char names[LINALG_ORDER_MAX][FIT_COLUMN_NAME_MAX];
	double *values[LINALG_ORDER_MAX];          /* [rows] */
	unsigned char *present[LINALG_ORDER_MAX];  /* [rows] */
};

/** fit_columns_read - --csv, --columns, --prices; an empty cell is a gap.
 *  Errors as fit_dependence; what was read is to be freed even then. */
MUST_CHECK enum status fit_columns_read(struct fit_columns *out,
					const struct invocation *invocation,
					struct error *error);
/** fit_columns_standardise - divides each by the deviations of its GJR-t fit.
 *  E_MISSING too few, E_MALFORMED constant: the column in the error. */
MUST_CHECK enum status fit_columns_standardise(struct fit_columns *columns,
					       struct error *error);
void fit_columns_free(struct fit_columns *columns);

#endif
