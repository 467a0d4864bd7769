/* cmd_decide.c -- plimsoll decide CASE: the pure function, unsigned, and the
 * what-if. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/case_file.h"
#include "agent/command.h"
#include "agent/decision_text.h"

/* Where a --set name points: eth.lt, USDC.supplyCap, … */
static enum status find_value(uint64_t **wide, uint32_t **narrow,
			      struct reserve *reserve, const char *name,
			      struct error *error)
{
	*wide = !strcmp(name, "supplyCap")   ? &reserve->supply_cap
		: !strcmp(name, "borrowCap") ? &reserve->borrow_cap
					     : NULL;
	*narrow = !strcmp(name, "ltv")	     ? &reserve->ltv_bps
		  : !strcmp(name, "lt")	     ? &reserve->lt_bps
		  : !strcmp(name, "lb")	     ? &reserve->lb_bps
		  : !strcmp(name, "optimal") ? &reserve->optimal_bps
		  : !strcmp(name, "base")    ? &reserve->base_bps
		  : !strcmp(name, "slope1")  ? &reserve->slope1_bps
		  : !strcmp(name, "slope2")  ? &reserve->slope2_bps
					     : NULL;
	if (*wide || *narrow)
		return OK;
	error_set(error, E_USAGE, "--set: no parameter \"%s\"", name);
	return error_hint(error, "Known are price (USD), ltv, lt, lb, optimal, "
			  "base, slope1, slope2 (bps), supplyCap and "
			  "borrowCap (whole tokens).");
}

/* A price moves with the newest quotes of its asset, which would disagree with
 * it otherwise. */
static enum status set_price(struct case_input *input, struct reserve *reserve,
			     const char *text, struct error *error)
{
	uint8_t index = (uint8_t)(reserve - input->reserves);
	struct decimal price;
	int64_t price_e8 = 0;

	if (decimal_parse(&price, bytes_of_string(text)) ||
	    decimal_scale(&price_e8, price, 8) || price_e8 <= 0)
		return error_set(error, E_USAGE, "--set: a price is a decimal "
				 "number above 0, not \"%s\"", text);
	reserve->price_e8 = (uint64_t)price_e8;
	for (uint8_t i = 0; i < input->quote_count; i++)
		if (input->quotes[i].reserve == index)
			input->quotes[i].price_usd = price;
	return OK;
}

static struct reserve *find_reserve(struct case_input *input,
				    const char *symbol, size_t size)
{
	for (uint8_t i = 0; i < input->reserve_count; i++)
		if (strlen(input->reserves[i].symbol) == size &&
		    !strncasecmp(input->reserves[i].symbol, symbol, size))
			return &input->reserves[i];
	return NULL;
}

static enum status apply_set(struct case_input *input, const char *text,
			     struct error *error)
{
	const char *dot = strchr(text, '.');
	const char *equals = dot ? strchr(dot, '=') : NULL;
	char name[24] = "", *end = NULL;
	struct reserve *reserve;
	unsigned long long value;
	uint64_t *wide;
	uint32_t *narrow;
	enum status status;

	if (!equals || equals - dot - 1 >= (long)sizeof(name))
		return error_set(error, E_USAGE, "--set takes SYMBOL.NAME="
				 "VALUE, not \"%s\"", text);
	memcpy(name, dot + 1, (size_t)(equals - dot - 1));
	value = strtoull(equals + 1, &end, 10);
	reserve = find_reserve(input, text, (size_t)(dot - text));
	if (reserve && !strcmp(name, "price"))
		return set_price(input, reserve, equals + 1, error);
	if (!reserve || !equals[1] || *end || value > UINT32_MAX * 100ull)
		return error_set(error, E_USAGE, "--set %s: unknown asset or "
				 "not a whole number", text);
	status = find_value(&wide, &narrow, reserve, name, error);
	if (status)
		return status;
	if (wide)
		*wide = value;
	else
		*narrow = (uint32_t)value;
	return OK;
}

/* The case's bytes, re-encoded when --set changed something. */
static enum status changed_bytes(struct buffer *out, struct case_document *c,
				 const struct invocation *invocation,
				 struct error *error)
{
	const char *text;

	for (size_t i = 0; (text = option_at(invocation, "set", i)); i++) {
		enum status status = apply_set(&c->input, text, error);

		if (status)
			return status;
	}
	buffer_init(out, memory_allocate(c->size + 4096, 1), c->size + 4096);
	case_encode(out, &c->input);
	return OK;
}

static enum status print(const struct decision_document *made,
			 const struct invocation *invocation,
			 struct error *error)
{
	const char *path = option(invocation, "o");
	struct text text = { 0 };
	enum status status = OK;

	decision_document_write(&text, made, NULL);
	if (path)
		status = file_write(path, bytes_of(text.data, text.size),
				    error);
	if (!status && want_json(invocation))
		fputs(text.data, stdout);
	else if (!status)
		decision_text_summary(stdout, made);
	text_free(&text);
	return status;
}

/* What a change of the case does to the losses: the case as it is beside it. */
static void print_comparison(const struct decision_document *is,
			     const struct decision_document *made)
{
	const struct loss_report *before = &is->report.before;
	const struct loss_report *after = &made->report.before;

	printf("what-if: not a decision of this chain state; bad debt at the "
	       "values in force, USD: as it is, what if\n"
	       "  ES 97.5 %14" PRIu64 " %14" PRIu64 "\n"
	       "  VaR 99  %14" PRIu64 " %14" PRIu64 "\n"
	       "  liquidated %11" PRIu64 " %14" PRIu64 "\n",
	       before->es975.value_usd, after->es975.value_usd,
	       before->var99.value_usd, after->var99.value_usd,
	       before->liquidated_mean_usd, after->liquidated_mean_usd);
}

static enum status compare(const struct decision_document *made,
			   const struct case_document *c, unsigned threads,
			   struct error *error)
{
	struct decision_document is;
	enum status status =
		case_decide(&is, bytes_of(c->bytes, c->size), threads, error);

	if (status)
		return status;
	print_comparison(&is, made);
	decision_document_free(&is);
	return OK;
}

static enum status run_decide(const struct invocation *invocation,
			      struct error *error)
{
	struct case_document read;
	struct decision_document made;
	struct buffer bytes = { 0 };
	bool what_if = option_at(invocation, "set", 0) != NULL;
	long long threads;
	enum status status = option_integer(&threads, invocation, "threads", 0,
					    error);

	if (!status && (threads < 0 || threads > 64))
		status = error_set(error, E_USAGE, "--threads: 0 to 64");
	if (!status && what_if && option(invocation, "o"))
		status = error_set(error, E_USAGE, "-o takes decisions, and a "
				   "what-if (--set) is none");
	if (!status)
		status = case_document_read(
			&read, invocation_argument(invocation, 0), error);
	if (status)
		return status;
	status = changed_bytes(&bytes, &read, invocation, error);
	if (!status)
		status = case_decide(&made, buffer_bytes(&bytes),
				     (unsigned)threads, error);
	if (!status) {
		if (what_if && !want_json(invocation))
			status = compare(&made, &read, (unsigned)threads,
					 error);
		if (!status)
			status = print(&made, invocation, error);
		decision_document_free(&made);
	}
	memory_free(bytes.data);
	case_document_free(&read);
	return status;
}

static const struct option_spec options[] = {
	{ "o", "DECISION", "write decision.json (unsigned)" },
	{ "set", "SYMBOL.NAME=VALUE",
	  "what if: price (USD), ltv, lt, lb, optimal, base, slope1, slope2 "
	  "(bps), supplyCap, borrowCap (tokens); repeatable" },
	{ "threads", "N", "threads, 0: one a core (default); bytes are equal" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "CASE", "decide a case: values, binding constraints, losses",
	  "  plimsoll decide case.cbor\n"
	  "  plimsoll decide case.cbor --set WETH.lt=8200 --json\n"
	  "  plimsoll decide case.cbor --set WETH.price=1200\n",
	  options, 1, 1, run_decide },
	{ 0 },
};

const struct command_group commands_decide = {
	"decide", "the pure function: case to decision, unsigned", verbs
};
