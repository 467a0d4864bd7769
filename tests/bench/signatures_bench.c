/* signatures_bench.c -- signed price messages from their bytes to their judged
 * prices, beside libsecp256k1 alone recovering the keys of the very same
 * digests and signatures.  Prints `name value` lines for report.awk: CPU
 * seconds a signature. */
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/wire/data_streams.h"
#include "feeds/wire/redstone.h"
#include "tests/bench/timing.h"
#include "tests/support/sample_keys.h"
#include "tests/support/sample_redstone.h"
#include "tests/support/sample_stream.h"
#include "tests/support/sample_wormhole.h"

#define ROOM 16384
#define SIGNATURES_MAX 32
#define TURNS 40 /* a run */
#define REDSTONE_SIGNERS 5
#define GUARDIANS 19
#define QUORUM 13
#define PRICES 8 /* of a Pyth update, as recorded: 8 in a tree of 2^12 */
#define STEPS 12
#define STREAM_SIGNERS 6

/** What is signed, as libsecp256k1 takes it. */
struct signed_digest {
	uint8_t digest[HASH_SIZE];
	uint8_t signature[SIGNATURE_SIZE]; /* v of 27 or 28 */
};

/** A kind of message: its bytes, how they are judged, and what they sign. */
struct subject {
	const char *name;
	uint8_t bytes[ROOM];
	size_t size, count;
	struct signed_digest signatures[SIGNATURES_MAX];
	bool (*judge)(struct bytes in);
	double ours_s, bare_s; /* a signature */
};

static struct redstone_rules rules;
static struct guardian_set guardians;
static struct stream_signers signers;

static void refuse(const char *what)
{
	fprintf(stderr, "signatures_bench: %s\n", what);
	exit(2);
}

static void add(struct subject *subject, const uint8_t digest[HASH_SIZE],
		const uint8_t signature[SIGNATURE_SIZE])
{
	struct signed_digest *to = &subject->signatures[subject->count++];

	memcpy(to->digest, digest, HASH_SIZE);
	memcpy(to->signature, signature, SIGNATURE_SIZE);
}

static bool judge_redstone(struct bytes in)
{
	static struct redstone_payload payload;
	uint8_t feed[REDSTONE_FEED_SIZE];
	struct redstone_price price;

	return !redstone_feed(feed, "ETH") && !redstone_read(&payload, in) &&
	       !redstone_verify(&price, &payload, feed, &rules,
				sample_context()) &&
	       price.signer_count == REDSTONE_SIGNERS;
}

static void make_redstone(struct subject *out)
{
	static struct redstone_payload payload;
	struct sample_vote votes[REDSTONE_SIGNERS];
	struct buffer buffer;

	rules.signer_count = REDSTONE_SIGNERS;
	rules.threshold = 3;
	for (size_t i = 0; i < REDSTONE_SIGNERS; i++) {
		sample_address(rules.signers[i], i);
		votes[i] = (struct sample_vote){ i, "ETH", 250000000000 + i,
						 1750000000000 };
	}
	buffer_init(&buffer, out->bytes, ROOM);
	sample_redstone_payload(&buffer, votes, REDSTONE_SIGNERS);
	out->size = buffer.size;
	if (redstone_read(&payload, buffer_bytes(&buffer)))
		refuse("no payload");
	for (size_t i = 0; i < payload.count; i++)
		add(out, payload.packages[i].digest,
		    payload.packages[i].signature);
}

static bool judge_pyth(struct bytes in)
{
	struct pyth_update update;
	struct pyth_price price;
	enum pyth_kind kind;
	size_t count = 0;

	if (pyth_read(&update, in) ||
	    pyth_verify(&update, &guardians, sample_context()))
		return false;
	while (!pyth_next(&kind, &price, &update))
		count += kind == PYTH_PRICE;
	return count == PRICES;
}

static void add_guardians(struct subject *out,
			  const struct wormhole_message *message)
{
	for (size_t i = 0; i < message->signature_count; i++) {
		uint8_t signature[SIGNATURE_SIZE];

		memcpy(signature, message->signatures.data +
		       i * WORMHOLE_SIGNATURE_SIZE + 1, SIGNATURE_SIZE);
		signature[SIGNATURE_SIZE - 1] += 27;
		add(out, message->digest, signature);
	}
}

static void make_pyth(struct subject *out)
{
	struct pyth_update update;
	struct buffer buffer;

	sample_guardians(&guardians, 3, GUARDIANS);
	buffer_init(&buffer, out->bytes, ROOM);
	sample_deep_update(&buffer, PRICES, STEPS, QUORUM);
	out->size = buffer.size;
	if (pyth_read(&update, buffer_bytes(&buffer)))
		refuse("no update");
	add_guardians(out, &update.message);
}

/* The signed message alone, without what is proven below its root. */
static bool judge_wormhole(struct bytes in)
{
	struct wormhole_message message;

	return !wormhole_read(&message, in) &&
	       !wormhole_verify(&message, &guardians, sample_context());
}

static void make_wormhole(struct subject *out)
{
	static const uint8_t root[37] = "AUWV";
	struct wormhole_message message;
	struct buffer buffer;

	buffer_init(&buffer, out->bytes, ROOM);
	sample_message(&buffer, &(struct sample_message){
					3, QUORUM, 26, sample_pyth_emitter,
					bytes_of(root, sizeof(root)) });
	out->size = buffer.size;
	if (wormhole_read(&message, buffer_bytes(&buffer)))
		refuse("no message");
	add_guardians(out, &message);
}

static bool judge_stream(struct bytes in)
{
	struct stream_report report;

	return !stream_read(&report, in) &&
	       !stream_verify(&report, &signers, sample_context());
}

static void make_stream(struct subject *out)
{
	struct stream_report report;
	struct buffer buffer;

	signers.count = signers.threshold = STREAM_SIGNERS;
	for (size_t i = 0; i < STREAM_SIGNERS; i++)
		sample_address(signers.addresses[i], i);
	buffer_init(&buffer, out->bytes, ROOM);
	sample_stream_report(&buffer, STREAM_SIGNERS);
	out->size = buffer.size;
	if (stream_read(&report, buffer_bytes(&buffer)))
		refuse("no report");
	for (size_t i = 0; i < report.signature_count; i++)
		add(out, report.digest, report.signatures[i]);
}

static void recover_bare(const struct subject *subject,
			 const secp256k1_context *context)
{
	for (size_t i = 0; i < subject->count; i++) {
		const struct signed_digest *s = &subject->signatures[i];
		secp256k1_ecdsa_recoverable_signature signature;
		secp256k1_pubkey key;

		if (!secp256k1_ecdsa_recoverable_signature_parse_compact(
			    context, &signature, s->signature,
			    s->signature[64] - 27) ||
		    !secp256k1_ecdsa_recover(context, &key, &signature,
					     s->digest))
			refuse("libsecp256k1 recovers nothing");
	}
}

/* In turns, so that both see the same moods of the machine. */
static void run(struct subject *subject, const secp256k1_context *context)
{
	struct bytes in = bytes_of(subject->bytes, subject->size);
	double count = (double)subject->count * TURNS;

	subject->ours_s = subject->bare_s = 1.0;
	for (int round = 0; round < 2 * RUNS; round++) {
		double start = cpu_s();

		for (int i = 0; i < TURNS; i++)
			if (!subject->judge(in))
				refuse(subject->name);
		keep_least(&subject->ours_s, start, count);
		start = cpu_s();
		for (int i = 0; i < TURNS; i++)
			recover_bare(subject, context);
		keep_least(&subject->bare_s, start, count);
	}
	printf("signatures_%s_s %.9f\nsignatures_%s_bare_s %.9f\n",
	       subject->name, subject->ours_s, subject->name, subject->bare_s);
}

int main(void)
{
	static struct subject redstone = { .name = "redstone",
					   .judge = judge_redstone };
	static struct subject pyth = { .name = "pyth", .judge = judge_pyth };
	static struct subject wormhole = { .name = "wormhole",
					   .judge = judge_wormhole };
	static struct subject stream = { .name = "stream",
					 .judge = judge_stream };
	secp256k1_context *context =
		secp256k1_context_create(SECP256K1_CONTEXT_VERIFY);

	if (!context)
		refuse("no context");
	make_redstone(&redstone);
	make_pyth(&pyth);
	make_wormhole(&wormhole);
	make_stream(&stream);
	run(&redstone, context);
	run(&wormhole, context);
	run(&pyth, context);
	run(&stream, context);
	secp256k1_context_destroy(context);
	return 0;
}
