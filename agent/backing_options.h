/* backing_options.h -- which feed attests the reserves behind which token.
 *
 * Host only.  From the configuration's [backing] section, SYMBOL = 0xFEED. */
#ifndef AGENT_BACKING_OPTIONS_H
#define AGENT_BACKING_OPTIONS_H

#include "agent/command.h"
#include "agent/market_reader.h"

struct backing_feeds {
	size_t count;
	struct market_backing items[ASSETS_MAX];
};

/** backing_feeds_read - E_USAGE a malformed address, a symbol too long or
 *  named twice, more than ASSETS_MAX. */
MUST_CHECK enum status backing_feeds_read(struct backing_feeds *out,
					  const struct invocation *invocation,
					  struct error *error);

#endif
