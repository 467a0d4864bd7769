/* quotes.c -- see quotes.h. */
#include "sql/quotes.h"

#include <stdio.h>

static enum status read_quote(void *item, const struct rows *rows, int row,
			      struct error *error)
{
	struct stored_quote *out = item;

	snprintf(out->source, sizeof(out->source), "%s",
		 rows_text(rows, row, 0));
	out->time_s = rows_integer(rows, row, 2);
	if (rows_decimal(&out->price, rows, row, 1))
		return error_set(error, E_RANGE, "the store has a price of %s, "
				 "%.80s, that does not fit here", out->source,
				 rows_text(rows, row, 1));
	return OK;
}

enum status quotes_newest(struct stored_quote **out, size_t *count,
			  struct database *database,
			  const struct quotes_query *query, struct error *error)
{
	static const struct row_reader reader = { sizeof(struct stored_quote),
						  read_quote };
	struct statement statement;
	struct row_list list;
	enum status status;

	statement_init(&statement, "quotes_newest");
	bind_text(&statement, query->asset);
	bind_text(&statement, query->quote);
	bind_integer(&statement, query->at_s);
	bind_integer(&statement, query->since_s);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}
