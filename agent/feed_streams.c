/* feed_streams.c -- reports of Chainlink Data Streams for `feed decode`. */
#include <string.h>

#include "agent/feed_report.h"
#include "feeds/wire/data_streams.h"

#define EXPONENT (-18)

static enum status add_report(struct feed_input *out, const struct json *report,
			      struct error *error)
{
	const char *text = json_string(json_member(report, "fullReport"));

	if (!text) /* as recorded */
		text = json_string(json_member(report, "full_report_hex"));
	return text && !feed_input_add_text(out, text)
		       ? OK
		       : error_set(error, E_MALFORMED, "a report without "
				   "fullReport in hexadecimal, or more than %d",
				   FEED_INPUTS_MAX);
}

/* {"report":{...}} or {"reports":[{...}]} */
static enum status from_api(struct feed_input *out, const struct json *root,
			    struct error *error)
{
	const struct json *one = json_member(root, "report");
	const struct json *many = json_member(root, "reports");
	enum status status = OK;

	if (one)
		return add_report(out, one, error);
	if (!json_is_array(many) || !json_count(many))
		return error_set(error, E_MALFORMED, "not an answer of Data "
				 "Streams: {\"report\":{\"fullReport\":...}}");
	for (const struct json *it = json_first(many); it && !status;
	     it = json_next(it))
		status = add_report(out, it, error);
	return status;
}

static void list_signers(struct feed_message *to,
			 const struct stream_report *report,
			 const struct feed_signers *signers,
			 const struct signer_context *context)
{
	for (size_t i = 0; i < report->signature_count; i++) {
		uint8_t *address = to->signers[to->signer_count];

		if (stream_signer(address, report, i, context))
			continue;
		to->signer_count++;
		to->valid_signers += feed_is_signer(signers, address);
	}
}

static void judge(struct feed_report *report, const struct stream_report *read,
		  const struct feed_signers *signers,
		  const struct signer_context *context)
{
	struct stream_signers set = { signers->count, signers->threshold,
				      { { 0 } } };
	enum status status;

	if (!signers->count)
		return; /* said for all messages */
	memcpy(set.addresses, signers->addresses,
	       signers->count * ADDRESS_SIZE);
	status = stream_verify(read, &set, context);
	if (status == E_REFUSED)
		feed_report_blame(report, "fewer signers than the threshold");
	else if (status)
		feed_report_blame(report, "a signature is not by an authorised "
				  "signer, or one signed twice");
}

static enum status decode(struct feed_report *report, struct bytes message,
			  const struct feed_trust *trust,
			  const struct signer_context *context,
			  struct error *error)
{
	struct stream_report read;
	struct feed_message *to;

	if (trust->signers.count > STREAM_SIGNERS_MAX)
		return error_set(error, E_LIMIT, "more than %d signers",
				 STREAM_SIGNERS_MAX);
	if (stream_read(&read, message))
		return error_set(error, E_MALFORMED, "not a Data Streams report "
				 "of schema 3: its words do not fit");
	to = feed_report_add(report);
	if (!to)
		return error_set(error, E_LIMIT, "more than %d reports",
				 FEED_MESSAGES_MAX);
	hex_encode_prefixed(to->feed, read.feed, STREAM_FEED_SIZE);
	to->has_price = true;
	to->price = read.price;
	to->exponent = EXPONENT;
	to->time_s = read.observed_s;
	list_signers(to, &read, &trust->signers, context);
	judge(report, &read, &trust->signers, context);
	return OK;
}

const struct feed_format feed_streams = { "datastreams", from_api, decode };
