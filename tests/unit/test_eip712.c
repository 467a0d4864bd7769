/* test_eip712.c -- typed data: the standard's Mail, encodeType's order,
 * domains, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "case/decision.h"
#include "governance/codec/eip712.h"

#define MAIL_TYPES                                                           \
	"{\"Person\":[{\"name\":\"name\",\"type\":\"string\"},"              \
	"{\"name\":\"wallet\",\"type\":\"address\"}],"                       \
	"\"Mail\":[{\"name\":\"from\",\"type\":\"Person\"},"                 \
	"{\"name\":\"to\",\"type\":\"Person\"},"                             \
	"{\"name\":\"contents\",\"type\":\"string\"}]}"
#define MAIL                                                                 \
	"{\"from\":{\"name\":\"Cow\",\"wallet\":"                            \
	"\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"},"                   \
	"\"to\":{\"name\":\"Bob\",\"wallet\":"                               \
	"\"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB\"},"                   \
	"\"contents\":\"Hello, Bob!\"}"
#define MAIL_DOMAIN                                                          \
	"{\"name\":\"Ether Mail\",\"version\":\"1\",\"chainId\":1,"          \
	"\"verifyingContract\":"                                             \
	"\"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC\"}"

static uint8_t block[4u << 20] __attribute__((aligned(16)));
static struct arena arena;
static struct codec_trouble trouble;

static const struct tree *json(const char *text)
{
	struct tree *tree = NULL;

	assert_int_equal(tree_parse_json(&tree, &arena, &trouble,
					 bytes_of_string(text)), OK);
	return tree;
}

static enum status parse(struct eip712_types *out, const char *types)
{
	arena_init(&arena, block, sizeof(block));
	trouble = (struct codec_trouble){ 0 };
	return eip712_types_parse(out, &arena, &trouble, json(types));
}

static enum status hash(uint8_t out[HASH_SIZE], const char *types,
			const char *name, const char *value)
{
	struct eip712_types parsed;
	enum status status = parse(&parsed, types);

	return status ? status
		      : eip712_hash_struct(out, &parsed, bytes_of_string(name),
					   json(value));
}

static void assert_hash(const uint8_t got[HASH_SIZE], const char *digits)
{
	char text[2 * HASH_SIZE + 1];

	hex_encode(text, got, HASH_SIZE);
	assert_string_equal(text, digits);
}

static void assert_type(const char *types, const char *name,
			const char *expected)
{
	struct eip712_types parsed;
	struct bytes text;

	assert_int_equal(parse(&parsed, types), OK);
	assert_int_equal(eip712_encode_type(&text, &parsed,
					    bytes_of_string(name)), OK);
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.data, expected, text.size);
}

static void mail_of_the_standard(void **state)
{
	struct eip712_types types;
	uint8_t domain[HASH_SIZE], message[HASH_SIZE], digest[HASH_SIZE];

	(void)state;
	assert_int_equal(parse(&types, MAIL_TYPES), OK);
	assert_int_equal(eip712_hash_domain(domain, &types,
					    json(MAIL_DOMAIN)), OK);
	assert_int_equal(eip712_hash_struct(message, &types,
					    bytes_of_string("Mail"),
					    json(MAIL)), OK);
	eip712_digest(digest, domain, message);
	assert_hash(domain, "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b1"
			    "94a650a912090f");
	assert_hash(message, "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01"
			     "f240d7a274b371e");
	assert_hash(digest, "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e8624"
			    "4efddf30957bd2");
}

static void referenced_types_follow_by_name(void **state)
{
	(void)state;
	assert_type(MAIL_TYPES, "Mail",
		    "Mail(Person from,Person to,string contents)"
		    "Person(string name,address wallet)");
	assert_type("{\"A\":[{\"name\":\"z\",\"type\":\"Z[]\"}],"
		    "\"Z\":[{\"name\":\"b\",\"type\":\"B[2][]\"}],"
		    "\"B\":[{\"name\":\"n\",\"type\":\"uint8\"}],"
		    "\"Unused\":[]}", "A",
		    "A(Z[] z)B(uint8 n)Z(B[2][] b)");
}

static void a_type_may_hold_itself_in_a_list(void **state)
{
	static const char types[] =
		"{\"N\":[{\"name\":\"c\",\"type\":\"N[]\"}]}";
	uint8_t leaf[HASH_SIZE], tree[HASH_SIZE], expected[HASH_SIZE];
	struct keccak keccak;

	(void)state;
	assert_type(types, "N", "N(N[] c)");
	assert_int_equal(hash(leaf, types, "N", "{\"c\":[]}"), OK);
	assert_int_equal(hash(tree, types, "N", "{\"c\":[{\"c\":[]}]}"), OK);
	keccak256(expected, leaf, HASH_SIZE); /* the list of one leaf */
	keccak_init(&keccak);
	keccak256(leaf, "N(N[] c)", 8);
	keccak_update(&keccak, leaf, HASH_SIZE);
	keccak_update(&keccak, expected, HASH_SIZE);
	keccak_final(&keccak, expected);
	assert_memory_equal(tree, expected, HASH_SIZE);
}

static void lists_in_lists_are_hashes_of_hashes(void **state)
{
	static const char types[] =
		"{\"M\":[{\"name\":\"m\",\"type\":\"uint8[2][]\"}]}";
	uint8_t got[HASH_SIZE], expected[HASH_SIZE], rows[64], words[64];
	uint8_t message[64];

	(void)state;
	for (uint8_t i = 0; i < 2; i++) {
		store_be256(words, 2u * i + 1);
		store_be256(words + 32, 2u * i + 2);
		keccak256(rows + 32 * i, words, 64);
	}
	keccak256(message, "M(uint8[2][] m)", 15);
	keccak256(message + 32, rows, 64);
	keccak256(expected, message, 64);
	assert_int_equal(hash(got, types, "M", "{\"m\":[[1,2],[3,\"4\"]]}"),
			 OK);
	assert_memory_equal(got, expected, HASH_SIZE);
	assert_int_equal(hash(got, types, "M", "{\"m\":[[1,2,3]]}"), E_INPUT);
	assert_int_equal(hash(got, types, "M", "{\"m\":[1,2]}"), E_MALFORMED);
}

static void the_domain_type_follows_the_members(void **state)
{
	static const char salt[] =
		"{\"salt\":\"0x111111111111111111111111111111111111111111111111"
		"1111111111111111\"}";
	struct eip712_types types;
	uint8_t got[HASH_SIZE], words[64], expected[HASH_SIZE];

	(void)state;
	assert_int_equal(parse(&types, "{}"), OK);
	assert_int_equal(eip712_hash_domain(got, &types, json(salt)), OK);
	keccak256(words, "EIP712Domain(bytes32 salt)", 26);
	memset(words + 32, 0x11, 32);
	keccak256(expected, words, 64);
	assert_memory_equal(got, expected, HASH_SIZE);
	assert_int_equal(eip712_hash_domain(got, &types, json("{\"nam\":1}")),
			 E_INPUT);
	assert_int_equal(eip712_hash_domain(got, &types, json("[]")),
			 E_MALFORMED);
}

static void a_declared_domain_type_counts(void **state)
{
	struct eip712_types types;
	uint8_t declared[HASH_SIZE], derived[HASH_SIZE];

	(void)state;
	assert_int_equal(parse(&types,
		"{\"EIP712Domain\":[{\"name\":\"chainId\",\"type\":\"uint256\"},"
		"{\"name\":\"name\",\"type\":\"string\"}]}"), OK);
	assert_int_equal(eip712_hash_domain(declared, &types,
		json("{\"name\":\"x\",\"chainId\":\"0x1\"}")), OK);
	assert_int_equal(eip712_hash_domain(derived, &types,
		json("{\"name\":\"x\"}")), E_INPUT); /* chainId is missing */
	assert_int_equal(parse(&types, "{}"), OK);
	assert_int_equal(eip712_hash_domain(derived, &types,
		json("{\"name\":\"x\",\"chainId\":1}")), OK);
	assert_memory_not_equal(declared, derived, HASH_SIZE); /* the order */
}

static void the_steward_domain_is_the_same_by_hand(void **state)
{
	struct signing_domain domain = { .chain_id = 31337 };
	uint8_t by_hand[HASH_SIZE], by_tree[HASH_SIZE], words[HASH_SIZE];
	struct eip712_types types;

	(void)state;
	memset(domain.steward, 0x77, ADDRESS_SIZE);
	domain_separator(by_hand, &domain);
	eip712_domain_separator(words, &(struct eip712_domain){
		"Plimsoll", "1", 31337, domain.steward });
	assert_int_equal(parse(&types, "{}"), OK);
	assert_int_equal(eip712_hash_domain(by_tree, &types, json(
		"{\"name\":\"Plimsoll\",\"version\":\"1\",\"chainId\":31337,"
		"\"verifyingContract\":"
		"\"0x7777777777777777777777777777777777777777\"}")), OK);
	assert_memory_equal(by_hand, by_tree, HASH_SIZE);
	assert_memory_equal(by_hand, words, HASH_SIZE);
}

static void bad_types_are_refused(void **state)
{
	static const char *const rows[] = {
		"[]", "{\"A\":1}", "{\"A\":[1]}", "{\"uint8\":[]}",
		"{\"A B\":[]}", "{\"A\":[{\"name\":\"a\"}]}",
		"{\"A\":[{\"name\":\"a\",\"type\":\"B\"}]}",
		"{\"A\":[{\"name\":\"a\",\"type\":\"uint9\"}]}",
		"{\"A\":[{\"name\":\"a\",\"type\":\"uint8[\"}]}",
		"{\"A\":[{\"name\":\"a\",\"type\":\"uint8]\"}]}",
		"{\"A\":[{\"name\":\"a-b\",\"type\":\"bool\"}]}",
		"{\"A\":[{\"name\":\"a\",\"type\":\"bool\"},"
		"{\"name\":\"a\",\"type\":\"bool\"}]}",
	};
	struct eip712_types types;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(&types, rows[i]), E_MALFORMED);
		assert_non_null(trouble.reason);
	}
	assert_int_equal(parse(&types,
		"{\"A\":[{\"name\":\"a\",\"type\":\"bool[][][][][][][][][]\"}]}"),
		E_LIMIT);
}

static void values_that_do_not_fit_are_refused(void **state)
{
	static const char types[] =
		"{\"A\":[{\"name\":\"n\",\"type\":\"uint8\"}]}";
	uint8_t got[HASH_SIZE];

	(void)state;
	assert_int_equal(hash(got, types, "A", "{\"n\":255}"), OK);
	assert_int_equal(hash(got, types, "A", "{\"n\":256}"), E_RANGE);
	assert_int_equal(hash(got, types, "A", "{\"n\":\"x\"}"), E_MALFORMED);
	assert_int_equal(hash(got, types, "A", "{\"n\":null}"), E_INPUT);
	assert_int_equal(hash(got, types, "A", "{}"), E_INPUT);
	assert_int_equal(hash(got, types, "A", "[255]"), E_MALFORMED);
	assert_int_equal(hash(got, types, "B", "{\"n\":1}"), E_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_of_the_standard),
		cmocka_unit_test(referenced_types_follow_by_name),
		cmocka_unit_test(a_type_may_hold_itself_in_a_list),
		cmocka_unit_test(lists_in_lists_are_hashes_of_hashes),
		cmocka_unit_test(the_domain_type_follows_the_members),
		cmocka_unit_test(a_declared_domain_type_counts),
		cmocka_unit_test(the_steward_domain_is_the_same_by_hand),
		cmocka_unit_test(bad_types_are_refused),
		cmocka_unit_test(values_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
