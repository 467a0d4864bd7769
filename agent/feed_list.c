/* feed_list.c -- see feed_list.h. */
#include "agent/feed_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/configuration.h"
#include "base/time.h"
#include "crypto/hex.h"

/** A line under way. */
struct line {
	const char *key, *value;
	struct feed_source *source;
	struct error *error;
};

static enum status wrong(const struct line *line, const char *why)
{
	return error_set(line->error, E_USAGE, "%.80s = %.120s: %s", line->key,
			 line->value, why);
}

static enum status set_integer(int64_t *out, const struct line *line)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(line->value, &end, 10);
	if (errno || end == line->value || *end || value < 1 ||
	    value > INT32_MAX)
		return wrong(line, "not a whole number from 1 to 2147483647");
	*out = value;
	return OK;
}

static enum status set_name(char *out, size_t size, const struct line *line)
{
	if (!*line->value || strlen(line->value) >= size)
		return wrong(line, "empty or too long");
	snprintf(out, size, "%s", line->value);
	return OK;
}

static enum status set_text(char **out, const struct line *line)
{
	if (!*line->value)
		return wrong(line, "empty");
	if (*out)
		return wrong(line, "stands there twice");
	*out = memory_copy_string(line->value);
	return OK;
}

static enum status set_sequencer(const struct line *line)
{
	uint8_t address[ADDRESS_SIZE];

	return address_parse(address, bytes_of_string(line->value))
		       ? wrong(line, "no address")
		       : set_text(&line->source->sequencer, line);
}

static enum status set_kind(const struct line *line)
{
	line->source->kind = source_kind_find(line->value);
	return line->source->kind ? OK : wrong(line, "no kind of source");
}

static enum status set_since(const struct line *line)
{
	return time_parse(&line->source->since_s, bytes_of_string(line->value))
		       ? wrong(line, "no time") : OK;
}

static enum status add_url(const struct line *line)
{
	struct feed_source *source = line->source;

	if (strncmp(line->value, "http://", 7) &&
	    strncmp(line->value, "https://", 8)) /* may hold a key: not shown */
		return error_set(line->error, E_USAGE, "%.80s: no http or https "
				 "address", line->key);
	if (source->url_count == ENDPOINTS_MAX)
		return error_set(line->error, E_USAGE, "%.80s: more than %d "
				 "addresses", line->key, ENDPOINTS_MAX);
	source->urls[source->url_count++] = memory_copy_string(line->value);
	return OK;
}

static enum status set_number(double *out, const char *text,
			      const struct line *line)
{
	struct decimal value;

	if (decimal_parse(&value, bytes_of_string(text)) || value.mantissa <= 0)
		return wrong(line, "a bound is no positive decimal");
	*out = decimal_to_double(value);
	return OK;
}

/* heartbeat_s=N and the like, behind the key. */
static enum status set_detail(struct feed_entry *feed, char *word,
			      const struct line *line)
{
	char *value = strchr(word, '=');
	struct line number = *line;

	if (!value)
		return wrong(line, "a word without = behind the feed");
	*value++ = '\0';
	number.value = value;
	if (!strcmp(word, "heartbeat_s"))
		return set_integer(&feed->heartbeat_s, &number);
	if (!strcmp(word, "lowest"))
		return set_number(&feed->lowest, value, line);
	if (!strcmp(word, "highest"))
		return set_number(&feed->highest, value, line);
	if (!strcmp(word, "peg"))
		return set_number(&feed->peg, value, line);
	return wrong(line, "behind a feed stand heartbeat_s, lowest, highest "
			   "and peg");
}

static enum status set_pair(struct feed_entry *feed, const char *pair,
			    const struct line *line)
{
	size_t asset = strcspn(pair, "/");
	const char *quote = pair[asset] ? pair + asset + 1 : "";

	if (!asset || asset >= sizeof(feed->asset) || !*quote ||
	    strlen(quote) >= sizeof(feed->quote) || strchr(quote, '/'))
		return wrong(line, "begins with no ASSET/QUOTE");
	snprintf(feed->asset, sizeof(feed->asset), "%.*s", (int)asset, pair);
	snprintf(feed->quote, sizeof(feed->quote), "%s", quote);
	return OK;
}

static enum status read_feed(struct feed_entry *feed, char *text,
			     const struct line *line)
{
	char *rest = NULL;
	const char *pair = strtok_r(text, " \t", &rest);
	const char *key = strtok_r(NULL, " \t", &rest);
	enum status status;

	if (!pair || !key || strlen(key) >= sizeof(feed->key))
		return wrong(line, "not ASSET/QUOTE and the API's name of it");
	status = set_pair(feed, pair, line);
	snprintf(feed->key, sizeof(feed->key), "%s", key);
	for (char *word = strtok_r(NULL, " \t", &rest); word && !status;
	     word = strtok_r(NULL, " \t", &rest))
		status = set_detail(feed, word, line);
	return status;
}

static enum status add_feed(const struct line *line)
{
	struct feed_source *source = line->source;
	char *text = memory_copy_string(line->value);
	struct feed_entry feed = { 0 };
	enum status status = read_feed(&feed, text, line);

	memory_free(text);
	if (status)
		return status;
	if (source->feed_count == SOURCE_ITEMS_MAX)
		return wrong(line, "too many feeds of one source");
	for (size_t i = 0; i < source->feed_count; i++)
		if (!strcmp(source->feeds[i].asset, feed.asset) &&
		    !strcmp(source->feeds[i].quote, feed.quote))
			return wrong(line, "stands there twice");
	source->feeds[source->feed_count++] = feed;
	return OK;
}

static enum status take(const struct line *line, const char *name)
{
	struct feed_source *s = line->source;

	if (!strcmp(name, "kind"))
		return set_kind(line);
	if (!strcmp(name, "url"))
		return add_url(line);
	if (!strcmp(name, "feed"))
		return add_feed(line);
	if (!strcmp(name, "since"))
		return set_since(line);
	if (!strcmp(name, "every_s"))
		return set_integer(&s->every_s, line);
	if (!strcmp(name, "chain_id"))
		return set_integer(&s->chain_id, line);
	if (!strcmp(name, "interval_s"))
		return set_integer(&s->interval_s, line);
	if (!strcmp(name, "family"))
		return set_name(s->family, sizeof(s->family), line);
	if (!strcmp(name, "service"))
		return set_text(&s->service, line);
	if (!strcmp(name, "signers"))
		return set_text(&s->signers, line);
	if (!strcmp(name, "follow"))
		return set_text(&s->follow, line);
	if (!strcmp(name, "sequencer"))
		return set_sequencer(line);
	if (!strcmp(name, "grace_s"))
		return set_integer(&s->grace_s, line);
	return wrong(line, "no such setting of a source");
}

/* The section's source, made when it is new. */
static enum status find_source(struct line *line, struct feed_list *list)
{
	size_t length = strcspn(line->key, ".");

	if (!line->key[length] || !length || length >= SOURCE_MAX)
		return wrong(line, "not in a [section] with a source's name");
	for (size_t i = 0; i < list->count; i++) {
		line->source = &list->sources[i];
		if (strlen(line->source->name) == length &&
		    !strncmp(line->source->name, line->key, length))
			return OK;
	}
	if (list->count == FEED_SOURCES_MAX)
		return wrong(line, "too many sources");
	line->source = &list->sources[list->count++];
	snprintf(line->source->name, SOURCE_MAX, "%.*s", (int)length,
		 line->key);
	return OK;
}

static enum status lacks(const struct feed_source *source, const char *what,
			 struct error *error)
{
	error_set(error, E_USAGE, "[%s] has no %s", source->name, what);
	return error_hint(error, "`plimsoll feed list --help` shows a whole "
			  "file.");
}

/* What its kind cannot do without; presets for the rest. */
static enum status complete(struct feed_source *s, struct error *error)
{
	bool chain = s->kind == &source_chainlink;
	bool candles = s->kind && s->kind->items_max == 1;

	if (!s->kind)
		return lacks(s, "kind", error);
	if (!s->feed_count)
		return lacks(s, "feed", error);
	if (!s->url_count && !s->kind->default_url)
		return lacks(s, "url", error);
	if (chain && !s->chain_id)
		return lacks(s, "chain_id", error);
	if (s->kind == &source_redstone && (!s->service || !s->signers))
		return lacks(s, s->service ? "signers" : "service", error);
	if (s->kind == &source_pyth && !s->follow && !s->signers)
		return lacks(s, "follow (or signers)", error);
	if (candles && !s->interval_s)
		return lacks(s, "interval_s", error);
	if (!chain && (s->sequencer || s->grace_s))
		return error_set(error, E_USAGE, "[%s] is no chainlink source: "
				 "no sequencer, no grace_s", s->name);
	if (s->grace_s && !s->sequencer)
		return lacks(s, "sequencer", error);
	if (s->sequencer && !s->grace_s)
		s->grace_s = 3600;
	if (!s->url_count)
		s->urls[s->url_count++] =
			memory_copy_string(s->kind->default_url);
	if (!s->every_s)
		s->every_s = candles ? 60 : 15;
	if (!*s->family)
		snprintf(s->family, sizeof(s->family), "%s", s->name);
	return OK;
}

static enum status read_entries(struct feed_list *out,
				const struct configuration *file,
				struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < file->count && !status; i++) {
		struct line line = { file->entries[i].key,
				     file->entries[i].value, NULL, error };

		status = find_source(&line, out);
		if (!status)
			status = take(&line, strchr(line.key, '.') + 1);
	}
	for (size_t i = 0; i < out->count && !status; i++)
		status = complete(&out->sources[i], error);
	if (!status && !out->count)
		status = error_set(error, E_USAGE, "no source is in it");
	return status;
}

enum status feed_list_read(struct feed_list *out, const char *path,
			   struct error *error)
{
	struct configuration file;
	char message[sizeof(error->message)];
	enum status status = configuration_read(&file, path, error);

	*out = (struct feed_list){ 0 };
	if (status)
		return status;
	status = read_entries(out, &file, error);
	configuration_free(&file);
	if (!status)
		return OK;
	feed_list_free(out);
	snprintf(message, sizeof(message), "%s", error->message);
	snprintf(error->message, sizeof(error->message), "%.200s: %.300s",
		 path, message);
	return status;
}

void feed_list_free(struct feed_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct feed_source *s = &list->sources[i];

		for (size_t u = 0; u < s->url_count; u++)
			memory_free(s->urls[u]);
		memory_free(s->service);
		memory_free(s->signers);
		memory_free(s->follow);
		memory_free(s->sequencer);
	}
	list->count = 0;
}
