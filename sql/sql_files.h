/* sql_files.h -- the SQL that the build embeds (setup/sql.mk). */
#ifndef SQL_SQL_FILES_H
#define SQL_SQL_FILES_H

#include <stddef.h>

struct sql_file {
	const char *name; /* "queries/bars_load", without .sql */
	const char *text;
};

/** Ascending by name, ended by a row of NULLs. */
extern const struct sql_file sql_files[];

#endif
