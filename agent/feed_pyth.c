/* feed_pyth.c -- Pyth updates and Hermes' answers for `feed decode`, and the
 * guardian sets that an update is judged by. */
#include <string.h>

#include "agent/feed_report.h"
#include "feeds/wire/pyth.h"

/* The first guardian set, which Wormhole began with: all others follow. */
static const struct guardian_set first_set = {
	.count = 1,
	.addresses = { { 0x58, 0xcc, 0x3a, 0xe5, 0xc0, 0x97, 0xb2,
			 0x13, 0xce, 0x3c, 0x81, 0x97, 0x9e, 0x1b,
			 0x9f, 0x95, 0x70, 0x74, 0x6a, 0xa5 } } };

static enum status add_update(struct feed_input *out, const char *text,
			      struct error *error)
{
	return text && !feed_input_add_text(out, text)
		       ? OK
		       : error_set(error, E_MALFORMED, "an update is neither "
				   "hexadecimal nor base64, or there are more "
				   "than %d", FEED_INPUTS_MAX);
}

/* {"binary":{"data":[...]}}; of the API before, {"vaa":...} alone or many in an
 * array, and an array of texts. */
static enum status from_hermes(struct feed_input *out, const struct json *root,
			       struct error *error)
{
	const struct json *data = json_is_array(root)
		? root : json_member(json_member(root, "binary"), "data");
	const char *alone = json_string(json_member(root, "vaa"));
	enum status status = OK;

	if (alone)
		return add_update(out, alone, error);
	if (!json_is_array(data) || !json_count(data))
		return error_set(error, E_MALFORMED, "not an answer of Hermes: "
				 "{\"binary\":{\"data\":[...]}}");
	for (const struct json *it = json_first(data); it && !status;
	     it = json_next(it))
		status = add_update(out, json_string(json_is_object(it)
						? json_member(it, "vaa") : it),
				    error);
	return status;
}

/* An array of texts, or of objects with the text under vaa_hex; or such an array
 * under "upgrades". */
static enum status from_list(struct feed_input *out, const struct json *root,
			     struct error *error)
{
	const struct json *list = json_is_array(root)
		? root : json_member(root, "upgrades");

	if (!json_is_array(list))
		return error_set(error, E_MALFORMED, "not a list of upgrade "
				 "messages");
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		const char *text = json_is_object(it)
			? json_string(json_member(it, "vaa_hex"))
			: json_string(it);

		if (!text || feed_input_add_text(out, text))
			return error_set(error, E_MALFORMED, "an upgrade is "
					 "neither hexadecimal nor base64");
	}
	return OK;
}

enum status feed_trust_follow(struct feed_trust *out, const char *path,
			      const struct signer_context *context,
			      struct error *error)
{
	static const struct feed_format list = { "upgrades", from_list, NULL };
	struct feed_input input;
	enum status status = feed_input_read(&input, path, &list, error);

	out->sets[0] = first_set;
	out->set_count = 1;
	if (status)
		return status;
	for (size_t i = 0; i < input.count && !status; i++) {
		const struct feed_bytes *it = &input.messages[i];

		if (out->set_count == GUARDIAN_SETS_MAX)
			status = E_LIMIT;
		else
			status = wormhole_follow(
				&out->sets[out->set_count],
				&out->sets[out->set_count - 1],
				bytes_of(it->data, it->size), context);
		if (status)
			error_set(error, E_AUTHENTIC, "%.200s: upgrade %zu does "
				  "not follow from guardian set %u", path,
				  i + 1,
				  out->sets[out->set_count - 1].index);
		else
			out->set_count++;
	}
	feed_input_free(&input);
	return status ? error->status : OK;
}

/* The set that a message names: of those followed, or the signers given, which
 * have no index of their own. */
static bool find_set(struct guardian_set *out, const struct feed_trust *trust,
		     uint32_t index)
{
	for (size_t i = 0; i < trust->set_count; i++)
		if (trust->sets[i].index == index) {
			*out = trust->sets[i];
			return true;
		}
	if (!trust->signers.count)
		return false;
	*out = (struct guardian_set){ .index = index,
				      .count = trust->signers.count };
	memcpy(out->addresses, trust->signers.addresses,
	       trust->signers.count * ADDRESS_SIZE);
	return true;
}

/* Who signed, in front of every message of the update. */
static void list_signers(struct feed_message *to,
			 const struct wormhole_message *message,
			 const struct guardian_set *set,
			 const struct signer_context *context)
{
	for (size_t i = 0; i < message->signature_count &&
			   to->signer_count < FEED_SIGNERS_MAX; i++) {
		uint8_t *address = to->signers[to->signer_count], index = 0;

		if (wormhole_signer(address, &index, message, i, context))
			continue;
		to->signer_count++;
		to->valid_signers += index < set->count &&
				     !memcmp(address, set->addresses[index],
					     ADDRESS_SIZE);
	}
}

static void judge(struct feed_report *report, const struct pyth_update *update,
		  const struct guardian_set *set, const struct feed_trust *trust,
		  const struct signer_context *context)
{
	enum status status = set->count ? pyth_verify(update, set, context)
					: E_MISSING;

	if (set->count && !trust->set_count)
		report->threshold = trust->signers.threshold;
	else
		report->threshold = wormhole_quorum(set->count);
	if (!status && update->message.signature_count < report->threshold)
		status = E_REFUSED;
	if (status == E_MISSING)
		feed_report_blame(report, "guardian set %u is not among those "
				  "to trust", update->message.set_index);
	else if (status == E_REFUSED)
		feed_report_blame(report, "fewer guardians signed than the "
				  "quorum");
	else if (status)
		feed_report_blame(report, "a signature is not by the guardian "
				  "it names");
}

static enum status add_prices(struct feed_report *report,
			      struct pyth_update *update,
			      const struct feed_message *signers)
{
	struct pyth_price price;
	enum pyth_kind kind;

	while (pyth_next(&kind, &price, update) == OK) {
		struct feed_message *to;

		if (kind != PYTH_PRICE)
			continue;
		to = feed_report_add(report);
		if (!to)
			return E_LIMIT;
		*to = *signers;
		hex_encode_prefixed(to->feed, price.feed, PYTH_FEED_SIZE);
		to->has_price = to->has_confidence = true;
		to->price = price.price;
		to->confidence = price.confidence;
		to->exponent = price.exponent;
		to->time_s = price.published_s;
	}
	return OK;
}

static enum status decode(struct feed_report *report, struct bytes message,
			  const struct feed_trust *trust,
			  const struct signer_context *context,
			  struct error *error)
{
	static struct feed_message signers;
	struct guardian_set set = { .count = 0 };
	struct pyth_update update;
	enum status status = pyth_read(&update, message);

	if (status == E_AUTHENTIC) {
		feed_report_blame(report, "a message is not proven below the "
				  "signed root");
		return OK;
	}
	if (status)
		return error_set(error, E_MALFORMED, "not a Pyth update: lengths, "
				 "emitter or message sizes do not fit");
	memset(&signers, 0, sizeof(signers));
	(void)find_set(&set, trust, update.message.set_index);
	list_signers(&signers, &update.message, &set, context);
	judge(report, &update, &set, trust, context);
	return add_prices(report, &update, &signers)
		       ? error_set(error, E_LIMIT, "more than %d prices",
				   FEED_MESSAGES_MAX)
		       : OK;
}

const struct feed_format feed_pyth = { "pyth", from_hermes, decode };
