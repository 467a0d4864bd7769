/* source_redstone.c -- RedStone's gateway: the newest signed packages of a data
 * service, judged by the same verifier as a contract's payload.
 *
 * GET /v2/data-packages/latest/SERVICE has all feeds of the service. */
#include <string.h>

#include "feeds/net/redstone_gateway.h"
#include "feeds/net/source.h"

#define PAYLOAD_MAX 65536
#define VALUE_EXPONENT (-8)
#define VALUE_MOST ((u128)1000000000000000000)

static bool is_word(const char *text)
{
	return text && *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
			    "YZ0123456789-_.") == strlen(text);
}

static enum status ask(struct source_request *out, struct source_job *job,
		       const char *base_url, struct error *error)
{
	if (!is_word(job->service))
		return error_set(error, E_USAGE, "\"%.80s\" is no RedStone data "
				 "service", job->service ? job->service : "");
	text_add_format(&out->url, "%s/v2/data-packages/latest/%s", base_url,
			job->service);
	return OK;
}

/* Signed by those who may: the median of their values.  Else what the packages
 * say at the signers' word nobody takes: a forged reading of no price. */
static enum status take_feed(struct reading *out, const struct source_job *job,
			     struct bytes raw, const char *feed)
{
	struct redstone_payload *payload =
		memory_allocate(1, sizeof(*payload));
	uint8_t id[REDSTONE_FEED_SIZE];
	struct redstone_price price = { 0 };
	enum status status = redstone_read(payload, raw);

	if (!status)
		status = redstone_feed(id, feed);
	if (!status)
		status = redstone_verify(&price, payload, id,
					 job->trust.redstone,
					 job->trust.context);
	if (!status && price.value >= VALUE_MOST)
		status = E_RANGE;
	out->time_ms = (int64_t)(payload->count ? payload->packages[0].time_ms
						: 0);
	memory_free(payload);
	out->signature = status == E_AUTHENTIC || status == E_REFUSED
				 ? READING_FORGED : READING_VERIFIED;
	if (status == E_AUTHENTIC || status == E_REFUSED)
		return OK;
	if (status)
		return status;
	out->value = decimal_from_scaled((int64_t)price.value,
					 -VALUE_EXPONENT);
	return OK;
}

static enum status take_item(struct readings *out,
			     const struct source_job *job,
			     const struct json *root, size_t item,
			     struct error *error)
{
	const char *feed = job->items[item].key;
	uint8_t *room = memory_allocate(PAYLOAD_MAX, 1);
	struct reading reading = { .item = item };
	struct buffer payload;
	enum status status;

	buffer_init(&payload, room, PAYLOAD_MAX);
	status = redstone_gateway_payload(&payload, root, feed, error);
	if (!status) {
		keccak256(reading.raw_digest, payload.data, payload.size);
		if (take_feed(&reading, job, buffer_bytes(&payload), feed))
			status = error_set(error, E_PEER, "RedStone's packages "
					   "of %.32s cannot be read", feed);
		else
			*readings_add(out) = reading;
	}
	memory_free(room);
	return status == E_MISSING ? OK : status;
}

static enum status answer(struct readings *out, struct source_job *job,
			  struct bytes body, struct error *error)
{
	struct json *root = NULL;
	size_t before = out->count;
	enum status status = json_parse(&root, body, error);

	if (!status && !json_is_object(root))
		status = error_set(error, E_PEER, "not an answer of RedStone's "
				   "gateway: {feed: [packages]}");
	for (size_t i = 0; i < job->item_count && !status; i++)
		status = take_item(out, job, root, i, error);
	json_free(root);
	if (status)
		out->count = before;
	return status;
}

const struct source_kind source_redstone = {
	.name = "redstone", .default_url = "https://oracle-gateway-1.a.redstone.finance",
	.items_max = SOURCE_ITEMS_MAX, .burst = 4, .refill_ms = 1000,
	.ask = ask, .answer = answer,
};
