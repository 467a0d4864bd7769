/* test_evaluate.c -- a case through the real enclave process: what it signs is
 * what the host computes; everything else on that channel is refused.
 *
 * A relay of our own takes the socket's place and spoils what passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/case_file.h"
#include "agent/enclave_process.h"
#include "agent/evaluate.h"
#include "tests/support/sample_case.h"

#define HEAD 5
#define ROOM (8u << 20)

enum spoil {
	HONEST,
	GARBAGE,       /* bytes that are no frame */
	NOTHING,       /* closes without a byte */
	SILENT,        /* never answers */
	OVERSIZE,      /* a frame longer than its message allows */
	HALF,          /* half of the answer */
	FLIP_DECISION, /* one bit of the decision */
	FLIP_STATE,    /* one bit near the end of the body */
	FLIP_SIGNATURE,
	OTHER_MESSAGE, /* an answer to another question */
	OTHER_CASE,    /* gives the enclave another, valid case */
	DIE,           /* kills the enclave before it can answer */
};

static char home[] = "/tmp/plimsoll-evaluate-XXXXXX";
static struct enclave_record record;
static struct policy_document policy;
static struct error error;
static uint8_t case_room[ROOM], other_room[ROOM], frame[ROOM];
static struct bytes case_, other;
static pid_t relay_pid;

static void copy_case(struct bytes *out, uint8_t *room,
		      const struct sample_design *design)
{
	struct bytes made = sample_decidable(design);

	memcpy(room, made.data, made.size);
	*out = bytes_of(room, made.size);
}

/* The policy that the sample case carries. */
static void read_policy(void)
{
	struct case_document document;
	struct error ignored;

	assert_int_equal(case_document_from_bytes(&document, case_, &ignored),
			 OK);
	policy.size = document.input.policy.size;
	memcpy(policy.bytes, document.input.policy.data, policy.size);
	assert_int_equal(policy_decode(&policy.policy, document.input.policy),
			 OK);
	policy_hash(policy.hash, document.input.policy);
	case_document_free(&document);
}

static void launch(void)
{
	struct enclave_start start = {
		.home = home, .backend = "dev", .memory_mib = 256,
		.program = "build/release/plimsoll-enclave",
		.policy = &policy };

	enum status status = E_REFUSED;

	start.operator_address[0] = 1;
	/* one that was killed takes a moment to go */
	for (int i = 0; i < 100 && status == E_REFUSED; i++) {
		if (i)
			usleep(100000);
		status = enclave_start(&record, &start, &error);
	}
	if (status)
		fail_msg("%s", error.message);
}

static int start_all(void **state)
{
	(void)state;
	if (!mkdtemp(home))
		return -1;
	copy_case(&case_, case_room, &(struct sample_design){ 2100, 30, false, NULL });
	copy_case(&other, other_room,
		  &(struct sample_design){ 2100, 31, false, NULL });
	read_policy();
	launch();
	return 0;
}

static int stop_all(void **state)
{
	char command[128];
	bool ended;

	(void)state;
	(void)!enclave_stop(&ended, home, &error);
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return system(command);
}

static void whole(int from, uint8_t *out, size_t size)
{
	for (size_t got = 0; got < size;) {
		ssize_t n = read(from, out + got, size - got);

		if (n <= 0)
			_exit(0);
		got += (size_t)n;
	}
}

static size_t read_frame(int from)
{
	size_t size;

	whole(from, frame, HEAD);
	size = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 |
	       (size_t)frame[2] << 8 | frame[3];
	whole(from, frame + HEAD, size);
	return HEAD + size;
}

static void put(int to, const void *data, size_t size)
{
	for (size_t sent = 0; sent < size;) {
		ssize_t n = write(to, (const char *)data + sent, size - sent);

		if (n <= 0)
			_exit(0);
		sent += (size_t)n;
	}
}

static void put_head(uint8_t *out, size_t size, uint8_t message)
{
	out[0] = (uint8_t)(size >> 24);
	out[1] = (uint8_t)(size >> 16);
	out[2] = (uint8_t)(size >> 8);
	out[3] = (uint8_t)size;
	out[4] = message;
}

/* Before the enclave sees the question. */
static size_t spoil_question(enum spoil spoil, size_t size, int host)
{
	if (spoil == GARBAGE) {
		memset(frame, 0xee, 64);
		put(host, frame, 64);
		_exit(0);
	}
	if (spoil == NOTHING)
		_exit(0);
	if (spoil == SILENT)
		pause();
	if (spoil == DIE)
		kill(record.pid, SIGKILL);
	if (spoil != OTHER_CASE)
		return size;
	put_head(frame, other.size, MESSAGE_EVALUATE);
	memcpy(frame + HEAD, other.data, other.size);
	return HEAD + other.size;
}

static size_t spoil_answer(enum spoil spoil, size_t size)
{
	if (spoil == OVERSIZE)
		put_head(frame, 0x7fffffff, MESSAGE_EVALUATED);
	if (spoil == FLIP_DECISION)
		frame[HEAD + 200] ^= 1;
	if (spoil == FLIP_STATE)
		frame[size - 400] ^= 1;
	if (spoil == FLIP_SIGNATURE)
		frame[size - 2] ^= 1;
	if (spoil == OTHER_MESSAGE)
		frame[4] = MESSAGE_ATTESTED;
	return spoil == HALF ? size / 2 : size;
}

static int relay_listener(const char *real)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path),
		 "%.80s/enclave/channel.sock", home);
	assert_int_equal(rename(address.sun_path, real), 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address,
			      sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
	return listener;
}

static void relay_start(enum spoil spoil)
{
	char real[128];
	int listener, host, enclave;

	snprintf(real, sizeof(real), "%s/enclave/real.sock", home);
	listener = relay_listener(real);
	relay_pid = fork();
	if (relay_pid) {
		close(listener);
		return;
	}
	alarm(60);
	host = accept(listener, NULL, NULL);
	if (enclave_connect(&enclave, real, &error) ||
	    fcntl(enclave, F_SETFL, 0)) /* blocking */
		_exit(1);
	put(enclave, frame, spoil_question(spoil, read_frame(host), host));
	put(host, frame, spoil_answer(spoil, read_frame(enclave)));
	_exit(0);
}

static void relay_stop(void)
{
	char real[128], name[128];

	kill(relay_pid, SIGKILL);
	waitpid(relay_pid, NULL, 0);
	snprintf(real, sizeof(real), "%s/enclave/real.sock", home);
	snprintf(name, sizeof(name), "%s/enclave/channel.sock", home);
	assert_int_equal(rename(real, name), 0);
}

static enum status through(enum spoil spoil)
{
	struct decision_document decision = { 0 };
	enum status status;

	memset(&error, 0, sizeof(error));
	relay_start(spoil);
	status = evaluate_case(&decision, home, case_, &error);
	relay_stop();
	if (!status)
		decision_document_free(&decision);
	else
		assert_true(*error.message && !decision.bytes);
	return status;
}

static void what_it_signs_is_what_we_compute(void **state)
{
	struct decision_document decision, again;
	uint8_t signer[ADDRESS_SIZE];

	(void)state;
	if (evaluate_case(&decision, home, case_, &error))
		fail_msg("%s", error.message);
	assert_int_equal(decision_signer(signer, &decision), OK);
	assert_memory_equal(signer, record.address, ADDRESS_SIZE);
	assert_int_equal(case_decide(&again, case_, 1, &error), OK);
	assert_memory_equal(decision.digest, again.digest, HASH_SIZE);
	decision_document_free(&decision);
	decision_document_free(&again);
	assert_int_equal(through(HONEST), OK);
}

static void garbage_is_a_broken_peer(void **state)
{
	(void)state;
	assert_int_equal(through(GARBAGE), E_PEER);
	assert_int_equal(through(NOTHING), E_PEER);
	assert_int_equal(through(OVERSIZE), E_PEER);
	assert_int_equal(through(HALF), E_PEER);
	assert_int_equal(through(OTHER_MESSAGE), E_PEER);
}

static void silence_ends(void **state)
{
	struct enclave_evaluation evaluation = { 0 };
	enum status status;

	(void)state;
	relay_start(SILENT);
	status = enclave_evaluate(&evaluation, home, case_, 500, &error);
	relay_stop();
	assert_int_equal(status, E_PEER);
	assert_null(evaluation.storage);
}

static void another_decision_is_not_authentic(void **state)
{
	enum status status;

	(void)state;
	assert_int_equal(through(OTHER_CASE), E_AUTHENTIC);
	assert_non_null(strstr(error.message, "not the one"));
	for (enum spoil spoil = FLIP_DECISION; spoil <= FLIP_SIGNATURE;
	     spoil++) {
		status = through(spoil);
		assert_true(status == E_AUTHENTIC || status == E_PEER);
	}
}

static void a_bad_case_is_refused_in_the_enclaves_words(void **state)
{
	struct decision_document decision;

	(void)state;
	for (size_t size = 0; size < case_.size; size += case_.size / 7)
		assert_int_equal(evaluate_case(&decision, home,
					       bytes_of(case_.data, size),
					       &error), E_MALFORMED);
	assert_int_equal(evaluate_case(&decision, home, case_, &error), OK);
	decision_document_free(&decision);
}

/* Last: the enclave ends here. */
static void an_enclave_that_dies_is_named(void **state)
{
	struct decision_document decision;

	(void)state;
	assert_int_equal(through(DIE), E_PEER);
	assert_int_equal(evaluate_case(&decision, home, case_, &error), E_PEER);
	assert_true(*error.hint);
	launch(); /* a dead one does not stand in the way */
	assert_int_equal(evaluate_case(&decision, home, case_, &error), OK);
	decision_document_free(&decision);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_signs_is_what_we_compute),
		cmocka_unit_test(garbage_is_a_broken_peer),
		cmocka_unit_test(silence_ends),
		cmocka_unit_test(another_decision_is_not_authentic),
		cmocka_unit_test(a_bad_case_is_refused_in_the_enclaves_words),
		cmocka_unit_test(an_enclave_that_dies_is_named),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
