/* decision.c -- canonical bytes of a decision as it is stored and sent.
 *
 * The digest that is signed is EIP-712 (decision_digest.c); these bytes only
 * carry the same fields, with domain, attachment and report. */
#include "case/decision.h"

#include <assert.h>
#include <string.h>

#include "base/cbor.h"
#include "case/fields.h"

#define DECISION_FORMAT 1
#define DOMAIN_MEMBERS 2
#define TUPLE_MEMBERS 4

static const struct field scalars[] = {
	FIELD(FIELD_BYTES, struct decision, market),
	FIELD(FIELD_UNSIGNED, struct decision, mode),
	FIELD(FIELD_UNSIGNED, struct decision, epoch),
	FIELD(FIELD_UNSIGNED, struct decision, trigger),
	FIELD(FIELD_UNSIGNED, struct decision, outcome),
	FIELD(FIELD_UNSIGNED, struct decision, evidence),
	FIELD(FIELD_UNSIGNED, struct decision, as_of),
	FIELD(FIELD_UNSIGNED, struct decision, valid_until),
	FIELD(FIELD_UNSIGNED, struct decision, anchor_block),
	FIELD(FIELD_BYTES, struct decision, anchor_block_hash),
	FIELD(FIELD_BYTES, struct decision, previous_state),
	FIELD(FIELD_BYTES, struct decision, state),
	FIELD(FIELD_BYTES, struct decision, case_digest),
	FIELD(FIELD_BYTES, struct decision, policy_hash),
	FIELD(FIELD_BYTES, struct decision, model_hash),
	FIELD(FIELD_BYTES, struct decision, protocol_fingerprint),
	FIELD(FIELD_BYTES, struct decision, report_digest),
	FIELD(FIELD_UNSIGNED, struct decision, reasons),
};

static const struct field domain_fields[] = {
	FIELD(FIELD_UNSIGNED, struct signing_domain, chain_id),
	FIELD(FIELD_BYTES, struct signing_domain, steward),
};

int tuple_order(const struct tuple *a, const struct tuple *b)
{
	int order = memcmp(a->asset, b->asset, ADDRESS_SIZE);

	return order ? order : (int)a->kind - (int)b->kind;
}

static void encode_values(struct buffer *out, const u128 *values,
			  uint8_t count)
{
	cbor_put_array(out, count);
	for (uint8_t i = 0; i < count; i++)
		cbor_put_u128(out, values[i]);
}

static void encode_tuples(struct buffer *out, const struct decision *decision)
{
	cbor_put_array(out, decision->tuple_count);
	for (size_t i = 0; i < decision->tuple_count; i++) {
		const struct tuple *tuple = &decision->tuples[i];

		cbor_put_array(out, TUPLE_MEMBERS);
		cbor_put_bytes(out, bytes_of(tuple->asset, ADDRESS_SIZE));
		cbor_put_unsigned(out, tuple->kind);
		encode_values(out, tuple->old_values, tuple->count);
		encode_values(out, tuple->new_values, tuple->count);
	}
}

static void encode_addresses(struct buffer *out,
			     const uint8_t (*addresses)[ADDRESS_SIZE],
			     size_t count)
{
	cbor_put_array(out, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_bytes(out, bytes_of(addresses[i], ADDRESS_SIZE));
}

void signed_decision_encode(struct buffer *out,
			    const struct signed_decision *in)
{
	const struct attachment *attachment = &in->attachment;

	cbor_put_array(out, 5);
	cbor_put_unsigned(out, DECISION_FORMAT);
	cbor_put_array(out, DOMAIN_MEMBERS);
	fields_encode(out, &in->domain, domain_fields, DOMAIN_MEMBERS);
	cbor_put_array(out, FIELDS_COUNT(scalars) + 1);
	fields_encode(out, &in->decision, scalars, FIELDS_COUNT(scalars));
	encode_tuples(out, &in->decision);
	cbor_put_array(out, 4);
	cbor_put_bytes(out, bytes_of(attachment->report, HASH_SIZE));
	encode_addresses(out, attachment->probes, attachment->probe_count);
	encode_addresses(out, attachment->price_assets,
			 attachment->price_count);
	cbor_put_array(out, attachment->price_count);
	for (size_t i = 0; i < attachment->price_count; i++)
		cbor_put_u128(out, attachment->prices[i]);
	cbor_put_bytes(out, in->report);
}

static enum status decode_values(u128 *values, struct cbor_reader *reader,
				 uint8_t count)
{
	enum status status = cbor_expect_array(reader, count);

	for (uint8_t i = 0; i < count && !status; i++)
		status = cbor_get_u128(reader, &values[i]);
	return status;
}

static enum status decode_tuple(struct tuple *tuple,
				struct cbor_reader *reader)
{
	static const struct field head[] = {
		FIELD(FIELD_BYTES, struct tuple, asset),
		FIELD(FIELD_UNSIGNED, struct tuple, kind),
	};
	enum status status = cbor_expect_array(reader, TUPLE_MEMBERS);

	if (!status)
		status = fields_decode(tuple, reader, head, 2);
	if (status)
		return status;
	tuple->count = kind_value_count(tuple->kind);
	if (!tuple->count)
		return E_MALFORMED;
	status = decode_values(tuple->old_values, reader, tuple->count);
	return status ? status
		      : decode_values(tuple->new_values, reader, tuple->count);
}

static enum status get_count(size_t *count, struct cbor_reader *reader,
			     size_t limit)
{
	uint64_t value;
	enum status status = cbor_get_array(reader, &value);

	if (status)
		return status;
	if (value > limit)
		return E_MALFORMED;
	*count = (size_t)value;
	return OK;
}

static enum status decode_tuples(struct decision *out,
				 struct cbor_reader *reader)
{
	enum status status =
		get_count(&out->tuple_count, reader, TUPLES_MAX);

	for (size_t i = 0; i < out->tuple_count && !status; i++) {
		status = decode_tuple(&out->tuples[i], reader);
		if (!status && i &&
		    tuple_order(&out->tuples[i - 1], &out->tuples[i]) >= 0)
			status = E_MALFORMED;
	}
	return status;
}

static enum status decode_addresses(uint8_t (*out)[ADDRESS_SIZE],
				    size_t *count, struct cbor_reader *reader,
				    size_t limit)
{
	enum status status = get_count(count, reader, limit);

	for (size_t i = 0; i < *count && !status; i++)
		status = cbor_get_fixed(reader, out[i], ADDRESS_SIZE);
	return status;
}

static enum status decode_attachment(struct attachment *out,
				     struct cbor_reader *reader)
{
	size_t prices = 0;
	enum status status = cbor_expect_array(reader, 4);

	if (!status)
		status = cbor_get_fixed(reader, out->report, HASH_SIZE);
	if (!status)
		status = decode_addresses(out->probes, &out->probe_count,
					  reader, PROBES_MAX);
	if (!status)
		status = decode_addresses(out->price_assets, &out->price_count,
					  reader, ASSETS_MAX);
	if (!status)
		status = get_count(&prices, reader, ASSETS_MAX);
	if (!status && prices != out->price_count)
		status = E_MALFORMED;
	for (size_t i = 0; i < prices && !status; i++)
		status = cbor_get_u128(reader, &out->prices[i]);
	return status;
}

static enum status decode_domain(struct signing_domain *out,
				 struct cbor_reader *reader)
{
	enum status status = cbor_expect_array(reader, DOMAIN_MEMBERS);

	return status ? status
		      : fields_decode(out, reader, domain_fields,
				      DOMAIN_MEMBERS);
}

static enum status decode_decision(struct decision *out,
				   struct cbor_reader *reader)
{
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(scalars) + 1);

	if (!status)
		status = fields_decode(out, reader, scalars,
				       FIELDS_COUNT(scalars));
	if (!status)
		status = decode_tuples(out, reader);
	if (!status && (out->mode > MODE_SHADOW || out->outcome < 1 ||
			out->outcome > 3 || out->evidence < 1 ||
			out->evidence > 3))
		status = E_MALFORMED;
	return status;
}

enum status signed_decision_decode(struct signed_decision *out,
				   struct bytes in)
{
	struct signed_decision read;
	struct cbor_reader reader;
	uint64_t format = 0;
	enum status status;

	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = cbor_expect_array(&reader, 5);
	if (!status)
		status = cbor_get_unsigned(&reader, &format);
	if (!status && format != DECISION_FORMAT)
		status = E_MALFORMED;
	if (!status)
		status = decode_domain(&read.domain, &reader);
	if (!status)
		status = decode_decision(&read.decision, &reader);
	if (!status)
		status = decode_attachment(&read.attachment, &reader);
	if (!status)
		status = cbor_get_bytes(&reader, &read.report);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = read;
	return status;
}
