/* redstone_gateway.h -- RedStone's gateway answer as the payload a contract is
 * given, so that one verifier judges both (feeds/wire/redstone.h).
 *
 * Host only.  The gateway writes values as JSON numbers that are doubles; what
 * was signed is the double's exact value rounded to 8 decimals, so the text
 * goes through strtod and "%.8f" and nothing else.  Its words about signers and
 * validity are not read.  Source: recorded answers, 30 packages. */
#ifndef FEEDS_NET_REDSTONE_GATEWAY_H
#define FEEDS_NET_REDSTONE_GATEWAY_H

#include "feeds/net/json.h"

/**
 * redstone_gateway_payload - the packages of one feed.
 * In:      body   {feed: [{timestampMilliseconds, signature, dataPoints}]}
 * Out:     out    appended; its overflow tells that it was too small
 * Returns: E_MISSING the answer has no such feed, E_PEER another shape, a value
 *          that is negative or beyond 20 digits */
MUST_CHECK enum status redstone_gateway_payload(struct buffer *out,
						const struct json *body,
						const char *feed,
						struct error *error);

#endif
