/* cmd_state.c -- plimsoll state genesis|show|check. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "agent/genesis.h"
#include "agent/json_writer.h"
#include "agent/market_options.h"
#include "agent/state_store.h"
#include "base/time.h"
#include "models/forecaster.h"

#define STATE_ROOM STATE_BYTES_MAX
#define EXPERTS_SHOWN 4

static enum status option_moment(int64_t *out,
				 const struct invocation *invocation,
				 const char *name, struct error *error)
{
	const char *text = option(invocation, name);

	if (!text)
		return error_set(error, E_USAGE, "--%s TIME is missing", name);
	if (time_parse(out, bytes_of_string(text)))
		return error_set(error, E_USAGE, "--%s: \"%s\" is no time "
				 "(RFC 3339 or unix seconds)", name, text);
	return OK;
}

static const char *condition(const struct volatility_state *v)
{
	return !v->fitted      ? "not fitted yet"
	       : !v->converged ? "most experts' fits did not converge"
			       : "fitted";
}

/* The experts with the largest weights, heaviest tail weight first. */
static void print_experts(const struct volatility_state *v)
{
	bool shown[EXPERTS_COUNT] = { false };

	printf("    largest weights (variance, tail):");
	for (int k = 0; k < EXPERTS_SHOWN; k++) {
		int best = -1;

		for (int i = 0; i < EXPERTS_COUNT; i++)
			if (!shown[i] &&
			    (best < 0 || v->experts[i].weight_tail_e9 >
						 v->experts[best].weight_tail_e9))
				best = i;
		shown[best] = true;
		printf(" %s %.3f %.3f%s", expert_name((enum expert)best),
		       (double)v->experts[best].weight_variance_e9 / 1e9,
		       (double)v->experts[best].weight_tail_e9 / 1e9,
		       k + 1 < EXPERTS_SHOWN ? "," : "\n");
	}
}

static void print_asset(const struct asset_state *a)
{
	const struct volatility_state *v = &a->volatility;
	char text[ADDRESS_TEXT_MAX], time[TIME_TEXT_MAX];

	address_format(text, a->asset);
	time_format(time, a->last_open_time_s);
	printf("  %s %7" PRIu64 " bars to %s, %s\n", text, a->bar_count, time,
	       condition(v));
	if (!v->fitted)
		return;
	printf("    fitted at bar %" PRIu64 ", %" PRIu64 " bars scored, "
	       "deviation %.4f %% a bar, VaR 99 read at %.3f %%, %u of the last "
	       "%u bars below it\n", v->fitted_at, v->scored,
	       (double)v->scale_e12 / 1e10, (double)v->level_e9[0] / 1e7,
	       forecaster_hits(a), a->forecast_count);
	print_experts(v);
}

static void put_experts(struct json_writer *w, const struct volatility_state *v)
{
	json_open_array(w, "experts");
	for (int i = 0; i < EXPERTS_COUNT; i++) {
		const struct expert_state *e = &v->experts[i];

		json_open_object(w, NULL);
		json_put_string(w, "name", expert_name((enum expert)i));
		json_put_bool(w, "fitted", e->fitted);
		json_put_bool(w, "converged", e->converged);
		json_put_double(w, "variance", (double)e->variance_e9 / 1e9);
		json_put_double(w, "weightVariance",
				(double)e->weight_variance_e9 / 1e9);
		json_put_double(w, "weightTail",
				(double)e->weight_tail_e9 / 1e9);
		json_open_array(w, "values");
		for (int k = 0; k < EXPERT_VALUES; k++)
			json_put_double(w, NULL,
					(double)e->values_e12[k] / 1e12);
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_asset(struct json_writer *w, const struct asset_state *a)
{
	const struct volatility_state *v = &a->volatility;
	char text[ADDRESS_TEXT_MAX], time[TIME_TEXT_MAX];

	address_format(text, a->asset);
	time_format(time, a->last_open_time_s);
	json_open_object(w, NULL);
	json_put_string(w, "asset", text);
	json_put_integer(w, "bars", (int64_t)a->bar_count);
	json_put_string(w, "lastOpen", time);
	json_put_hex(w, "history", a->history, HASH_SIZE);
	json_put_bool(w, "fitted", v->fitted);
	json_put_bool(w, "converged", v->converged);
	json_put_integer(w, "fittedAt", (int64_t)v->fitted_at);
	json_put_integer(w, "scored", (int64_t)v->scored);
	json_put_double(w, "deviation", (double)v->scale_e12 / 1e12);
	json_put_double(w, "levelVar99", (double)v->level_e9[0] / 1e9);
	json_put_double(w, "levelVar975", (double)v->level_e9[1] / 1e9);
	put_experts(w, v);
	json_close_object(w);
}

static void print_json(const struct state *state, const char *digest)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_string(&w, "state", digest);
	json_put_integer(&w, "sequence", (int64_t)state->sequence);
	json_put_integer(&w, "assets", (int64_t)state->asset_count);
	json_open_array(&w, "forecasters");
	for (size_t i = 0; i < state->asset_count; i++)
		put_asset(&w, &state->assets[i]);
	json_close_array(&w);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

static void print_state(const struct state *state, const uint8_t *digest,
			bool json)
{
	char text[HASH_TEXT_MAX];

	hex_encode_prefixed(text, digest, HASH_SIZE);
	if (json) {
		print_json(state, text);
		return;
	}
	printf("state %s, sequence %" PRIu64 "\n", text, state->sequence);
	for (size_t i = 0; i < state->asset_count; i++)
		print_asset(&state->assets[i]);
}

static enum status store_genesis(const struct invocation *invocation,
				 const struct state *state, int64_t from_s,
				 struct error *error)
{
	static uint8_t room[STATE_ROOM];
	uint8_t digest[HASH_SIZE];
	struct buffer buffer;
	enum status status;

	buffer_init(&buffer, room, sizeof(room));
	state_encode(&buffer, state);
	status = state_store_put(home(invocation), buffer_bytes(&buffer),
				 digest, error);
	if (!status)
		status = state_store_set_origin(home(invocation), from_s,
						error);
	if (!status)
		print_state(state, digest, want_json(invocation));
	return status;
}

static enum status run_genesis(const struct invocation *invocation,
			       struct error *error)
{
	static struct policy_document policy;
	static struct history_sources sources;
	static struct state state;
	struct genesis_order order = { &policy, &sources, { 0 } };
	struct database *database = NULL;
	const char *path = option(invocation, "policy");
	enum status status = path ? policy_file_read(&policy, path, error)
				  : error_set(error, E_USAGE,
					      "--policy is missing");

	if (!status)
		status = history_sources_read(&sources, invocation, error);
	if (!status)
		status = option_moment(&order.range.from_s, invocation, "from",
				       error);
	if (!status)
		status = option_moment(&order.range.end_s, invocation, "to",
				       error);
	order.range.interval_s = policy.policy.bar_interval_s;
	if (!status)
		status = database_open_home(&database, home(invocation), error);
	if (!status)
		status = genesis_build(&state, database, &order, error);
	if (database)
		database_close(database);
	return status ? status
		      : store_genesis(invocation, &state, order.range.from_s,
				      error);
}

/* A digest names a stored state; anything else is a file. */
static enum status read_state(struct state *out, uint8_t digest[HASH_SIZE],
			      const struct invocation *invocation,
			      struct error *error)
{
	const char *name = invocation_argument(invocation, 0);
	uint8_t *bytes = NULL;
	size_t size = 0;
	enum status status;

	if (!hex_decode_fixed(digest, HASH_SIZE, bytes_of_string(name)))
		status = state_store_get(&bytes, &size, home(invocation),
					 digest, error);
	else
		status = file_read(&bytes, &size, name, STATE_ROOM, error);
	if (status)
		return status;
	state_digest(digest, bytes_of(bytes, size));
	status = state_decode(out, bytes_of(bytes, size));
	memory_free(bytes);
	return status ? error_set(error, E_MALFORMED, "%s: not a state", name)
		      : OK;
}

static enum status run_show(const struct invocation *invocation,
			    struct error *error)
{
	static struct state state;
	uint8_t digest[HASH_SIZE];
	enum status status = read_state(&state, digest, invocation, error);

	if (!status)
		print_state(&state, digest, want_json(invocation));
	return status;
}

static enum status read_stored(struct steward_snapshot *out,
			       struct json_rpc *rpc,
			       const struct policy *policy,
			       struct error *error)
{
	struct chain_pin pin;
	struct steward_query query = { .view = { rpc, &pin } };
	enum status status = chain_pin(&pin, rpc, "latest", error);

	memcpy(query.steward, policy->steward, ADDRESS_SIZE);
	memcpy(query.market, policy->market, HASH_SIZE);
	return status ? status : steward_read(out, &query, error);
}

static enum status run_check(const struct invocation *invocation,
			     struct error *error)
{
	static struct state state;
	static struct policy_document policy;
	struct steward_snapshot steward;
	struct json_rpc *rpc = NULL;
	uint8_t digest[HASH_SIZE];
	const char *path = option(invocation, "policy");
	enum status status = path ? policy_file_read(&policy, path, error)
				  : error_set(error, E_USAGE,
					      "--policy is missing");

	if (!status)
		status = read_state(&state, digest, invocation, error);
	if (!status)
		status = chain_open(&rpc, invocation, error);
	if (!status)
		status = read_stored(&steward, rpc, &policy.policy, error);
	if (rpc)
		json_rpc_close(rpc);
	if (status)
		return status;
	if (memcmp(digest, steward.state.state_digest, HASH_SIZE))
		return error_set(error, E_AUTHENTIC, "the steward stores "
				 "another state");
	print_state(&state, digest, want_json(invocation));
	return OK;
}

static const struct option_spec genesis_options[] = {
	{ "policy", "FILE", "policy.ini: assets, window, burn-in, refits" },
	{ "series", "SYMBOL=ASSET/QUOTE@SOURCE",
	  "stored price series of an asset (repeat; or [series] in the "
	  "configuration)" },
	{ "from", "TIME", "first bar, RFC 3339 or unix seconds" },
	{ "to", "TIME", "bars closed by then" },
	{ 0 },
};

static const struct option_spec check_options[] = {
	CHAIN_OPTIONS,
	{ "policy", "FILE", "policy.ini: names steward and market" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "genesis", "", "rebuild the first state from history",
	  "  plimsoll state genesis --policy policy.ini --from 2023-06-01 --to "
	  "2023-12-01 \\\n    --series WETH=ETH/USDT@binance\n",
	  genesis_options, 0, 0, run_genesis },
	{ "show", "DIGEST|FILE", "what a state remembers",
	  "  plimsoll state show 0x…\n", NULL, 1, 1, run_show },
	{ "check", "DIGEST|FILE", "compare with what the steward stores",
	  "  plimsoll state check 0x… --rpc URL --policy policy.ini\n",
	  check_options, 1, 1, run_check },
	{ 0 },
};

const struct command_group commands_state = {
	"state", "what is remembered between decisions", verbs
};
