/* fuzz_feed_list.c -- a file of feeds: refused with a line, or sources that are
 * whole: a kind, an address, feeds with names that end within their room. */
#include <stdlib.h>
#include <string.h>

#include "agent/feed_list.h"
#include "tests/fuzz/host/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_source(const struct feed_source *s)
{
	if (!s->kind || !s->url_count || !s->feed_count || s->every_s < 1 ||
	    !memchr(s->name, 0, SOURCE_MAX) || !*s->family ||
	    !memchr(s->family, 0, SOURCE_MAX))
		abort();
	for (size_t i = 0; i < s->feed_count; i++) {
		const struct feed_entry *f = &s->feeds[i];

		if (!*f->asset || !*f->quote || !*f->key ||
		    !memchr(f->asset, 0, SYMBOL_MAX) ||
		    !memchr(f->quote, 0, SYMBOL_MAX) ||
		    !memchr(f->key, 0, FEED_KEY_MAX) || f->heartbeat_s < 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct feed_list list;
	struct error error = { 0 };
	enum status status;

	status = feed_list_read(&list, input_file(data, size), &error);
	if (status) {
		if (status != E_USAGE || !*error.message || list.count)
			abort();
		return 0;
	}
	for (size_t i = 0; i < list.count; i++)
		check_source(&list.sources[i]);
	feed_list_free(&list);
	return 0;
}
