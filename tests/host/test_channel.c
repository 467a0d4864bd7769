/* test_channel.c -- frames and bodies; states are test_enclave_session.c's.
 *
 * Runs alone: it times a wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/enclave/channel.h"
#include "base/host/clock.h"

#define ROOM 131072

struct pair {
	struct channel host, enclave;
	uint8_t bytes[ROOM];
	struct buffer room;
};

static const uint8_t numbers[] = { MESSAGE_CONFIGURE, MESSAGE_EVALUATE,
				   MESSAGE_ATTEST, MESSAGE_READY,
				   MESSAGE_EVALUATED, MESSAGE_ATTESTED,
				   MESSAGE_FAILURE };

static void open_pair(struct pair *pair)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK |
				    SOCK_CLOEXEC, 0, ends), 0);
	pair->host = (struct channel){ ends[0], PARTY_HOST, NULL, "" };
	pair->enclave = (struct channel){ ends[1], PARTY_ENCLAVE, NULL, "" };
	buffer_init(&pair->room, pair->bytes, sizeof(pair->bytes));
}

static void close_pair(struct pair *pair)
{
	close(pair->host.descriptor);
	close(pair->enclave.descriptor);
}

static void raw(struct pair *pair, uint32_t size, uint8_t number)
{
	uint8_t head[CHANNEL_HEAD_SIZE];

	store_be32(head, size);
	head[4] = number;
	assert_int_equal(write(pair->host.descriptor, head, sizeof(head)),
			 sizeof(head));
}

static void test_round_trip(void **state)
{
	static const uint8_t body[] = { 1, 2, 3 };
	struct pair pair;
	struct frame frame;

	(void)state;
	open_pair(&pair);
	for (size_t i = 0; i < sizeof(numbers); i++) {
		const struct message_rule *rule = message_rule(numbers[i]);
		bool in = rule->receiver == PARTY_ENCLAVE;
		struct channel *from = in ? &pair.host : &pair.enclave;
		struct channel *to = in ? &pair.enclave : &pair.host;

		assert_int_equal(channel_send(from, rule->message,
					      bytes_of(body, i % 4)), OK);
		assert_int_equal(channel_receive(&frame, to, &pair.room, 1000),
				 OK);
		assert_ptr_equal(frame.rule, rule);
		assert_true(bytes_equal(frame.body, bytes_of(body, i % 4)));
	}
	close_pair(&pair);
}

static void test_directions(void **state)
{
	struct pair pair;

	(void)state;
	open_pair(&pair);
	for (size_t i = 0; i < sizeof(numbers); i++) {
		const struct message_rule *rule = message_rule(numbers[i]);
		struct channel *wrong = rule->receiver == PARTY_ENCLAVE
					? &pair.enclave : &pair.host;

		assert_int_equal(channel_send(wrong, rule->message,
					      bytes_of("", 0)), E_INPUT);
	}
	close_pair(&pair);
}

/* Every number that is no request of the host's, whatever it claims. */
static void test_unknown_numbers(void **state)
{
	struct frame frame;

	(void)state;
	for (unsigned number = 0; number < 256; number++) {
		const struct message_rule *rule = message_rule((uint8_t)number);
		bool known = rule && rule->receiver == PARTY_ENCLAVE;
		struct pair pair;

		open_pair(&pair);
		raw(&pair, 0, (uint8_t)number);
		assert_int_equal(channel_receive(&frame, &pair.enclave,
						 &pair.room, 1000),
				 known ? OK : E_MALFORMED);
		close_pair(&pair);
	}
}

/* Refused by the sender, and by the receiver before a byte of body. */
static void test_oversize(void **state)
{
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers); i++) {
		const struct message_rule *rule = message_rule(numbers[i]);
		bool in = rule->receiver == PARTY_ENCLAVE;
		uint8_t *large = calloc(1, (size_t)rule->size_max + 1);
		struct buffer room;
		struct pair pair;

		open_pair(&pair);
		buffer_init(&room, large, (size_t)rule->size_max + 1);
		assert_int_equal(
			channel_send(in ? &pair.host : &pair.enclave,
				     rule->message,
				     bytes_of(large, rule->size_max + 1u)),
			E_LIMIT);
		if (!in) { /* let the host's end be the receiver */
			int swap = pair.host.descriptor;

			pair.host.descriptor = pair.enclave.descriptor;
			pair.enclave.descriptor = swap;
			pair.enclave.self = PARTY_HOST;
		}
		raw(&pair, rule->size_max + 1u, numbers[i]);
		assert_int_equal(channel_receive(&frame, &pair.enclave, &room,
						 1000), E_LIMIT);
		close_pair(&pair);
		free(large);
	}
}

static void test_room(void **state)
{
	struct pair pair;
	struct frame frame;

	(void)state;
	open_pair(&pair);
	pair.room.capacity = 10;
	raw(&pair, 11, MESSAGE_ATTEST);
	assert_int_equal(channel_receive(&frame, &pair.enclave, &pair.room,
					 1000), E_LIMIT);
	close_pair(&pair);
}

static void test_broken_frames(void **state)
{
	static const uint8_t whole[CHANNEL_HEAD_SIZE + 4] = { 0, 0, 0, 4, 3 };
	struct frame frame;

	(void)state;
	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		struct pair pair;

		open_pair(&pair);
		if (cut)
			assert_int_equal(write(pair.host.descriptor, whole,
					       cut), cut);
		shutdown(pair.host.descriptor, SHUT_WR);
		assert_int_equal(channel_receive(&frame, &pair.enclave,
						 &pair.room, 1000),
				 cut ? E_PEER : E_MISSING);
		close_pair(&pair);
	}
}

static void test_silence(void **state)
{
	struct pair pair;
	struct frame frame;
	int64_t began = clock_monotonic_ms();

	(void)state;
	open_pair(&pair);
	assert_int_equal(channel_receive(&frame, &pair.enclave, &pair.room,
					 100), E_PEER);
	assert_in_range(clock_monotonic_ms() - began, 90, 5000);
	close_pair(&pair);
}

static bool yes(void)
{
	return true;
}

static void test_interrupted(void **state)
{
	struct pair pair;
	struct frame frame;

	(void)state;
	open_pair(&pair);
	pair.enclave.interrupted = yes;
	assert_int_equal(channel_receive(&frame, &pair.enclave, &pair.room,
					 -1), E_INTERRUPTED);
	close_pair(&pair);
}

static void test_gone_reader(void **state)
{
	static uint8_t large[1 << 20];
	struct pair pair;

	(void)state;
	open_pair(&pair);
	close(pair.enclave.descriptor);
	assert_int_equal(channel_send(&pair.host, MESSAGE_EVALUATE,
				      bytes_of(large, sizeof(large))), E_PEER);
	close(pair.host.descriptor);
}

/* A body cut anywhere, or longer by a byte, does not parse. */
static void check_cuts(struct bytes body, enum message message)
{
	uint8_t longer[1024];
	struct wire_configure configure;
	struct wire_ready ready;
	struct wire_evaluated evaluated;
	struct wire_failure failure;

	assert_in_range(body.size, 1, sizeof(longer) - 1);
	memcpy(longer, body.data, body.size);
	longer[body.size] = 0;
	for (size_t size = 0; size <= body.size + 1; size++) {
		struct bytes in = bytes_of(longer, size);
		enum status status = E_SYSTEM;

		if (message == MESSAGE_CONFIGURE)
			status = wire_configure_get(&configure, in);
		else if (message == MESSAGE_READY)
			status = wire_ready_get(&ready, in);
		else if (message == MESSAGE_EVALUATED)
			status = wire_evaluated_get(&evaluated, in);
		else if (message == MESSAGE_FAILURE)
			status = wire_failure_get(&failure, in);
		assert_int_equal(status,
				 size == body.size ? OK : E_MALFORMED);
	}
}

static void test_bodies(void **state)
{
	uint8_t bytes[1024];
	struct buffer out;
	struct wire_configure configure = { .chain_id = 31337,
					    .policy = { bytes, 9 } };
	struct wire_ready ready = { .document = { bytes, 30 } };
	struct wire_evaluated evaluated = { .decision = { bytes, 4 } };

	(void)state;
	memset(bytes, 7, sizeof(bytes));
	buffer_init(&out, bytes + 200, 800);
	wire_configure_put(&out, &configure);
	check_cuts(buffer_bytes(&out), MESSAGE_CONFIGURE);
	out.size = 0;
	wire_ready_put(&out, &ready);
	check_cuts(buffer_bytes(&out), MESSAGE_READY);
	out.size = 0;
	wire_evaluated_put(&out, &evaluated);
	check_cuts(buffer_bytes(&out), MESSAGE_EVALUATED);
	out.size = 0;
	wire_failure_put(&out, E_REFUSED, "no");
	check_cuts(buffer_bytes(&out), MESSAGE_FAILURE);
}

/* A failure that says OK, an unknown status or control characters is none. */
static void test_false_failures(void **state)
{
	uint8_t bytes[1024];
	struct buffer out;
	struct wire_failure failure;

	(void)state;
	buffer_init(&out, bytes, sizeof(bytes));
	wire_failure_put(&out, OK, "fine");
	assert_int_equal(wire_failure_get(&failure, buffer_bytes(&out)),
			 E_MALFORMED);
	out.size = 0;
	wire_failure_put(&out, (enum status)(E_INTERRUPTED + 1), "odd");
	assert_int_equal(wire_failure_get(&failure, buffer_bytes(&out)),
			 E_MALFORMED);
	out.size = 0;
	wire_failure_put(&out, E_INPUT, "\033[2J");
	assert_int_equal(wire_failure_get(&failure, buffer_bytes(&out)),
			 E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_unknown_numbers),
		cmocka_unit_test(test_oversize),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_broken_frames),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_gone_reader),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_false_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
