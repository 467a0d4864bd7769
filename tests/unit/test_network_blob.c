/* test_network_blob.c -- the network's blob comes back; other bytes, shapes and
 * weights are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/cbor.h"
#include "models/learned/network_internal.h"

#define BLOB_MAX 4096

static struct buffer encoded(uint8_t *bytes, const struct network *network)
{
	struct buffer out;

	buffer_init(&out, bytes, BLOB_MAX);
	network_encode(&out, network);
	assert_false(out.overflow);
	return out;
}

static void blob_comes_back(void **state)
{
	static uint8_t bytes[BLOB_MAX], again[BLOB_MAX];
	struct network network, read;
	struct buffer blob, second;

	(void)state;
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		network.weights[i] = 2.0 * sin((double)i);
	network.weights[0] = NETWORK_WEIGHT_MAX;
	network.weights[1] = -1e9; /* as much as fits */
	network.weights[2] = -4e-7; /* rounds to 0, not to -0 */
	network.weights[3] = 0.0000015;
	network.weights[4] = (double)NAN;
	blob = encoded(bytes, &network);
	assert_int_equal(network_decode(&read, buffer_bytes(&blob)), OK);
	second = encoded(again, &read);
	assert_true(bytes_equal(buffer_bytes(&blob), buffer_bytes(&second)));
	assert_true(read.weights[0] == 1000.0 && read.weights[1] == -1000.0);
	assert_true(read.weights[2] == 0.0 && !signbit(read.weights[2]));
	assert_true(read.weights[3] == 0.000002 && read.weights[4] == 0.0);
	for (size_t i = 5; i < NETWORK_WEIGHTS; i++)
		assert_true(fabs(read.weights[i] - network.weights[i]) <=
			    0.5000001e-6);
	network_quantise(&network); /* training gives what the blob does */
	assert_memory_equal(&network, &read, sizeof(read));
}

static void is_refused(struct bytes blob)
{
	struct network read, before;

	memset(&before, 0x5a, sizeof(before));
	read = before;
	assert_int_equal(network_decode(&read, blob), E_MALFORMED);
	assert_memory_equal(&read, &before, sizeof(read));
}

static void other_bytes_are_refused(void **state)
{
	static uint8_t bytes[BLOB_MAX];
	struct network network = { { 0.0 } }, read;
	struct buffer blob = encoded(bytes, &network);

	(void)state;
	/* 85 01 10 10 03 99 02 53, then a byte a weight */
	assert_int_equal(blob.size, 8 + NETWORK_WEIGHTS);
	for (size_t size = 0; size < blob.size; size++)
		is_refused(bytes_of(bytes, size));
	is_refused(bytes_of(bytes, blob.size + 1)); /* a byte too many */
	for (size_t i = 0; i < 8; i++) {
		bytes[i]++; /* other count, version, shape, count of weights */
		is_refused(buffer_bytes(&blob));
		bytes[i]--;
	}
	bytes[300] = 0xf6; /* null for a weight */
	is_refused(buffer_bytes(&blob));
	bytes[300] = 0x41;
	is_refused(buffer_bytes(&blob));
	bytes[300] = 0x20;
	assert_int_equal(network_decode(&read, buffer_bytes(&blob)), OK);
	assert_true(read.weights[292] == -1e-6);
	/* 1 in two bytes: the same number, not canonical */
	memmove(bytes + 302, bytes + 301, blob.size - 301);
	bytes[300] = 0x18;
	bytes[301] = 0x01;
	is_refused(bytes_of(bytes, blob.size + 1));
}

/* A blob whose weights are all 0 but one, written item by item. */
static struct bytes blob_with(uint8_t *bytes, int64_t weight)
{
	struct buffer out;

	buffer_init(&out, bytes, BLOB_MAX);
	cbor_put_array(&out, 5);
	cbor_put_unsigned(&out, 1);
	cbor_put_unsigned(&out, 16);
	cbor_put_unsigned(&out, 16);
	cbor_put_unsigned(&out, 3);
	cbor_put_array(&out, NETWORK_WEIGHTS);
	for (size_t i = 0; i < NETWORK_WEIGHTS; i++)
		cbor_put_signed(&out, i == 500 ? weight : 0);
	return buffer_bytes(&out);
}

static void weights_are_bounded(void **state)
{
	static uint8_t bytes[BLOB_MAX];
	struct network read;

	(void)state;
	assert_int_equal(network_decode(&read, blob_with(bytes, 1000000000)),
			 OK);
	assert_true(read.weights[500] == 1000.0);
	assert_int_equal(network_decode(&read, blob_with(bytes, -1000000000)),
			 OK);
	assert_true(read.weights[500] == -1000.0);
	is_refused(blob_with(bytes, 1000000001));
	is_refused(blob_with(bytes, -1000000001));
	is_refused(blob_with(bytes, INT64_MAX));
	is_refused(blob_with(bytes, INT64_MIN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blob_comes_back),
		cmocka_unit_test(other_bytes_are_refused),
		cmocka_unit_test(weights_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
