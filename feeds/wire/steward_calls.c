/* steward_calls.c -- call data of the steward's entry points; see steward.h.
 *
 * The types are fixed, so the words are laid by hand: heads first, offsets
 * counted from the start of each tuple. */
#include "feeds/wire/steward.h"

#include <string.h>

#define WORD 32u
#define DECISION_HEAD 19u   /* words: 18 scalars and one offset */
#define ATTACHMENT_HEAD 4u
#define TUPLE_HEAD 4u
#define SUBMIT \
	"submit((bytes32,uint8,uint64,uint8,uint8,uint8,uint64,uint64,uint64," \
	"bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32," \
	"uint256,(address,uint8,uint256[],uint256[])[])," \
	"(bytes32,address[],address[],uint256[]),bytes)"
#define RECORD \
	"record((bytes32,uint8,uint64,uint8,uint8,uint8,uint64,uint64,uint64," \
	"bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32," \
	"uint256,(address,uint8,uint256[],uint256[])[]),bytes)"
#define APPLY_RECORDED \
	"applyRecorded((bytes32,uint8,uint64,uint8,uint8,uint8,uint64,uint64," \
	"uint64,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32," \
	"bytes32,uint256,(address,uint8,uint256[],uint256[])[]))"

static void put_selector(struct buffer *out, const char *signature)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, signature, strlen(signature));
	buffer_append(out, hash, 4);
}

static void put_number(struct buffer *out, u128 value)
{
	uint8_t word[WORD];

	store_be256(word, value);
	buffer_append(out, word, sizeof(word));
}

static void put_hash(struct buffer *out, const uint8_t hash[HASH_SIZE])
{
	buffer_append(out, hash, HASH_SIZE);
}

static void put_address(struct buffer *out, const uint8_t *address)
{
	static const uint8_t zeros[WORD - ADDRESS_SIZE];

	buffer_append(out, zeros, sizeof(zeros));
	buffer_append(out, address, ADDRESS_SIZE);
}

size_t steward_view_call(uint8_t out[STEWARD_CALL_MAX], const char *signature,
			 const uint8_t market[HASH_SIZE],
			 const uint8_t *asset, uint8_t kind)
{
	struct buffer buffer;

	buffer_init(&buffer, out, STEWARD_CALL_MAX);
	put_selector(&buffer, signature);
	put_hash(&buffer, market);
	if (asset) {
		put_address(&buffer, asset);
		put_number(&buffer, kind);
	}
	return buffer.size;
}

static size_t tuple_words(const struct tuple *tuple)
{
	return TUPLE_HEAD + 2u * (1u + tuple->count);
}

static size_t decision_words(const struct decision *decision)
{
	size_t words = DECISION_HEAD + 1 + decision->tuple_count;

	for (size_t i = 0; i < decision->tuple_count; i++)
		words += tuple_words(&decision->tuples[i]);
	return words;
}

static size_t attachment_words(const struct attachment *attachment)
{
	return ATTACHMENT_HEAD + 3 + attachment->probe_count +
	       2 * attachment->price_count;
}

static void put_values(struct buffer *out, const u128 *values, uint8_t count)
{
	put_number(out, count);
	for (uint8_t i = 0; i < count; i++)
		put_number(out, values[i]);
}

static void put_tuple(struct buffer *out, const struct tuple *tuple)
{
	put_address(out, tuple->asset);
	put_number(out, tuple->kind);
	put_number(out, TUPLE_HEAD * WORD);
	put_number(out, (TUPLE_HEAD + 1u + tuple->count) * WORD);
	put_values(out, tuple->old_values, tuple->count);
	put_values(out, tuple->new_values, tuple->count);
}

static void put_tuples(struct buffer *out, const struct decision *decision)
{
	size_t offset = decision->tuple_count;

	put_number(out, decision->tuple_count);
	for (size_t i = 0; i < decision->tuple_count; i++) {
		put_number(out, offset * WORD);
		offset += tuple_words(&decision->tuples[i]);
	}
	for (size_t i = 0; i < decision->tuple_count; i++)
		put_tuple(out, &decision->tuples[i]);
}

static void put_decision(struct buffer *out, const struct decision *d)
{
	const uint64_t numbers[] = { d->mode, d->epoch, d->trigger, d->outcome,
				     d->evidence, d->as_of, d->valid_until,
				     d->anchor_block };
	const uint8_t *const hashes[] = {
		d->anchor_block_hash, d->previous_state, d->state,
		d->case_digest, d->policy_hash, d->model_hash,
		d->protocol_fingerprint, d->report_digest };

	put_hash(out, d->market);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put_number(out, numbers[i]);
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		put_hash(out, hashes[i]);
	put_number(out, d->reasons);
	put_number(out, DECISION_HEAD * WORD);
	put_tuples(out, d);
}

static void put_addresses(struct buffer *out,
			  const uint8_t (*addresses)[ADDRESS_SIZE],
			  size_t count)
{
	put_number(out, count);
	for (size_t i = 0; i < count; i++)
		put_address(out, addresses[i]);
}

static void put_attachment(struct buffer *out, const struct attachment *a)
{
	size_t probes = 1 + a->probe_count, prices = 1 + a->price_count;

	put_hash(out, a->report);
	put_number(out, ATTACHMENT_HEAD * WORD);
	put_number(out, (ATTACHMENT_HEAD + probes) * WORD);
	put_number(out, (ATTACHMENT_HEAD + probes + prices) * WORD);
	put_addresses(out, a->probes, a->probe_count);
	put_addresses(out, a->price_assets, a->price_count);
	put_number(out, a->price_count);
	for (size_t i = 0; i < a->price_count; i++)
		put_number(out, a->prices[i]);
}

static void put_signature(struct buffer *out, const uint8_t signature65[65])
{
	static const uint8_t padding[31];

	put_number(out, 65);
	buffer_append(out, signature65, 65);
	buffer_append(out, padding, sizeof(padding));
}

void steward_put_submit(struct buffer *out, const struct signed_decision *made,
			const uint8_t signature65[65])
{
	size_t decision = decision_words(&made->decision);
	size_t attachment = attachment_words(&made->attachment);

	put_selector(out, SUBMIT);
	put_number(out, 3 * WORD);
	put_number(out, (3 + decision) * WORD);
	put_number(out, (3 + decision + attachment) * WORD);
	put_decision(out, &made->decision);
	put_attachment(out, &made->attachment);
	put_signature(out, signature65);
}

void steward_put_record(struct buffer *out, const struct signed_decision *made,
			const uint8_t signature65[65])
{
	put_selector(out, RECORD);
	put_number(out, 2 * WORD);
	put_number(out, (2 + decision_words(&made->decision)) * WORD);
	put_decision(out, &made->decision);
	put_signature(out, signature65);
}

void steward_put_apply_recorded(struct buffer *out,
				const struct signed_decision *made)
{
	put_selector(out, APPLY_RECORDED);
	put_number(out, WORD);
	put_decision(out, &made->decision);
}
