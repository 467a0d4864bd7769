/* record_codec.h -- a run's record as canonical CBOR: what record files and
 * checkpoints hold.
 *
 * Doubles and floats travel as their bits, not-a-number in its one quiet form,
 * so that what is read is what was written.  Host only. */
#ifndef BACKTEST_RECORD_CODEC_H
#define BACKTEST_RECORD_CODEC_H

#include "backtest/record.h"
#include "base/cbor.h"
#include "base/host/memory.h"

/* Bounds of a run read from outside. */
#define RECORD_DECISIONS_MAX 200000u
#define RECORD_HOURS_MAX 400000u        /* 45 years */
#define RECORD_LIQUIDATIONS_MAX 20000000u

#define RECORD_TIME_MAX INT64_C(7258118400) /* 2200-01-01 */

#define RECORD_AMOUNT_MAX 1e100 /* of any number, either sign */
#define RECORD_LTV_MAX 10.0f

/** run_record_encode - appends one CBOR item; `asset_count` assets of each
 *  line are written.  Cost: O(lines) */
void run_record_encode(struct text *out, const struct run_record *run,
		       size_t asset_count);

/**
 * run_record_decode - one item, strictly: the bytes that run_record_encode
 * writes and no others.
 *
 * Out:     out  zero before; the caller frees it with run_record_free, also
 *               after a failure
 * Returns: E_MALFORMED  other bytes; times that do not ascend or lie beyond
 *                       1970 .. 2200, an LTV beyond its bound, numbers that are
 *                       not finite (but prices and realised returns may be
 *                       NaN), assets beyond asset_count, an unknown setter
 *          E_LIMIT      more lines than the bounds above
 * Cost:    O(bytes); memory follows what was read, not what a head claims */
MUST_CHECK enum status run_record_decode(struct run_record *out,
					 struct cbor_reader *reader,
					 size_t asset_count);

/* For the other codecs of backtest/. */
void shift_encode(struct buffer *out, const struct threshold_shift *shift,
		  size_t asset_count);
/** shift_decode - E_MALFORMED beyond 100 % either way. */
MUST_CHECK enum status shift_decode(struct threshold_shift *out,
				    struct cbor_reader *reader,
				    size_t asset_count);
void record_put(struct text *out, const struct buffer *item);
/** record_put_bytes - a byte string of any length. */
void record_put_bytes(struct text *out, struct bytes bytes);
/** record_time - within 1970 .. 2200. */
bool record_time(int64_t time_s);
/** record_bounded - false where a double is beyond RECORD_AMOUNT_MAX or not a
 *  number. */
bool record_bounded(double value);

#endif
