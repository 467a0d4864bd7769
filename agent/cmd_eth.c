/* cmd_eth.c -- plimsoll eth VERB: the codec by itself, JSON lines in and out.
 *
 * A bad line gives {"error": …} in its place and the stream goes on. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "agent/command.h"
#include "agent/eth_verbs.h"
#include "base/host/memory.h"

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define ARENA_BYTES ((size_t)1 << 30) /* touched only as far as used */
#define WHERE_MAX 80

/* The next line without its end; false at the end of the stream.  A line that
 * is too long is read to its end and *too_long. */
static bool read_line(struct text *line, bool *too_long)
{
	int c = getc(stdin);

	line->size = 0;
	*too_long = false;
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc(stdin)) {
		char byte = (char)c;

		if (line->size < LINE_MAX_BYTES)
			text_add(line, &byte, 1);
		else
			*too_long = true;
	}
	return true;
}

static bool is_blank(const struct text *line)
{
	for (size_t i = 0; i < line->size; i++)
		if (!strchr(" \t\r", line->data[i]) || !line->data[i])
			return false;
	return true;
}

static void put_escaped(struct text *out, struct bytes text)
{
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (c == '"' || c == '\\')
			text_add_format(out, "\\%c", c);
		else if (c < 0x20)
			text_add_format(out, "\\u%04x", c);
		else
			text_add(out, (const char *)&text.data[i], 1);
	}
}

/* Not longer than WHERE_MAX bytes, cut between characters. */
static struct bytes shortened(struct bytes text)
{
	if (text.size <= WHERE_MAX)
		return text;
	text.size = WHERE_MAX;
	while (text.size && (text.data[text.size] & 0xc0) == 0x80)
		text.size--;
	return text;
}

static void put_error(struct text *out, const struct codec_trouble *trouble)
{
	text_add_string(out, "{\"error\":\"");
	put_escaped(out, shortened(trouble->where));
	if (trouble->where.size)
		text_add_string(out, ": ");
	put_escaped(out, bytes_of_string(trouble->reason));
	text_add_string(out, "\"}");
}

static void put_parse_error(struct text *out,
			    const struct codec_trouble *trouble)
{
	text_add_format(out, "{\"error\":\"not a JSON object: ");
	put_escaped(out, bytes_of_string(trouble->reason));
	text_add_format(out, " at byte %zu\"}", trouble->at);
}

static bool is_result(const struct eth_work *work, struct bytes name)
{
	for (size_t i = 0; i < work->count; i++)
		if (bytes_equal(name, bytes_of_string(work->results[i].name)))
			return true;
	return false;
}

/* The object as it came, results in the place of members of their name. */
static void put_object(struct text *out, const struct eth_work *work)
{
	const char *comma = "{";

	for (const struct tree *m = work->input->first; m; m = m->next) {
		if (is_result(work, m->name))
			continue;
		text_add_string(out, comma);
		text_add(out, (const char *)m->source.data, m->source.size);
		comma = ",";
	}
	for (size_t i = 0; i < work->count; i++) {
		text_add_format(out, "%s\"%s\":\"", comma,
				work->results[i].name);
		text_add_string(out, work->results[i].text);
		text_add_string(out, "\"");
		comma = ",";
	}
	text_add_string(out, "}");
}

static void answer(struct text *out, struct eth_work *work, eth_verb *verb,
		   const struct text *line)
{
	struct tree *input = NULL;

	work->trouble = (struct codec_trouble){ .reason = "failed" };
	work->count = 0;
	if (tree_parse_json(&input, work->arena, &work->trouble,
			    bytes_of(line->data, line->size))) {
		put_parse_error(out, &work->trouble);
		return;
	}
	work->input = input;
	if (input->kind != TREE_OBJECT)
		text_add_string(out, "{\"error\":\"not a JSON object\"}");
	else if (verb(work))
		put_error(out, &work->trouble);
	else
		put_object(out, work);
}

static enum status run_lines(struct eth_work *work, eth_verb *verb,
			     struct error *error)
{
	struct text line = { 0 }, out = { 0 };
	enum status status = OK;
	bool too_long;

	while (!status && read_line(&line, &too_long)) {
		if (is_blank(&line))
			continue;
		out.size = 0;
		arena_reset(work->arena, 0);
		if (too_long)
			text_add_format(&out, "{\"error\":\"a line is longer "
					"than %zu bytes\"}", LINE_MAX_BYTES);
		else
			answer(&out, work, verb, &line);
		text_add_string(&out, "\n");
		fwrite(out.data, 1, out.size, stdout);
		if (fflush(stdout) || ferror(stdout))
			status = error_set(error, E_SYSTEM,
					   "standard output cannot be written");
		else if (command_interrupted())
			status = error_set(error, E_INTERRUPTED, "interrupted");
	}
	text_free(&line);
	text_free(&out);
	return status;
}

static enum status run(eth_verb *verb, struct error *error)
{
	struct eth_work work = { 0 };
	struct signer_context *signer;
	uint8_t seed[32];
	enum status status;

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return error_set(error, E_SYSTEM, "no randomness");
	signer = signer_context_create(seed);
	if (!signer)
		return error_set(error, E_SYSTEM, "no signing context");
	work.signer = signer;
	work.arena = arena_new(ARENA_BYTES);
	status = run_lines(&work, verb, error);
	arena_free(work.arena);
	signer_context_destroy(signer);
	return status;
}

#define RUNNER(verb)                                                      \
	static enum status run_##verb(const struct invocation *invocation, \
				      struct error *error)                \
	{                                                                 \
		(void)invocation;                                         \
		return run(eth_##verb, error);                            \
	}

RUNNER(keccak)
RUNNER(address)
RUNNER(checksum)
RUNNER(abi)
RUNNER(call)
RUNNER(selector)
RUNNER(rlp)
RUNNER(eip712)
RUNNER(tx)

static const struct command verbs[] = {
	{ "keccak", "", "{\"data\"} -> hash",
	  "  echo '{\"data\":\"0x\"}' | plimsoll eth keccak\n", NULL, 0, 0,
	  run_keccak },
	{ "address", "", "{\"key\"} -> address of a private key",
	  "  plimsoll eth address < keys.jsonl\n", NULL, 0, 0, run_address },
	{ "checksum", "", "{\"address\"} -> address with its EIP-55 checksum",
	  "  plimsoll eth checksum < addresses.jsonl\n", NULL, 0, 0,
	  run_checksum },
	{ "abi", "", "{\"types\",\"values\"} -> encoded",
	  "  echo '{\"types\":[\"uint8[]\",\"(bool,string)\"],"
	  "\"values\":[[1,\"2\"],[true,\"x\"]]}' |\n"
	  "    plimsoll eth abi\n", NULL, 0, 0, run_abi },
	{ "call", "", "{\"signature\",\"values\"} -> data of a call",
	  "  echo '{\"signature\":\"transfer(address,uint256)\",\"values\":"
	  "[\"0x…\",\"1\"]}' |\n    plimsoll eth call\n", NULL, 0, 0,
	  run_call },
	{ "selector", "", "{\"signature\"} -> selector",
	  "  echo '{\"signature\":\"transfer(address,uint256)\"}' | "
	  "plimsoll eth selector\n", NULL, 0, 0, run_selector },
	{ "rlp", "", "{\"decoded\"}: 0x texts and lists -> encoded",
	  "  echo '{\"decoded\":[\"0x01\",[]]}' | plimsoll eth rlp\n", NULL, 0,
	  0, run_rlp },
	{ "eip712", "",
	  "{\"domain\",\"types\",\"primaryType\",\"message\"[,\"key\"]} -> "
	  "digest, domainSeparator, structHash[, signature, signer]",
	  "  plimsoll eth eip712 < typed-data.jsonl\n", NULL, 0, 0,
	  run_eip712 },
	{ "tx", "", "{\"key\",\"tx\"} -> raw, hash, from of an EIP-1559 "
	  "transaction",
	  "  echo '{\"key\":\"0x…\",\"tx\":{\"chainId\":1,\"to\":\"0x…\"}}' | "
	  "plimsoll eth tx\n", NULL, 0, 0, run_tx },
	{ 0 },
};

const struct command_group commands_eth = {
	"eth", "Ethereum's codec by itself: JSON lines in, JSON lines out",
	verbs
};
