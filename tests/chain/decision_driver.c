/* decision_driver.c -- digests of decisions and attachments read as lines, for
 * the comparison with ethers (codec_decision.mjs).
 *
 * Words separated by blanks; numbers decimal, bytes hexadecimal with 0x:
 *
 *   D chain_id steward market mode epoch trigger outcome evidence as_of
 *     valid_until anchor_block anchor_block_hash previous_state state
 *     case_digest policy_hash model_hash fingerprint report_digest reasons
 *     nt, then nt times: asset kind count old... new...
 *   A report np probes... nq assets... prices...
 *
 * One digest a line.  Anything else ends the program with status 2. */
#include <stdio.h>
#include <string.h>

#include "case/decision.h"
#include "tests/chain/words.h"

static uint8_t number8(void)
{
	uint64_t value = words_number64();

	if (value > 255)
		words_die("not a number of 8 bits");
	return (uint8_t)value;
}

static size_t count(size_t most)
{
	uint64_t value = words_number64();

	if (value > most)
		words_die("too many");
	return (size_t)value;
}

static void fixed(uint8_t *out, size_t size)
{
	if (hex_decode_fixed(out, size, bytes_of_string(words_next())))
		words_die("not hexadecimal of the right length");
}

static void read_tuple(struct tuple *out)
{
	fixed(out->asset, ADDRESS_SIZE);
	out->kind = number8();
	out->count = (uint8_t)count(TUPLE_VALUES_MAX);
	for (size_t i = 0; i < out->count; i++)
		out->old_values[i] = words_number(NULL);
	for (size_t i = 0; i < out->count; i++)
		out->new_values[i] = words_number(NULL);
}

static void read_scalars(struct decision *d)
{
	fixed(d->market, HASH_SIZE);
	d->mode = number8();
	d->epoch = words_number64();
	d->trigger = number8();
	d->outcome = number8();
	d->evidence = number8();
	d->as_of = words_number64();
	d->valid_until = words_number64();
	d->anchor_block = words_number64();
}

static void answer_decision(uint8_t digest[HASH_SIZE])
{
	static struct decision d;
	struct signing_domain domain;

	domain.chain_id = words_number64();
	fixed(domain.steward, ADDRESS_SIZE);
	read_scalars(&d);
	fixed(d.anchor_block_hash, HASH_SIZE);
	fixed(d.previous_state, HASH_SIZE);
	fixed(d.state, HASH_SIZE);
	fixed(d.case_digest, HASH_SIZE);
	fixed(d.policy_hash, HASH_SIZE);
	fixed(d.model_hash, HASH_SIZE);
	fixed(d.protocol_fingerprint, HASH_SIZE);
	fixed(d.report_digest, HASH_SIZE);
	d.reasons = words_number64();
	d.tuple_count = count(TUPLES_MAX);
	for (size_t i = 0; i < d.tuple_count; i++)
		read_tuple(&d.tuples[i]);
	decision_digest(digest, &d, &domain);
}

static void answer_attachment(uint8_t digest[HASH_SIZE])
{
	static struct attachment a;

	fixed(a.report, HASH_SIZE);
	a.probe_count = count(PROBES_MAX);
	for (size_t i = 0; i < a.probe_count; i++)
		fixed(a.probes[i], ADDRESS_SIZE);
	a.price_count = count(ASSETS_MAX);
	for (size_t i = 0; i < a.price_count; i++)
		fixed(a.price_assets[i], ADDRESS_SIZE);
	for (size_t i = 0; i < a.price_count; i++)
		a.prices[i] = words_number(NULL);
	attachment_digest(digest, &a);
}

int main(void)
{
	uint8_t digest[HASH_SIZE];
	char text[HASH_TEXT_MAX];

	while (words_line("decision_driver")) {
		const char *what = words_next();

		if (!strcmp(what, "D"))
			answer_decision(digest);
		else if (!strcmp(what, "A"))
			answer_attachment(digest);
		else
			words_die("neither D nor A");
		words_end();
		hex_encode_prefixed(text, digest, HASH_SIZE);
		puts(text);
	}
	return 0;
}
