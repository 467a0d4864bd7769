/* test_attest.c -- the verifier of attestation documents on documents of our
 * own: sound, malformed, tampered.  Published ones: test_attest_published.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent/attest/attestation_verify.h"
#include "agent/attest/certificate_issuer.h"
#include "base/cbor.h"

#define NOW 1795000000 /* 2026-11-18 */
#define ROOM 16384

static struct certificate_issuer *issuer;

/* What make_document writes; zero is the ordinary document. */
struct design {
	uint64_t timestamp_ms;
	const char *digest;
	size_t pcr_size;
	uint64_t pcr_index;   /* of one more PCR */
	bool indefinite, duplicate_pcr, duplicate_key, unknown_key, debug;
	bool without_pcr2, without_timestamp, empty_cabundle, nulls;
	uint8_t order[3];     /* certificates, when order_count is set */
	size_t order_count;
};

static void put_pcrs(struct buffer *out, const struct design *design)
{
	uint8_t value[PCR_SIZE];
	size_t size = design->pcr_size ? design->pcr_size : PCR_SIZE;
	uint64_t base = design->without_pcr2 ? 2 : 3;
	bool more = design->pcr_index || design->duplicate_pcr;

	memset(value, design->debug ? 0 : 0x5a, sizeof(value));
	cbor_put_text(out, "pcrs");
	cbor_put_map(out, base + more);
	for (uint64_t i = 0; i < base; i++) {
		cbor_put_unsigned(out, i);
		cbor_put_bytes(out, bytes_of(value, i == 1 ? size : PCR_SIZE));
	}
	if (more) {
		cbor_put_unsigned(out, design->pcr_index);
		cbor_put_bytes(out, bytes_of(value, PCR_SIZE));
	}
}

static void put_certificates(struct buffer *out, const struct design *design)
{
	static const uint8_t usual[] = { 0, 1, 2 };
	const uint8_t *order = design->order_count ? design->order : usual;
	size_t count = design->order_count ? design->order_count : 3;
	struct certificate_chain chain;

	certificate_issuer_chain(&chain, issuer);
	cbor_put_text(out, "certificate");
	cbor_put_bytes(out, chain.certificates[order[count - 1]]);
	cbor_put_text(out, "cabundle");
	cbor_put_array(out, design->empty_cabundle ? 0 : count - 1);
	for (size_t i = 0; i + 1 < count && !design->empty_cabundle; i++)
		cbor_put_bytes(out, chain.certificates[order[i]]);
}

static void put_optionals(struct buffer *out, const struct design *design)
{
	static const char *const names[] = { "public_key", "user_data",
					     "nonce" };

	for (size_t i = 0; i < 3; i++) {
		cbor_put_text(out, names[i]);
		if (design->nulls)
			cbor_put_null(out);
		else
			cbor_put_bytes(out, bytes_of_string(names[i]));
	}
}

static void put_payload(struct buffer *out, const struct design *design)
{
	uint64_t pairs = 9u + design->duplicate_key + design->unknown_key -
			 design->without_timestamp;
	uint64_t made = design->timestamp_ms ? design->timestamp_ms
					     : (uint64_t)NOW * 1000;

	if (design->indefinite)
		buffer_append_byte(out, 0xbf);
	else
		cbor_put_map(out, pairs);
	cbor_put_text(out, "module_id");
	cbor_put_text(out, "dev-test");
	cbor_put_text(out, "digest");
	cbor_put_text(out, design->digest ? design->digest : "SHA384");
	if (!design->without_timestamp) {
		cbor_put_text(out, "timestamp");
		cbor_put_unsigned(out, made);
	}
	put_pcrs(out, design);
	if (design->duplicate_key)
		put_pcrs(out, design);
	if (design->unknown_key) {
		cbor_put_text(out, "extra");
		cbor_put_null(out);
	}
	put_certificates(out, design);
	put_optionals(out, design);
	if (design->indefinite)
		buffer_append_byte(out, 0xff);
}

static struct bytes make_document(uint8_t *room, const struct design *design)
{
	static const uint8_t header[] = { 0xa1, 0x01, 0x38, 0x22 };
	static uint8_t payload_room[ROOM], message_room[ROOM];
	struct attestation_document document = {
		.protected_header = { header, sizeof(header) },
	};
	struct buffer payload, message, out;

	buffer_init(&payload, payload_room, ROOM);
	buffer_init(&message, message_room, ROOM);
	buffer_init(&out, room, ROOM);
	put_payload(&payload, design);
	document.payload = buffer_bytes(&payload);
	attestation_signed_bytes(&message, &document);
	assert_int_equal(certificate_issuer_sign(document.signature, issuer,
						 buffer_bytes(&message)), OK);
	cbor_put_array(&out, 4);
	cbor_put_bytes(&out, document.protected_header);
	cbor_put_map(&out, 0);
	cbor_put_bytes(&out, document.payload);
	cbor_put_bytes(&out, bytes_of(document.signature, ES384_SIZE));
	assert_false(out.overflow);
	return buffer_bytes(&out);
}

static void own_policy(struct attestation_policy *policy)
{
	static uint8_t root[SHA256_SIZE];
	struct certificate_chain chain;

	certificate_issuer_chain(&chain, issuer);
	sha256(root, chain.certificates[0]);
	memset(policy, 0, sizeof(*policy));
	policy->at_s = NOW;
	policy->root_sha256 = root;
	policy->allow_development = true;
}

static enum attestation_reason judge(struct bytes document,
				     const struct attestation_policy *policy)
{
	static struct attestation_result result;
	enum status status = attestation_verify(&result, document, policy);

	assert_int_equal(status, result.reason ? E_AUTHENTIC : OK);
	return result.reason;
}

static enum attestation_reason judge_design(const struct design *design)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;

	own_policy(&policy);
	return judge(make_document(room, design), &policy);
}

static int set_up(void **state)
{
	(void)state;
	issuer = certificate_issuer_new(NOW);
	return issuer ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	certificate_issuer_free(issuer);
	return 0;
}

static void test_own_document(void **state)
{
	(void)state;
	assert_int_equal(judge_design(&(struct design){ 0 }),
			 ATTESTATION_VALID);
	assert_int_equal(judge_design(&(struct design){ .indefinite = true }),
			 ATTESTATION_VALID);
	assert_int_equal(judge_design(&(struct design){ .nulls = true }),
			 ATTESTATION_VALID);
	assert_int_equal(judge_design(&(struct design){ .pcr_index = 31 }),
			 ATTESTATION_VALID);
}

static void test_malformed_payloads(void **state)
{
	static const struct design designs[] = {
		{ .digest = "SHA256" }, { .pcr_size = 47 },
		{ .pcr_index = 32 }, { .duplicate_pcr = true },
		{ .duplicate_key = true }, { .unknown_key = true },
		{ .without_pcr2 = true }, { .without_timestamp = true },
		{ .empty_cabundle = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(designs) / sizeof(*designs); i++)
		assert_int_equal(judge_design(&designs[i]),
				 ATTESTATION_MALFORMED);
}

/* The leaf vouches for these payloads, their chains do not for the leaf. */
static void test_chain_order(void **state)
{
	(void)state;
	assert_int_equal(judge_design(&(struct design){
		.order = { 0, 2 }, .order_count = 2 }),
		ATTESTATION_UNTRUSTED_ROOT);
	assert_int_equal(judge_design(&(struct design){
		.order = { 1, 0, 2 }, .order_count = 3 }),
		ATTESTATION_UNTRUSTED_ROOT);
	assert_int_equal(judge_design(&(struct design){
		.order = { 1, 2 }, .order_count = 2 }),
		ATTESTATION_UNTRUSTED_ROOT);
}

static void test_times(void **state)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });
	struct bytes late;

	(void)state;
	own_policy(&policy);
	policy.at_s = NOW - 60; /* certificates begin here */
	assert_int_equal(judge(document, &policy), ATTESTATION_NOT_YET_VALID);
	policy.at_s = NOW - 61;
	assert_int_equal(judge(document, &policy), ATTESTATION_NOT_YET_VALID);
	policy.at_s = NOW - ATTESTATION_SKEW_S;
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
	policy.at_s = NOW + 3 * 3600;
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
	policy.at_s++;
	assert_int_equal(judge(document, &policy), ATTESTATION_EXPIRED);
	policy.at_s = NOW + 601;
	policy.max_age_s = 600;
	assert_int_equal(judge(document, &policy), ATTESTATION_EXPIRED);
	policy.at_s = NOW;
	late = make_document(room, &(struct design){
		.timestamp_ms = (uint64_t)(NOW + 31) * 1000 });
	assert_int_equal(judge(late, &policy), ATTESTATION_NOT_YET_VALID);
	late = make_document(room, &(struct design){
		.timestamp_ms = UINT64_MAX });
	assert_int_equal(judge(late, &policy), ATTESTATION_NOT_YET_VALID);
}

static void test_development_needs_leave(void **state)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });

	(void)state;
	own_policy(&policy);
	policy.allow_development = false;
	assert_int_equal(judge(document, &policy), ATTESTATION_UNTRUSTED_ROOT);
	policy.root_sha256 = attestation_aws_root;
	assert_int_equal(judge(document, &policy), ATTESTATION_UNTRUSTED_ROOT);
	policy.allow_development = true;
	assert_int_equal(judge(document, &policy), ATTESTATION_UNTRUSTED_ROOT);
}

/* Another development enclave's root is not this one's. */
static void test_other_root(void **state)
{
	static uint8_t room[ROOM];
	struct certificate_issuer *own = issuer;
	struct attestation_policy policy;
	struct bytes document;

	(void)state;
	own_policy(&policy);
	issuer = certificate_issuer_new(NOW);
	document = make_document(room, &(struct design){ 0 });
	certificate_issuer_free(issuer);
	issuer = own;
	assert_int_equal(judge(document, &policy), ATTESTATION_UNTRUSTED_ROOT);
}

static void test_debug(void **state)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){
		.debug = true });

	(void)state;
	own_policy(&policy);
	assert_int_equal(judge(document, &policy), ATTESTATION_DEBUG);
	policy.allow_debug = true;
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
}

static void test_expected(void **state)
{
	static uint8_t room[ROOM];
	uint8_t pcr[PCR_SIZE];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });

	(void)state;
	memset(pcr, 0x5a, sizeof(pcr));
	own_policy(&policy);
	policy.pcrs[2] = pcr;
	policy.nonce = bytes_of_string("nonce");
	policy.user_data = bytes_of_string("user_data");
	policy.public_key = bytes_of_string("public_key");
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
	policy.pcrs[16] = pcr; /* absent there */
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
	policy.pcrs[16] = NULL;
	policy.nonce = bytes_of_string("other");
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
	policy.nonce = bytes_of_string("");
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
	own_policy(&policy);
	policy.user_data = bytes_of_string("user_datA");
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
	own_policy(&policy);
	policy.public_key = bytes_of_string("public_keys");
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
	pcr[47] ^= 1;
	policy.public_key = bytes_of(NULL, 0);
	policy.pcrs[0] = pcr;
	assert_int_equal(judge(document, &policy), ATTESTATION_POLICY);
}

/* One bit of every byte: no byte of a document is without meaning. */
static void test_every_byte(void **state)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });

	(void)state;
	own_policy(&policy);
	for (size_t i = 0; i < document.size; i++) {
		uint8_t bit = (uint8_t)(1u << i % 8);

		room[i] ^= bit;
		if (judge(document, &policy) == ATTESTATION_VALID)
			fail_msg("bit %u of byte %zu means nothing", bit, i);
		room[i] ^= bit;
	}
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
}

static void test_cut_and_grown(void **state)
{
	static uint8_t room[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });

	(void)state;
	own_policy(&policy);
	for (size_t size = 0; size < document.size; size++)
		assert_int_equal(judge(bytes_of(room, size), &policy),
				 ATTESTATION_MALFORMED);
	room[document.size] = 0;
	assert_int_equal(judge(bytes_of(room, document.size + 1), &policy),
			 ATTESTATION_MALFORMED);
}

static void test_signatures(void **state)
{
	static uint8_t room[ROOM], other[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });
	struct bytes grafted = make_document(other, &(struct design){
		.nulls = true });
	uint8_t *signature = room + document.size - ES384_SIZE;

	(void)state;
	own_policy(&policy);
	memcpy(signature, other + grafted.size - ES384_SIZE, ES384_SIZE);
	assert_int_equal(judge(document, &policy), ATTESTATION_SIGNATURE);
	memset(signature, 0, ES384_SIZE);
	assert_int_equal(judge(document, &policy), ATTESTATION_SIGNATURE);
	memset(signature, 0xff, ES384_SIZE);
	assert_int_equal(judge(document, &policy), ATTESTATION_SIGNATURE);
}

/* s -> n - s also verifies: a signature is not an identifier. */
static void test_malleable(void **state)
{
	static const char order[] =
		"ffffffffffffffffffffffffffffffffffffffffffffffff"
		"c7634d81f4372ddf581a0db248b0a77aecec196accc52973";
	static uint8_t room[ROOM];
	uint8_t n[48];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });
	uint8_t *s = room + document.size - 48;
	int borrow = 0;

	(void)state;
	assert_int_equal(hex_decode_fixed(n, 48, bytes_of_string(order)), OK);
	for (int i = 47; i >= 0; i--) {
		int digit = n[i] - s[i] - borrow;

		borrow = digit < 0;
		s[i] = (uint8_t)(digit + (borrow ? 256 : 0));
	}
	own_policy(&policy);
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
}

static void test_algorithms(void **state)
{
	static uint8_t room[ROOM], changed[ROOM];
	struct attestation_policy policy;
	struct bytes document = make_document(room, &(struct design){ 0 });
	static const struct {
		size_t size;
		uint8_t header[6];
	} others[] = {
		{ 5, { 0x44, 0xa1, 0x01, 0x38, 0x23 } }, /* ES512 */
		{ 4, { 0x43, 0xa1, 0x01, 0x26 } },       /* ES256 */
		{ 3, { 0x42, 0xa1, 0x01 } },
		{ 2, { 0x41, 0xa0 } },
		{ 1, { 0x40 } },
		{ 6, { 0x45, 0xa1, 0x01, 0x38, 0x22, 0x00 } },
	};

	(void)state;
	own_policy(&policy);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		size_t size = others[i].size;

		changed[0] = room[0];
		memcpy(changed + 1, others[i].header, size);
		memcpy(changed + 1 + size, room + 6, document.size - 6);
		assert_int_equal(judge(bytes_of(changed,
						document.size - 5 + size),
				       &policy), ATTESTATION_MALFORMED);
	}
}

static void test_certificates_in_files(void **state)
{
	static uint8_t der[CERTIFICATE_BYTES_MAX];
	struct certificate_chain chain;
	struct buffer out;

	(void)state;
	certificate_issuer_chain(&chain, issuer);
	buffer_init(&out, der, sizeof(der));
	assert_int_equal(certificate_from_file(&out, chain.certificates[0]),
			 OK);
	assert_true(bytes_equal(buffer_bytes(&out), chain.certificates[0]));
	assert_int_equal(certificate_from_file(&out, bytes_of_string("no")),
			 E_MALFORMED);
	assert_int_equal(certificate_from_file(&out, bytes_of(NULL, 0)),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_document),
		cmocka_unit_test(test_malformed_payloads),
		cmocka_unit_test(test_chain_order),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_development_needs_leave),
		cmocka_unit_test(test_other_root),
		cmocka_unit_test(test_debug),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_cut_and_grown),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_malleable),
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_certificates_in_files),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
