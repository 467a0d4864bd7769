/* transaction_sender.c -- prepare, send, wait, confirm; and what to do when a
 * nonce is taken, a fee too low or a block reorganised. */
#include "agent/transaction_sender.h"

#include <string.h>

#include "agent/transaction_internal.h"
#include "base/host/clock.h"
#include "base/host/log.h"

#define MISSES_MAX 4 /* looks without a receipt once the nonce has passed */

/** Where a nonce went wrong before anything of ours was accepted. */
enum sent { SENT_OK, SENT_NONCE_TAKEN, SENT_FAILED };

static struct sender_options with_defaults(const struct sender_options *given)
{
	struct sender_options options = *given;

	if (!options.fee_cap)
		options.fee_cap = (u128)500 * 1000000000;
	if (!options.confirmations)
		options.confirmations = 1;
	if (!options.timeout_ms)
		options.timeout_ms = 180000;
	if (!options.bump_after_ms)
		options.bump_after_ms = 45000;
	if (!options.poll_ms)
		options.poll_ms = 250;
	if (!options.attempts)
		options.attempts = 2;
	return options;
}

const char *transaction_state_name(enum transaction_state state)
{
	switch (state) {
	case TRANSACTION_PREPARED:
		return "prepared";
	case TRANSACTION_SENT:
		return "sent";
	case TRANSACTION_CONFIRMED:
		return "confirmed";
	case TRANSACTION_REVERTED:
		return "reverted";
	case TRANSACTION_REPLACED:
		return "replaced";
	}
	return "unknown";
}

static enum status keep(struct transaction_record *record,
			const struct sender_options *options,
			enum transaction_state state, struct error *error)
{
	record->state = state;
	return options->store ? options->store(options->user, record, error)
			      : OK;
}

static enum sent sort_refusal(const struct json_rpc *rpc)
{
	const char *words = json_rpc_error_text(rpc);

	if (strstr(words, "already known") ||
	    strstr(words, "already imported") || strstr(words, "known transac"))
		return SENT_OK;
	if (strstr(words, "nonce too low") || strstr(words, "nonce is too low"))
		return SENT_NONCE_TAKEN;
	return SENT_FAILED;
}

/* Signs the record as it stands, adds its hash, stores, sends. */
static enum sent sign_and_send(struct transaction_record *record,
			       const struct transaction_sender *sender,
			       const struct transaction_order *order,
			       struct error *error)
{
	struct transaction_raw raw;
	enum sent sent = SENT_FAILED;

	if (record->hash_count == TRANSACTION_HASHES_MAX) {
		error_set(error, E_LIMIT, "too many fee bumps");
		return SENT_FAILED;
	}
	if (transaction_sign(&raw, sender, record, order, error))
		return SENT_FAILED;
	memcpy(record->hashes[record->hash_count++], raw.hash, HASH_SIZE);
	if (!keep(record, &sender->options, record->state, error))
		sent = transaction_broadcast(sender->rpc, &raw, error)
			       ? sort_refusal(sender->rpc) : SENT_OK;
	memory_free(raw.data);
	return sent;
}

static enum status prepare(struct transaction_record *record,
			   const struct transaction_sender *sender,
			   const struct transaction_order *order,
			   struct error *error)
{
	struct transaction_record fresh = { 0 };
	enum status status;

	memcpy(fresh.from, sender->key->address, ADDRESS_SIZE);
	memcpy(fresh.to, order->to, ADDRESS_SIZE);
	*record = fresh;
	status = json_rpc_chain_id(&record->chain_id, sender->rpc, error);
	if (!status)
		status = transaction_preflight(sender->rpc, record->from,
					       order, error);
	if (!status)
		status = transaction_nonce(&record->nonce, sender->rpc,
					   record->from, "pending", error);
	if (!status)
		status = transaction_fees(&record->max_fee,
					  &record->priority_fee, sender->rpc,
					  &sender->options, error);
	if (!status)
		status = transaction_gas(&record->gas_limit, sender->rpc,
					 record->from, order, error);
	return status;
}

/* An eighth more, the least that nodes take as a replacement. */
static u128 bumped(u128 fee)
{
	return fee + fee / 8 + 1;
}

static void bump(struct transaction_record *record,
		 const struct transaction_sender *sender,
		 const struct transaction_order *order)
{
	u128 cap = sender->options.fee_cap;
	struct error ignored = { 0 };
	size_t hashes = record->hash_count;

	if (hashes == TRANSACTION_HASHES_MAX || bumped(record->max_fee) > cap) {
		log_line(LOG_WARNING, "nonce %llu is not mined and its fee is "
			 "at the cap", (unsigned long long)record->nonce);
		return;
	}
	record->max_fee = bumped(record->max_fee);
	record->priority_fee = bumped(record->priority_fee);
	log_line(LOG_INFO, "nonce %llu is not mined yet: fee raised to %llu "
		 "wei", (unsigned long long)record->nonce,
		 (unsigned long long)record->max_fee);
	if (sign_and_send(record, sender, order, &ignored) == SENT_FAILED)
		log_line(LOG_WARNING, "the raised transaction was not taken: "
			 "%s", ignored.message);
}

static void take_receipt(struct transaction_record *record,
			 const struct transaction_receipt *receipt)
{
	record->block = receipt->block;
	record->gas_used = receipt->gas_used;
	memcpy(record->block_hash, receipt->block_hash, HASH_SIZE);
	memcpy(record->mined_hash, receipt->hash, HASH_SIZE);
}

/* *deep: enough blocks stand on the receipt's, which is still canonical.
 * *gone: a reorganisation took it away. */
static enum status check_depth(bool *deep, bool *gone,
			       const struct transaction_record *record,
			       const struct transaction_sender *sender,
			       struct error *error)
{
	struct chain_block head, there;
	enum status status = chain_block(&head, sender->rpc, "latest", error);

	*deep = false;
	*gone = false;
	if (status || head.number + 1 <
			      record->block + sender->options.confirmations)
		return status;
	status = chain_block_at(&there, sender->rpc, record->block, error);
	if (status == E_MISSING) {
		*gone = true;
		return OK;
	}
	if (status)
		return status;
	*deep = !memcmp(there.hash, record->block_hash, HASH_SIZE);
	*gone = !*deep;
	return OK;
}

static enum status finish(struct transaction_record *record,
			  const struct transaction_sender *sender,
			  const struct transaction_order *order,
			  bool succeeded, struct error *error)
{
	char hash[HASH_TEXT_MAX];
	enum status status;

	if (succeeded)
		return keep(record, &sender->options, TRANSACTION_CONFIRMED,
			    error);
	transaction_explain(record, sender->rpc, order);
	status = keep(record, &sender->options, TRANSACTION_REVERTED, error);
	if (status)
		return status;
	hex_encode_prefixed(hash, record->mined_hash, HASH_SIZE);
	error_set(error, E_REFUSED, "transaction %s reverted in block %llu: "
		  "%.300s", hash, (unsigned long long)record->block,
		  record->reason);
	return error_hint(error, "It passed the preflight, so the state "
			  "changed in between; look at it and propose anew.");
}

static enum status replaced(struct transaction_record *record,
			    const struct transaction_sender *sender,
			    struct error *error)
{
	char from[ADDRESS_TEXT_MAX];
	enum status status = keep(record, &sender->options,
				  TRANSACTION_REPLACED, error);

	if (status)
		return status;
	address_format(from, record->from);
	error_set(error, E_REFUSED, "nonce %llu of %s was taken by another "
		  "transaction; ours can never be mined",
		  (unsigned long long)record->nonce, from);
	return error_hint(error, "Another process uses this key. Give every "
			  "submitter a key of its own, then run it again.");
}

static enum status timed_out(const struct transaction_record *record,
			     const struct sender_options *options,
			     struct error *error)
{
	char hash[HASH_TEXT_MAX];

	hex_encode_prefixed(hash, record->hashes[record->hash_count - 1],
			    HASH_SIZE);
	error_set(error, E_PEER, "transaction %s is not mined after %lld s", hash,
		  (long long)(options->timeout_ms / 1000));
	return error_hint(error, "It may still be mined: `plimsoll tx status "
			  "%s`, or `plimsoll tx cancel --nonce %llu`.", hash,
			  (unsigned long long)record->nonce);
}

/** One wait: what the loop carries from look to look. */
struct wait {
	int64_t deadline_ms, bump_ms;
	int misses;
	bool done;
	bool replaced;
};

static enum status look_for_receipt(struct wait *wait,
				    struct transaction_record *record,
				    const struct transaction_sender *sender,
				    const struct transaction_order *order,
				    struct error *error)
{
	struct transaction_receipt receipt;
	bool deep, gone;
	uint64_t next;
	enum status status = transaction_receipt(&receipt, sender->rpc, record,
						 error);

	if (status)
		return status;
	if (receipt.found) {
		wait->misses = 0;
		take_receipt(record, &receipt);
		status = check_depth(&deep, &gone, record, sender, error);
		if (status || !deep)
			return status;
		wait->done = true;
		return finish(record, sender, order, receipt.succeeded, error);
	}
	status = transaction_nonce(&next, sender->rpc, record->from, "latest",
				   error);
	if (status || next <= record->nonce)
		return status;
	wait->replaced = ++wait->misses > MISSES_MAX;
	return OK;
}

static enum status wait_for_it(struct wait *wait,
			       struct transaction_record *record,
			       const struct transaction_sender *sender,
			       const struct transaction_order *order,
			       struct error *error)
{
	const struct sender_options *options = &sender->options;

	for (;;) {
		int64_t now = clock_monotonic_ms();
		enum status status = look_for_receipt(wait, record, sender,
						      order, error);

		if (status || wait->done)
			return status;
		if (wait->replaced)
			return replaced(record, sender, error);
		if (options->interrupted && options->interrupted())
			return error_set(error, E_INTERRUPTED, "interrupted; "
					 "the transaction may still be mined");
		if (now > wait->deadline_ms)
			return timed_out(record, options, error);
		if (order && now > wait->bump_ms) {
			bump(record, sender, order);
			wait->bump_ms = now + options->bump_after_ms;
		}
		clock_sleep_ms(options->poll_ms);
	}
}

enum status transaction_wait(struct transaction_record *record,
			     const struct transaction_sender *given,
			     const struct transaction_order *order,
			     struct error *error)
{
	struct transaction_sender sender = *given;
	int64_t now = clock_monotonic_ms();
	struct wait wait = { 0 };

	sender.options = with_defaults(&given->options);
	wait.deadline_ms = now + sender.options.timeout_ms;
	wait.bump_ms = now + sender.options.bump_after_ms;
	return wait_for_it(&wait, record, &sender, order, error);
}

/* One nonce's whole life.  *again: it was taken by someone else. */
static enum status try_nonce(bool *again, struct transaction_record *record,
			     const struct transaction_sender *sender,
			     const struct transaction_order *order,
			     struct error *error)
{
	enum status status = prepare(record, sender, order, error);

	*again = false;
	if (status)
		return status;
	switch (sign_and_send(record, sender, order, error)) {
	case SENT_NONCE_TAKEN:
		*again = true;
		return replaced(record, sender, error);
	case SENT_FAILED:
		if (record->hash_count && !json_rpc_error_code(sender->rpc))
			error_hint(error, "It may have been sent all the same: "
				   "`plimsoll tx list` before trying again.");
		return error->status;
	case SENT_OK:
		break;
	}
	status = keep(record, &sender->options, TRANSACTION_SENT, error);
	if (!status)
		status = transaction_wait(record, sender, order, error);
	*again = record->state == TRANSACTION_REPLACED;
	return status;
}

enum status transaction_send(struct transaction_record *out,
			     const struct transaction_sender *given,
			     const struct transaction_order *order,
			     struct error *error)
{
	struct transaction_sender sender = *given;
	enum status status;
	bool again;

	sender.options = with_defaults(&given->options);
	for (int attempt = 1;; attempt++) {
		status = try_nonce(&again, out, &sender, order, error);
		if (!again || attempt >= sender.options.attempts)
			return status;
		log_line(LOG_WARNING, "%s; preparing it anew", error->message);
		*error = (struct error){ 0 };
	}
}

enum status transaction_look(struct transaction_record *record,
			     struct json_rpc *rpc, struct error *error)
{
	struct transaction_receipt receipt;
	uint64_t next;
	enum status status = transaction_receipt(&receipt, rpc, record, error);

	if (status)
		return status;
	if (receipt.found) {
		take_receipt(record, &receipt);
		record->state = receipt.succeeded ? TRANSACTION_CONFIRMED
						  : TRANSACTION_REVERTED;
		return OK;
	}
	status = transaction_nonce(&next, rpc, record->from, "latest", error);
	if (!status && next > record->nonce)
		record->state = TRANSACTION_REPLACED;
	return status;
}
