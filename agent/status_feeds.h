/* status_feeds.h -- how every feed stands, for `plimsoll status`.  Host only. */
#ifndef AGENT_STATUS_FEEDS_H
#define AGENT_STATUS_FEEDS_H

#include "agent/json_writer.h"
#include "sql/database.h"

/** status_feeds - a member "feeds" of the object under way, or with w NULL a
 *  table on standard output (nothing when there is no feed).  E_PEER. */
MUST_CHECK enum status status_feeds(struct json_writer *w,
				    struct database *database, int64_t at_s,
				    struct error *error);

#endif
