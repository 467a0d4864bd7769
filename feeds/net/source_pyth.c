/* source_pyth.c -- Pyth's Hermes: prices of now, asked or streamed.
 *
 * Of an answer only `binary` is read: what it says beside the signed bytes is
 * nobody's word.  GET /v2/updates/price/latest?ids[]=..&encoding=hex; the
 * stream under /v2/updates/price/stream has the same answers as events. */
#include <string.h>

#include "crypto/hex.h"
#include "feeds/net/source.h"
#include "feeds/wire/pyth.h"

#define UPDATE_BYTES_MAX 65536
#define LATEST_S ((int64_t)1 << 40) /* unix; beyond it is no time */

static bool is_id(const char *key)
{
	size_t skip = !strncmp(key, "0x", 2) ? 2 : 0;

	return strlen(key + skip) == 64 &&
	       strspn(key + skip, "0123456789abcdefABCDEF") == 64;
}

static enum status address(struct source_request *out,
			   const struct source_job *job, const char *base_url,
			   const char *path, struct error *error)
{
	text_add_format(&out->url, "%s%s?encoding=hex&parsed=false", base_url,
			path);
	for (size_t i = 0; i < job->item_count; i++) {
		if (!is_id(job->items[i].key)) {
			source_request_free(out);
			return error_set(error, E_USAGE, "\"%.80s\" is no Pyth "
					 "feed: 64 hexadecimal digits",
					 job->items[i].key);
		}
		text_add_format(&out->url, "&ids%%5B%%5D=%s",
				job->items[i].key);
	}
	return OK;
}

static enum status ask(struct source_request *out, struct source_job *job,
		       const char *base_url, struct error *error)
{
	return address(out, job, base_url, "/v2/updates/price/latest", error);
}

static enum status follow(struct source_request *out,
			  const struct source_job *job, const char *base_url,
			  struct error *error)
{
	return address(out, job, base_url, "/v2/updates/price/stream", error);
}

/* The job's feed of that id, or its item count. */
static size_t item_of(const struct source_job *job,
		      const uint8_t id[PYTH_FEED_SIZE])
{
	size_t i = 0;

	for (; i < job->item_count; i++) {
		const char *key = job->items[i].key;
		uint8_t own[PYTH_FEED_SIZE];
		size_t size;

		if (!hex_decode(own, &size, sizeof(own),
				bytes_of_string(key)) &&
		    size == sizeof(own) && !memcmp(own, id, sizeof(own)))
			break;
	}
	return i;
}

static enum reading_signature who_signed(const struct source_job *job,
					 const struct pyth_update *update)
{
	const struct source_trust *trust = &job->trust;

	for (size_t i = 0; i < trust->guardian_count; i++) {
		struct guardian_set set = trust->guardians[i];
		bool retired = !trust->any_set &&
			       !wormhole_in_office(trust->guardians,
						   trust->guardian_count, i,
						   job->now_s);

		if (trust->any_set)
			set.index = update->message.set_index;
		if (set.index == update->message.set_index)
			return retired || pyth_verify(update, &set,
						      trust->context)
				       ? READING_FORGED : READING_VERIFIED;
	}
	return READING_FORGED;
}

static enum status take_price(struct readings *out,
			      const struct source_job *job,
			      const struct pyth_price *price,
			      const struct reading *common)
{
	size_t item = item_of(job, price->feed);
	struct reading reading = *common;

	if (item == job->item_count)
		return OK; /* not asked for */
	if (price->published_s < 0 || price->published_s > LATEST_S)
		return E_RANGE;
	reading.item = item;
	reading.time_ms = price->published_s * 1000;
	reading.has_confidence = true;
	if (source_decimal(&reading.value, price->price, price->exponent) ||
	    source_decimal(&reading.confidence, (i128)price->confidence,
			   price->exponent))
		return E_RANGE;
	*readings_add(out) = reading;
	return OK;
}

static enum status take_update(struct readings *out,
			       const struct source_job *job, struct bytes raw,
			       struct error *error)
{
	struct reading common = { 0 };
	struct pyth_update update;
	struct pyth_price price;
	enum pyth_kind kind;

	if (pyth_read(&update, raw))
		return error_set(error, E_PEER, "an update that is malformed or "
				 "not proven");
	common.signature = who_signed(job, &update);
	keccak256(common.raw_digest, raw.data, raw.size);
	while (pyth_next(&kind, &price, &update) == OK)
		if (kind == PYTH_PRICE &&
		    take_price(out, job, &price, &common))
			return error_set(error, E_PEER, "a price out of range");
	return OK;
}

static enum status take_texts(struct readings *out,
			      const struct source_job *job,
			      const struct json *list, struct error *error)
{
	uint8_t *room = memory_allocate(UPDATE_BYTES_MAX, 1);
	enum status status = OK;

	for (const struct json *it = json_first(list); it && !status;
	     it = json_next(it)) {
		const char *text = json_string(it);
		size_t size;

		if (!text || hex_decode(room, &size, UPDATE_BYTES_MAX,
					bytes_of_string(text)))
			status = error_set(error, E_PEER, "an update that is no "
					   "hexadecimal text");
		else
			status = take_update(out, job, bytes_of(room, size),
					     error);
	}
	memory_free(room);
	return status;
}

static enum status answer(struct readings *out, struct source_job *job,
			  struct bytes body, struct error *error)
{
	struct json *root = NULL;
	size_t before = out->count;
	enum status status = json_parse(&root, body, error);
	const struct json *list =
		json_member(json_member(root, "binary"), "data");

	if (!status)
		status = json_is_array(list)
				 ? take_texts(out, job, list, error)
				 : error_set(error, E_PEER, "not an answer of "
					     "Hermes: {\"binary\":{\"data\":"
					     "[...]}}");
	json_free(root);
	if (status)
		out->count = before;
	return status;
}

const struct source_kind source_pyth = {
	.name = "pyth", .default_url = "https://hermes.pyth.network",
	.items_max = SOURCE_ITEMS_MAX, .coarse_time = true,
	.burst = 10, .refill_ms = 1000,
	.ask = ask, .follow = follow, .answer = answer,
};
