/* test_wormhole_wire.c -- messages of guardians, made and signed here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sample_wormhole.h"
#include "tests/support/sample_keys.h"

#define ROOM 4096

static uint8_t room[ROOM], copy[ROOM];

static struct bytes message_of(size_t signers)
{
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	sample_message(&out, &(struct sample_message){
				     3, signers, 26, sample_pyth_emitter,
				     bytes_of_string("payload") });
	return buffer_bytes(&out);
}

static enum status judge(struct bytes in, const struct guardian_set *set)
{
	struct wormhole_message message;
	enum status status = wormhole_read(&message, in);

	return status ? status
		      : wormhole_verify(&message, set, sample_context());
}

static void a_quorum_is_more_than_two_thirds(void **state)
{
	(void)state;
	assert_int_equal(wormhole_quorum(1), 1);
	assert_int_equal(wormhole_quorum(3), 3);
	assert_int_equal(wormhole_quorum(4), 3);
	assert_int_equal(wormhole_quorum(19), 13);
}

static void members_of_a_message(void **state)
{
	struct wormhole_message m = { .nonce = 5 };
	struct bytes in = message_of(2);

	(void)state;
	assert_int_equal(wormhole_read(&m, in), OK);
	assert_int_equal(m.set_index, 3);
	assert_int_equal(m.signature_count, 2);
	assert_int_equal(m.time_s, 1750000000);
	assert_int_equal(m.nonce, 7);
	assert_int_equal(m.chain, 26);
	assert_memory_equal(m.emitter, sample_pyth_emitter, 32);
	assert_true(m.sequence == 99 && m.consistency == 1);
	assert_true(bytes_equal(m.payload, bytes_of_string("payload")));
	for (size_t size = 0; size < in.size - 7; size++)
		assert_int_equal(wormhole_read(&m, bytes_of(in.data, size)),
				 E_MALFORMED);
}

static void rules_of_signatures(void **state)
{
	struct guardian_set set;
	struct wormhole_message message;
	struct bytes in;

	(void)state;
	sample_guardians(&set, 3, 4);
	assert_int_equal(judge(message_of(3), &set), OK);
	assert_int_equal(judge(message_of(4), &set), OK);
	assert_int_equal(judge(message_of(2), &set), E_REFUSED);
	set.index = 4;
	assert_int_equal(judge(message_of(3), &set), E_AUTHENTIC);
	set.index = 3;
	memset(set.addresses[1], 1, 20); /* another guardian */
	assert_int_equal(judge(message_of(3), &set), E_AUTHENTIC);
	sample_guardians(&set, 3, 4);
	in = message_of(3);
	memcpy(copy, room + 6, 66); /* the first stands twice */
	memcpy(room + 6 + 66, copy, 66);
	assert_int_equal(judge(in, &set), E_AUTHENTIC);
	in = message_of(3);
	memcpy(copy, room + 6, 66); /* the first two change places */
	memmove(room + 6, room + 6 + 66, 66);
	memcpy(room + 6 + 66, copy, 66);
	assert_int_equal(judge(in, &set), E_AUTHENTIC);
	sample_guardians(&set, 3, 3);
	assert_int_equal(judge(message_of(4), &set), E_AUTHENTIC); /* stranger */
	assert_int_equal(wormhole_read(&message, message_of(1)), OK);
	set.count = 0;
	assert_int_equal(wormhole_verify(&message, &set, sample_context()),
			 E_AUTHENTIC);
}

/* What anyone can make of a guardian's signature is none of hers; v is 0 or 1
 * and no other. */
static void signatures_have_one_form(void **state)
{
	struct guardian_set set;
	struct bytes in = message_of(3);
	uint8_t *signature = room + 6 + 1, v = signature[64];

	(void)state;
	sample_guardians(&set, 3, 4);
	assert_int_equal(judge(in, &set), OK);
	for (int other = 0; other < 256; other++)
		if (other != v) {
			signature[64] = (uint8_t)other;
			assert_int_equal(judge(in, &set), E_AUTHENTIC);
		}
	signature[64] = (uint8_t)(27 + v);
	sample_mirror(signature);
	signature[64] -= 27;
	assert_int_equal(judge(in, &set), E_AUTHENTIC);
}

static void every_bit_counts(void **state)
{
	struct guardian_set set;
	struct bytes in = message_of(3);

	(void)state;
	sample_guardians(&set, 3, 4);
	for (size_t bit = 0; bit < in.size * 8; bit++) {
		memcpy(copy, in.data, in.size);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(judge(bytes_of(copy, in.size), &set), OK);
	}
}

static enum status follow(struct guardian_set *set, struct bytes upgrade)
{
	return wormhole_follow(set, set, upgrade, sample_context());
}

static struct bytes upgrade_of(uint32_t set, size_t signers, size_t count)
{
	struct buffer out;

	buffer_init(&out, room, sizeof(room));
	sample_upgrade(&out, set, signers, count);
	return buffer_bytes(&out);
}

static void sets_follow_one_another(void **state)
{
	struct guardian_set set, before;

	(void)state;
	sample_guardians(&set, 0, 1);
	assert_int_equal(follow(&set, upgrade_of(0, 1, 4)), OK);
	assert_int_equal(set.index, 1);
	assert_int_equal(set.count, 4);
	assert_int_equal(follow(&set, upgrade_of(1, 3, 2)), OK);
	assert_int_equal(set.index, 2);
	assert_int_equal(set.count, 2);
	before = set;
	assert_int_equal(follow(&set, upgrade_of(1, 2, 3)), E_AUTHENTIC);
	assert_int_equal(follow(&set, upgrade_of(2, 1, 3)), E_REFUSED);
	assert_int_equal(follow(&set, upgrade_of(2, 2, 0)), E_MALFORMED);
	assert_int_equal(follow(&set, message_of(2)), E_AUTHENTIC);
	assert_memory_equal(&set, &before, sizeof(set)); /* untouched */
}

/* The sample's upgrades are all signed at one time. */
static void replaced_sets_leave_office(void **state)
{
	const int64_t signed_s = 1750000000, last_s = signed_s + 7 * 86400;
	struct guardian_set sets[3];

	(void)state;
	sample_guardians(&sets[0], 0, 1);
	sets[1] = sets[0];
	assert_int_equal(follow(&sets[1], upgrade_of(0, 1, 4)), OK);
	assert_int_equal(sets[1].since_s, signed_s);
	sets[2] = sets[1];
	assert_int_equal(follow(&sets[2], upgrade_of(1, 3, 2)), OK);
	for (size_t i = 0; i < 2; i++) {
		assert_true(wormhole_in_office(sets, 3, i, last_s));
		assert_false(wormhole_in_office(sets, 3, i, last_s + 1));
	}
	assert_true(wormhole_in_office(sets, 3, 2, INT64_MAX));
	assert_true(wormhole_in_office(sets, 1, 0, INT64_MAX));
	assert_false(wormhole_in_office(sets, 3, 3, 0));
}

/* Signed by the set, but no upgrade: another emitter, chain, head or size. */
static void what_is_no_upgrade(void **state)
{
	uint8_t payload[61] = { [28] = 'C', [29] = 'o', [30] = 'r', [31] = 'e',
				[32] = 2, [38] = 1, [39] = 1 };
	const struct {
		uint16_t chain;
		const uint8_t *emitter;
		size_t change, size;
		enum status status;
	} cases[] = {
		{ 1, sample_governance, 0, 60, OK },
		{ 2, sample_governance, 0, 60, E_MALFORMED },
		{ 1, sample_pyth_emitter, 0, 60, E_MALFORMED },
		{ 1, sample_governance, 0, 61, E_MALFORMED },
		{ 1, sample_governance, 0, 59, E_MALFORMED },
		{ 1, sample_governance, 0, 39, E_MALFORMED },
		{ 1, sample_governance, 32, 60, E_MALFORMED }, /* action */
		{ 1, sample_governance, 34, 60, E_MALFORMED }, /* one chain */
		{ 1, sample_governance, 38, 60, E_MALFORMED }, /* index */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guardian_set set;
		struct buffer out;

		sample_guardians(&set, 0, 1);
		buffer_init(&out, room, sizeof(room));
		payload[cases[i].change] ^= cases[i].change ? 8 : 0;
		sample_message(&out, &(struct sample_message){
					     0, 1, cases[i].chain,
					     cases[i].emitter,
					     bytes_of(payload,
						      cases[i].size) });
		payload[cases[i].change] ^= cases[i].change ? 8 : 0;
		assert_int_equal(follow(&set, buffer_bytes(&out)),
				 cases[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quorum_is_more_than_two_thirds),
		cmocka_unit_test(members_of_a_message),
		cmocka_unit_test(rules_of_signatures),
		cmocka_unit_test(signatures_have_one_form),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(sets_follow_one_another),
		cmocka_unit_test(replaced_sets_leave_office),
		cmocka_unit_test(what_is_no_upgrade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
