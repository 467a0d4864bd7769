/* copy_text.h -- fields of PostgreSQL's COPY text format.  Host only, inside
 * sql/. */
#ifndef SQL_COPY_TEXT_H
#define SQL_COPY_TEXT_H

#include "base/host/memory.h"

/* Every field but a line's first begins with a tab, which these write; a line
 * starts with copy_start. */
void copy_start(struct text *out, int64_t first);
void copy_integer(struct text *out, uint64_t value);
void copy_u128(struct text *out, u128 value);
void copy_bytes(struct text *out, const uint8_t *data, size_t size);
/** Backslashes, tabs and line ends become spaces: names have none. */
void copy_name(struct text *out, const char *name);
/** A time; 0 is NULL. */
void copy_time(struct text *out, uint64_t unix_s);

#endif
