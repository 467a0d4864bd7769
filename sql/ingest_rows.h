/* ingest_rows.h -- rows of a flush as COPY sends them: sorted by name, encoded,
 * and which days they touch.  Host only, inside sql/. */
#ifndef SQL_INGEST_ROWS_H
#define SQL_INGEST_ROWS_H

#include "sql/ingest.h"

/** ingest_sort - the rows by feed, time and round, equal names in the batch's
 *  order; memory_free'd by the caller. */
const struct ingest_row **ingest_sort(const struct ingest_batch *batch);

/** ingest_encode - adds a row in the columns of queries/ingest_copy.sql. */
void ingest_encode(struct text *out, const struct ingest_row *row);

/** ingest_days - adds the days since 1970 of sorted rows as an array of
 *  PostgreSQL's, and puts first and last source time (unix ms) in span. */
void ingest_days(struct text *out, int64_t span[2],
		 const struct ingest_row *const *rows, size_t count);

const char *ingest_verdict_name(enum ingest_verdict verdict);
const char *ingest_signature_name(enum ingest_signature signature);

#endif
