/* database.h -- one connection to PostgreSQL and the statements run on it.
 *
 * Host only; the one folder that knows libpq.  Every statement is a file of
 * sql/queries, called by its name; values travel as parameters, never inside
 * SQL text.  Failures of the server or the connection are E_PEER, with a hint
 * on what to do; what the data forbids (a constraint) is E_REFUSED. */
#ifndef SQL_DATABASE_H
#define SQL_DATABASE_H

#include <stdbool.h>

#include "base/decimal.h"
#include "base/host/error.h"
#include "base/host/memory.h"

#define STATEMENT_PARAMETERS_MAX 32
#define STATEMENT_SCRATCH 1344

struct database;
struct rows;

/** One call of a query: parameters in order $1, $2, ... */
struct statement {
	const char *name; /* file of sql/queries without .sql */
	int count;
	const char *values[STATEMENT_PARAMETERS_MAX];
	char *owned[STATEMENT_PARAMETERS_MAX]; /* hexadecimal of byte strings */
	char scratch[STATEMENT_SCRATCH];       /* texts of numbers */
	size_t scratch_used;
};

/** database_open - connects; E_PEER (unreachable, refused), E_USAGE (the
 *  connection string itself is wrong). */
MUST_CHECK enum status database_open(struct database **out,
				     const char *conninfo, struct error *error);
void database_close(struct database *database);
/** database_answers - true when a server takes connections at conninfo. */
bool database_answers(const char *conninfo);
/** database_as_agent - drops to the rights of role plimsoll_agent; E_PEER
 *  with the hint to migrate when the role is not there. */
MUST_CHECK enum status database_as_agent(struct database *database,
					 struct error *error);

MUST_CHECK enum status database_begin(struct database *database,
				      struct error *error);
MUST_CHECK enum status database_commit(struct database *database,
				       struct error *error);
/** database_rollback - never fails: a lost connection has rolled back. */
void database_rollback(struct database *database);
/** database_script - SQL text without parameters, several statements. */
MUST_CHECK enum status database_script(struct database *database,
				       const char *sql, struct error *error);

/* A text is borrowed until the statement ran; NULL is SQL's NULL. */
void statement_init(struct statement *statement, const char *name);
void bind_text(struct statement *statement, const char *value);
void bind_integer(struct statement *statement, int64_t value);
void bind_bool(struct statement *statement, bool value);
void bind_u128(struct statement *statement, u128 value);
void bind_bytes(struct statement *statement, const void *data, size_t size);
/** bind_bytes_or_null - NULL data is SQL's NULL. */
void bind_bytes_or_null(struct statement *statement, const void *data,
			size_t size);

/** database_query - runs and consumes the statement; *out is freed by
 *  rows_free and NULL on failure.  database_run - the same without rows. */
MUST_CHECK enum status database_query(struct rows **out,
				      struct database *database,
				      struct statement *statement,
				      struct error *error);
MUST_CHECK enum status database_run(struct database *database,
				    struct statement *statement,
				    struct error *error);

/** database_number - runs and consumes a statement that gives one row with one
 *  integer, as first of its columns. */
MUST_CHECK enum status database_number(int64_t *out, struct database *database,
				       struct statement *statement,
				       struct error *error);

/** How a row becomes an item of a list. */
struct row_reader {
	size_t size; /* of an item, bytes */
	enum status (*read)(void *item, const struct rows *rows, int row,
			    struct error *error);
};

struct row_list {
	void *items; /* memory_free'd by the caller */
	size_t count;
};

/** database_list - runs and consumes the statement, reads every row.  *out is
 *  left as it was unless OK. */
MUST_CHECK enum status database_list(struct row_list *out,
				     struct database *database,
				     struct statement *statement,
				     const struct row_reader *reader,
				     struct error *error);

int rows_count(const struct rows *rows);
bool rows_null(const struct rows *rows, int row, int column);
/** rows_text - "" for NULL; lives as long as the rows. */
const char *rows_text(const struct rows *rows, int row, int column);
int64_t rows_integer(const struct rows *rows, int row, int column);
bool rows_bool(const struct rows *rows, int row, int column);
/** rows_u128 / rows_decimal - E_RANGE when the number does not fit. */
MUST_CHECK enum status rows_u128(u128 *out, const struct rows *rows, int row,
				 int column);
MUST_CHECK enum status rows_decimal(struct decimal *out,
				    const struct rows *rows, int row,
				    int column);
/** rows_bytes - a copy that the caller frees; empty for NULL. */
struct bytes rows_bytes(const struct rows *rows, int row, int column);
/** rows_fixed - exactly `size` bytes; E_MALFORMED otherwise. */
MUST_CHECK enum status rows_fixed(uint8_t *out, size_t size,
				  const struct rows *rows, int row, int column);
void rows_free(struct rows *rows);

/** database_copy_* - COPY ... FROM STDIN of the named query, which says in
 *  which format the rows are: copy_text.h or copy_binary.h.  Abandoning leaves
 *  nothing and never fails. */
MUST_CHECK enum status database_copy_begin(struct database *database,
					   const char *name,
					   struct error *error);
MUST_CHECK enum status database_copy_write(struct database *database,
					   struct bytes rows,
					   struct error *error);
MUST_CHECK enum status database_copy_end(struct database *database,
					 struct error *error);
void database_copy_abandon(struct database *database);

#endif
