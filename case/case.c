/* case.c -- canonical bytes of a case: the encoder, digests and the seed. */
#include "case/case.h"

#include <string.h>

#include "case/case_fields.h"

#define ENCODE(out, object, table) \
	fields_encode(out, object, table, FIELDS_COUNT(table))

static void encode_reserve(struct buffer *out, const struct reserve *in)
{
	cbor_put_array(out, FIELDS_COUNT(reserve_fields) + 1);
	ENCODE(out, in, reserve_fields);
	cbor_put_array(out, in->kind_count);
	for (uint8_t i = 0; i < in->kind_count; i++)
		tuple_state_encode(out, &in->kinds[i]);
}

static void encode_position(struct buffer *out, const struct position *in)
{
	cbor_put_array(out, 3);
	cbor_put_bytes(out, bytes_of(in->account, ADDRESS_SIZE));
	cbor_put_unsigned(out, in->emode);
	cbor_put_array(out, in->count);
	for (uint8_t i = 0; i < in->count; i++) {
		cbor_put_array(out, FIELDS_COUNT(holding_fields));
		ENCODE(out, &in->holdings[i], holding_fields);
	}
}

static void encode_curve(struct buffer *out, const struct liquidity_curve *in)
{
	cbor_put_array(out, FIELDS_COUNT(curve_fields) + 1);
	ENCODE(out, in, curve_fields);
	cbor_put_array(out, in->count);
	for (uint8_t i = 0; i < in->count; i++) {
		cbor_put_array(out, 2);
		cbor_put_unsigned(out, in->points[i].size_usd);
		cbor_put_unsigned(out, in->points[i].impact_bps);
	}
}

static void encode_bar(struct buffer *out, const struct bar *bar)
{
	const struct decimal *const prices[] = { &bar->open, &bar->high,
						 &bar->low, &bar->close };

	cbor_put_array(out, 9);
	cbor_put_signed(out, bar->open_time_s);
	for (size_t i = 0; i < 4; i++)
		ENCODE(out, prices[i], decimal_fields);
}

static void encode_series(struct buffer *out, const struct series *in)
{
	cbor_put_array(out, FIELDS_COUNT(series_fields) + 1);
	ENCODE(out, in, series_fields);
	cbor_put_array(out, in->count);
	for (uint32_t i = 0; i < in->count; i++)
		encode_bar(out, &in->bars[i]);
}

static void encode_quote(struct buffer *out, const struct quote *in)
{
	cbor_put_array(out, FIELDS_COUNT(quote_head_fields) +
				    FIELDS_COUNT(decimal_fields));
	ENCODE(out, in, quote_head_fields);
	ENCODE(out, &in->price_usd, decimal_fields);
}

static void encode_usage(struct buffer *out, const struct usage *in)
{
	cbor_put_array(out, 2);
	cbor_put_unsigned(out, in->reserve);
	cbor_put_array(out, in->count);
	for (uint32_t i = 0; i < in->count; i++) {
		cbor_put_array(out, FIELDS_COUNT(usage_sample_fields));
		ENCODE(out, &in->samples[i], usage_sample_fields);
	}
}

static void encode_emodes(struct buffer *out, const struct case_input *in)
{
	cbor_put_array(out, in->emode_count);
	for (uint8_t i = 0; i < in->emode_count; i++) {
		cbor_put_array(out, FIELDS_COUNT(emode_fields));
		ENCODE(out, &in->emodes[i], emode_fields);
	}
}

static void encode_lists(struct buffer *out, const struct case_input *in)
{
	cbor_put_array(out, in->reserve_count);
	for (uint8_t i = 0; i < in->reserve_count; i++)
		encode_reserve(out, &in->reserves[i]);
	encode_emodes(out, in);
	cbor_put_array(out, in->position_count);
	for (uint32_t i = 0; i < in->position_count; i++)
		encode_position(out, &in->positions[i]);
	cbor_put_array(out, in->curve_count);
	for (uint8_t i = 0; i < in->curve_count; i++)
		encode_curve(out, &in->curves[i]);
	cbor_put_array(out, in->series_count);
	for (uint8_t i = 0; i < in->series_count; i++)
		encode_series(out, &in->series[i]);
	cbor_put_array(out, in->usage_count);
	for (uint8_t i = 0; i < in->usage_count; i++)
		encode_usage(out, &in->usages[i]);
	cbor_put_array(out, in->quote_count);
	for (uint8_t i = 0; i < in->quote_count; i++)
		encode_quote(out, &in->quotes[i]);
}

void case_encode(struct buffer *out, const struct case_input *in)
{
	cbor_put_array(out, CASE_MEMBERS);
	cbor_put_unsigned(out, CASE_VERSION);
	cbor_put_array(out, FIELDS_COUNT(domain_fields) +
				    FIELDS_COUNT(head_fields));
	ENCODE(out, &in->domain, domain_fields);
	ENCODE(out, in, head_fields);
	cbor_put_bytes(out, in->policy);
	cbor_put_bytes(out, in->state);
	steward_state_encode(out, &in->steward);
	encode_lists(out, in);
}

void case_digest(uint8_t out32[HASH_SIZE], struct bytes canonical)
{
	keccak256(out32, canonical.data, canonical.size);
}

void bar_chain(uint8_t history32[HASH_SIZE], const struct bar *bar)
{
	uint8_t block[HASH_SIZE + 128];
	struct buffer out;

	buffer_init(&out, block, sizeof(block));
	buffer_append(&out, history32, HASH_SIZE);
	encode_bar(&out, bar);
	keccak256(history32, block, out.size);
}

void case_seed(uint8_t out32[HASH_SIZE], const struct case_input *in)
{
	struct keccak keccak;
	uint8_t word[8];

	keccak_init(&keccak);
	keccak_update(&keccak, "plimsoll-seed", 13);
	store_be64(word, in->domain.chain_id);
	keccak_update(&keccak, word, sizeof(word));
	keccak_update(&keccak, in->domain.steward, ADDRESS_SIZE);
	keccak_update(&keccak, in->market, HASH_SIZE);
	store_be64(word, in->epoch);
	keccak_update(&keccak, word, sizeof(word));
	keccak_update(&keccak, in->epoch_block_hash, HASH_SIZE);
	keccak_final(&keccak, out32);
}
