/* database.c -- see database.h. */
#include "sql/database.h"

#include <assert.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hex.h"
#include "sql/sql_files.h"

struct database {
	PGconn *connection;
};

struct rows {
	PGresult *result;
};

/* libpq ends its messages with line ends; an error is one line. */
static void first_line(char *out, size_t size, const char *text)
{
	size_t length = strcspn(text, "\n");

	if (length >= size)
		length = size - 1;
	memcpy(out, text, length);
	out[length] = 0;
}

static enum status lost(const char *what, struct error *error)
{
	char line[300];

	first_line(line, sizeof(line), what);
	error_set(error, E_PEER, "PostgreSQL: %s", line);
	return error_hint(error, "`plimsoll db up` starts the private cluster; "
			  "`plimsoll db status` says what is running.");
}

/* SQLSTATE classes: 22 bad data, 23 constraints, P0 raised by our own
 * functions: the data's fault; everything else is the server's. */
static enum status failed(const struct database *database,
			  const PGresult *result, struct error *error)
{
	const char *state = result ? PQresultErrorField(result,
							PG_DIAG_SQLSTATE)
				   : NULL;
	const char *text = result ? PQresultErrorField(
					    result, PG_DIAG_MESSAGE_PRIMARY)
				  : NULL;
	char line[300];

	if (PQstatus(database->connection) != CONNECTION_OK || !state)
		return lost(PQerrorMessage(database->connection), error);
	first_line(line, sizeof(line), text ? text : "unknown error");
	if (!strncmp(state, "22", 2) || !strncmp(state, "23", 2) ||
	    !strncmp(state, "P0", 2))
		return error_set(error, E_REFUSED, "the store refuses: %s",
				 line);
	error_set(error, E_PEER, "PostgreSQL: %s (SQLSTATE %s)", line, state);
	if (!strncmp(state, "42", 2) || !strncmp(state, "3F", 2))
		return error_hint(error, "`plimsoll db migrate` brings the "
				  "schema up to this program.");
	if (!strncmp(state, "57P", 3))
		return error_hint(error, "The server is stopping; `plimsoll db "
				  "up` starts the private cluster again.");
	return E_PEER;
}

enum status database_open(struct database **out, const char *conninfo,
			  struct error *error)
{
	struct database *database;
	PGconn *connection = PQconnectdb(conninfo);
	enum status status;
	char line[300];

	if (!connection)
		return error_set(error, E_SYSTEM, "out of memory");
	if (PQstatus(connection) != CONNECTION_OK) {
		PQconninfoOption *options = PQconninfoParse(conninfo, NULL);

		status = options ? E_PEER : E_USAGE;
		PQconninfoFree(options);
		if (status == E_PEER) {
			lost(PQerrorMessage(connection), error);
		} else {
			first_line(line, sizeof(line),
				   PQerrorMessage(connection));
			error_set(error, E_USAGE, "PLIMSOLL_DB: %s", line);
		}
		PQfinish(connection);
		return status;
	}
	database = memory_allocate(1, sizeof(*database));
	database->connection = connection;
	status = database_script(database, "SET client_min_messages = warning; "
				 "SET timezone = 'UTC'", error);
	if (status)
		database_close(database);
	else
		*out = database;
	return status;
}

void database_close(struct database *database)
{
	if (!database)
		return;
	PQfinish(database->connection);
	memory_free(database);
}

bool database_answers(const char *conninfo)
{
	return PQping(conninfo) == PQPING_OK;
}

enum status database_as_agent(struct database *database, struct error *error)
{
	enum status status = database_script(database,
					     "SET ROLE plimsoll_agent", error);

	if (status == E_PEER || status == E_REFUSED) {
		char reason[256];

		snprintf(reason, sizeof(reason), "%.255s", error->message);
		error_set(error, E_PEER, "the store has no role "
			  "plimsoll_agent for this user (%s)", reason);
		return error_hint(error, "`plimsoll db migrate` makes it.");
	}
	return status;
}

enum status database_script(struct database *database, const char *sql,
			    struct error *error)
{
	PGresult *result = PQexec(database->connection, sql);
	ExecStatusType code = PQresultStatus(result);
	enum status status = OK;

	if (code != PGRES_COMMAND_OK && code != PGRES_TUPLES_OK &&
	    code != PGRES_EMPTY_QUERY)
		status = failed(database, result, error);
	PQclear(result);
	return status;
}

enum status database_begin(struct database *database, struct error *error)
{
	return database_script(database, "BEGIN", error);
}

enum status database_commit(struct database *database, struct error *error)
{
	return database_script(database, "COMMIT", error);
}

void database_rollback(struct database *database)
{
	PQclear(PQexec(database->connection, "ROLLBACK"));
}

void statement_init(struct statement *statement, const char *name)
{
	statement->name = name;
	statement->count = 0;
	statement->scratch_used = 0;
}

static void bind(struct statement *statement, const char *value, char *owned)
{
	assert(statement->count < STATEMENT_PARAMETERS_MAX);
	statement->owned[statement->count] = owned;
	statement->values[statement->count++] = value;
}

/* Room for one number's text, at most 48 characters. */
static char *scratch(struct statement *statement)
{
	char *at = statement->scratch + statement->scratch_used;

	statement->scratch_used += 42;
	assert(statement->scratch_used <= STATEMENT_SCRATCH);
	return at;
}

void bind_text(struct statement *statement, const char *value)
{
	bind(statement, value, NULL);
}

void bind_integer(struct statement *statement, int64_t value)
{
	char *at = scratch(statement);

	snprintf(at, 42, "%" PRId64, value);
	bind(statement, at, NULL);
}

void bind_bool(struct statement *statement, bool value)
{
	bind(statement, value ? "t" : "f", NULL);
}

void bind_u128(struct statement *statement, u128 value)
{
	char digits[40];
	size_t at = sizeof(digits);
	char *out = scratch(statement);

	digits[--at] = 0;
	do
		digits[--at] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	memcpy(out, digits + at, sizeof(digits) - at);
	bind(statement, out, NULL);
}

void bind_bytes(struct statement *statement, const void *data, size_t size)
{
	char *text = memory_allocate(2 * size + 3, 1);

	hex_encode_prefixed(text, data, size);
	text[0] = '\\'; /* \x... is PostgreSQL's own form */
	bind(statement, text, text);
}

void bind_bytes_or_null(struct statement *statement, const void *data,
			size_t size)
{
	if (data)
		bind_bytes(statement, data, size);
	else
		bind(statement, NULL, NULL);
}

static const char *query_text(const char *name)
{
	for (const struct sql_file *f = sql_files; f->name; f++)
		if (!strncmp(f->name, "queries/", 8) &&
		    !strcmp(f->name + 8, name))
			return f->text;
	assert(name == NULL); /* no such file in sql/queries */
	return NULL;
}

enum status database_query(struct rows **out, struct database *database,
			   struct statement *statement, struct error *error)
{
	PGresult *result = PQexecParams(database->connection,
					query_text(statement->name),
					statement->count, NULL,
					statement->values, NULL, NULL, 0);
	ExecStatusType code = PQresultStatus(result);

	for (int i = 0; i < statement->count; i++)
		memory_free(statement->owned[i]);
	statement->count = 0;
	*out = NULL;
	if (code != PGRES_TUPLES_OK && code != PGRES_COMMAND_OK) {
		enum status status = failed(database, result, error);

		PQclear(result);
		return status;
	}
	*out = memory_allocate(1, sizeof(**out));
	(*out)->result = result;
	return OK;
}

enum status database_run(struct database *database, struct statement *statement,
			 struct error *error)
{
	struct rows *rows;
	enum status status = database_query(&rows, database, statement, error);

	rows_free(rows);
	return status;
}

enum status database_number(int64_t *out, struct database *database,
			    struct statement *statement, struct error *error)
{
	struct rows *rows;
	enum status status = database_query(&rows, database, statement, error);

	if (!status)
		*out = rows_integer(rows, 0, 0);
	rows_free(rows);
	return status;
}

enum status database_list(struct row_list *out, struct database *database,
			  struct statement *statement,
			  const struct row_reader *reader, struct error *error)
{
	struct row_list list;
	struct rows *rows;
	enum status status = database_query(&rows, database, statement, error);

	if (status)
		return status;
	list.count = (size_t)rows_count(rows);
	list.items = memory_allocate(list.count, reader->size);
	for (size_t i = 0; i < list.count && !status; i++)
		status = reader->read((char *)list.items + i * reader->size,
				      rows, (int)i, error);
	rows_free(rows);
	if (status)
		memory_free(list.items);
	else
		*out = list;
	return status;
}

int rows_count(const struct rows *rows)
{
	return PQntuples(rows->result);
}

bool rows_null(const struct rows *rows, int row, int column)
{
	return PQgetisnull(rows->result, row, column);
}

const char *rows_text(const struct rows *rows, int row, int column)
{
	return PQgetvalue(rows->result, row, column);
}

int64_t rows_integer(const struct rows *rows, int row, int column)
{
	return strtoll(rows_text(rows, row, column), NULL, 10);
}

bool rows_bool(const struct rows *rows, int row, int column)
{
	return *rows_text(rows, row, column) == 't';
}

enum status rows_u128(u128 *out, const struct rows *rows, int row, int column)
{
	const char *text = rows_text(rows, row, column);
	u128 value = 0;

	if (!*text)
		return E_RANGE;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || value > (~(u128)0 - digit) / 10)
			return E_RANGE;
		value = value * 10 + digit;
	}
	*out = value;
	return OK;
}

enum status rows_decimal(struct decimal *out, const struct rows *rows, int row,
			 int column)
{
	return decimal_parse(out,
			     bytes_of_string(rows_text(rows, row, column)))
		       ? E_RANGE
		       : OK;
}

struct bytes rows_bytes(const struct rows *rows, int row, int column)
{
	const char *text = rows_text(rows, row, column);
	size_t capacity = strlen(text) / 2, size = 0;
	uint8_t *data = memory_allocate(capacity + 1, 1);

	if (text[0] == '\\' &&
	    hex_decode(data, &size, capacity, bytes_of_string(text + 2)))
		size = 0;
	return bytes_of(data, size);
}

enum status rows_fixed(uint8_t *out, size_t size, const struct rows *rows,
		       int row, int column)
{
	const char *text = rows_text(rows, row, column);

	if (text[0] != '\\' || strlen(text) != 2 * size + 2)
		return E_MALFORMED;
	return hex_decode_fixed(out, size, bytes_of_string(text + 2));
}

void rows_free(struct rows *rows)
{
	if (!rows)
		return;
	PQclear(rows->result);
	memory_free(rows);
}

enum status database_copy_begin(struct database *database, const char *name,
				struct error *error)
{
	PGresult *result = PQexec(database->connection, query_text(name));
	enum status status = PQresultStatus(result) == PGRES_COPY_IN
				     ? OK
				     : failed(database, result, error);

	PQclear(result);
	return status;
}

enum status database_copy_write(struct database *database, struct bytes rows,
				struct error *error)
{
	if (PQputCopyData(database->connection, (const char *)rows.data,
			  (int)rows.size) == 1)
		return OK;
	return lost(PQerrorMessage(database->connection), error);
}

enum status database_copy_end(struct database *database, struct error *error)
{
	PGresult *result;
	enum status status = OK;

	if (PQputCopyEnd(database->connection, NULL) != 1)
		return lost(PQerrorMessage(database->connection), error);
	while ((result = PQgetResult(database->connection))) {
		if (!status && PQresultStatus(result) != PGRES_COMMAND_OK)
			status = failed(database, result, error);
		PQclear(result);
	}
	return status;
}

void database_copy_abandon(struct database *database)
{
	PGresult *result;

	PQputCopyEnd(database->connection, "abandoned");
	while ((result = PQgetResult(database->connection)))
		PQclear(result);
}
