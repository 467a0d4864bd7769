/* breakers.h -- when the breaker of a pair of assets opened and closed.  Host
 * only.
 *
 * Changes are added, never altered; the newest is how the breaker stands. */
#ifndef SQL_BREAKERS_H
#define SQL_BREAKERS_H

#include "case/case.h"
#include "sql/database.h"

struct breaker_change {
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX];
	bool opened;             /* false: it closed */
	int64_t changed_ms;      /* unix */
	int64_t dispersion_ppm;  /* (highest - lowest) / price of families */
	int32_t families;
};

/** breaker_record - a change, unless the pair stands so in the store already
 *  (two writers may see the same).
 *  Returns: OK, E_PEER, E_REFUSED a name too long or empty. */
MUST_CHECK enum status breaker_record(struct database *database,
				      const struct breaker_change *change,
				      struct error *error);

/** breakers_load - the newest change of every pair by at_s, ascending by asset
 *  and quote, memory_free'd by the caller; none is OK. */
MUST_CHECK enum status breakers_load(struct breaker_change **out, size_t *count,
				     struct database *database, int64_t at_s,
				     struct error *error);

/** breaker_find - a pair's, NULL when it never opened. */
const struct breaker_change *breaker_find(const struct breaker_change *list,
					  size_t count, const char *asset,
					  const char *quote);

#endif
