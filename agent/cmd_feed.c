/* cmd_feed.c -- plimsoll feed decode: what signed price messages say and
 * whether enough of those that are trusted signed them. */
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/feed_report.h"
#include "agent/feed_show.h"
#include "agent/json_writer.h"
#include "base/time.h"

static const struct feed_format *const formats[] = { &feed_redstone, &feed_pyth,
						     &feed_streams };
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static enum status find_format(const struct feed_format **out,
			       const struct invocation *invocation,
			       struct error *error)
{
	const char *name = option(invocation, "format");

	for (size_t i = 0; name && i < FORMATS; i++)
		if (!strcmp(formats[i]->name, name)) {
			*out = formats[i];
			return OK;
		}
	return error_set(error, E_USAGE, name ? "--format \"%.40s\" is unknown"
					      : "--format is missing%s",
			 name ? name : "");
}

static enum status read_trust(struct feed_trust *out,
			      const struct invocation *invocation,
			      const struct signer_context *context,
			      struct error *error)
{
	const char *signers = option(invocation, "signers");
	const char *guardians = option(invocation, "guardians");
	const char *upgrades = option(invocation, "follow");

	memset(out, 0, sizeof(*out));
	if ((signers != NULL) + (guardians != NULL) + (upgrades != NULL) > 1)
		return error_set(error, E_USAGE, "one of --signers, --guardians "
				 "and --follow");
	if (upgrades)
		return feed_trust_follow(out, upgrades, context, error);
	if (!signers)
		signers = guardians;
	return signers ? feed_signers_read(&out->signers, signers, error) : OK;
}

/** What one command line asks for. */
struct job {
	const struct feed_format *format;
	struct signer_context *context;
	struct feed_trust trust;
};

static enum status decode_all(struct feed_report *report,
			      const struct feed_input *input,
			      const struct job *job, struct error *error)
{
	const struct feed_trust *trust = &job->trust;
	enum status status = OK;

	memset(report, 0, sizeof(*report));
	report->valid = true;
	report->threshold = trust->signers.threshold;
	if (!trust->signers.count && !trust->set_count)
		feed_report_blame(report, "no signers were given to trust");
	for (size_t i = 0; i < input->count && !status; i++)
		status = job->format->decode(
			report,
			bytes_of(input->messages[i].data,
				 input->messages[i].size),
			trust, job->context, error);
	return status;
}

static void put_message(struct json_writer *w, const struct feed_message *m)
{
	char price[128];

	feed_price_format(price, m->price, m->exponent);
	json_open_object(w, NULL);
	json_put_string(w, "feed", m->feed);
	if (m->has_price)
		json_put_string(w, "price", price);
	else
		json_put_null(w, "price");
	if (m->has_confidence) {
		feed_price_format(price, (i128)m->confidence, m->exponent);
		json_put_string(w, "conf", price);
	} else {
		json_put_null(w, "conf");
	}
	json_put_integer(w, "expo", m->exponent);
	json_put_integer(w, "time", m->time_s);
	json_open_array(w, "signers");
	for (size_t i = 0; i < m->signer_count; i++)
		json_put_address(w, NULL, m->signers[i]);
	json_close_array(w);
	json_put_integer(w, "validSigners", (int64_t)m->valid_signers);
	json_close_object(w);
}

static void print_json(const struct feed_report *report,
		       const struct feed_format *format)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "format", format->name);
	json_put_bool(&w, "valid", report->valid);
	json_put_string(&w, "reason", report->reason);
	json_put_integer(&w, "threshold", (int64_t)report->threshold);
	json_open_array(&w, "messages");
	for (size_t i = 0; i < report->count; i++)
		put_message(&w, &report->messages[i]);
	json_close_array(&w);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_text(const struct feed_report *report)
{
	printf("%-9s %s\n", "verdict", report->valid ? "valid" : "not valid");
	if (!report->valid)
		printf("%-9s %s\n", "reason", report->reason);
	for (size_t i = 0; i < report->count; i++) {
		const struct feed_message *m = &report->messages[i];
		char price[128], time[TIME_TEXT_MAX];

		feed_price_format(price, m->price, m->exponent);
		time_format(time, m->time_s);
		printf("%-12s %s  at %s", m->feed,
		       m->has_price ? price : "-", time);
		if (m->has_confidence) {
			feed_price_format(price, (i128)m->confidence,
					  m->exponent);
			printf("  +- %s", price);
		}
		printf("  %zu of %zu signers trusted\n", m->valid_signers,
		       m->signer_count);
	}
}

static enum status decode_file(const struct job *job,
			       const struct invocation *invocation,
			       struct error *error)
{
	static struct feed_report report;
	const char *path = invocation_argument(invocation, 0);
	struct feed_input input;
	enum status status = feed_input_read(&input, path, job->format, error);

	if (status)
		return status;
	status = decode_all(&report, &input, job, error);
	feed_input_free(&input);
	if (status)
		return status;
	if (want_json(invocation))
		print_json(&report, job->format);
	else
		print_text(&report);
	if (report.valid)
		return OK;
	error_set(error, E_AUTHENTIC, "%.200s is not valid: %s", path,
		  report.reason);
	if (!job->trust.signers.count && !job->trust.set_count)
		error_hint(error, "Name those to trust: --signers FILE, for "
			   "Pyth --guardians FILE or --follow UPGRADES.");
	return E_AUTHENTIC;
}

static enum status run_decode(const struct invocation *invocation,
			      struct error *error)
{
	static const uint8_t seed[32]; /* nothing is signed */
	static struct job job;
	enum status status = find_format(&job.format, invocation, error);

	if (status)
		return status;
	job.context = signer_context_create(seed);
	if (!job.context)
		return error_set(error, E_SYSTEM, "no memory for signatures");
	status = read_trust(&job.trust, invocation, job.context, error);
	if (!status)
		status = decode_file(&job, invocation, error);
	signer_context_destroy(job.context);
	return status;
}

static const struct option_spec decode_options[] = {
	{ "format", "NAME", "redstone, pyth or datastreams" },
	{ "signers", "FILE", "who may sign: one address a line, and a line "
			     "`threshold N`" },
	{ "guardians", "FILE", "the same for Pyth: the guardians in order" },
	{ "follow", "FILE", "Pyth: guardian sets from the first through the "
			    "upgrade messages of FILE" },
	{ 0 },
};

static const struct option_spec list_options[] = {
	{ "feeds", "FILE", "the file of feeds (default feeds.ini)" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "list", "", "the feeds of a file, from where and how often",
	  "plimsoll feed list --feeds feeds.ini\n"
	  "# feeds.ini, one section a source:\n"
	  "#   [binance]\n"
	  "#   kind = binance\n"
	  "#   interval_s = 3600\n"
	  "#   feed = ETH/USDT ETHUSDT\n"
	  "# kinds: chainlink pyth redstone coinbase kraken binance; url lines "
	  "in order of\n# preference; every_s, chain_id, service, signers, "
	  "follow, since, family as needed\n",
	  list_options, 0, 0, feed_show },
	{ "decode", "FILE",
	  "read signed price messages and judge their signatures",
	  "plimsoll feed decode answer.json --format redstone --signers "
	  "primary.txt\n"
	  "plimsoll feed decode hermes.json --format pyth --follow upgrades.json\n"
	  "plimsoll feed decode - --format datastreams --json <report.hex\n",
	  decode_options, 1, 1, run_decode },
	{ 0 },
};

const struct command_group commands_feed = {
	"feed", "feeds of prices and signed price messages", verbs };
