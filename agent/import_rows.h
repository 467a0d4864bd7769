/* import_rows.h -- price files to observations, every row judged.
 *
 * Host only; touches neither files nor the store.  Formats by header:
 *   candles  time,open,high,low,close[,volume][,...]
 *   ticks    time,price[,...]
 *   rounds   time,round_id,...,price
 * Other columns are ignored.  Numbers are exact decimals.  A row is rejected
 * with a reason, never mended; two rows of one moment that disagree stop the
 * file. */
#ifndef AGENT_IMPORT_ROWS_H
#define AGENT_IMPORT_ROWS_H

#include "sql/observations.h"

#define IMPORT_REJECTIONS_MAX 100000u

struct import_rows {
	enum feed_kind kind;
	uint32_t interval_s; /* of candles, given or found; else 0 */
	uint64_t rows_read;  /* data lines */
	uint64_t duplicates; /* equal to the row before */
	struct observation *rows;
	size_t count, capacity;
	struct rejection *rejections;
	size_t rejection_count, rejection_capacity;
};

struct import_format {
	const char *name;    /* "candles", "ticks", "rounds"; NULL: by header */
	uint32_t interval_s; /* of candles; 0: found from the times */
};

/**
 * import_rows_parse - all rows of a CSV text.
 * Returns: E_MALFORMED  no header, columns missing, rows that disagree
 *          E_USAGE      unknown format; an interval that cannot be found
 *          E_MISSING    a header and nothing below it
 *          E_LIMIT      more rejections than IMPORT_REJECTIONS_MAX
 * OK also with rejected rows: the caller decides.  Cost: O(bytes). */
MUST_CHECK enum status import_rows_parse(struct import_rows *out,
					 struct bytes csv,
					 const struct import_format *format,
					 struct error *error);
void import_rows_free(struct import_rows *rows);

#endif
