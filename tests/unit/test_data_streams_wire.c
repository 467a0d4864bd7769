/* test_data_streams_wire.c -- reports made and signed here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/wire/data_streams.h"
#include "tests/support/sample_keys.h"
#include "tests/support/sample_stream.h"

#define WORD 32
#define WORDS_MAX 100

static uint8_t words[WORDS_MAX * WORD], copy[WORDS_MAX * WORD];
static struct stream_signers signers;

static int set_up(void **state)
{
	(void)state;
	signers = (struct stream_signers){ .count = 4, .threshold = 2 };
	for (size_t i = 0; i < signers.count; i++)
		sample_address(signers.addresses[i], i);
	return 0;
}

static uint8_t *at(size_t word)
{
	return words + word * WORD;
}

static struct bytes report_of(size_t count)
{
	struct buffer out;

	buffer_init(&out, words, sizeof(words));
	sample_stream_report(&out, count);
	assert_false(out.overflow);
	return buffer_bytes(&out);
}

static enum status judge(struct bytes in)
{
	struct stream_report report;
	enum status status = stream_read(&report, in);

	return status ? status
		      : stream_verify(&report, &signers, sample_context());
}

static void members_of_a_report(void **state)
{
	struct stream_report r = { .expires_s = 5 };
	uint8_t wanted[20], address[20];

	(void)state;
	assert_int_equal(stream_read(&r, report_of(2)), OK);
	assert_int_equal(r.feed[1], 3);
	assert_int_equal(r.valid_from_s, 1750000000);
	assert_int_equal(r.observed_s, 1750000001);
	assert_int_equal(r.expires_s, 1750086400);
	assert_true(r.native_fee == 5 && r.link_fee == 6);
	assert_true(r.price == (i128)2500 * 1000000000000000000);
	assert_true(r.bid == (i128)2499 * 1000000000000000000);
	assert_true(r.ask == -1);
	assert_int_equal(r.signature_count, 2);
	sample_address(wanted, 1);
	assert_int_equal(stream_signer(address, &r, 1, sample_context()), OK);
	assert_memory_equal(address, wanted, sizeof(wanted));
	assert_int_equal(stream_signer(address, &r, 2, sample_context()),
			 E_INPUT);
}

static void rules_of_signers(void **state)
{
	(void)state;
	assert_int_equal(judge(report_of(1)), E_REFUSED);
	assert_int_equal(judge(report_of(2)), OK);
	assert_int_equal(judge(report_of(4)), OK);
	assert_int_equal(judge(report_of(5)), E_AUTHENTIC); /* a stranger */
	signers.threshold = 0;
	assert_int_equal(judge(report_of(2)), E_INPUT);
	signers.threshold = 2;
	report_of(2); /* the second signs as the first */
	memcpy(at(19), at(18), WORD);
	memcpy(at(22), at(21), WORD);
	at(6)[1] = at(6)[0];
	assert_int_equal(judge(bytes_of(words, 23 * WORD)), E_AUTHENTIC);
}

/* Words that must hold one value, sizes, and numbers beyond their types. */
static void what_does_not_fit(void **state)
{
	struct bytes in = report_of(2);
	const struct {
		size_t byte;
		uint8_t value;
		enum status status;
	} cases[] = {
		{ 8 * WORD + 1, 4, E_MALFORMED },   /* schema */
		{ 9 * WORD + 27, 1, E_RANGE },      /* time beyond 32 bits */
		{ 11 * WORD + 15, 1, E_RANGE },     /* fee beyond 128 bits */
		{ 14 * WORD + 15, 1, E_RANGE },     /* price */
		{ 16 * WORD + 15, 0xfe, E_RANGE },  /* a negative one */
		{ 6 * WORD + 1, 2, E_MALFORMED },   /* v */
		{ 6 * WORD + 2, 1, E_MALFORMED },   /* v of nobody */
		{ 17 * WORD + 31, 0, E_MALFORMED }, /* no signatures */
		{ 17 * WORD + 31, 33, E_MALFORMED },
		{ 20 * WORD + 31, 1, E_MALFORMED }, /* another count of s */
		{ 3 * WORD + 31, 0, E_MALFORMED },  /* offsets */
		{ 4 * WORD + 31, 1, E_MALFORMED },
		{ 5 * WORD + 31, 1, E_MALFORMED },
		{ 7 * WORD + 31, 0, E_MALFORMED },  /* the blob's size */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(copy, in.data, in.size);
		assert_int_not_equal(copy[cases[i].byte], cases[i].value);
		copy[cases[i].byte] = cases[i].value;
		assert_int_equal(judge(bytes_of(copy, in.size)),
				 cases[i].status);
	}
	for (size_t size = 0; size < in.size; size++)
		assert_int_equal(judge(bytes_of(in.data, size)), E_MALFORMED);
	assert_int_equal(judge(bytes_of(in.data, in.size + WORD)),
			 E_MALFORMED);
}

/* A signature that anyone can make of a signer's is none of his. */
static void signatures_have_one_form(void **state)
{
	struct bytes in = report_of(2);
	uint8_t signature[SIGNATURE_SIZE];

	(void)state;
	memcpy(signature, at(19), WORD);
	memcpy(signature + WORD, at(22), WORD);
	signature[64] = (uint8_t)(27 + at(6)[1]);
	sample_mirror(signature);
	memcpy(at(22), signature + WORD, WORD);
	at(6)[1] = (uint8_t)(signature[64] - 27);
	assert_int_equal(judge(in), E_AUTHENTIC);
	memset(at(19), 0, WORD);
	memset(at(22), 0, WORD);
	assert_int_equal(judge(in), E_AUTHENTIC);
}

static void every_bit_counts(void **state)
{
	struct bytes in = report_of(2);

	(void)state;
	for (size_t bit = 0; bit < in.size * 8; bit++) {
		memcpy(copy, in.data, in.size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(judge(bytes_of(copy, in.size)), OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_a_report),
		cmocka_unit_test(rules_of_signers),
		cmocka_unit_test(what_does_not_fit),
		cmocka_unit_test(signatures_have_one_form),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
