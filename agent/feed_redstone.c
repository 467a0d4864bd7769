/* feed_redstone.c -- RedStone payloads and gateway answers for `feed decode`. */
#include <string.h>

#include "agent/feed_report.h"
#include "feeds/net/redstone_gateway.h"
#include "feeds/wire/redstone.h"

#define PAYLOAD_MAX 65536
#define EXPONENT (-8)

/* Each feed's packages are a message of their own: feeds need not share one
 * time. */
static enum status from_gateway(struct feed_input *out,
				const struct json *root, struct error *error)
{
	uint8_t *room = memory_allocate(PAYLOAD_MAX, 1);
	enum status status = OK;

	if (!json_is_object(root) || !json_count(root))
		status = error_set(error, E_MALFORMED, "not an answer of "
				   "RedStone's gateway: {feed: [packages]}");
	for (const struct json *feed = json_first(root); feed && !status;
	     feed = json_next(feed)) {
		struct buffer buffer;

		buffer_init(&buffer, room, PAYLOAD_MAX);
		status = redstone_gateway_payload(&buffer, root, json_key(feed),
						  error);
		if (status)
			error->status = status = E_MALFORMED;
		else if (feed_input_add(out, buffer_bytes(&buffer)))
			status = error_set(error, E_LIMIT, "more than %d feeds",
					   FEED_INPUTS_MAX);
	}
	memory_free(room);
	return status;
}

/** One payload on its way into the report. */
struct reading {
	struct feed_report *report;
	const struct feed_signers *signers;
	const struct redstone_payload *payload;
	const struct signer_context *context;
};

/* The message of a feed, new where the payload has not named it yet. */
static struct feed_message *message_of(struct feed_report *report, size_t first,
				       const uint8_t *feed)
{
	char name[FEED_NAME_MAX] = { 0 };
	struct feed_message *message;

	memcpy(name, feed, REDSTONE_FEED_SIZE);
	for (char *c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?'; /* never a control character on a terminal */
	for (size_t i = first; i < report->count; i++)
		if (!strcmp(report->messages[i].feed, name))
			return &report->messages[i];
	message = feed_report_add(report);
	if (message)
		memcpy(message->feed, name, sizeof(name));
	return message;
}

static enum status add_package(const struct reading *r, size_t first,
			       const struct redstone_package *package)
{
	uint8_t address[ADDRESS_SIZE];
	bool signed_by = !redstone_signer(address, package, r->context);

	for (size_t i = 0; i < package->point_count; i++) {
		struct redstone_point point;
		struct feed_message *message;
		enum status status = redstone_point_of(&point, package, i);

		message = status ? NULL
				 : message_of(r->report, first, point.feed);
		if (!message)
			return status ? status : E_LIMIT;
		message->time_s = (int64_t)(package->time_ms / 1000);
		message->exponent = EXPONENT;
		if (!signed_by || message->signer_count == FEED_SIGNERS_MAX)
			continue;
		memcpy(message->signers[message->signer_count++], address,
		       ADDRESS_SIZE);
		message->valid_signers += feed_is_signer(r->signers, address);
	}
	return OK;
}

static const char *word_of(enum status status)
{
	if (status == E_AUTHENTIC)
		return "a signature is not by an authorised signer";
	return status == E_REFUSED ? "times differ, a signer speaks twice, or "
				     "fewer signers than the threshold"
				   : "it cannot be read";
}

static enum status take_price(const struct reading *r,
			      struct feed_message *message,
			      const struct redstone_rules *rules)
{
	uint8_t feed[REDSTONE_FEED_SIZE];
	struct redstone_price price = { 0 };
	enum status status = redstone_feed(feed, message->feed);

	if (!status)
		status = redstone_verify(&price, r->payload, feed, rules,
					 r->context);
	if (status || price.value >> 127)
		return status ? status : E_RANGE;
	message->price = (i128)price.value;
	message->has_price = true;
	return OK;
}

/* The verdict is the verifier's by the rules; where they say no, the price is
 * what all that signed say, if they agree on a time. */
static void judge(const struct reading *r, struct feed_message *message,
		  const struct redstone_rules *rules,
		  const struct redstone_rules *all)
{
	enum status status = r->signers->count ? take_price(r, message, rules)
					       : E_AUTHENTIC;

	if (!status)
		return;
	feed_report_blame(r->report, "%s: %s", message->feed, word_of(status));
	(void)take_price(r, message, all);
}

static void rules_of(struct redstone_rules *out, const struct feed_signers *in)
{
	*out = (struct redstone_rules){ .signer_count = in->count,
					.threshold = in->threshold };
	memcpy(out->signers, in->addresses, in->count * ADDRESS_SIZE);
}

/* Rules that everyone who signed a message meets, to show what it says. */
static void rules_of_all(struct redstone_rules *out,
			 const struct feed_report *report, size_t first)
{
	*out = (struct redstone_rules){ .threshold = 1 };
	for (size_t m = first; m < report->count; m++)
		for (size_t i = 0; i < report->messages[m].signer_count; i++) {
			const uint8_t *address = report->messages[m].signers[i];
			size_t k = 0;

			while (k < out->signer_count &&
			       memcmp(out->signers[k], address, ADDRESS_SIZE))
				k++;
			if (k == out->signer_count && k < REDSTONE_SIGNERS_MAX)
				memcpy(out->signers[out->signer_count++],
				       address, ADDRESS_SIZE);
		}
}

static enum status decode(struct feed_report *report, struct bytes message,
			  const struct feed_trust *trust,
			  const struct signer_context *context,
			  struct error *error)
{
	static struct redstone_payload payload;
	const struct feed_signers *signers = &trust->signers;
	struct redstone_rules rules, all;
	struct reading r = { report, signers, &payload, context };
	size_t first = report->count;
	enum status status = redstone_read(&payload, message);

	if (status == E_LIMIT)
		return error_set(error, status, "more than %d packages",
				 REDSTONE_PACKAGES_MAX);
	if (status)
		return error_set(error, E_MALFORMED,
				 "not a RedStone payload: marker, lengths and "
				 "packages do not fit");
	if (signers->count > REDSTONE_SIGNERS_MAX)
		return error_set(error, E_LIMIT, "more than %d signers",
				 REDSTONE_SIGNERS_MAX);
	for (size_t i = payload.count; i-- && !status;)
		status = add_package(&r, first, &payload.packages[i]);
	rules_of(&rules, signers);
	rules_of_all(&all, report, first);
	for (size_t m = first; m < report->count && !status; m++)
		judge(&r, &report->messages[m], &rules, &all);
	return status ? error_set(error, E_MALFORMED, "a value is beyond 128 "
				  "bits, or there are too many feeds")
		      : OK;
}

const struct feed_format feed_redstone = { "redstone", from_gateway, decode };
