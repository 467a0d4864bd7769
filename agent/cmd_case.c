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
	json_put_u128(w, "oracleLowE8", r->oracle_low_e8);
	json_put_u128(w, "oracleHighE8", r->oracle_high_e8);
	json_put_u128(w, "debtCeilingCents", r->debt_ceiling_cents);
	json_put_integer(w, "backingPpm", r->backing_ppm);
	json_put_bool(w, "isolated", r->flags & RESERVE_ISOLATED);
	json_put_bool(w, "siloed", r->flags & RESERVE_SILOED);
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

static void put_symbols(struct json_writer *w, const char *key,
			const struct case_input *in, uint32_t mask)
{
	json_open_array(w, key);
	for (uint8_t i = 0; i < in->reserve_count; i++)
		if (mask >> i & 1)
			json_put_string(w, NULL, in->reserves[i].symbol);
	json_close_array(w);
}

static uint32_t accounts_in(const struct case_input *in, uint8_t emode)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < in->position_count; i++)
		count += in->positions[i].emode == emode;
	return count;
}

static void put_emode(struct json_writer *w, const struct case_input *in,
		      const struct emode *emode)
{
	json_open_object(w, NULL);
	json_put_integer(w, "id", emode->id);
	json_put_integer(w, "ltv", emode->ltv_bps);
	json_put_integer(w, "lt", emode->lt_bps);
	json_put_integer(w, "lb", emode->lb_bps);
	put_symbols(w, "collateral", in, emode->collateral);
	put_symbols(w, "borrowable", in, emode->borrowable);
	json_put_integer(w, "positions", accounts_in(in, emode->id));
	json_close_object(w);
}

static void put_usage(struct json_writer *w, const struct case_input *in,
		      const struct usage *usage)
{
	char first[TIME_TEXT_MAX] = "", newest[TIME_TEXT_MAX] = "";
	const struct usage_sample *last =
		usage->count ? &usage->samples[usage->count - 1] : NULL;

	json_open_object(w, NULL);
	json_put_string(w, "symbol", in->reserves[usage->reserve].symbol);
	json_put_integer(w, "samples", usage->count);
	if (last) {
		time_format(first, usage->samples[0].time_s);
		time_format(newest, last->time_s);
		json_put_string(w, "first", first);
		json_put_string(w, "newest", newest);
		json_put_integer(w, "utilisationPpm", last->utilisation_ppm);
		json_put_integer(w, "borrowRate", last->borrow_rate_bps);
	}
	json_close_object(w);
}

static void put_lists(struct json_writer *w, const struct case_input *in)
{
	json_open_array(w, "reserves");
	for (uint8_t i = 0; i < in->reserve_count; i++)
		put_reserve(w, &in->reserves[i]);
	json_close_array(w);
	json_open_array(w, "emodes");
	for (uint8_t i = 0; i < in->emode_count; i++)
		put_emode(w, in, &in->emodes[i]);
	json_close_array(w);
	json_open_array(w, "series");
	for (uint8_t i = 0; i < in->series_count; i++)
		put_series(w, in, &in->series[i]);
	json_close_array(w);
	json_open_array(w, "usages");
	for (uint8_t i = 0; i < in->usage_count; i++)
		put_usage(w, in, &in->usages[i]);
	json_close_array(w);
	json_put_integer(w, "curves", in->curve_count);
	json_put_integer(w, "quotes", in->quote_count);
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
	put_lists(&w, in);
	json_close_object(&w);
	text_add_string(out, "\n");
}

static void print_symbols(const char *label, const struct case_input *in,
			  uint32_t mask)
{
	printf("%s", label);
	for (uint8_t i = 0; i < in->reserve_count; i++)
		if (mask >> i & 1)
			printf(" %s", in->reserves[i].symbol);
}

static void print_emodes(const struct case_input *in)
{
	for (uint8_t i = 0; i < in->emode_count; i++) {
		const struct emode *emode = &in->emodes[i];

		printf("e-mode %u: ltv %u, lt %u, lb %u", emode->id,
		       emode->ltv_bps, emode->lt_bps, emode->lb_bps);
		print_symbols("; collateral", in, emode->collateral);
		print_symbols("; borrowable", in, emode->borrowable);
		printf("; %u positions\n", accounts_in(in, emode->id));
	}
}

static const struct usage *usage_of(const struct case_input *in, uint8_t r)
{
	for (uint8_t i = 0; i < in->usage_count; i++)
		if (in->usages[i].reserve == r && in->usages[i].count)
			return &in->usages[i];
	return NULL;
}

/* Amounts that are 0 when there is none. */
static void print_or_none(uint64_t value, uint64_t unit, int digits, int width)
{
	char text[48] = "none";

	if (value)
		snprintf(text, sizeof(text), "%" PRIu64 ".%0*" PRIu64,
			 value / unit, digits, value % unit);
	printf(" %*s", width, text);
}

static void print_guards(const struct case_input *in)
{
	printf("%-8s %16s %20s %16s %10s %8s %8s %8s\n", "reserve",
	       "feed's minimum", "feed's maximum", "debt ceiling", "backing %",
	       "samples", "use %", "rate %");
	for (uint8_t i = 0; i < in->reserve_count; i++) {
		const struct reserve *r = &in->reserves[i];
		const struct usage *usage = usage_of(in, i);

		printf("%-8s", r->symbol);
		print_or_none(r->oracle_low_e8, 100000000, 8, 16);
		print_or_none(r->oracle_high_e8, 100000000, 8, 20);
		print_or_none(r->debt_ceiling_cents, 100, 2, 16);
		print_or_none(r->backing_ppm, 10000, 4, 10);
		printf(" %8u", usage ? usage->count : 0);
		if (usage) {
			const struct usage_sample *last =
				&usage->samples[usage->count - 1];

			printf(" %8.2f %8.2f", last->utilisation_ppm / 1e4,
			       last->borrow_rate_bps / 1e2);
		}
		printf("%s%s\n", r->flags & RESERVE_ISOLATED ? " isolated" : "",
		       r->flags & RESERVE_SILOED ? " siloed" : "");
	}
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
	print_guards(in);
	print_emodes(in);
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
