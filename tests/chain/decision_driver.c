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
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case/decision.h"

#define LINE_MAX_BYTES 65536

static char *rest;

static void die(const char *why)
{
	fprintf(stderr, "decision_driver: %s\n", why);
	exit(2);
}

static char *next_word(void)
{
	char *word = strtok_r(NULL, " \n", &rest);

	if (!word)
		die("a word is missing");
	return word;
}

static u128 number(void)
{
	u128 value = 0;

	for (char *word = next_word(); *word; word++) {
		unsigned digit = (unsigned)(*word - '0');

		if (!isdigit((unsigned char)*word) ||
		    value > (~(u128)0 - digit) / 10)
			die("not a number of 128 bits");
		value = value * 10 + digit;
	}
	return value;
}

static uint64_t number64(void)
{
	u128 value = number();

	if (value >> 64)
		die("not a number of 64 bits");
	return (uint64_t)value;
}

static uint8_t number8(void)
{
	uint64_t value = number64();

	if (value > 255)
		die("not a number of 8 bits");
	return (uint8_t)value;
}

static size_t count(size_t most)
{
	uint64_t value = number64();

	if (value > most)
		die("too many");
	return (size_t)value;
}

static void fixed(uint8_t *out, size_t size)
{
	if (hex_decode_fixed(out, size, bytes_of_string(next_word())))
		die("not hexadecimal of the right length");
}

static void read_tuple(struct tuple *out)
{
	fixed(out->asset, ADDRESS_SIZE);
	out->kind = number8();
	out->count = (uint8_t)count(TUPLE_VALUES_MAX);
	for (size_t i = 0; i < out->count; i++)
		out->old_values[i] = number();
	for (size_t i = 0; i < out->count; i++)
		out->new_values[i] = number();
}

static void read_scalars(struct decision *d)
{
	fixed(d->market, HASH_SIZE);
	d->mode = number8();
	d->epoch = number64();
	d->trigger = number8();
	d->outcome = number8();
	d->evidence = number8();
	d->as_of = number64();
	d->valid_until = number64();
	d->anchor_block = number64();
}

static void answer_decision(uint8_t digest[HASH_SIZE])
{
	static struct decision d;
	struct signing_domain domain;

	domain.chain_id = number64();
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
	d.reasons = number64();
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
		a.prices[i] = number();
	attachment_digest(digest, &a);
}

int main(void)
{
	static char line[LINE_MAX_BYTES];
	uint8_t digest[HASH_SIZE];
	char text[HASH_TEXT_MAX];

	while (fgets(line, sizeof(line), stdin)) {
		char *what = strtok_r(line, " \n", &rest);

		if (what && !strcmp(what, "D"))
			answer_decision(digest);
		else if (what && !strcmp(what, "A"))
			answer_attachment(digest);
		else
			die("neither D nor A");
		if (strtok_r(NULL, " \n", &rest))
			die("too many words");
		hex_encode_prefixed(text, digest, HASH_SIZE);
		puts(text);
	}
	return 0;
}
