/* test_enclave_session.c -- what each state of the enclave admits, and what
 * it refuses to be configured with.  Locking down is test_enclave_process.c's:
 * there is no way back from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent/enclave/nsm_dev.h"
#include "agent/enclave/session.h"
#include "models/decide.h"
#include "tests/support/sample_case.h"

static const uint8_t numbers[] = { MESSAGE_CONFIGURE, MESSAGE_EVALUATE,
				   MESSAGE_ATTEST, MESSAGE_READY,
				   MESSAGE_EVALUATED, MESSAGE_ATTESTED,
				   MESSAGE_FAILURE };

struct stage {
	struct session session;
	struct backend backend;
	struct nsm nsm;
	struct nsm_dev dev;
	uint8_t reply_bytes[65536];
	struct buffer reply;
};

static void set_stage(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	assert_int_equal(nsm_dev_open(&stage->dev, bytes_of("x", 1)), OK);
	stage->nsm = (struct nsm){ nsm_dev_exchange, &stage->dev };
	stage->backend.name = "dev";
	nsm_bind(&stage->backend, &stage->nsm);
	stage->session.backend = &stage->backend;
	buffer_init(&stage->reply, stage->reply_bytes,
		    sizeof(stage->reply_bytes));
}

static enum status failure_of(const struct stage *stage)
{
	struct wire_failure failure;

	assert_int_equal(wire_failure_get(&failure,
					  buffer_bytes(&stage->reply)), OK);
	return failure.status;
}

/* Every message in every state that does not name it. */
static void test_states(void **state)
{
	static struct stage stage;

	(void)state;
	set_stage(&stage);
	for (int s = 0; s < ENCLAVE_STATES; s++)
		for (size_t i = 0; i < sizeof(numbers); i++) {
			const struct message_rule *rule =
				message_rule(numbers[i]);
			struct frame frame = { rule, { numbers, 3 } };

			if (rule->states >> s & 1)
				continue;
			stage.session.state = (enum enclave_state)s;
			assert_int_equal(session_answer(&stage.reply,
							&stage.session,
							&frame),
					 MESSAGE_FAILURE);
			assert_int_equal(failure_of(&stage), E_REFUSED);
			assert_int_equal(stage.session.state, s);
			assert_false(stage.session.broken);
		}
	nsm_dev_close(&stage.dev);
}

/* Only these may arrive, and only there: a new message must be judged here. */
static void test_admitted(void **state)
{
	(void)state;
	for (unsigned number = 0; number < 256; number++) {
		const struct message_rule *rule = message_rule((uint8_t)number);

		if (!rule)
			continue;
		assert_int_equal(rule->states,
				 number == MESSAGE_CONFIGURE
					 ? 1u << STATE_BOOT
				 : number == MESSAGE_EVALUATE ||
						 number == MESSAGE_ATTEST
					 ? 1u << STATE_SERVE
					 : 0u);
	}
}

static void test_steps_in_order(void **state)
{
	static struct stage stage;

	(void)state;
	set_stage(&stage);
	for (int s = 0; s < ENCLAVE_STATES; s++) {
		struct session *session = &stage.session;

		session->state = (enum enclave_state)s;
		if (s != STATE_BOOT)
			assert_int_equal(session_configure(session,
							   bytes_of("", 0)),
					 E_REFUSED);
		if (s != STATE_MEASURE)
			assert_int_equal(session_measure(session), E_REFUSED);
		if (s != STATE_LOCK)
			assert_int_equal(session_lock(session), E_REFUSED);
		if (s != STATE_KEY)
			assert_int_equal(session_key(session), E_REFUSED);
		assert_int_equal(session->state, s);
	}
	nsm_dev_close(&stage.dev);
}

static struct wire_configure good_configuration(struct policy *policy)
{
	static uint8_t bytes[8192];
	struct wire_configure wire = { .chain_id = policy->chain_id };
	struct buffer out;

	buffer_init(&out, bytes, sizeof(bytes));
	policy_encode(&out, policy);
	wire.policy = buffer_bytes(&out);
	memcpy(wire.steward, policy->steward, ADDRESS_SIZE);
	model_hash(wire.model_hash);
	return wire;
}

static enum status configure(struct stage *stage,
			     const struct wire_configure *wire)
{
	static uint8_t bytes[16384];
	struct buffer out;
	struct frame frame = { message_rule(MESSAGE_CONFIGURE), { 0 } };

	buffer_init(&out, bytes, sizeof(bytes));
	wire_configure_put(&out, wire);
	frame.body = buffer_bytes(&out);
	if (session_answer(&stage->reply, &stage->session, &frame) !=
	    MESSAGE_FAILURE)
		return OK;
	return failure_of(stage);
}

static void test_bad_configurations(void **state)
{
	static struct stage stage;
	static struct policy policy;
	struct wire_configure wire;

	(void)state;
	set_stage(&stage);
	sample_policy(&policy);
	wire = good_configuration(&policy);
	wire.chain_id++;
	assert_int_equal(configure(&stage, &wire), E_REFUSED);
	wire = good_configuration(&policy);
	wire.steward[0] ^= 1;
	assert_int_equal(configure(&stage, &wire), E_REFUSED);
	wire = good_configuration(&policy);
	wire.model_hash[31] ^= 1;
	assert_int_equal(configure(&stage, &wire), E_REFUSED);
	wire = good_configuration(&policy);
	wire.policy.size--;
	assert_int_equal(configure(&stage, &wire), E_MALFORMED);
	policy.chain_id = 1;
	policy.development = false;
	wire = good_configuration(&policy);
	assert_int_equal(configure(&stage, &wire), E_REFUSED);
	assert_int_equal(stage.session.state, STATE_BOOT);
	assert_false(stage.session.broken);
	nsm_dev_close(&stage.dev);
}

/* Configured and measured: PCR16 is what a verifier predicts. */
static void test_measure(void **state)
{
	static struct stage stage;
	static struct policy policy;
	struct wire_configure wire;
	uint8_t bytes[16384], expected[PCR_SIZE];
	struct buffer out;

	(void)state;
	set_stage(&stage);
	sample_policy(&policy);
	wire = good_configuration(&policy);
	buffer_init(&out, bytes, sizeof(bytes));
	wire_configure_put(&out, &wire);
	assert_int_equal(session_configure(&stage.session, buffer_bytes(&out)),
			 OK);
	assert_int_equal(session_measure(&stage.session), OK);
	assert_int_equal(stage.session.state, STATE_LOCK);
	configuration_pcr(expected, &stage.session.core.configuration);
	assert_memory_equal(stage.dev.pcrs[PCR_CONFIGURATION], expected,
			    PCR_SIZE);
	nsm_dev_close(&stage.dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_admitted),
		cmocka_unit_test(test_steps_in_order),
		cmocka_unit_test(test_bad_configurations),
		cmocka_unit_test(test_measure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
