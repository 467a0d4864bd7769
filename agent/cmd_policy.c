/* cmd_policy.c -- plimsoll policy init|check|hash|diff. */
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/json_writer.h"
#include "agent/policy_file.h"
#include "base/host/log.h"

static enum status run_init(const struct invocation *invocation,
			    struct error *error)
{
	struct text text = { 0 };
	const char *path = option(invocation, "o");
	enum status status = policy_file_write_preset(
		&text, option_or(invocation, "preset", "standard"), error);

	if (!status && path)
		status = file_write(path, bytes_of(text.data, text.size),
				    error);
	else if (!status)
		fputs(text.data, stdout);
	text_free(&text);
	return status;
}

static void print_document(const struct policy_document *document, bool json)
{
	char hash[HASH_TEXT_MAX];

	hex_encode_prefixed(hash, document->hash, HASH_SIZE);
	if (json)
		printf("{\"policyHash\":\"%s\",\"chainId\":%llu,\"assets\":%zu,"
		       "\"development\":%s}\n", hash,
		       (unsigned long long)document->policy.chain_id,
		       document->policy.asset_count,
		       document->policy.development ? "true" : "false");
	else
		printf("%s\n", hash);
}

static enum status run_check(const struct invocation *invocation,
			     struct error *error)
{
	static struct policy_document document;
	enum status status = policy_file_read(
		&document, invocation_argument(invocation, 0), error);

	if (status)
		return status;
	if (document.policy.development)
		log_line(LOG_WARNING, "development policy: only chain 31337 "
			 "accepts it");
	print_document(&document, want_json(invocation));
	return OK;
}

static enum status run_diff(const struct invocation *invocation,
			    struct error *error)
{
	static struct policy_document first, second;
	struct text text = { 0 };
	enum status status = policy_file_read(
		&first, invocation_argument(invocation, 0), error);

	if (!status)
		status = policy_file_read(
			&second, invocation_argument(invocation, 1), error);
	if (status)
		return status;
	policy_file_differences(&text, &first.policy, &second.policy);
	if (want_json(invocation)) {
		struct text out = { 0 };
		struct json_writer writer;

		json_writer_init(&writer, &out);
		json_open_object(&writer, NULL);
		json_open_array(&writer, "differences");
		for (char *line = text.data ? strtok(text.data, "\n") : NULL;
		     line; line = strtok(NULL, "\n"))
			json_put_string(&writer, NULL, line);
		json_close_array(&writer);
		json_close_object(&writer);
		puts(out.data);
		text_free(&out);
	} else {
		fputs(text.data ? text.data : "no differences\n", stdout);
	}
	text_free(&text);
	return OK;
}

static const struct option_spec init_options[] = {
	{ "preset", "NAME", "cautious, standard (default) or open" },
	{ "o", "FILE", "write to FILE instead of standard output" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "init", "", "a commented policy.ini with units and bounds",
	  "  plimsoll policy init --preset cautious -o policy.ini\n",
	  init_options, 0, 0, run_init },
	{ "check", "POLICY", "check every bound; print the hash",
	  "  plimsoll policy check policy.ini\n", NULL, 1, 1, run_check },
	{ "hash", "POLICY", "the hash that DAO and enclave agree on",
	  "  plimsoll policy hash policy.ini\n", NULL, 1, 1, run_check },
	{ "diff", "POLICY POLICY", "members that differ, old and new",
	  "  plimsoll policy diff policy.ini new.ini\n", NULL, 2, 2,
	  run_diff },
	{ 0 },
};

const struct command_group commands_policy = {
	"policy", "the DAO's policy: every number a human chose", verbs
};
