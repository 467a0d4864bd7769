/* submission.c -- see submission.h. */
#include "agent/submission.h"

#include <stdio.h>
#include <string.h>

#include "agent/json_writer.h"
#include "feeds/wire/revert_reasons.h"
#include "feeds/wire/steward.h"

#define CALL_ROOM 65536u
#define GAS_CEILING 30000000u

static void write_call(struct buffer *out, const struct submission_order *order)
{
	const struct decision_document *decision = order->decision;

	if (order->via == VIA_GOVERNOR)
		steward_put_record(out, &decision->signed_decision,
				   decision->signature);
	else
		steward_put_submit(out, &decision->signed_decision,
				   decision->signature);
}

/* Groups of the decision, all refused until an event says otherwise. */
static void list_groups(struct submission *out, const struct decision *decision)
{
	for (size_t i = 0; i < decision->tuple_count; i++) {
		struct group_outcome *group = &out->groups[out->group_count];

		if (i && !memcmp(decision->tuples[i].asset,
				 decision->tuples[i - 1].asset, ADDRESS_SIZE))
			continue;
		memcpy(group->asset, decision->tuples[i].asset, ADDRESS_SIZE);
		group->result = GROUP_REFUSED;
		snprintf(group->reason, sizeof(group->reason),
			 "no event of the steward");
		out->group_count++;
	}
}

/* Three topics of one decision; data of a refusal is bytes errorData. */
struct group_reader {
	struct submission *out;
	uint8_t topics[3][HASH_SIZE];
	uint8_t digest[HASH_SIZE];
};

static void explain_refusal(struct group_outcome *group, struct bytes data)
{
	struct revert_reason reason;
	u128 size = 0;

	if (data.size < 64 || load_be256(&size, data.data + 32) ||
	    size > data.size - 64)
		return;
	revert_describe(&reason, bytes_of(data.data + 64, (size_t)size));
	snprintf(group->reason, sizeof(group->reason), "%.150s", reason.text);
}

static enum status read_log(void *user, const struct chain_log *log,
			    struct error *error)
{
	struct group_reader *reader = user;

	(void)error;
	if (log->topic_count < 3 ||
	    memcmp(log->topics[1], reader->digest, HASH_SIZE))
		return OK;
	for (size_t i = 0; i < reader->out->group_count; i++) {
		struct group_outcome *group = &reader->out->groups[i];

		if (memcmp(log->topics[2] + 12, group->asset, ADDRESS_SIZE))
			continue;
		for (size_t t = 0; t < 3; t++)
			if (!memcmp(log->topics[0], reader->topics[t],
				    HASH_SIZE))
				group->result = (enum group_result)t;
		group->reason[0] = 0;
		if (group->result == GROUP_REFUSED)
			explain_refusal(group, log->data);
	}
	return OK;
}

static enum status read_groups(struct submission *out,
			       const struct submission_order *order,
			       struct error *error)
{
	struct group_reader reader = { .out = out };
	const uint8_t(*steward)[ADDRESS_SIZE] =
		&order->decision->signed_decision.domain.steward;
	struct chain_log_query query = {
		.addresses = steward, .address_count = 1,
		.topics = (const uint8_t(*)[HASH_SIZE])reader.topics,
		.topic_count = 3, .from = out->record.block,
		.to = out->record.block, .each = read_log, .user = &reader };

	chain_event_topic(reader.topics[GROUP_APPLIED],
			  "GroupApplied(bytes32,address)");
	chain_event_topic(reader.topics[GROUP_QUEUED],
			  "GroupQueued(bytes32,address)");
	chain_event_topic(reader.topics[GROUP_REFUSED],
			  "GroupRefused(bytes32,address,bytes)");
	memcpy(reader.digest, order->decision->digest, HASH_SIZE);
	return chain_logs(order->rpc, &query, error);
}

enum status submission_send(struct submission *out,
			    const struct submission_order *order,
			    struct error *error)
{
	static uint8_t room[CALL_ROOM];
	struct transaction_sender sender = { order->rpc, order->key,
					     order->options };
	struct transaction_order call = { .gas_ceiling = GAS_CEILING };
	struct buffer buffer;
	enum status status;

	memset(out, 0, sizeof(*out));
	buffer_init(&buffer, room, sizeof(room));
	write_call(&buffer, order);
	if (buffer.overflow)
		return error_set(error, E_LIMIT, "the decision is too large "
				 "for one transaction");
	memcpy(call.to, order->decision->signed_decision.domain.steward,
	       ADDRESS_SIZE);
	call.data = buffer_bytes(&buffer);
	if (!order->key)
		return transaction_preflight(order->rpc, order->from, &call,
					     error);
	status = transaction_send(&out->record, &sender, &call, error);
	if (status || order->via == VIA_GOVERNOR)
		return status;
	list_groups(out, &order->decision->signed_decision.decision);
	return out->group_count ? read_groups(out, order, error) : OK;
}

void submission_governor_proposal(struct text *out,
				  const struct decision_document *decision)
{
	static uint8_t room[CALL_ROOM];
	struct buffer buffer;
	struct json_writer w;
	char description[160], digest[HASH_TEXT_MAX];

	buffer_init(&buffer, room, sizeof(room));
	steward_put_apply_recorded(&buffer, &decision->signed_decision);
	hex_encode_prefixed(digest, decision->digest, HASH_SIZE);
	snprintf(description, sizeof(description),
		 "# Apply a recorded risk decision\n\nDigest %s", digest);
	json_writer_init(&w, out);
	json_open_object(&w, NULL);
	json_open_array(&w, "targets");
	json_put_address(&w, NULL, decision->signed_decision.domain.steward);
	json_close_array(&w);
	json_open_array(&w, "values");
	json_put_string(&w, NULL, "0");
	json_close_array(&w);
	json_open_array(&w, "calldatas");
	json_put_hex(&w, NULL, buffer.data, buffer.size);
	json_close_array(&w);
	json_put_string(&w, "description", description);
	json_close_object(&w);
	text_add_string(out, "\n");
}

const char *group_result_name(enum group_result result)
{
	static const char *const names[] = { "applied", "queued", "refused" };

	return names[result];
}

const char *submission_via_name(enum submission_via via)
{
	return via == VIA_GOVERNOR ? "governor" : "steward";
}
