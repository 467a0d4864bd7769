/* limits.c -- canonical CBOR of the limiter's nouns. */
#include "case/limits.h"

#include <string.h>

#include "case/fields.h"

#define KIND_LIMIT_MEMBERS 7
#define TUPLE_STATE_MEMBERS 6

static const struct field component_fields[] = {
	FIELD(FIELD_U128, struct component_limit, floor),
	FIELD(FIELD_U128, struct component_limit, ceiling),
	FIELD(FIELD_UNSIGNED, struct component_limit, step_tighten),
	FIELD(FIELD_UNSIGNED, struct component_limit, step_loosen),
	FIELD(FIELD_UNSIGNED, struct component_limit, allowance_tighten),
	FIELD(FIELD_UNSIGNED, struct component_limit, allowance_loosen),
	FIELD(FIELD_UNSIGNED, struct component_limit, fast_loosen),
};

static const struct field kind_limit_fields[] = {
	FIELD(FIELD_BOOL, struct kind_limit, set),
	FIELD(FIELD_BOOL, struct kind_limit, relative),
	FIELD(FIELD_UNSIGNED, struct kind_limit, window_s),
	FIELD(FIELD_UNSIGNED, struct kind_limit, min_delay_tighten_s),
	FIELD(FIELD_UNSIGNED, struct kind_limit, min_delay_loosen_s),
	FIELD(FIELD_UNSIGNED, struct kind_limit, count),
};

static const struct field bucket_fields[] = {
	FIELD(FIELD_U128, struct bucket, level_e18),
	FIELD(FIELD_UNSIGNED, struct bucket, updated_s),
};

static const struct field pending_fields[] = {
	FIELD(FIELD_BOOL, struct pending_item, present),
	FIELD(FIELD_UNSIGNED, struct pending_item, ready_s),
	FIELD(FIELD_UNSIGNED, struct pending_item, expires_s),
};

static const struct field steward_fields[] = {
	FIELD(FIELD_BYTES, struct steward_state, state_digest),
	FIELD(FIELD_BYTES, struct steward_state, policy_hash),
	FIELD(FIELD_UNSIGNED, struct steward_state, last_epoch),
	FIELD(FIELD_BOOL, struct steward_state, has_epoch),
	FIELD(FIELD_BOOL, struct steward_state, epoch_used),
	FIELD(FIELD_BOOL, struct steward_state, loosen_paused),
	FIELD(FIELD_BOOL, struct steward_state, all_paused),
	FIELD(FIELD_BOOL, struct steward_state, silent),
	FIELD(FIELD_BOOL, struct steward_state, development),
	FIELD(FIELD_UNSIGNED, struct steward_state, confirm_delay_s),
	FIELD(FIELD_UNSIGNED, struct steward_state, timelock_delay_s),
	FIELD(FIELD_UNSIGNED, struct steward_state, pending_life_s),
	FIELD(FIELD_UNSIGNED, struct steward_state, max_age_s),
	FIELD(FIELD_UNSIGNED, struct steward_state, max_validity_s),
};

static void encode_limit(struct buffer *out, const struct kind_limit *in)
{
	cbor_put_array(out, KIND_LIMIT_MEMBERS);
	fields_encode(out, in, kind_limit_fields,
		      FIELDS_COUNT(kind_limit_fields));
	cbor_put_array(out, in->count);
	for (uint8_t i = 0; i < in->count; i++) {
		cbor_put_array(out, FIELDS_COUNT(component_fields));
		fields_encode(out, &in->components[i], component_fields,
			      FIELDS_COUNT(component_fields));
	}
}

static void encode_buckets(struct buffer *out, const struct bucket *buckets,
			   uint8_t count)
{
	cbor_put_array(out, count);
	for (uint8_t i = 0; i < count; i++) {
		cbor_put_array(out, FIELDS_COUNT(bucket_fields));
		fields_encode(out, &buckets[i], bucket_fields,
			      FIELDS_COUNT(bucket_fields));
	}
}

static void encode_pending(struct buffer *out, const struct pending_item *in,
			   uint8_t count)
{
	cbor_put_array(out, FIELDS_COUNT(pending_fields) + 2u * count);
	fields_encode(out, in, pending_fields, FIELDS_COUNT(pending_fields));
	for (uint8_t i = 0; i < count; i++) {
		cbor_put_u128(out, in->old_values[i]);
		cbor_put_u128(out, in->new_values[i]);
	}
}

void tuple_state_encode(struct buffer *out, const struct tuple_state *in)
{
	uint8_t count = kind_value_count(in->kind);

	cbor_put_array(out, TUPLE_STATE_MEMBERS);
	cbor_put_unsigned(out, in->kind);
	encode_limit(out, &in->limit);
	cbor_put_unsigned(out, in->last_change_s);
	encode_buckets(out, in->tighten, count);
	encode_buckets(out, in->loosen, count);
	encode_pending(out, &in->pending, count);
}

static enum status decode_limit(struct kind_limit *out,
				struct cbor_reader *reader, uint8_t count)
{
	enum status status = cbor_expect_array(reader, KIND_LIMIT_MEMBERS);

	if (!status)
		status = fields_decode(out, reader, kind_limit_fields,
				       FIELDS_COUNT(kind_limit_fields));
	if (status)
		return status;
	if (out->count != (out->set ? count : 0))
		return E_MALFORMED;
	status = cbor_expect_array(reader, out->count);
	for (uint8_t i = 0; i < out->count && !status; i++)
		status = record_decode(&out->components[i], reader,
				       component_fields,
				       FIELDS_COUNT(component_fields));
	return status;
}

static enum status decode_buckets(struct bucket *out,
				  struct cbor_reader *reader, uint8_t count)
{
	enum status status = cbor_expect_array(reader, count);

	for (uint8_t i = 0; i < count && !status; i++)
		status = record_decode(&out[i], reader,
				       bucket_fields,
				       FIELDS_COUNT(bucket_fields));
	return status;
}

static enum status decode_pending(struct pending_item *out,
				  struct cbor_reader *reader, uint8_t count)
{
	enum status status = cbor_expect_array(
		reader, FIELDS_COUNT(pending_fields) + 2u * count);

	if (!status)
		status = fields_decode(out, reader, pending_fields,
				       FIELDS_COUNT(pending_fields));
	for (uint8_t i = 0; i < count && !status; i++) {
		status = cbor_get_u128(reader, &out->old_values[i]);
		if (!status)
			status = cbor_get_u128(reader, &out->new_values[i]);
	}
	return status;
}

enum status tuple_state_decode(struct tuple_state *out,
			       struct cbor_reader *reader)
{
	static const struct field kind[] = {
		FIELD(FIELD_UNSIGNED, struct tuple_state, kind),
	};
	static const struct field last_change[] = {
		FIELD(FIELD_UNSIGNED, struct tuple_state, last_change_s),
	};
	enum status status = cbor_expect_array(reader, TUPLE_STATE_MEMBERS);
	uint8_t count;

	if (!status)
		status = fields_decode(out, reader, kind, 1);
	if (status)
		return status;
	count = kind_value_count(out->kind);
	if (!count)
		return E_MALFORMED;
	status = decode_limit(&out->limit, reader, count);
	if (!status)
		status = fields_decode(out, reader, last_change, 1);
	if (!status)
		status = decode_buckets(out->tighten, reader, count);
	if (!status)
		status = decode_buckets(out->loosen, reader, count);
	if (!status)
		status = decode_pending(&out->pending, reader, count);
	return status;
}

void steward_state_encode(struct buffer *out, const struct steward_state *in)
{
	cbor_put_array(out, FIELDS_COUNT(steward_fields));
	fields_encode(out, in, steward_fields, FIELDS_COUNT(steward_fields));
}

enum status steward_state_decode(struct steward_state *out,
				 struct cbor_reader *reader)
{
	return record_decode(out, reader, steward_fields,
			     FIELDS_COUNT(steward_fields));
}
