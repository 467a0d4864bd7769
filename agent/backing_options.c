/* backing_options.c -- see backing_options.h. */
#include "agent/backing_options.h"

#include <stdio.h>
#include <string.h>

static enum status add_feed(struct backing_feeds *out, const char *symbol,
			    const char *value, struct error *error)
{
	struct market_backing *item = &out->items[out->count];

	if (out->count == ASSETS_MAX)
		return error_set(error, E_USAGE, "[backing]: more than %d "
				 "tokens", ASSETS_MAX);
	if (!*symbol || strlen(symbol) >= sizeof(item->symbol))
		return error_set(error, E_USAGE, "[backing]: \"%s\" is no "
				 "reserve's symbol", symbol);
	for (size_t i = 0; i < out->count; i++)
		if (!strcmp(out->items[i].symbol, symbol))
			return error_set(error, E_USAGE, "[backing]: %s is "
					 "there twice", symbol);
	if (address_parse(item->feed, bytes_of_string(value)))
		return error_set(error, E_USAGE, "[backing] %s: \"%s\" is no "
				 "address", symbol, value);
	snprintf(item->symbol, sizeof(item->symbol), "%s", symbol);
	out->count++;
	return OK;
}

enum status backing_feeds_read(struct backing_feeds *out,
			       const struct invocation *invocation,
			       struct error *error)
{
	const char *symbol, *value = NULL;
	enum status status = OK;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; !status && (symbol = option_key_at(
					       invocation, "backing.", i,
					       &value));
	     i++)
		status = add_feed(out, symbol, value, error);
	return status;
}
