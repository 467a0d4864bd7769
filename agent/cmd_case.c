/* cmd_case.c -- plimsoll case build|show. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/case_file.h"
#include "agent/json_writer.h"
#include "agent/market_options.h"
#include "base/time.h"

static void print_built(const struct built_case *built, const char *path,
			bool json)
{
	char digest[HASH_TEXT_MAX];

	hex_encode_prefixed(digest, built->digest, HASH_SIZE);
	if (json)
		printf("{\"caseDigest\":\"%s\",\"bytes\":%zu,\"anchorBlock\":"
		       "%" PRIu64 ",\"file\":\"%s\"}\n", digest, built->size,
		       built->anchor_block, path);
	else
		printf("%s: case %s, %zu bytes, anchored at block %" PRIu64
		       "\n", path, digest, built->size, built->anchor_block);
}

static enum status run_build(const struct invocation *invocation,
			     struct error *error)
{
	static struct market_session session;
	struct built_case built = { 0 };
	const char *path = option_or(invocation, "o", "case.cbor");
	enum status status = market_session_open(&session, invocation, error);

	if (!status)
		status = case_build(&built, &session.order, error);
	if (!status)
		status = file_write(path, bytes_of(built.bytes, built.size),
				    error);
	if (!status)
		print_built(&built, path, want_json(invocation));
	built_case_free(&built);
	market_session_close(&session);
	return status;
}

static void put_reserve(struct json_writer *w, const struct reserve *r)
{
	json_open_object(w, NULL);
	json_put_string(w, "symbol", r->symbol);
	json_put_address(w, "asset", r->asset);
	json_put_u128(w, "priceE8", r->price_e8);
	json_put_integer(w, "priceTime", (int64_t)r->price_time_s);
	json_put_integer(w, "ltv", r->ltv_bps);
	json_put_integer(w, "lt", r->lt_bps);
	json_put_integer(w, "lb", r->lb_bps);
	json_put_u128(w, "supplyCap", r->supply_cap);
	json_put_u128(w, "borrowCap", r->borrow_cap);
	json_put_u128(w, "supplied", r->supplied);
	json_put_u128(w, "borrowed", r->borrowed);
	json_put_integer(w, "limitedKinds", r->kind_count);
	json_close_object(w);
}

static void put_series(struct json_writer *w, const struct case_input *in,
		       const struct series *s)
{
	char time[TIME_TEXT_MAX] = "";

	if (s->count)
		time_format(time, s->bars[s->count - 1].open_time_s);
	json_open_object(w, NULL);
	json_put_string(w, "symbol", in->reserves[s->reserve].symbol);
	json_put_string(w, "source", s->source);
	json_put_bool(w, "synthetic", s->synthetic);
	json_put_integer(w, "firstIndex", (int64_t)s->first_index);
	json_put_integer(w, "bars", s->count);
	json_put_string(w, "newestOpens", time);
	json_close_object(w);
}

static void show_json(struct text *out, const struct case_document *c)
{
	const struct case_input *in = &c->input;
	struct json_writer w;

	json_writer_init(&w, out);
	json_open_object(&w, NULL);
	json_put_integer(&w, "caseVersion", CASE_VERSION);
	json_put_hex(&w, "caseDigest", c->digest, HASH_SIZE);
	json_put_integer(&w, "bytes", (int64_t)c->size);
	json_put_integer(&w, "chainId", (int64_t)in->domain.chain_id);
	json_put_address(&w, "steward", in->domain.steward);
	json_put_hex(&w, "market", in->market, HASH_SIZE);
	json_put_integer(&w, "epoch", (int64_t)in->epoch);
	json_put_integer(&w, "anchorBlock", (int64_t)in->anchor_block);
	json_put_hex(&w, "anchorHash", in->anchor_hash, HASH_SIZE);
	json_put_integer(&w, "anchorTime", (int64_t)in->anchor_time_s);
	json_put_hex(&w, "policyHash", in->steward.policy_hash, HASH_SIZE);
	json_put_hex(&w, "state", in->steward.state_digest, HASH_SIZE);
	json_put_integer(&w, "positions", in->position_count);
	json_open_array(&w, "reserves");
	for (uint8_t i = 0; i < in->reserve_count; i++)
		put_reserve(&w, &in->reserves[i]);
	json_close_array(&w);
	json_open_array(&w, "series");
	for (uint8_t i = 0; i < in->series_count; i++)
		put_series(&w, in, &in->series[i]);
	json_close_array(&w);
	json_put_integer(&w, "curves", in->curve_count);
	json_put_integer(&w, "quotes", in->quote_count);
	json_close_object(&w);
	text_add_string(out, "\n");
}

static void show_text(const struct case_document *c)
{
	const struct case_input *in = &c->input;
	char digest[HASH_TEXT_MAX], time[TIME_TEXT_MAX];

	hex_encode_prefixed(digest, c->digest, HASH_SIZE);
	time_format(time, (int64_t)in->anchor_time_s);
	printf("case %s, %zu bytes\nanchor block %" PRIu64 " at %s, epoch %"
	       PRIu64 "\n%u reserves, %u positions, %u series, %u curves, %u "
	       "quotes\n", digest, c->size, in->anchor_block, time, in->epoch,
	       in->reserve_count, in->position_count, in->series_count,
	       in->curve_count, in->quote_count);
	printf("%-8s %16s %6s %6s %6s %14s %14s %8s\n", "reserve", "price",
	       "ltv", "lt", "lb", "supply cap", "borrow cap", "bars");
	for (uint8_t i = 0; i < in->reserve_count; i++) {
		const struct reserve *r = &in->reserves[i];
		uint32_t bars = 0;

		for (uint8_t s = 0; s < in->series_count; s++)
			if (in->series[s].reserve == i)
				bars = in->series[s].count;
		printf("%-8s %7" PRIu64 ".%08" PRIu64 " %6u %6u %6u %14" PRIu64
		       " %14" PRIu64 " %8u\n", r->symbol,
		       r->price_e8 / 100000000, r->price_e8 % 100000000,
		       r->ltv_bps, r->lt_bps, r->lb_bps, r->supply_cap,
		       r->borrow_cap, bars);
	}
}

static enum status run_show(const struct invocation *invocation,
			    struct error *error)
{
	struct case_document document;
	struct text text = { 0 };
	enum status status = case_document_read(
		&document, invocation_argument(invocation, 0), error);

	if (status)
		return status;
	if (want_json(invocation)) {
		show_json(&text, &document);
		fputs(text.data, stdout);
		text_free(&text);
	} else {
		show_text(&document);
	}
	case_document_free(&document);
	return OK;
}

static const struct option_spec build_options[] = {
	CHAIN_OPTIONS,
	MARKET_OPTIONS,
	{ "o", "FILE", "where the case goes (default case.cbor)" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "build", "", "the canonical input of a decision, at one block",
	  "  plimsoll case build --rpc URL --policy policy.ini --provider 0x… "
	  "\\\n    --liquidity depth.csv --series WETH=ETH/USDT@binance -o "
	  "case.cbor\n",
	  build_options, 0, 0, run_build },
	{ "show", "CASE", "a case in words", "  plimsoll case show case.cbor\n",
	  NULL, 1, 1, run_show },
	{ 0 },
};

const struct command_group commands_case = {
	"case", "everything a decision depends on, as one byte string", verbs
};
