/* breakers.c -- see breakers.h. */
#include "sql/breakers.h"

#include <stdio.h>
#include <string.h>

enum status breaker_record(struct database *database,
			   const struct breaker_change *change,
			   struct error *error)
{
	struct statement statement;

	statement_init(&statement, "breakers_insert");
	bind_text(&statement, change->asset);
	bind_text(&statement, change->quote);
	bind_bool(&statement, change->opened);
	bind_integer(&statement, change->changed_ms);
	bind_integer(&statement, change->dispersion_ppm);
	bind_integer(&statement, change->families);
	return database_run(database, &statement, error);
}

static enum status read_change(void *item, const struct rows *rows, int row,
			       struct error *error)
{
	struct breaker_change *out = item;

	(void)error;
	snprintf(out->asset, sizeof(out->asset), "%s", rows_text(rows, row, 0));
	snprintf(out->quote, sizeof(out->quote), "%s", rows_text(rows, row, 1));
	out->opened = rows_bool(rows, row, 2);
	out->changed_ms = rows_integer(rows, row, 3);
	out->dispersion_ppm = rows_integer(rows, row, 4);
	out->families = (int32_t)rows_integer(rows, row, 5);
	return OK;
}

enum status breakers_load(struct breaker_change **out, size_t *count,
			  struct database *database, int64_t at_s,
			  struct error *error)
{
	static const struct row_reader reader = {
		sizeof(struct breaker_change), read_change };
	struct statement statement;
	struct row_list list;
	enum status status;

	statement_init(&statement, "breakers_newest");
	bind_integer(&statement, at_s);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}

const struct breaker_change *breaker_find(const struct breaker_change *list,
					  size_t count, const char *asset,
					  const char *quote)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].asset, asset) &&
		    !strcmp(list[i].quote, quote))
			return &list[i];
	return NULL;
}
