/* cmd_propose.c -- plimsoll propose: case, enclave, preflight, submission. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/decision_text.h"
#include "agent/evaluate.h"
#include "agent/market_options.h"
#include "agent/record.h"
#include "agent/state_store.h"
#include "agent/submission.h"
#include "base/host/log.h"

struct proposing {
	const struct invocation *invocation;
	struct market_session session;
	struct built_case built;
	struct decision_document decision;
	struct submission_key key;
	struct submission sent;
	enum submission_via via;
	bool dry_run;
};

static enum status option_via(enum submission_via *out,
			      const struct invocation *invocation,
			      struct error *error)
{
	const char *via = option_or(invocation, "via", "steward");

	if (!strcmp(via, "steward"))
		*out = VIA_STEWARD;
	else if (!strcmp(via, "governor"))
		*out = VIA_GOVERNOR;
	else
		return error_set(error, E_USAGE, "--via is steward or "
				 "governor, not \"%s\"", via);
	return OK;
}

static enum status write_file(const struct proposing *p, const char *name,
			      struct bytes bytes, struct error *error)
{
	const char *folder = option(p->invocation, "out");
	struct text path = { 0 };
	enum status status;

	if (!folder)
		return OK;
	(void)mkdir(folder, 0777);
	text_add_format(&path, "%s/%s", folder, name);
	status = file_write(path.data, bytes, error);
	text_free(&path);
	return status;
}

static const char *transaction_text(const struct proposing *p,
				    char out[HASH_TEXT_MAX])
{
	if (p->dry_run || !p->sent.record.block)
		return NULL;
	hex_encode_prefixed(out, p->sent.record.mined_hash, HASH_SIZE);
	return out;
}

static enum status write_files(const struct proposing *p, struct error *error)
{
	struct text json = { 0 }, proposal = { 0 };
	char hash[HASH_TEXT_MAX];
	enum status status;

	decision_document_write(&json, &p->decision, transaction_text(p, hash));
	submission_governor_proposal(&proposal, &p->decision);
	status = write_file(p, "case.cbor",
			    bytes_of(p->built.bytes, p->built.size), error);
	if (!status)
		status = write_file(p, "decision.json",
				    bytes_of(json.data, json.size), error);
	if (!status && p->via == VIA_GOVERNOR)
		status = write_file(p, "proposal.json",
				    bytes_of(proposal.data, proposal.size),
				    error);
	text_free(&json);
	text_free(&proposal);
	return status;
}

static enum status open_key(struct proposing *p, struct error *error)
{
	const char *path = option(p->invocation, "key");

	if (path)
		return key_file_open(&p->key, path, error);
	if (p->dry_run)
		return OK;
	error_set(error, E_USAGE, "--key FILE is missing");
	return error_hint(error, "A file of mode 0600 with the submission "
			  "key in hexadecimal; or --dry-run.");
}

static enum status evaluate(struct proposing *p, struct error *error)
{
	const char *home_path = home(p->invocation);
	enum status status =
		case_build(&p->built, &p->session.order, error);

	if (!status)
		status = evaluate_case(&p->decision, home_path,
				       bytes_of(p->built.bytes, p->built.size),
				       error);
	return status;
}

/* Before anything is sent; a dry run leaves no trace. */
static enum status write_down(const struct proposing *p, struct error *error)
{
	enum status status;

	if (p->dry_run)
		return OK;
	status = record_case(p->session.database, &p->built,
			     option(p->invocation, "policy"), error);
	return status ? status
		      : record_decision(p->session.database, &p->decision,
					error);
}

/* A decision for the Governor is only recorded when it changes something. */
static bool nothing_to_send(const struct proposing *p)
{
	return p->via == VIA_GOVERNOR &&
	       p->decision.signed_decision.decision.outcome != OUTCOME_UPDATE;
}

static enum status submit(struct proposing *p, struct error *error)
{
	struct recording recording = { .database = p->session.database,
				       .decision = &p->decision,
				       .via = p->via };
	struct submission_order order = {
		.rpc = p->session.rpc, .decision = &p->decision,
		.via = p->via,
		.key = p->dry_run ? NULL : &p->key,
		.options = { .interrupted = command_interrupted,
			     .store = record_transaction,
			     .user = &recording } };
	uint8_t digest[HASH_SIZE];
	enum status status;

	if (nothing_to_send(p))
		return error_set(error, E_REFUSED, "the decision is a %s: "
				 "there is nothing for the Governor to apply",
				 outcome_name(p->decision.signed_decision
						      .decision.outcome));
	memcpy(order.from, p->key.address, ADDRESS_SIZE);
	status = submission_send(&p->sent, &order, error);
	if (status || p->dry_run || p->via == VIA_GOVERNOR)
		return status;
	return state_store_put(home(p->invocation),
			       bytes_of(p->decision.next_state,
					p->decision.next_state_size),
			       digest, error);
}

static void print_result(const struct proposing *p)
{
	char text[HASH_TEXT_MAX];
	const char *tx = transaction_text(p, text);

	decision_text_summary(stdout, &p->decision);
	if (p->dry_run)
		printf("dry run: the steward would accept it\n");
	if (tx)
		printf("transaction %s in block %llu, gas %llu\n", tx,
		       (unsigned long long)p->sent.record.block,
		       (unsigned long long)p->sent.record.gas_used);
	for (size_t i = 0; i < p->sent.group_count; i++) {
		const struct group_outcome *group = &p->sent.groups[i];

		address_format(text, group->asset);
		printf("  %-6s %s %s%s%s\n",
		       decision_text_symbol(&p->decision.report, group->asset),
		       text, group_result_name(group->result),
		       *group->reason ? ": " : "", group->reason);
	}
}

static void print_json(const struct proposing *p)
{
	struct text text = { 0 };
	char hash[HASH_TEXT_MAX];

	decision_document_write(&text, &p->decision, transaction_text(p, hash));
	fputs(text.data, stdout);
	text_free(&text);
}

static enum status run_steps(struct proposing *p, struct error *error)
{
	enum status status = option_via(&p->via, p->invocation, error);

	if (!status)
		status = open_key(p, error);
	if (!status)
		status = market_session_open(&p->session, p->invocation, error);
	if (!status)
		status = evaluate(p, error);
	if (!status)
		status = write_down(p, error);
	if (!status)
		status = submit(p, error);
	if (status && p->decision.bytes) /* keep what was decided */
		(void)write_files(p, &(struct error){ 0 });
	else if (!status)
		status = write_files(p, error);
	return status;
}

static enum status run_propose(const struct invocation *invocation,
			       struct error *error)
{
	static struct proposing p;
	enum status status;

	memset(&p, 0, sizeof(p));
	p.invocation = invocation;
	p.dry_run = option_flag(invocation, "dry-run");
	status = run_steps(&p, error);
	if (!status && want_json(invocation))
		print_json(&p);
	else if (!status)
		print_result(&p);
	if (p.decision.bytes)
		decision_document_free(&p.decision);
	built_case_free(&p.built);
	key_file_close(&p.key);
	market_session_close(&p.session);
	return status;
}

static const struct option_spec options[] = {
	CHAIN_OPTIONS,
	MARKET_OPTIONS,
	{ "via", "WAY", "steward (default): submit; governor: record" },
	{ "key", "FILE", "submission key, mode 0600: pays gas, nothing else" },
	{ "dry-run", NULL, "preflight by eth_call, send nothing" },
	{ "out", "DIR", "write case.cbor, decision.json, proposal.json" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "case, signed decision, preflight, submission",
	  "  plimsoll propose --rpc URL --policy policy.ini --provider 0x… \\\n"
	  "    --liquidity depth.csv --key submit.key --out run/\n",
	  options, 0, 0, run_propose },
	{ 0 },
};

const struct command_group commands_propose = {
	"propose", "decide, sign in the enclave, submit", verbs
};
