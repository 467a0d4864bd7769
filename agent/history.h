/* history.h -- which stored series prices which reserve, and its bars.
 *
 * Host only.  A series is named SYMBOL=ASSET/QUOTE@SOURCE, by --series or by
 * the configuration's [series] section. */
#ifndef AGENT_HISTORY_H
#define AGENT_HISTORY_H

#include "agent/command.h"
#include "case/case.h"
#include "sql/database.h"

struct history_source {
	char symbol[SYMBOL_MAX]; /* the reserve's */
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX];
};

struct history_sources {
	size_t count;
	struct history_source items[ASSETS_MAX];
};

/** history_sources_read - from --series (repeated) and, for the symbols not
 *  named there, the configuration keys series.SYMBOL.  E_USAGE malformed. */
MUST_CHECK enum status history_sources_read(struct history_sources *out,
					    const struct invocation *invocation,
					    struct error *error);
/** history_source_add - one more: "ASSET/QUOTE@SOURCE" for a symbol.  E_USAGE. */
MUST_CHECK enum status history_source_add(struct history_sources *out,
					  struct bytes symbol,
					  const char *series,
					  struct error *error);
/** history_source_of - NULL when no series is named for the symbol. */
const struct history_source *
history_source_of(const struct history_sources *sources, const char *symbol);

struct history_range {
	int64_t from_s; /* first open time */
	int64_t end_s;  /* bars closed by then: point in time */
	uint32_t interval_s;
};

struct history_bars {
	struct bar *bars; /* memory_free'd by the caller */
	size_t count;
	bool synthetic;
	int64_t feed_id;  /* the store's name of the series */
	int64_t snapshot; /* newest import these bars could see */
};

/** history_load - bars of a source in a range, ascending.  E_MISSING when
 *  there is none, with a hint to import. */
MUST_CHECK enum status history_load(struct history_bars *out,
				    struct database *database,
				    const struct history_source *source,
				    const struct history_range *range,
				    struct error *error);

#endif
