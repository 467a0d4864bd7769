/* abi_words.h -- the words of a contract's answer, one after the other.
 *
 * Pure, for the decoders of this folder.  The first failure sticks, so that a
 * decoder asks once, at its end: E_MALFORMED another number of words, or a
 * flag or address that is none; E_RANGE a number beyond its type. */
#ifndef FEEDS_WIRE_ABI_WORDS_H
#define FEEDS_WIRE_ABI_WORDS_H

#include <string.h>

#include "base/bytes.h"
#include "crypto/hex.h"

#define WORD 32

struct words {
	struct bytes in;
	size_t at;
	enum status status;
};

/** words_of - an answer of exactly `count` words. */
static inline struct words words_of(struct bytes in, size_t count)
{
	return (struct words){ in, 0,
			       in.size == count * WORD ? OK : E_MALFORMED };
}

static inline const uint8_t *words_next(struct words *words)
{
	static const uint8_t zero[WORD];
	const uint8_t *word;

	if (words->status || words->in.size - words->at < WORD)
		return zero;
	word = words->in.data + words->at; /* no data may be no pointer */
	words->at += WORD;
	return word;
}

static inline void words_fail(struct words *words, enum status status)
{
	if (!words->status)
		words->status = status;
}

/** words_amount - an unsigned number of at most 128 bits. */
static inline u128 words_amount(struct words *words)
{
	u128 value = 0;
	enum status status = load_be256(&value, words_next(words));

	if (status)
		words_fail(words, status);
	return value;
}

/** words_signed - a sign-extended number of at most 128 bits. */
static inline i128 words_signed(struct words *words)
{
	const uint8_t *word = words_next(words);
	uint8_t sign = word[16] & 0x80 ? 0xff : 0;

	for (size_t i = 0; i < WORD / 2; i++)
		if (word[i] != sign)
			words_fail(words, E_RANGE);
	return (i128)load_be128(word + 16);
}

static inline uint64_t words_bounded(struct words *words, uint64_t max)
{
	u128 value = words_amount(words);

	if (value > max) {
		words_fail(words, E_RANGE);
		return 0;
	}
	return (uint64_t)value;
}

static inline uint32_t words_bps(struct words *words)
{
	return (uint32_t)words_bounded(words, UINT32_MAX);
}

static inline bool words_flag(struct words *words)
{
	u128 value = words_amount(words);

	if (value > 1)
		words_fail(words, E_MALFORMED);
	return value == 1;
}

static inline void words_address(uint8_t out20[ADDRESS_SIZE],
				 struct words *words)
{
	const uint8_t *word = words_next(words);

	for (size_t i = 0; i < WORD - ADDRESS_SIZE; i++)
		if (word[i])
			words_fail(words, E_MALFORMED);
	memcpy(out20, word + WORD - ADDRESS_SIZE, ADDRESS_SIZE);
}

static inline void words_skip(struct words *words, size_t count)
{
	while (count--)
		words_next(words);
}

#endif
