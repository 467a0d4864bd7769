/* feed_show.c -- plimsoll feed list: the feeds of a file, in words or JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/feed_list.h"
#include "agent/feed_show.h"
#include "agent/json_writer.h"
#include "feeds/net/http.h"

static void put_feed(struct json_writer *w, const struct feed_entry *feed)
{
	json_open_object(w, NULL);
	json_put_string(w, "asset", feed->asset);
	json_put_string(w, "quote", feed->quote);
	json_put_string(w, "key", feed->key);
	if (feed->heartbeat_s)
		json_put_integer(w, "heartbeatSeconds", feed->heartbeat_s);
	json_close_object(w);
}

static void put_source(struct json_writer *w, const struct feed_source *s)
{
	char origin[HOST_NAME_MAX];

	json_open_object(w, NULL);
	json_put_string(w, "source", s->name);
	json_put_string(w, "kind", s->kind->name);
	json_put_string(w, "family", s->family);
	json_put_integer(w, "everySeconds", s->every_s);
	if (s->sequencer) {
		json_put_string(w, "sequencer", s->sequencer);
		json_put_integer(w, "graceSeconds", s->grace_s);
	}
	json_open_array(w, "servers");
	for (size_t i = 0; i < s->url_count; i++) {
		http_origin(origin, sizeof(origin), s->urls[i]);
		json_put_string(w, NULL, origin);
	}
	json_close_array(w);
	json_open_array(w, "feeds");
	for (size_t i = 0; i < s->feed_count; i++)
		put_feed(w, &s->feeds[i]);
	json_close_array(w);
	json_close_object(w);
}

static void print_source(const struct feed_source *s)
{
	char origin[HOST_NAME_MAX];

	printf("%s  %s, family %s, every %" PRId64 " s\n", s->name,
	       s->kind->name, s->family, s->every_s);
	for (size_t i = 0; i < s->url_count; i++) {
		http_origin(origin, sizeof(origin), s->urls[i]);
		printf("  %s %s\n", i ? "then" : "from", origin);
	}
	if (s->sequencer)
		printf("  sequencer %s, %" PRId64 " s of grace\n",
		       s->sequencer, s->grace_s);
	for (size_t i = 0; i < s->feed_count; i++) {
		const struct feed_entry *f = &s->feeds[i];

		printf("  %s/%s  %s", f->asset, f->quote, f->key);
		if (f->heartbeat_s)
			printf("  at least every %" PRId64 " s",
			       f->heartbeat_s);
		putchar('\n');
	}
}

static void print_json(const struct feed_list *list)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_open_array(&w, "sources");
	for (size_t i = 0; i < list->count; i++)
		put_source(&w, &list->sources[i]);
	json_close_array(&w);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

enum status feed_show(const struct invocation *invocation, struct error *error)
{
	struct feed_list *list = memory_allocate(1, sizeof(*list));
	enum status status = feed_list_read(
		list, option_or(invocation, "feeds", "feeds.ini"), error);

	if (!status && want_json(invocation))
		print_json(list);
	for (size_t i = 0; !status && !want_json(invocation) &&
			   i < list->count; i++)
		print_source(&list->sources[i]);
	if (!status)
		feed_list_free(list);
	memory_free(list);
	return status;
}
