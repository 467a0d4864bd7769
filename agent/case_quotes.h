/* case_quotes.h -- the prices of a reserve that a case carries beside its series:
 * one of each other source that the store has live.  Host only.
 *
 * decide() holds the lowest and the highest of them against each other and the
 * oracle, so those two are what is kept where there is no room for all. */
#ifndef AGENT_CASE_QUOTES_H
#define AGENT_CASE_QUOTES_H

#include "sql/quotes.h"

#define CASE_QUOTES_EACH (QUOTES_MAX / ASSETS_MAX) /* of a reserve */

/** A reserve's quotes under way: the first is that of its series. */
struct case_quotes {
	struct quote *quotes; /* room for CASE_QUOTES_EACH */
	uint8_t count;
};

/**
 * case_quotes_add - what other sources say of the same asset.
 *
 * In:      query  the series' asset and quote; own  its source, which speaks
 *                 already
 * Out:     to   ascending by family, the series' own among them
 * Returns: OK, E_PEER, E_RANGE */
MUST_CHECK enum status case_quotes_add(struct case_quotes *to,
				       struct database *database,
				       const struct quotes_query *query,
				       const char *own, struct error *error);

#endif
