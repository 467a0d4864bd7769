/* residuals.c -- see residuals.h. */
#include "models/dependence/residuals.h"

#include <math.h>

#define VALUE_MAX 1e100 /* squares and their sums stay finite */

enum status residuals_check(const struct residual_table *table)
{
	if (!table->assets || table->assets > LINALG_ORDER_MAX)
		return E_INPUT;
	for (size_t i = 0; i < table->assets; i++)
		for (size_t t = 0; t < table->count; t++)
			if (table->columns[i].present[t] &&
			    !(fabs(table->columns[i].values[t]) < VALUE_MAX))
				return E_INPUT;
	return OK;
}

bool residuals_complete(const struct residual_table *table, size_t t)
{
	for (size_t i = 0; i < table->assets; i++)
		if (!table->columns[i].present[t])
			return false;
	return true;
}
