/* history.c -- see history.h. */
#include "agent/history.h"

#include <stdio.h>
#include <string.h>

#include "sql/bars.h"

static bool copy_part(char *out, size_t room, const char *from, size_t size)
{
	if (!size || size >= room)
		return false;
	memcpy(out, from, size);
	out[size] = 0;
	return true;
}

/* ASSET/QUOTE@SOURCE into *out, whose symbol is set. */
static bool parse_series(struct history_source *out, const char *text)
{
	const char *slash = strchr(text, '/');
	const char *at = slash ? strchr(slash, '@') : NULL;

	return at &&
	       copy_part(out->asset, sizeof(out->asset), text,
			 (size_t)(slash - text)) &&
	       copy_part(out->quote, sizeof(out->quote), slash + 1,
			 (size_t)(at - slash - 1)) &&
	       copy_part(out->source, sizeof(out->source), at + 1,
			 strlen(at + 1));
}

enum status history_source_add(struct history_sources *out,
			       struct bytes symbol, const char *series,
			       struct error *error)
{
	struct history_source *item = &out->items[out->count];

	if (out->count == ASSETS_MAX)
		return error_set(error, E_USAGE, "more than %d series",
				 ASSETS_MAX);
	memset(item, 0, sizeof(*item));
	if (!copy_part(item->symbol, sizeof(item->symbol),
		       (const char *)symbol.data, symbol.size) ||
	    !parse_series(item, series))
		return error_set(error, E_USAGE, "a series is SYMBOL=ASSET/"
				 "QUOTE@SOURCE, not \"%.*s=%s\"",
				 (int)symbol.size, (const char *)symbol.data,
				 series);
	out->count++;
	return OK;
}

enum status history_sources_read(struct history_sources *out,
				 const struct invocation *invocation,
				 struct error *error)
{
	const char *text, *value = NULL;
	enum status status = OK;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0;
	     !status && (text = option_at(invocation, "series", i)); i++) {
		size_t size = strcspn(text, "=");

		status = history_source_add(out, bytes_of(text, size),
				    text[size] ? text + size + 1 : "", error);
	}
	for (size_t i = 0; !status && (text = option_key_at(
					       invocation, "series.", i, &value));
	     i++)
		if (!history_source_of(out, text))
			status = history_source_add(out, bytes_of_string(text), value,
					    error);
	return status;
}

const struct history_source *
history_source_of(const struct history_sources *sources, const char *symbol)
{
	for (size_t i = 0; i < sources->count; i++)
		if (!strcmp(sources->items[i].symbol, symbol))
			return &sources->items[i];
	return NULL;
}

enum status history_load(struct history_bars *out, struct database *database,
			 const struct history_source *source,
			 const struct history_range *range,
			 struct error *error)
{
	/* a bar is known once it closed: open time + interval <= end */
	struct bars_query query = {
		.asset = source->asset, .quote = source->quote,
		.source = source->source, .interval_s = range->interval_s,
		.from_s = range->from_s,
		.to_s = range->end_s - (int64_t)range->interval_s + 1 };
	struct stored_bars stored;
	enum status status = bars_load(&stored, database, &query, error);

	if (status)
		return status;
	if (!stored.count) {
		stored_bars_free(&stored);
		error_set(error, E_MISSING, "%s/%s from %s has no bars in the "
			  "range", source->asset, source->quote,
			  source->source);
		return error_hint(error, "`plimsoll import` brings price "
				  "history in.");
	}
	*out = (struct history_bars){ stored.bars, stored.count,
				      stored.synthetic, stored.feed_id,
				      stored.snapshot };
	return OK;
}
