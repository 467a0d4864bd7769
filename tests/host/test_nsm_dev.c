/* test_nsm_dev.c -- the emulated security module, through the same client
 * that speaks to /dev/nsm, and with requests that no client would make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent/attest/attestation_verify.h"
#include "agent/enclave/nsm_dev.h"
#include "agent/enclave/nsm_device.h"
#include "base/cbor.h"
#include "base/host/clock.h"

static struct nsm_dev dev;
static struct nsm nsm = { nsm_dev_exchange, &dev };
static struct backend backend;

static int set_up(void **state)
{
	(void)state;
	nsm_bind(&backend, &nsm);
	return nsm_dev_open(&dev, bytes_of_string("a program"));
}

static int tear_down(void **state)
{
	(void)state;
	nsm_dev_close(&dev);
	return 0;
}

static void test_describe(void **state)
{
	struct backend_description description;

	(void)state;
	assert_int_equal(backend.describe(&nsm, &description), OK);
	assert_int_equal(description.pcr_count, PCRS_MAX);
	assert_memory_equal(description.module_id, "dev-", 4);
}

/* The same program measures the same; another byte measures otherwise. */
static void test_measurement(void **state)
{
	struct nsm_dev again, other;

	(void)state;
	assert_int_equal(nsm_dev_open(&again, bytes_of_string("a program")),
			 OK);
	assert_int_equal(nsm_dev_open(&other, bytes_of_string("A program")),
			 OK);
	assert_memory_equal(again.pcrs, dev.pcrs, sizeof(dev.pcrs));
	assert_memory_not_equal(other.pcrs[0], dev.pcrs[0], PCR_SIZE);
	assert_memory_equal(other.pcrs[1], dev.pcrs[1], 2 * PCR_SIZE);
	nsm_dev_close(&again);
	nsm_dev_close(&other);
}

/* SHA384(zeros || data), as the real device answers. */
static void test_extend_and_lock(void **state)
{
	uint8_t joined[PCR_SIZE + 3] = { 0 }, expected[PCR_SIZE];

	(void)state;
	memcpy(joined + PCR_SIZE, "abc", 3);
	sha384(expected, bytes_of(joined, sizeof(joined)));
	assert_int_equal(backend.extend(&nsm, 16, bytes_of_string("abc")), OK);
	assert_memory_equal(dev.pcrs[16], expected, PCR_SIZE);
	assert_int_equal(backend.lock(&nsm, 16), OK);
	assert_int_equal(backend.extend(&nsm, 16, bytes_of_string("abc")),
			 E_REFUSED);
	assert_int_equal(backend.lock(&nsm, 16), E_REFUSED);
	assert_memory_equal(dev.pcrs[16], expected, PCR_SIZE);
	for (uint8_t i = 0; i < 16; i++)
		assert_int_equal(backend.extend(&nsm, i, bytes_of("x", 1)),
				 E_REFUSED);
	assert_int_equal(backend.extend(&nsm, 32, bytes_of("x", 1)),
			 E_REFUSED);
	assert_int_equal(backend.lock(&nsm, 32), E_REFUSED);
}

static void test_random(void **state)
{
	uint8_t first[32] = { 0 }, second[32] = { 0 };

	(void)state;
	assert_int_equal(backend.random(&nsm, first, sizeof(first)), OK);
	assert_int_equal(backend.random(&nsm, second, sizeof(second)), OK);
	assert_memory_not_equal(first, second, sizeof(first));
}

static enum attestation_reason judge(struct bytes document,
				     struct attestation_result *result,
				     struct bytes nonce)
{
	uint8_t root[SHA256_SIZE];
	struct certificate_chain chain;
	struct attestation_policy policy = {
		.at_s = clock_unix_s(), .root_sha256 = root,
		.allow_development = true, .nonce = nonce,
	};

	certificate_issuer_chain(&chain, dev.issuer);
	sha256(root, chain.certificates[0]);
	(void)!attestation_verify(result, document, &policy);
	return result->reason;
}

static void test_attestation(void **state)
{
	static struct attestation_result result;
	uint8_t bytes[NSM_RESPONSE_MAX], key[64] = { 1 }, data[116] = { 2 };
	uint8_t nonce[64] = { 3 };
	struct backend_claims claims = { { key, 64 }, { data, 116 },
					 { nonce, 64 } };
	struct buffer document;

	(void)state;
	buffer_init(&document, bytes, sizeof(bytes));
	assert_int_equal(backend.attest(&nsm, &document, &claims), OK);
	assert_int_equal(judge(buffer_bytes(&document), &result, claims.nonce),
			 ATTESTATION_VALID);
	assert_true(bytes_equal(result.document.public_key,
				claims.public_key));
	assert_true(bytes_equal(result.document.user_data, claims.user_data));
	assert_string_equal(result.chain.subjects[0],
			    "CN=" DEVELOPMENT_ROOT_NAME);
	assert_memory_equal(result.document.pcrs[0].data, dev.pcrs[0],
			    PCR_SIZE);
	assert_null(result.document.pcrs[17].data); /* not locked */
	nonce[0]++;
	assert_int_equal(judge(buffer_bytes(&document), &result, claims.nonce),
			 ATTESTATION_POLICY);
}

static void test_absent_claims(void **state)
{
	static struct attestation_result result;
	static uint8_t large[1025];
	uint8_t bytes[NSM_RESPONSE_MAX];
	struct backend_claims claims = { { 0 }, { 0 }, { 0 } };
	struct buffer document;

	(void)state;
	buffer_init(&document, bytes, sizeof(bytes));
	assert_int_equal(backend.attest(&nsm, &document, &claims), OK);
	assert_int_equal(judge(buffer_bytes(&document), &result,
			       bytes_of(NULL, 0)), ATTESTATION_VALID);
	assert_null(result.document.nonce.data);
	claims.public_key = bytes_of(large, sizeof(large));
	assert_int_equal(backend.attest(&nsm, &document, &claims), E_REFUSED);
	claims.public_key = bytes_of(NULL, 0);
	claims.nonce = bytes_of(large, 513);
	assert_int_equal(backend.attest(&nsm, &document, &claims), E_REFUSED);
}

static void expect_error(struct bytes request)
{
	uint8_t bytes[NSM_RESPONSE_MAX];
	struct buffer response;
	struct cbor_reader reader;
	struct bytes name;
	uint64_t pairs;

	buffer_init(&response, bytes, sizeof(bytes));
	assert_int_equal(nsm_dev_exchange(&dev, &response, request), OK);
	cbor_reader_init(&reader, buffer_bytes(&response));
	assert_int_equal(cbor_get_map(&reader, &pairs), OK);
	assert_int_equal(cbor_get_text(&reader, &name), OK);
	assert_true(bytes_equal(name, bytes_of_string("Error")));
}

static void test_wrong_requests(void **state)
{
	static const uint8_t extend[] = "\xa1\x69" "ExtendPCR\xa2\x65" "index"
					"\x18\x14\x64" "data\x41\x01";
	uint8_t before[sizeof(dev.pcrs)];
	uint8_t request[sizeof(extend)];
	size_t size = sizeof(extend) - 1;

	(void)state;
	memcpy(before, dev.pcrs, sizeof(before));
	for (size_t cut = 0; cut < size; cut++)
		expect_error(bytes_of(extend, cut));
	memcpy(request, extend, size);
	request[size] = 0;
	expect_error(bytes_of(request, size + 1));
	expect_error(bytes_of_string("\x6b" "DescribeNSX"));
	expect_error(bytes_of_string("\xa1\x63" "abc\xa0"));
	assert_memory_equal(before, dev.pcrs, sizeof(before));
}

/* A platform that answers nonsense is a broken peer, not a crash. */
static const char *nonsense;

static enum status talk_nonsense(void *context, struct buffer *response,
				 struct bytes request)
{
	(void)context;
	(void)request;
	buffer_append(response, nonsense, strlen(nonsense));
	return OK;
}

static void test_nonsense(void **state)
{
	static const char *const answers[] = {
		"", "\xff", "\x60", "\xa1", "\xa1\x69GetRandom",
		"\xa1\x69GetRandom\xa1\x66random\x41x",
		"\xa1\x6b" "DescribeNSM\xa1\x69module_id\x01",
		"\xa1\x6b" "Attestation\xa1\x68" "document\x01",
		"\xbf\xff",
	};
	struct nsm broken = { talk_nonsense, NULL };
	struct backend_description description;
	struct backend_claims claims = { { 0 }, { 0 }, { 0 } };
	uint8_t bytes[64];
	struct buffer out;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		nonsense = answers[i];
		buffer_init(&out, bytes, sizeof(bytes));
		assert_int_equal(backend.describe(&broken, &description),
				 E_PEER);
		assert_int_equal(backend.random(&broken, bytes, 32), E_PEER);
		assert_int_equal(backend.extend(&broken, 16, bytes_of("", 0)),
				 E_PEER);
		assert_int_equal(backend.lock(&broken, 16), E_PEER);
		assert_int_equal(backend.attest(&broken, &out, &claims),
				 E_PEER);
	}
}

static void test_table(void **state)
{
	struct backend opened;
	const char *detail = NULL;
	int descriptor;

	(void)state;
	assert_int_equal(backend_open(&opened, "sgx", bytes_of("", 0),
				      &detail), E_USAGE);
	assert_non_null(detail);
	if (nsm_device_open(&descriptor) == E_MISSING) {
		assert_int_equal(backend_open(&opened, "nitro",
					      bytes_of("", 0), &detail),
				 E_MISSING);
		assert_non_null(strstr(detail, "/dev/nsm"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_describe, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_measurement, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_extend_and_lock, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_random, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_attestation, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_absent_claims, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_requests, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_nonsense, set_up,
						tear_down),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
