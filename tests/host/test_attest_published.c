/* test_attest_published.c -- the verifier on published Nitro documents, each
 * with what its collection says a verifier must answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/attest/attestation_verify.h"
#include "base/host/memory.h"
#include "base/time.h"

struct vector {
	const char *file, *at; /* the document's own second */
	enum attestation_reason reason;
	const char *image_id, *pcr0, *public_key;
};

static const struct vector vectors[] = {
	{ "oyster-2024-12.cose", "2024-12-13T07:37:58Z", ATTESTATION_VALID,
	  "a6b0824d3c47f51542b3a18e6245c408490bef88ddc8d5e1bf8b95ec7eba1602",
	  "189038eccf28a3a098949e402f3b3d86a876f4915c5b02d546abb5d8c507ceb1"
	  "755b8192d8cfca66e8f226160ca4c7a6",
	  "e646f8b0071d5ba75931402522cc6a5c42a84a6fea238864e5ac9a0e12d83bd3"
	  "6d0c8109d3ca2b699fce8d082bf313f5d2ae249bb275b6b6e91e0fcd9262f4bb" },
	{ "oyster-pcr16-2025-04.cose", "2025-04-29T10:32:39Z",
	  ATTESTATION_VALID,
	  "c28909dc8803cf0edf6113f3fb81d0494f4c92b63087242200e18a5be347aacd",
	  "2984ab215649c40ffe8f8b80cfadee47f1b06760f7d9257981f64b2758c347fa"
	  "fa6c733591b25e75ae7e9d1cb86ad5df", NULL },
	{ "oyster-mock-2024-12.cose", "2024-12-13T09:05:45Z",
	  ATTESTATION_UNTRUSTED_ROOT,
	  "b45dfd1807c1f4b81ef28b44682fba5d4d5522baac808a44b7302cbfda5144e7",
	  NULL, "12345678" },
	{ "oyster-mock-pcr16-2025-04.cose", "2025-04-30T14:07:23Z",
	  ATTESTATION_UNTRUSTED_ROOT,
	  "20a182763745f956ddee6f8e9d14a66e23db836c0eb1a769a2ef4d3ab77bef1b",
	  NULL, NULL },
	{ "base-indefmap-2026-01.cose", "2026-01-03T20:41:07Z",
	  ATTESTATION_VALID, NULL,
	  "4b8d4cf2a99e05ce1b5bddaf9d21cb446eb0e606c5bebd1ebf02b473a22165f7"
	  "b68b0bb0d1ac5a90f0311e493522cfab", NULL },
	{ "sui-debug-pcr0-2024-11.cose", "2024-11-14T23:46:29Z",
	  ATTESTATION_DEBUG, NULL, NULL, NULL },
	{ "evervault-debug-2022-10.cose", "2022-10-12T13:50:06Z",
	  ATTESTATION_DEBUG, NULL, NULL,
	  "6d7920737570657220736563726574206b6579" },
	{ "evervault-pcr8-2022-10.cose", "2022-10-13T08:58:02Z",
	  ATTESTATION_VALID, NULL, NULL, NULL },
	{ "veracruz-2022-11.cose", "2022-11-09T22:52:00Z", ATTESTATION_VALID,
	  NULL,
	  "22f9e1c949208da55eb01b9b9fc88f87454f77ba133f0d82320b509621c92482"
	  "152a99d0a12335b97178c02d6f977d01", NULL },
	{ "veracruz-2022-11-badsig.cose", "2022-11-09T22:52:00Z",
	  ATTESTATION_SIGNATURE, NULL, NULL, NULL },
	{ "nitroprover-2024-02.cose", "2024-02-26T07:02:01Z",
	  ATTESTATION_VALID, NULL, NULL, NULL },
};
#define VECTORS (sizeof(vectors) / sizeof(*vectors))

static enum attestation_reason judge(struct bytes document,
				     const struct attestation_policy *policy)
{
	static struct attestation_result result;
	enum status status = attestation_verify(&result, document, policy);

	assert_int_equal(status, result.reason ? E_AUTHENTIC : OK);
	return result.reason;
}

static char folder[1024];

static bool have_data(void)
{
	const char *data = getenv("PLIMSOLL_DATA");

	snprintf(folder, sizeof(folder), "%s/attestation/nitro",
		 data && *data ? data : "../shared/data");
	if (!access(folder, R_OK))
		return true;
	puts("SKIP data: PLIMSOLL_DATA is not there (real market data is not "
	     "part of the tree)");
	return false;
}

static struct bytes load(const char *name)
{
	char path[2048];
	uint8_t *data = NULL;
	size_t size = 0;
	struct error error;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_read(&data, &size, path, 1u << 20, &error), OK);
	return bytes_of(data, size);
}

static void check_hex(const char *expected, struct bytes found)
{
	uint8_t bytes[128];
	size_t size = 0;

	if (!expected)
		return;
	assert_int_equal(hex_decode(bytes, &size, sizeof(bytes),
				    bytes_of_string(expected)), OK);
	assert_true(bytes_equal(bytes_of(bytes, size), found));
}

static struct attestation_policy aws_policy(const char *at)
{
	struct attestation_policy policy = { .root_sha256 =
						     attestation_aws_root };

	assert_int_equal(time_parse(&policy.at_s, bytes_of_string(at)), OK);
	return policy;
}

static void check_vector(const struct vector *vector)
{
	static struct attestation_result result;
	struct attestation_policy policy = aws_policy(vector->at);
	struct bytes document = load(vector->file);
	enum status status = attestation_verify(&result, document, &policy);

	if (result.reason != vector->reason)
		fail_msg("%s: %s (%s)", vector->file,
			 attestation_reason_word(result.reason),
			 result.detail);
	assert_int_equal(status, vector->reason ? E_AUTHENTIC : OK);
	assert_true(result.parsed);
	check_hex(vector->image_id, bytes_of(result.image_id, IMAGE_ID_SIZE));
	check_hex(vector->pcr0, result.document.pcrs[0]);
	check_hex(vector->public_key, result.document.public_key);
	if (vector->reason == ATTESTATION_VALID) {
		assert_int_equal(result.chain.subject_count, 5);
		assert_non_null(strstr(result.chain.subjects[0],
				       "aws.nitro-enclaves"));
	}
	memory_free((void *)document.data);
}

static void test_published(void **state)
{
	(void)state;
	if (!have_data())
		skip();
	for (size_t i = 0; i < VECTORS; i++)
		check_vector(&vectors[i]);
}

/* Leaves live three hours: nothing published is valid today or yesteryear. */
static void test_published_at_other_times(void **state)
{
	(void)state;
	if (!have_data())
		skip();
	for (size_t i = 0; i < VECTORS; i++) {
		struct attestation_policy now = aws_policy("2026-11-23");
		struct attestation_policy early = aws_policy("2021-01-01");
		struct bytes document = load(vectors[i].file);
		bool believed = vectors[i].reason == ATTESTATION_VALID ||
				vectors[i].reason == ATTESTATION_DEBUG;

		assert_int_equal(judge(document, &now),
				 believed ? ATTESTATION_EXPIRED
					  : vectors[i].reason);
		assert_int_equal(judge(document, &early),
				 believed ? ATTESTATION_NOT_YET_VALID
					  : vectors[i].reason);
		memory_free((void *)document.data);
	}
}

static void test_published_window(void **state)
{
	struct attestation_policy policy;
	struct bytes document;

	(void)state;
	if (!have_data())
		skip();
	document = load("oyster-2024-12.cose");
	policy = aws_policy("2024-12-13T08:57:45Z");
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
	policy.at_s++;
	assert_int_equal(judge(document, &policy), ATTESTATION_EXPIRED);
	policy = aws_policy("2024-12-13T05:57:41Z");
	assert_int_equal(judge(document, &policy), ATTESTATION_NOT_YET_VALID);
	memory_free((void *)document.data);
}

static void test_published_debug_admitted(void **state)
{
	(void)state;
	if (!have_data())
		skip();
	for (size_t i = 0; i < VECTORS; i++) {
		struct attestation_policy policy = aws_policy(vectors[i].at);
		struct bytes document;

		if (vectors[i].reason != ATTESTATION_DEBUG)
			continue;
		policy.allow_debug = true;
		document = load(vectors[i].file);
		assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
		memory_free((void *)document.data);
	}
}

/* The constant is the root's own fingerprint, PEM and DER alike. */
static void test_aws_root(void **state)
{
	static const char *const names[] = { "aws-nitro-root-g1.der",
					     "aws-nitro-root-g1.pem" };

	(void)state;
	if (!have_data())
		skip();
	for (size_t i = 0; i < 2; i++) {
		uint8_t der[CERTIFICATE_BYTES_MAX], print[SHA256_SIZE];
		struct bytes file = load(names[i]);
		struct buffer out;

		buffer_init(&out, der, sizeof(der));
		assert_int_equal(certificate_from_file(&out, file), OK);
		sha256(print, buffer_bytes(&out));
		assert_memory_equal(print, attestation_aws_root, SHA256_SIZE);
		memory_free((void *)file.data);
	}
}

/* The mock documents are sound under the mock root, when someone asks. */
static void test_mock_root(void **state)
{
	static struct attestation_result result;
	struct attestation_policy policy;
	uint8_t root[SHA256_SIZE];
	struct bytes document;

	(void)state;
	if (!have_data())
		skip();
	document = load("oyster-mock-2024-12.cose");
	policy = aws_policy("2024-12-13T09:05:45Z");
	assert_int_equal(attestation_verify(&result, document, &policy),
			 E_AUTHENTIC);
	sha256(root, result.document.chain.certificates[0]);
	policy.root_sha256 = root;
	assert_int_equal(judge(document, &policy), ATTESTATION_VALID);
	memory_free((void *)document.data);
}

/* A genuine document, one bit of every 7th byte changed; and lacking bytes. */
static void test_published_tampered(void **state)
{
	struct attestation_policy policy;
	struct bytes document;
	uint8_t *bytes;

	(void)state;
	if (!have_data())
		skip();
	document = load("base-indefmap-2026-01.cose");
	bytes = (uint8_t *)document.data;
	policy = aws_policy("2026-01-03T20:41:07Z");
	for (size_t i = 0; i < document.size; i += 7) {
		bytes[i] ^= (uint8_t)(1u << i % 8);
		assert_int_not_equal(judge(document, &policy),
				     ATTESTATION_VALID);
		bytes[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t size = 0; size < document.size; size += 11)
		assert_int_equal(judge(bytes_of(bytes, size), &policy),
				 ATTESTATION_MALFORMED);
	memmove(bytes + 4338, bytes + 4341, document.size - 4341);
	assert_int_equal(judge(bytes_of(bytes, document.size - 3), &policy),
			 ATTESTATION_MALFORMED);
	memory_free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_published_at_other_times),
		cmocka_unit_test(test_published_window),
		cmocka_unit_test(test_published_debug_admitted),
		cmocka_unit_test(test_aws_root),
		cmocka_unit_test(test_mock_root),
		cmocka_unit_test(test_published_tampered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
