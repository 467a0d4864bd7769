/* liquidity.h -- liquidity curves at rest, by asset, source and time.
 *
 * Host only. */
#ifndef SQL_LIQUIDITY_H
#define SQL_LIQUIDITY_H

#include "case/case.h"
#include "sql/database.h"

/** liquidity_store - curve->source, time_s and points of `symbol`; one that is
 *  there already is left.  E_REFUSED when the points are out of range. */
MUST_CHECK enum status liquidity_store(struct database *database,
				       const char *symbol,
				       const struct liquidity_curve *curve,
				       struct error *error);

/** liquidity_newest - the newest curve of `symbol` quoted at or before
 *  `time_s`; curve->reserve is the caller's.  E_MISSING when there is none. */
MUST_CHECK enum status liquidity_newest(struct liquidity_curve *out,
					struct database *database,
					const char *symbol, uint64_t time_s,
					struct error *error);

#endif
