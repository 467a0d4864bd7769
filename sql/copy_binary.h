/* copy_binary.h -- fields of PostgreSQL's COPY binary format: an order faster
 * to read for the server than text.  Host only, inside sql/.
 *
 * A stream is copy_binary_start, rows of copy_binary_row and as many fields as
 * it says, copy_binary_end; all are added to the text.
 * Source: PostgreSQL 15, reference page of COPY, "Binary Format"; numeric as
 * numeric_recv of src/backend/utils/adt/numeric.c reads it. */
#ifndef SQL_COPY_BINARY_H
#define SQL_COPY_BINARY_H

#include "base/decimal.h"
#include "base/host/memory.h"

void copy_binary_start(struct text *out);
void copy_binary_row(struct text *out, int fields);
void copy_binary_end(struct text *out);

void copy_binary_null(struct text *out);
/** A bigint. */
void copy_binary_int64(struct text *out, int64_t value);
/** A timestamptz of unix milliseconds. */
void copy_binary_time(struct text *out, int64_t unix_ms);
/** A numeric, exact; both show the digits that their plain notation has. */
void copy_binary_decimal(struct text *out, struct decimal value);
void copy_binary_u128(struct text *out, u128 value);
/** A bytea, or a text without zero bytes. */
void copy_binary_bytes(struct text *out, const void *data, size_t size);

#endif
