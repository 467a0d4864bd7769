/* feed_show.h -- `plimsoll feed list`.  Host only. */
#ifndef AGENT_FEED_SHOW_H
#define AGENT_FEED_SHOW_H

#include "agent/command.h"

/** feed_show - reads --feeds and prints what it says; addresses without what
 *  may be a key.  Returns: as feed_list_read. */
MUST_CHECK enum status feed_show(const struct invocation *invocation,
				 struct error *error);

#endif
