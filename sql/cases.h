/* cases.h -- cases at rest, and from which stored series each was made.
 *
 * Host only.  A case is kept as its canonical bytes under their digest.  Its
 * inputs are rows (feed, interval, range, count, digest, newest import seen),
 * so that SQL reaches every bar and observation that a decision used; storing
 * a case marks those bars as used. */
#ifndef SQL_CASES_H
#define SQL_CASES_H

#include "case/case.h"
#include "sql/database.h"

/** Where series i of the case came from; feed_id 0: not from the store. */
struct case_origin {
	int64_t feed_id;
	int64_t snapshot; /* newest import it could see */
};

struct case_record {
	const struct case_input *in; /* decoded from bytes */
	struct bytes bytes;          /* canonical */
	uint32_t interval_s;         /* of its bars */
	const struct case_origin *origins; /* one a series */
};

/** case_store - the case, its inputs and the mark on their bars, in one
 *  transaction of its own; a case that is there already is left alone.
 *  Returns: E_INPUT   the policy inside does not parse
 *           E_REFUSED, E_PEER */
MUST_CHECK enum status case_store(struct database *database,
				  const struct case_record *record,
				  struct error *error);

/** case_load - canonical bytes, memory_free'd by the caller.  E_MISSING never
 *  stored; E_AUTHENTIC when the bytes no longer have that digest. */
MUST_CHECK enum status case_load(uint8_t **bytes, size_t *size,
				 struct database *database,
				 const uint8_t digest32[HASH_SIZE],
				 struct error *error);

struct stored_input {
	uint8_t ordinal;      /* index into the case's series */
	int64_t feed_id;
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], source[SOURCE_MAX];
	bool synthetic;
	uint32_t interval_s;
	int64_t first_open_s, last_open_s;
	uint64_t count;       /* bars */
	uint8_t digest[HASH_SIZE]; /* chain over the bars from the prefix */
	int64_t snapshot;
};

/** case_inputs_load - ascending by ordinal, memory_free'd by the caller; none
 *  when the case is unknown. */
MUST_CHECK enum status case_inputs_load(struct stored_input **out,
					size_t *count,
					struct database *database,
					const uint8_t digest32[HASH_SIZE],
					struct error *error);

/** series_digest - the chain digest after the series' last bar. */
void series_digest(uint8_t out32[HASH_SIZE], const struct series *series);

#endif
