/* data_streams.c -- see data_streams.h. */
#include "feeds/wire/data_streams.h"

#include <string.h>

#include "feeds/wire/abi_words.h"

#define HEAD_WORDS 7
#define BLOB_WORDS 9
#define SCHEMA 3

/** Words of the input, one after the other. */
struct reader {
	const uint8_t *at;
	size_t left; /* words */
};

static const uint8_t *word(struct reader *reader)
{
	const uint8_t *at = reader->at;

	if (!reader->left)
		return NULL;
	reader->at += WORD;
	reader->left--;
	return at;
}

/* A word that must hold a certain number. */
static bool expect(struct reader *reader, uint64_t wanted)
{
	const uint8_t *at = word(reader);
	u128 value;

	return at && !load_be256(&value, at) && value == wanted;
}

static bool read_count(size_t *out, struct reader *reader)
{
	const uint8_t *at = word(reader);
	u128 value;

	if (!at || load_be256(&value, at) || value > reader->left)
		return false;
	*out = (size_t)value;
	return true;
}

static enum status read_blob(struct stream_report *out, const uint8_t *blob)
{
	struct words words = words_of(bytes_of(blob, BLOB_WORDS * WORD),
				      BLOB_WORDS);

	memcpy(out->feed, words_next(&words), STREAM_FEED_SIZE);
	if (load_be16(out->feed) != SCHEMA)
		return E_MALFORMED;
	out->valid_from_s = (uint32_t)words_bounded(&words, UINT32_MAX);
	out->observed_s = (uint32_t)words_bounded(&words, UINT32_MAX);
	out->native_fee = words_amount(&words);
	out->link_fee = words_amount(&words);
	out->expires_s = (uint32_t)words_bounded(&words, UINT32_MAX);
	out->price = words_signed(&words);
	out->bid = words_signed(&words);
	out->ask = words_signed(&words);
	return words.status;
}

static void digest_of(struct stream_report *out, const uint8_t *context,
		      const uint8_t *blob)
{
	uint8_t hash[HASH_SIZE];
	struct keccak keccak;

	keccak256(hash, blob, BLOB_WORDS * WORD);
	keccak_init(&keccak);
	keccak_update(&keccak, hash, sizeof(hash));
	keccak_update(&keccak, context, 3 * WORD);
	keccak_final(&keccak, out->digest);
}

/* r[], s[] and the v bytes of the head's last word. */
static enum status read_signatures(struct stream_report *out,
				   struct reader *reader, const uint8_t *v)
{
	size_t again = 0;

	if (!read_count(&out->signature_count, reader) ||
	    !out->signature_count)
		return E_MALFORMED;
	if (out->signature_count > STREAM_SIGNERS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < out->signature_count; i++)
		memcpy(out->signatures[i], word(reader), WORD);
	if (!read_count(&again, reader) || again != out->signature_count)
		return E_MALFORMED;
	for (size_t i = 0; i < out->signature_count; i++)
		memcpy(out->signatures[i] + WORD, word(reader), WORD);
	for (size_t i = 0; i < WORD; i++) {
		if (v[i] > (i < out->signature_count))
			return E_MALFORMED;
		if (i < out->signature_count)
			out->signatures[i][2 * WORD] = (uint8_t)(27 + v[i]);
	}
	return OK;
}

/* Offsets are in bytes from the start; those of r and s follow from the count,
 * which is read only later. */
static bool offsets_fit(const uint8_t *head, size_t signatures)
{
	struct reader reader = { head + 3 * WORD, 3 };
	size_t blob = HEAD_WORDS, r = blob + 1 + BLOB_WORDS;

	return expect(&reader, blob * WORD) && expect(&reader, r * WORD) &&
	       expect(&reader, (r + 1 + signatures) * WORD);
}

enum status stream_read(struct stream_report *out, struct bytes in)
{
	struct stream_report read = { 0 };
	struct reader reader;
	enum status status;

	if (in.size % WORD || in.size < (HEAD_WORDS + BLOB_WORDS + 3) * WORD)
		return E_MALFORMED;
	reader = (struct reader){ in.data + HEAD_WORDS * WORD,
				  in.size / WORD - HEAD_WORDS };
	if (!expect(&reader, BLOB_WORDS * WORD))
		return E_MALFORMED;
	status = read_blob(&read, reader.at);
	if (status)
		return status;
	digest_of(&read, in.data, reader.at);
	reader.at += BLOB_WORDS * WORD;
	reader.left -= BLOB_WORDS;
	status = read_signatures(&read, &reader, in.data + 6 * WORD);
	if (status)
		return status;
	if (reader.left || !offsets_fit(in.data, read.signature_count))
		return E_MALFORMED;
	*out = read;
	return OK;
}

enum status stream_signer(uint8_t out20[STREAM_ADDRESS_SIZE],
			  const struct stream_report *report, size_t i,
			  const struct signer_context *context)
{
	uint8_t key[PUBLIC_KEY_SIZE];
	enum status status = i < report->signature_count
				     ? recover_public_key(key, context,
							  report->digest,
							  report->signatures[i])
				     : E_INPUT;

	if (!status)
		address_from_public_key(out20, key);
	return status;
}

static size_t place_of(const uint8_t address[STREAM_ADDRESS_SIZE],
		       const struct stream_signers *signers)
{
	size_t i = 0;

	while (i < signers->count &&
	       memcmp(signers->addresses[i], address, STREAM_ADDRESS_SIZE))
		i++;
	return i;
}

enum status stream_verify(const struct stream_report *report,
			  const struct stream_signers *signers,
			  const struct signer_context *context)
{
	uint32_t seen = 0;

	if (!signers->count || signers->count > STREAM_SIGNERS_MAX ||
	    !signers->threshold)
		return E_INPUT;
	for (size_t i = 0; i < report->signature_count; i++) {
		uint8_t address[STREAM_ADDRESS_SIZE];
		enum status status = stream_signer(address, report, i, context);
		size_t place = status ? 0 : place_of(address, signers);

		if (status)
			return status;
		if (place == signers->count || seen >> place & 1)
			return E_AUTHENTIC;
		seen |= (uint32_t)1 << place;
	}
	return report->signature_count < signers->threshold ? E_REFUSED : OK;
}
