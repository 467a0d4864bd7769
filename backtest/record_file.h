/* record_file.h -- a whole backtest in one file: its plan with every bar, and
 * the record of each run; reports and comparisons need nothing else.
 *
 *   [version, input digest, plan, [run, ...], keccak of all bytes before]
 *
 * as canonical CBOR.  Host only. */
#ifndef BACKTEST_RECORD_FILE_H
#define BACKTEST_RECORD_FILE_H

#include "backtest/plan_codec.h"
#include "backtest/record.h"

#define RECORD_FILE_VERSION 2
#define RECORD_FILE_BYTES_MAX (UINT32_C(2) << 30)
#define RECORD_FILE_NAME "record.cbor" /* in a folder of results */

/** record_file_encode - appends the file's bytes.  Cost: O(lines and bars) */
void record_file_encode(struct text *out, const struct backtest_record *record);

/** A record read back, with the plan that it is of. */
struct record_file {
	struct backtest_record record; /* record.plan: &store.plan */
	struct plan_store store;
};

/**
 * record_file_decode - the bytes of record_file_encode and no others.
 *
 * Out:     *out  untouched unless OK; record_file_free frees it
 * Returns: E_MALFORMED  cut short, altered (the digest differs), of another
 *                       version, runs out of order; said in words
 *          E_INPUT      its policy lies outside the bounds of this release
 *          E_LIMIT      more lines than a record may have
 * Cost:    O(bytes) */
MUST_CHECK enum status record_file_decode(struct record_file **out,
					  struct bytes in, struct error *error);
void record_file_free(struct record_file *file);

/** record_file_write, record_file_read - the same at a path; also the errors
 *  of file_write and file_read. */
MUST_CHECK enum status record_file_write(const char *path,
					 const struct backtest_record *record,
					 struct error *error);
MUST_CHECK enum status record_file_read(struct record_file **out,
					const char *path, struct error *error);

#endif
