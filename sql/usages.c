/* usages.c -- see usages.h. */
#include "sql/usages.h"

static void bind_market(struct statement *statement,
			const struct usage_market *of)
{
	bind_integer(statement, (int64_t)of->chain_id);
	bind_bytes(statement, of->market, HASH_SIZE);
}

static enum status insert(size_t *added, struct database *database,
			  const struct usage_record *record,
			  struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "usages_insert");
	bind_market(&statement, &record->of);
	bind_bytes(&statement, record->asset, ADDRESS_SIZE);
	bind_integer(&statement, record->sample.time_s);
	bind_integer(&statement, (int64_t)record->block);
	bind_integer(&statement, record->sample.utilisation_ppm);
	bind_integer(&statement, record->sample.borrow_rate_bps);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		*added += (size_t)rows_count(rows);
	rows_free(rows);
	return status;
}

enum status usages_store(size_t *added, struct database *database,
			 const struct usage_record *records, size_t count,
			 struct error *error)
{
	size_t made = 0;
	enum status status = database_begin(database, error);

	for (size_t i = 0; i < count && !status; i++)
		status = insert(&made, database, &records[i], error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	else
		*added = made;
	return status;
}

static enum status read_sample(void *item, const struct rows *rows, int row,
			       struct error *error)
{
	struct usage_sample *out = item;

	(void)error;
	out->time_s = rows_integer(rows, row, 0);
	out->utilisation_ppm = (uint32_t)rows_integer(rows, row, 1);
	out->borrow_rate_bps = (uint32_t)rows_integer(rows, row, 2);
	return OK;
}

enum status usages_load(struct usage_sample **out, size_t *count,
			struct database *database,
			const struct usage_query *query, struct error *error)
{
	static const struct row_reader reader = { sizeof(struct usage_sample),
						  read_sample };
	struct statement statement;
	struct row_list list;
	enum status status;

	statement_init(&statement, "usages_load");
	bind_market(&statement, &query->of);
	bind_bytes(&statement, query->asset, ADDRESS_SIZE);
	bind_integer(&statement, query->from_s);
	bind_integer(&statement, query->end_s);
	bind_integer(&statement, (int64_t)query->limit);
	status = database_list(&list, database, &statement, &reader, error);
	if (status)
		return status;
	*out = list.items;
	*count = list.count;
	return OK;
}

static enum status read_block(void *item, const struct rows *rows, int row,
			      struct error *error)
{
	(void)error;
	*(uint64_t *)item = (uint64_t)rows_integer(rows, row, 0);
	return OK;
}

enum status usages_blocks(struct row_list *out, struct database *database,
			  const struct usage_market *of,
			  const uint64_t blocks[2], struct error *error)
{
	static const struct row_reader reader = { sizeof(uint64_t),
						  read_block };
	struct statement statement;

	statement_init(&statement, "usages_blocks");
	bind_market(&statement, of);
	bind_integer(&statement, (int64_t)blocks[0]);
	bind_integer(&statement, (int64_t)blocks[1]);
	return database_list(out, database, &statement, &reader, error);
}
