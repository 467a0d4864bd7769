/* ingest_select.c -- the feeds that --feed names, out of a whole list; see
 * ingest_plan.h. */
#include <stdio.h>
#include <string.h>

#include "agent/ingest_plan.h"

#define NAMES_SHOWN 300 /* bytes of a message */

static bool names_feed(const char *name, const struct feed_source *source,
		       const struct feed_entry *feed)
{
	char full[2 * SYMBOL_MAX + SOURCE_MAX + 2];
	size_t pair;

	if (!strcmp(name, source->name))
		return true;
	snprintf(full, sizeof(full), "%s/%s@%s", feed->asset, feed->quote,
		 source->name);
	pair = strcspn(full, "@");
	return !strcmp(name, full) ||
	       (strlen(name) == pair && !strncmp(name, full, pair));
}

static bool is_there(const struct feed_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t f = 0; f < list->sources[i].feed_count; f++)
			if (names_feed(name, &list->sources[i],
				       &list->sources[i].feeds[f]))
				return true;
	return false;
}

static enum status unknown(const struct feed_list *list, const char *name,
			   struct error *error)
{
	struct text there = { 0 };

	for (size_t i = 0; i < list->count; i++) {
		const struct feed_source *s = &list->sources[i];

		for (size_t f = 0; f < s->feed_count; f++)
			text_add_format(&there, "%s%s/%s@%s",
					there.size ? ", " : "",
					s->feeds[f].asset, s->feeds[f].quote,
					s->name);
	}
	error_set(error, E_USAGE, "no feed, pair or source \"%.60s\"; there "
		  "are %.*s%s", name, NAMES_SHOWN, there.data,
		  there.size > NAMES_SHOWN ? ", ..." : "");
	text_free(&there);
	return error_hint(error, "A name is a section, ASSET/QUOTE, or "
			  "ASSET/QUOTE@SECTION: `plimsoll feed list`.");
}

static bool is_wanted(const struct feed_source *source,
		      const struct feed_entry *feed, const char *const *names,
		      size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (names_feed(names[i], source, feed))
			return true;
	return !count;
}

static void keep_wanted(struct feed_source *source, const char *const *names,
			size_t count)
{
	size_t kept = 0;

	for (size_t f = 0; f < source->feed_count; f++)
		if (is_wanted(source, &source->feeds[f], names, count))
			source->feeds[kept++] = source->feeds[f];
	source->feed_count = kept;
}

enum status ingest_select(struct feed_list *list, const char *const *names,
			  size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (!is_there(list, names[i]))
			return unknown(list, names[i], error);
	for (size_t i = 0; i < list->count; i++)
		keep_wanted(&list->sources[i], names, count);
	return OK;
}
