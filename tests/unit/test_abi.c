/* test_abi.c -- Solidity's ABI: the specification's own examples, types and
 * their limits, integers at their edges, and reading answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hex.h"
#include "governance/codec/abi.h"

static uint8_t block[4u << 20] __attribute__((aligned(16)));
static uint8_t room[65536];
static struct arena arena;
static struct codec_trouble trouble;

static enum status parse(struct abi_signature *out, const char *text)
{
	arena_init(&arena, block, sizeof(block));
	trouble = (struct codec_trouble){ 0 };
	return abi_parse_signature(out, &arena, &trouble,
				   bytes_of_string(text));
}

static void assert_selector(const char *signature, const char *digits)
{
	struct abi_signature parsed;
	uint8_t hash[HASH_SIZE];
	char text[9];

	assert_int_equal(parse(&parsed, signature), OK);
	assert_int_equal(abi_signature_hash(hash, &parsed, &arena), OK);
	hex_encode(text, hash, SELECTOR_SIZE);
	assert_string_equal(text, digits);
}

static enum status encode(struct buffer *out, const char *signature,
			  const char *json)
{
	struct abi_signature parsed;
	struct tree *values = NULL;
	enum status status = parse(&parsed, signature);

	if (status)
		return status;
	assert_int_equal(tree_parse_json(&values, &arena, &trouble,
					 bytes_of_string(json)), OK);
	buffer_init(out, room, sizeof(room));
	return abi_encode(out, &parsed.parameters, values, &trouble);
}

/* `words`: hexadecimal text of the words, blanks between them. */
static void assert_encoding(const char *signature, const char *json,
			    const char *words)
{
	struct buffer out;
	char text[8192];
	size_t at = 0;

	assert_int_equal(encode(&out, signature, json), OK);
	assert_true(2 * out.size < sizeof(text));
	hex_encode(text, out.data, out.size);
	for (; *words; words++)
		if (*words != ' ')
			assert_int_equal(text[at++], *words);
	assert_int_equal(text[at], 0);
}

static void selectors_of_the_specification(void **state)
{
	(void)state;
	assert_selector("baz(uint32,bool)", "cdcd77c0");
	assert_selector("bar(bytes3[2])", "fce353f6");
	assert_selector("sam(bytes,bool,uint256[])", "a5643bf2");
	assert_selector("f(uint256,uint32[],bytes10,bytes)", "8be65246");
	assert_selector("g(uint256[][],string[])", "2289b18c");
	assert_selector("transfer(address,uint256)", "a9059cbb");
}

static void signatures_are_made_canonical(void **state)
{
	(void)state;
	assert_selector("transfer(address to, uint amount)", "a9059cbb");
	assert_selector("function transfer(address payable to, uint256 amount) "
			"external returns (bool ok)", "a9059cbb");
	assert_selector("sam(bytes memory a,bool b,uint[] calldata c)",
			"a5643bf2");
}

static void examples_of_the_specification(void **state)
{
	(void)state;
	assert_encoding("baz(uint32,bool)", "[69,true]",
		"0000000000000000000000000000000000000000000000000000000000000045"
		"0000000000000000000000000000000000000000000000000000000000000001");
	assert_encoding("bar(bytes3[2])", "[[\"0x616263\",\"0x646566\"]]",
		"6162630000000000000000000000000000000000000000000000000000000000"
		"6465660000000000000000000000000000000000000000000000000000000000");
	assert_encoding("sam(bytes,bool,uint256[])",
			"[\"0x64617665\",true,[1,2,3]]",
		"0000000000000000000000000000000000000000000000000000000000000060"
		"0000000000000000000000000000000000000000000000000000000000000001"
		"00000000000000000000000000000000000000000000000000000000000000a0"
		"0000000000000000000000000000000000000000000000000000000000000004"
		"6461766500000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000003"
		"0000000000000000000000000000000000000000000000000000000000000001"
		"0000000000000000000000000000000000000000000000000000000000000002"
		"0000000000000000000000000000000000000000000000000000000000000003");
}

static void nested_arrays_of_the_specification(void **state)
{
	(void)state;
	assert_encoding("g(uint256[][],string[])",
			"[[[1,2],[3]],[\"one\",\"two\",\"three\"]]",
		"0000000000000000000000000000000000000000000000000000000000000040"
		"0000000000000000000000000000000000000000000000000000000000000140"
		"0000000000000000000000000000000000000000000000000000000000000002"
		"0000000000000000000000000000000000000000000000000000000000000040"
		"00000000000000000000000000000000000000000000000000000000000000a0"
		"0000000000000000000000000000000000000000000000000000000000000002"
		"0000000000000000000000000000000000000000000000000000000000000001"
		"0000000000000000000000000000000000000000000000000000000000000002"
		"0000000000000000000000000000000000000000000000000000000000000001"
		"0000000000000000000000000000000000000000000000000000000000000003"
		"0000000000000000000000000000000000000000000000000000000000000003"
		"0000000000000000000000000000000000000000000000000000000000000060"
		"00000000000000000000000000000000000000000000000000000000000000a0"
		"00000000000000000000000000000000000000000000000000000000000000e0"
		"0000000000000000000000000000000000000000000000000000000000000003"
		"6f6e650000000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000003"
		"74776f0000000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000005"
		"7468726565000000000000000000000000000000000000000000000000000000");
}

static void tuples_are_lists_or_objects(void **state)
{
	static const char words[] =
		"0000000000000000000000000000000000000000000000000000000000000020"
		"0000000000000000000000000000000000000000000000000000000000000007"
		"0000000000000000000000000000000000000000000000000000000000000040"
		"0000000000000000000000000000000000000000000000000000000000000001"
		"7800000000000000000000000000000000000000000000000000000000000000";

	(void)state;
	assert_encoding("f((uint8,string))", "[[7,\"x\"]]", words);
	assert_encoding("f(tuple(uint8 a,string b))",
			"[{\"b\":\"x\",\"a\":\"0x7\"}]", words);
}

static void integers_fit_to_the_bit(void **state)
{
	static const struct {
		const char *signature, *inside, *outside;
	} rows[] = {
		{ "f(uint8)", "[255]", "[256]" },
		{ "f(uint8)", "[\"0x0ff\"]", "[-1]" },
		{ "f(int8)", "[127]", "[128]" },
		{ "f(int8)", "[-128]", "[-129]" },
		{ "f(uint256)",
		  "[\"115792089237316195423570985008687907853269984665640564039"
		  "457584007913129639935\"]",
		  "[\"115792089237316195423570985008687907853269984665640564039"
		  "457584007913129639936\"]" },
		{ "f(int256)",
		  "[\"-57896044618658097711785492504343953926634992332820282019"
		  "728792003956564819968\"]",
		  "[\"57896044618658097711785492504343953926634992332820282019"
		  "728792003956564819968\"]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out;

		assert_int_equal(encode(&out, rows[i].signature,
					rows[i].inside), OK);
		assert_int_equal(out.size, WORD_SIZE);
		assert_int_equal(encode(&out, rows[i].signature,
					rows[i].outside), E_RANGE);
		assert_non_null(trouble.reason);
	}
	assert_encoding("f(int16)", "[-2]",
		"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe");
}

static void values_of_another_type_are_refused(void **state)
{
	static const struct {
		const char *signature, *json;
		enum status status;
	} rows[] = {
		{ "f(uint8)", "[1.5]", E_MALFORMED },
		{ "f(uint8)", "[1e1]", E_MALFORMED },
		{ "f(uint8)", "[true]", E_MALFORMED },
		{ "f(uint8)", "[\"\"]", E_MALFORMED },
		{ "f(bool)", "[1]", E_MALFORMED },
		{ "f(bytes2)", "[\"0x010203\"]", E_MALFORMED },
		{ "f(bytes2)", "[\"0x01\"]", E_MALFORMED },
		{ "f(bytes)", "[\"0x1\"]", E_MALFORMED },
		{ "f(bytes)", "[\"ab\"]", E_MALFORMED },
		{ "f(string)", "[7]", E_MALFORMED },
		{ "f(address)", "[\"0x11\"]", E_MALFORMED },
		{ "f(uint8[2])", "[[1]]", E_INPUT },
		{ "f(uint8,uint8)", "[1]", E_INPUT },
		{ "f(uint8)", "[1,2]", E_INPUT },
		{ "f((uint8 a))", "[{\"b\":1}]", E_INPUT },
		{ "f(uint8[])", "[1]", E_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer out;

		assert_int_equal(encode(&out, rows[i].signature, rows[i].json),
				 rows[i].status);
		assert_non_null(trouble.reason);
	}
}

static void wrong_address_checksums_are_refused(void **state)
{
	struct buffer out;

	(void)state;
	assert_int_equal(encode(&out, "f(address)",
		"[\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"]"), OK);
	assert_int_equal(encode(&out, "f(address)",
		"[\"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"]"),
		E_MALFORMED);
}

static void texts_that_are_no_types_are_malformed(void **state)
{
	static const char *const rows[] = {
		"f(uint7)",  "f(uint264)", "f(uint08)",	 "f(bytes33)",
		"f(bytes0)", "f(Foo)",	   "f(fixed)",	 "f(uint8",
		"f(uint8[)", "f(uint8,)",  "f(,uint8)",	 "f uint8",
		"(uint8)",   "f(uint8)x",  "f(uint8[-1])", "",
		"f(tuple)",  "f(uint8 a b)",
	};
	struct abi_signature parsed;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(&parsed, rows[i]), E_MALFORMED);
		assert_non_null(trouble.reason);
	}
}

static void depth_and_size_are_bounded(void **state)
{
	char deep[128];
	struct abi_signature parsed;

	(void)state;
	memset(deep, '(', 40);
	memcpy(deep + 40, "uint8", 5);
	memset(deep + 45, ')', 40);
	deep[85] = 0;
	deep[0] = 'f';
	deep[1] = '(';
	deep[84] = 0;
	assert_int_equal(parse(&parsed, deep), E_LIMIT);
	assert_int_equal(parse(&parsed, "f(uint8[99999][99999])"), E_LIMIT);
	assert_int_equal(parse(&parsed, "f(uint8[99999999999999999999])"),
			 E_LIMIT);
}

static void a_full_buffer_is_a_limit(void **state)
{
	struct abi_signature parsed;
	struct tree *values = NULL;
	struct buffer out;

	(void)state;
	for (size_t size = 0; size < 96; size++) {
		assert_int_equal(parse(&parsed, "f(string)"), OK);
		assert_int_equal(tree_parse_json(&values, &arena, &trouble,
						 bytes_of_string("[\"abc\"]")),
				 OK);
		buffer_init(&out, room, size);
		assert_int_equal(abi_encode(&out, &parsed.parameters, values,
					    &trouble), E_LIMIT);
	}
}

static void answers_are_read_within_their_bytes(void **state)
{
	struct bytes answer, part;
	struct buffer out;
	uint8_t word[WORD_SIZE];
	size_t count;

	(void)state;
	assert_int_equal(encode(&out, "f(uint256,string,uint256[])",
				"[9,\"hello\",[5,6]]"), OK);
	answer = buffer_bytes(&out);
	assert_int_equal(abi_read_word(word, answer, 0), OK);
	assert_int_equal(word[31], 9);
	assert_int_equal(abi_read_bytes(&part, answer, 1), OK);
	assert_int_equal(part.size, 5);
	assert_memory_equal(part.data, "hello", 5);
	assert_int_equal(abi_read_array(&part, &count, answer, 2, 1), OK);
	assert_int_equal(count, 2);
	assert_int_equal(abi_read_word(word, part, 1), OK);
	assert_int_equal(word[31], 6);
	answer.size -= 1; /* the last element is cut */
	assert_int_equal(abi_read_array(&part, &count, answer, 2, 1),
			 E_MALFORMED);
	assert_int_equal(abi_read_word(word, answer, 99), E_MALFORMED);
}

static void offsets_that_lead_outside_are_malformed(void **state)
{
	uint8_t answer[64];
	struct bytes part;
	size_t count;

	(void)state;
	memset(answer, 0xff, sizeof(answer));
	assert_int_equal(abi_read_bytes(&part, bytes_of(answer, 64), 0),
			 E_MALFORMED);
	store_be256(answer, 33); /* less than a word is left there */
	assert_int_equal(abi_read_bytes(&part, bytes_of(answer, 64), 0),
			 E_MALFORMED);
	store_be256(answer, 32);
	store_be256(answer + 32, (u128)1 << 64);
	assert_int_equal(abi_read_bytes(&part, bytes_of(answer, 64), 0),
			 E_MALFORMED);
	assert_int_equal(abi_read_array(&part, &count, bytes_of(answer, 64), 0,
					SIZE_MAX), E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selectors_of_the_specification),
		cmocka_unit_test(signatures_are_made_canonical),
		cmocka_unit_test(examples_of_the_specification),
		cmocka_unit_test(nested_arrays_of_the_specification),
		cmocka_unit_test(tuples_are_lists_or_objects),
		cmocka_unit_test(integers_fit_to_the_bit),
		cmocka_unit_test(values_of_another_type_are_refused),
		cmocka_unit_test(wrong_address_checksums_are_refused),
		cmocka_unit_test(texts_that_are_no_types_are_malformed),
		cmocka_unit_test(depth_and_size_are_bounded),
		cmocka_unit_test(a_full_buffer_is_a_limit),
		cmocka_unit_test(answers_are_read_within_their_bytes),
		cmocka_unit_test(offsets_that_lead_outside_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
