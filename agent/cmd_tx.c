/* cmd_tx.c -- plimsoll tx list|status|cancel. */
#include <stdio.h>
#include <string.h>

#include "agent/chain_options.h"
#include "agent/cluster.h"
#include "agent/json_writer.h"
#include "agent/transaction_sender.h"
#include "base/time.h"
#include "sql/transactions.h"

static void write_json(struct text *out,
		       const struct transaction_record *record)
{
	size_t newest = record->hash_count - 1;
	struct json_writer writer;

	json_writer_init(&writer, out);
	json_open_object(&writer, NULL);
	json_put_hex(&writer, "tx", record->hashes[newest], HASH_SIZE);
	json_put_string(&writer, "state",
			transaction_state_name(record->state));
	json_put_integer(&writer, "chainId", (int64_t)record->chain_id);
	json_put_address(&writer, "from", record->from);
	json_put_address(&writer, "to", record->to);
	json_put_integer(&writer, "nonce", (int64_t)record->nonce);
	json_put_u128(&writer, "maxFeePerGas", record->max_fee);
	json_put_u128(&writer, "maxPriorityFeePerGas", record->priority_fee);
	json_put_integer(&writer, "gasLimit", (int64_t)record->gas_limit);
	if (record->block) {
		json_put_integer(&writer, "block", (int64_t)record->block);
		json_put_hex(&writer, "blockHash", record->block_hash,
			     HASH_SIZE);
		json_put_integer(&writer, "gasUsed",
				 (int64_t)record->gas_used);
	} else {
		json_put_null(&writer, "block");
	}
	if (*record->reason)
		json_put_string(&writer, "reason", record->reason);
	json_close_object(&writer);
	text_add_string(out, "\n");
}

static void write_line(struct text *out,
		       const struct transaction_record *record)
{
	char hash[HASH_TEXT_MAX], from[ADDRESS_TEXT_MAX];

	hex_encode_prefixed(hash, record->hashes[record->hash_count - 1],
			    HASH_SIZE);
	address_format(from, record->from);
	text_add_format(out, "%s %s nonce %llu of %s", hash,
			transaction_state_name(record->state),
			(unsigned long long)record->nonce, from);
	if (record->block)
		text_add_format(out, ", block %llu, gas %llu of %llu",
				(unsigned long long)record->block,
				(unsigned long long)record->gas_used,
				(unsigned long long)record->gas_limit);
	if (*record->reason)
		text_add_format(out, ": %s", record->reason);
	text_add_string(out, "\n");
}

static void print_record(const struct transaction_record *record, bool json)
{
	struct text text = { 0 };

	if (json)
		write_json(&text, record);
	else
		write_line(&text, record);
	fputs(text.data, stdout);
	text_free(&text);
}

static enum status run_status(const struct invocation *invocation,
			      struct error *error)
{
	const char *text = invocation_argument(invocation, 0);
	struct transaction_record record;
	struct json_rpc *rpc = NULL;
	uint8_t hash[HASH_SIZE];
	enum status status;

	if (hex_decode_fixed(hash, HASH_SIZE, bytes_of_string(text)))
		return error_set(error, E_USAGE,
				 "\"%s\" is no transaction hash", text);
	status = chain_open(&rpc, invocation, error);
	if (status)
		return status;
	status = transaction_find(&record, rpc, hash, error);
	if (!status)
		print_record(&record, want_json(invocation));
	json_rpc_close(rpc);
	if (status || record.state != TRANSACTION_REVERTED)
		return status;
	return error_set(error, E_REFUSED, "the transaction reverted: %s",
			 record.reason);
}

static enum status cancel(struct json_rpc *rpc,
			  const struct submission_key *key,
			  const struct invocation *invocation,
			  const long long numbers[2], struct error *error)
{
	struct transaction_sender sender = {
		.rpc = rpc, .key = key,
		.options = { .interrupted = command_interrupted } };
	struct transaction_record record;
	enum status status = transaction_cancel(&record, &sender,
						(uint64_t)numbers[0],
						(unsigned)numbers[1], error);

	if (!status)
		print_record(&record, want_json(invocation));
	return status;
}

static enum status run_cancel(const struct invocation *invocation,
			      struct error *error)
{
	const char *path = option(invocation, "key");
	struct submission_key key = { 0 };
	struct json_rpc *rpc = NULL;
	long long numbers[2];
	enum status status = option_integer(&numbers[0], invocation, "nonce",
					    -1, error);

	if (!status)
		status = option_integer(&numbers[1], invocation,
					"fee-percent", 150, error);
	if (status)
		return status;
	if (!path || numbers[0] < 0 || numbers[1] < 110 || numbers[1] > 10000)
		return error_set(error, E_USAGE, "--key FILE, --nonce N and "
				 "a --fee-percent of 110 to 10000 are needed");
	status = key_file_open(&key, path, error);
	if (!status)
		status = chain_open(&rpc, invocation, error);
	if (!status)
		status = cancel(rpc, &key, invocation, numbers, error);
	json_rpc_close(rpc);
	key_file_close(&key);
	return status;
}

static void print_summary(const struct transaction_summary *t)
{
	char hash[HASH_TEXT_MAX], time[TIME_TEXT_MAX];

	hex_encode_prefixed(hash, t->hash, HASH_SIZE);
	time_format(time, t->updated_s);
	printf("%s  %-9s  %-8s  chain %llu nonce %llu", hash, t->state, t->via,
	       (unsigned long long)t->chain_id, (unsigned long long)t->nonce);
	if (t->block)
		printf("  block %llu gas %llu", (unsigned long long)t->block,
		       (unsigned long long)t->gas_used);
	printf("  %s%s%s\n", time, *t->reason ? "  " : "", t->reason);
}

static void put_summary(struct json_writer *w,
			const struct transaction_summary *t)
{
	json_open_object(w, NULL);
	json_put_hex(w, "tx", t->hash, HASH_SIZE);
	json_put_string(w, "state", t->state);
	json_put_string(w, "via", t->via);
	json_put_integer(w, "chainId", (int64_t)t->chain_id);
	json_put_address(w, "from", t->sender);
	json_put_integer(w, "nonce", (int64_t)t->nonce);
	if (t->block) {
		json_put_integer(w, "block", (int64_t)t->block);
		json_put_integer(w, "gasUsed", (int64_t)t->gas_used);
	} else {
		json_put_null(w, "block");
	}
	if (*t->reason)
		json_put_string(w, "reason", t->reason);
	json_put_integer(w, "updated", t->updated_s);
	json_close_object(w);
}

static void print_list(const struct transaction_summary *list, size_t count,
		       bool json)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_open_array(&w, "transactions");
	for (size_t i = 0; i < count; i++)
		put_summary(&w, &list[i]);
	json_close_array(&w);
	json_close_object(&w);
	if (json)
		puts(text.data);
	for (size_t i = 0; i < count && !json; i++)
		print_summary(&list[i]);
	if (!count && !json)
		puts("no transactions");
	text_free(&text);
}

static enum status run_list(const struct invocation *invocation,
			    struct error *error)
{
	struct transaction_summary *list = NULL;
	struct database *database = NULL;
	size_t count = 0;
	enum status status = database_open_home(&database, home(invocation),
						error);

	if (!status)
		status = transaction_list(&list, &count, database,
					  option_flag(invocation, "open"),
					  error);
	if (!status)
		print_list(list, count, want_json(invocation));
	memory_free(list);
	if (database)
		database_close(database);
	return status;
}

static const struct option_spec list_options[] = {
	{ "open", NULL, "only those that are still under way" },
	{ 0 }
};

static const struct option_spec status_options[] = { CHAIN_OPTIONS, { 0 } };

static const struct option_spec cancel_options[] = {
	CHAIN_OPTIONS,
	{ "key", "FILE", "submission key, a file of mode 0600" },
	{ "nonce", "N", "the nonce to take away" },
	{ "fee-percent", "P", "of the current fees (default 150)" },
	{ 0 }
};

static const struct command verbs[] = {
	{ "list", "", "what was sent, newest first, as last seen",
	  "plimsoll tx list --open --json\n", list_options, 0, 0, run_list },
	{ "status", "HASH", "what became of a transaction, and why",
	  "plimsoll tx status 0x... --rpc http://127.0.0.1:8545\n",
	  status_options, 1, 1, run_status },
	{ "cancel", "", "replace a stuck transaction by an empty one",
	  "plimsoll tx cancel --nonce 7 --key submitter.key --rpc URL\n",
	  cancel_options, 0, 0, run_cancel },
	{ 0 }
};

const struct command_group commands_tx = {
	"tx", "submissions under way", verbs
};
