/* ingest_rows.h -- names of what a row says, and a row as COPY sends it.  Host
 * only, inside sql/. */
#ifndef SQL_INGEST_ROWS_H
#define SQL_INGEST_ROWS_H

#include "sql/ingest.h"

/** ingest_encode - adds a row in the columns of queries/ingest_copy.sql and
 *  ingest_append.sql. */
void ingest_encode(struct text *out, const struct ingest_row *row,
		   int64_t import_id);

/** ingest_compare_names - by feed, time and round: below, at or above 0. */
int ingest_compare_names(const struct ingest_row *a,
			 const struct ingest_row *b);

/** ingest_says_the_same - whether all is equal that a disagreement can be
 *  about. */
bool ingest_says_the_same(const struct ingest_row *a,
			  const struct ingest_row *b);

const char *ingest_verdict_name(enum ingest_verdict verdict);
const char *ingest_signature_name(enum ingest_signature signature);

#endif
