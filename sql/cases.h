/* cases.h -- cases at rest, and which stored series each contains.
 *
 * Host only.  From a case's inputs SQL reaches every bar it used, and from
 * there every observation. */
#ifndef SQL_CASES_H
#define SQL_CASES_H

#include "case/case.h"
#include "sql/database.h"

/** One series inside a case: where its bars came from. */
struct case_input_record {
	int64_t feed_id;
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX]; /* out */
	uint32_t interval_s;
	int64_t first_open_s, last_open_s;
	uint64_t count;
	uint8_t digest[HASH_SIZE]; /* bar_chain over its bars, from zeros */
	int64_t snapshot;          /* newest import it could see */
};

struct case_record {
	uint8_t digest[HASH_SIZE];
	uint64_t chain_id;
	uint8_t market[HASH_SIZE];
	uint64_t epoch, anchor_block;
	uint8_t policy_hash[HASH_SIZE];
	struct bytes bytes; /* canonical CBOR */
	size_t input_count;
	const struct case_input_record *inputs;
};

/** case_store - case and inputs in one transaction; their bars are marked
 *  used.  A case that is there already is left. */
MUST_CHECK enum status case_store(struct database *database,
				  const struct case_record *record,
				  struct error *error);
/** case_load - bytes, memory_free'd by the caller; E_MISSING. */
MUST_CHECK enum status case_load(struct bytes *out, struct database *database,
				 const uint8_t digest32[HASH_SIZE],
				 struct error *error);
/** case_inputs_load - memory_free'd by the caller; none is OK. */
MUST_CHECK enum status case_inputs_load(struct case_input_record **out,
					size_t *count,
					struct database *database,
					const uint8_t digest32[HASH_SIZE],
					struct error *error);

/** bars_digest - bar_chain over bars from 32 zero bytes. */
void bars_digest(uint8_t out32[HASH_SIZE], const struct bar *bars,
		 size_t count);

#endif
