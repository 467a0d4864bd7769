/* backtest_options.c -- see backtest_options.h. */
#include "agent/backtest_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cluster.h"
#include "agent/threads.h"
#include "base/time.h"

#define EXPANDING_BARS 20000u /* the longest window that a policy takes */
#define HOUR_S 3600

/* 20220101, 2022-01-01 or a whole RFC 3339 time. */
static enum status parse_moment(int64_t *out, const char *text, size_t size)
{
	char whole[40];

	if (size == 8)
		snprintf(whole, sizeof(whole), "%.4s-%.2s-%.2sT00:00:00Z",
			 text, text + 4, text + 6);
	else if (size == 10)
		snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text);
	else
		snprintf(whole, sizeof(whole), "%.*s", (int)size, text);
	return time_parse(out, bytes_of_string(whole));
}

static enum status set_range(struct backtest_plan *plan, const char *text,
			     struct error *error)
{
	const char *dots = strstr(text, "..");
	const char *end = dots ? dots + 2 : text + 9;
	size_t first = dots ? (size_t)(dots - text) : 8;

	if ((!dots && (strlen(text) != 17 || text[8] != '-')) ||
	    parse_moment(&plan->from_s, text, first) ||
	    parse_moment(&plan->to_s, end, strlen(end))) {
		error_set(error, E_USAGE, "--timerange: \"%.60s\" is not two "
			  "days or times FROM..TO", text);
		return error_hint(error, "For the year 2022: "
				  "2022-01-01..2023-01-01; a time is "
				  "2022-01-01T06:00:00Z.");
	}
	return OK;
}

static enum status set_bars(struct policy *policy,
			    const struct invocation *invocation,
			    struct error *error)
{
	const char *window = option(invocation, "window-bars");
	long long bars = policy->window_bars, refit;
	enum status status = option_integer(&refit, invocation, "refit-bars",
					    policy->refit_bars, error);

	if (!status && window && !strcmp(window, "expanding"))
		bars = EXPANDING_BARS;
	else if (!status)
		status = option_integer(&bars, invocation, "window-bars",
					policy->window_bars, error);
	if (status)
		return status;
	if (bars < 0 || bars > UINT32_MAX || refit < 0 || refit > UINT32_MAX)
		return error_set(error, E_USAGE, "--window-bars and "
				 "--refit-bars: outside the policy's bounds");
	policy->window_bars = (uint32_t)bars;
	policy->refit_bars = (uint32_t)refit;
	return OK;
}

/* A changed policy is another policy: its bytes and hash are made anew. */
static enum status encode_policy(struct backtest_document *document,
				 struct error *error)
{
	const char *offender = policy_check(&document->policy.policy);
	struct buffer buffer;

	if (offender) {
		error_set(error, E_USAGE, "%s: outside its bounds", offender);
		return error_hint(error, "`plimsoll policy init` says what it "
				  "means and what it may be.");
	}
	buffer_init(&buffer, document->policy.bytes,
		    sizeof(document->policy.bytes));
	policy_encode(&buffer, &document->policy.policy);
	document->policy.size = buffer.size;
	document->plan.policy_bytes = buffer_bytes(&buffer);
	policy_hash(document->policy.hash, document->plan.policy_bytes);
	return OK;
}

/* The bytes of one printable character in UTF-8; 0: it is none. */
static size_t printable(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)text;
	size_t size = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2
		      : *at >> 4 == 14 ? 3 : *at >> 3 == 30 ? 4 : 0;
	uint32_t code = size > 1 ? *at & (0x7fu >> size) : *at;

	for (size_t i = 1; i < size; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (!size || code < least[size] || code < 0x20 || code > 0x10ffff ||
	    (code >= 0x7f && code < 0xa0) || code >> 11 == 0x1b)
		return 0;
	return size;
}

/* The seed stands in reports, as part of the command that makes them again. */
static enum status set_seed(struct backtest_plan *plan, const char *text,
			    struct error *error)
{
	struct keccak keccak;

	for (const char *at = text; *at; at += printable(at))
		if (!printable(at)) {
			error_set(error, E_USAGE, "--seed: byte %zu is not of "
				  "printable UTF-8 text", (size_t)(at - text) + 1);
			return error_hint(error, "Any word or number will do, "
					  "as --seed 2.");
		}
	keccak_init(&keccak);
	keccak_update(&keccak, "plimsoll-backtest", 17);
	keccak_update(&keccak, text, strlen(text));
	keccak_final(&keccak, plan->seed);
	return OK;
}

/* Without --timerange: from where every asset has its burn-in to where the
 * first one ends. */
static void widest_range(struct backtest_plan *plan)
{
	uint32_t burn_in = plan->policy->burn_in_bars;
	int64_t day_s = 86400;

	plan->from_s = 0;
	plan->to_s = INT64_MAX;
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct plan_asset *asset = &plan->assets[a];
		size_t first = asset->bar_count > burn_in ? burn_in
							  : asset->bar_count -
								    1;
		int64_t from_s = asset->bars[first].open_time_s + HOUR_S;
		int64_t to_s = asset->bars[asset->bar_count - 1].open_time_s +
			       HOUR_S;

		plan->from_s = from_s > plan->from_s ? from_s : plan->from_s;
		plan->to_s = to_s < plan->to_s ? to_s : plan->to_s;
	}
	plan->from_s = (plan->from_s + day_s - 1) / day_s * day_s;
	plan->to_s = plan->to_s / day_s * day_s;
}

static enum status load(struct backtest_document *document,
			const struct invocation *invocation, bool whole,
			struct error *error)
{
	struct database *database = NULL;
	enum status status = database_open_home(&database, home(invocation),
						error);

	if (whole)
		document->plan.to_s = INT64_C(4102444800); /* 2100: all */
	if (!status)
		status = backtest_load_bars(document, database, error);
	if (database)
		database_close(database);
	if (!status && whole)
		widest_range(&document->plan);
	if (!status)
		backtest_caps_in_tokens(document);
	return status;
}

static enum status set_history(struct backtest_document *document,
			       const struct invocation *invocation,
			       struct error *error)
{
	const char *path = option(invocation, "history");
	long long chain;
	enum status status = option_integer(&chain, invocation,
					    "history-chain", 1, error);

	if (!status && chain < 0) {
		error_set(error, E_USAGE, "--history-chain %lld is no chain",
			  chain);
		return error_hint(error, "A chain's id, as 1 of Ethereum; 0 "
				  "takes the rows of all.");
	}
	return status || !path ? status
			       : backtest_load_history(document, path, chain,
						       error);
}

static void beside(char *out, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(out, size, "%.*spolicy.ini",
		 slash ? (int)(slash - path + 1) : 0, path);
}

/* The market's file, before the policy beside it is looked for. */
static enum status check_file(const char *file, struct error *error)
{
	struct stat is;

	if (!stat(file, &is) && !S_ISDIR(is.st_mode))
		return OK;
	if (!access(file, F_OK))
		error_set(error, E_USAGE, "%s is a folder: the market's file "
			  "in it is wanted", file);
	else
		error_set(error, E_MISSING, "%s: %s", file, strerror(errno));
	return error_hint(error, "`plimsoll backtest init -o DIR` writes "
			  "DIR/backtest.ini and its policy.");
}

enum status backtest_document_open(struct backtest_document *document,
				   const struct invocation *invocation,
				   struct error *error)
{
	const char *file = invocation_argument(invocation, 0);
	const char *range = option(invocation, "timerange");
	char policy[4096];
	long long embargo;
	enum status status;

	beside(policy, sizeof(policy), file);
	status = check_file(file, error);
	if (status)
		return status;
	status = backtest_file_read(document,
				    option_or(invocation, "policy", policy),
				    file, error);
	if (!status)
		status = set_bars(&document->policy.policy, invocation, error);
	if (!status)
		status = encode_policy(document, error);
	if (!status)
		status = option_integer(&embargo, invocation, "embargo",
					document->plan.embargo_s, error);
	if (status)
		return status;
	if (embargo < 0 || embargo > 2592000)
		return error_set(error, E_USAGE, "--embargo: 0 to 2592000");
	document->plan.embargo_s = (uint32_t)embargo;
	document->plan.match_ltv = option_flag(invocation, "match-ltv");
	status = set_seed(&document->plan, option_or(invocation, "seed", "1"),
			  error);
	if (!status && range)
		status = set_range(&document->plan, range, error);
	if (!status)
		status = set_history(document, invocation, error);
	return status ? status : load(document, invocation, !range, error);
}

enum status backtest_threads(struct parallel *out,
			     const struct invocation *invocation,
			     struct error *error)
{
	long long threads;
	enum status status = option_integer(&threads, invocation, "threads", 0,
					    error);

	if (!status && (threads < 0 || threads > 64))
		status = error_set(error, E_USAGE, "--threads: 0 to 64");
	if (!status)
		*out = threads_parallel((unsigned)threads);
	return status;
}

static enum status no_setter(const char *name, size_t length,
			     struct error *error)
{
	error_set(error, E_USAGE, "--setters: no \"%.*s\"", (int)length, name);
	return error_hint(error, "There are plimsoll, no-change, dao, "
			  "smart-ltv, excursion, gauntlet-caps and "
			  "foresight.");
}

/* --setters plimsoll,no-change,… */
enum status backtest_setters_of(uint32_t *out,
				const struct invocation *invocation,
				struct error *error)
{
	const char *at = option(invocation, "setters");

	*out = at ? 0 : ~0u;
	if (at && !*at)
		return no_setter(at, 0, error);
	while (at && *at) {
		size_t length = strcspn(at, ","), s = 0;

		while (s < SETTERS_COUNT &&
		       (strlen(setter_name((enum setter)s)) != length ||
			strncmp(setter_name((enum setter)s), at, length)))
			s++;
		if (s == SETTERS_COUNT)
			return no_setter(at, length, error);
		if (s == SETTER_DAO && !option(invocation, "history")) {
			error_set(error, E_USAGE, "--setters: dao needs "
				  "--history FILE");
			return error_hint(error, "It repeats the changes that "
					  "FILE tells: backtest/README.md has "
					  "its columns.");
		}
		*out |= 1u << s;
		at += length + (at[length] == ',');
	}
	return OK;
}

/* As a shell reads it back. */
static void put_quoted(struct text *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./,:=@+";

	if (*word && !word[strspn(word, plain)]) {
		text_add_string(out, word);
		return;
	}
	text_add_string(out, "'");
	for (; *word; word++)
		text_add_format(out, *word == '\'' ? "'\\''" : "%c", *word);
	text_add_string(out, "'");
}

void backtest_command_option(struct text *out, const char *name,
			     const char *value)
{
	text_add_format(out, " --%s ", name);
	put_quoted(out, value);
}

void backtest_command_line(struct text *out,
			   const struct invocation *invocation,
			   const char *verb, const struct backtest_plan *plan)
{
	static const char *const names[] = { "timerange", "policy", "seed",
					     "window-bars",
					     "refit-bars", "embargo",
					     "history", "history-chain",
					     "setters" };

	text_add_format(out, "plimsoll backtest %s ", verb);
	put_quoted(out, invocation_argument(invocation, 0));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = option(invocation, names[i]);

		if (value)
			backtest_command_option(out, names[i], value);
	}
	if (plan->match_ltv)
		text_add_string(out, " --match-ltv");
}
