/* csv.h -- lines of comma-separated cells, borrowed from the input.
 *
 * Host only.  Plain CSV: one record a line, LF or CRLF, an optional byte order
 * mark, cells optionally in double quotes; a quote inside a cell, or a line
 * break inside quotes, is refused.  It knows nothing of what cells mean. */
#ifndef AGENT_CSV_H
#define AGENT_CSV_H

#include "base/bytes.h"
#include "base/status.h"

#define CSV_CELLS_MAX 32
#define CSV_LINE_MAX 4096

struct csv_reader {
	struct bytes input;
	size_t position; /* of the next line */
	uint64_t line;   /* number of the line last read, from 1 */
};

struct csv_record {
	struct bytes line; /* without its end */
	size_t count;
	struct bytes cells[CSV_CELLS_MAX]; /* spaces around them cut */
};

void csv_init(struct csv_reader *reader, struct bytes input);
/**
 * csv_next - the next line that is not empty.
 * Returns: E_MISSING   the input is at its end
 *          E_MALFORMED a quote or a NUL byte where none may be
 *          E_LIMIT     more than CSV_CELLS_MAX cells or CSV_LINE_MAX bytes;
 * after either the reader stands behind that line and out->line is set. */
MUST_CHECK enum status csv_next(struct csv_record *out,
				struct csv_reader *reader);
/** csv_column - index of a header's cell, ignoring case; -1 when absent. */
int csv_column(const struct csv_record *header, const char *name);

#endif
