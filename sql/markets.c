/* markets.c -- see markets.h. */
#include "sql/markets.h"

#include "sql/copy_text.h"

#define COPY_BLOCK 65536u

static void reserve_line(struct text *out, int64_t id, size_t ordinal,
			 const struct reserve *r)
{
	const uint64_t small[] = { r->ltv_bps, r->lt_bps, r->lb_bps,
				   r->supply_cap, r->borrow_cap,
				   r->optimal_bps, r->base_bps, r->slope1_bps,
				   r->slope2_bps, r->reserve_factor_bps,
				   r->protocol_fee_bps };
	const u128 wide[] = { r->supplied, r->borrowed, r->available,
			      r->deficit };

	copy_start(out, id);
	copy_integer(out, ordinal);
	copy_bytes(out, r->asset, ADDRESS_SIZE);
	copy_name(out, r->symbol);
	copy_integer(out, r->decimals);
	copy_integer(out, r->flags);
	copy_integer(out, r->price_e8);
	copy_time(out, r->price_time_s);
	copy_bytes(out, r->feed, ADDRESS_SIZE);
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		copy_integer(out, small[i]);
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		copy_u128(out, wide[i]);
	text_add_string(out, "\n");
}

static void position_lines(struct text *out, int64_t id,
			   const struct position *position)
{
	for (uint8_t i = 0; i < position->count; i++) {
		const struct holding *holding = &position->holdings[i];

		copy_start(out, id);
		copy_bytes(out, position->account, ADDRESS_SIZE);
		copy_integer(out, holding->reserve);
		copy_integer(out, position->emode);
		text_add_string(out, holding->collateral ? "\tt" : "\tf");
		copy_u128(out, holding->supplied);
		copy_u128(out, holding->borrowed);
		text_add_string(out, "\n");
	}
}

static enum status flush(struct database *database, struct text *lines,
			 struct error *error)
{
	enum status status = OK;

	if (lines->size)
		status = database_copy_write(database,
					     bytes_of(lines->data, lines->size),
					     error);
	lines->size = 0;
	return status;
}

static enum status copy_reserves(struct database *database, int64_t id,
				 const struct market_record *record,
				 struct error *error)
{
	struct text lines = { 0 };
	enum status status = database_copy_begin(database, "reserves_copy",
						 error);

	if (status)
		return status;
	for (size_t i = 0; i < record->reserve_count; i++)
		reserve_line(&lines, id, i, record->reserves[i]);
	status = flush(database, &lines, error);
	text_free(&lines);
	if (!status)
		return database_copy_end(database, error);
	database_copy_abandon(database);
	return status;
}

static enum status copy_positions(struct database *database, int64_t id,
				  const struct market_record *record,
				  struct error *error)
{
	struct text lines = { 0 };
	enum status status = database_copy_begin(database, "positions_copy",
						 error);

	if (status)
		return status;
	for (uint32_t i = 0; i < record->position_count && !status; i++) {
		position_lines(&lines, id, &record->positions[i]);
		if (lines.size >= COPY_BLOCK)
			status = flush(database, &lines, error);
	}
	if (!status)
		status = flush(database, &lines, error);
	text_free(&lines);
	if (!status)
		return database_copy_end(database, error);
	database_copy_abandon(database);
	return status;
}

static enum status query_id(int64_t *out, bool *found,
			    struct database *database,
			    struct statement *statement, struct error *error)
{
	struct rows *rows;
	enum status status = database_query(&rows, database, statement, error);

	*found = !status && rows_count(rows);
	if (*found)
		*out = rows_integer(rows, 0, 0);
	rows_free(rows);
	return status;
}

/* *made is false when the snapshot was there. */
static enum status insert_market(int64_t *id, bool *made,
				 struct database *database,
				 const struct market_record *record,
				 struct error *error)
{
	struct statement statement;
	bool found;
	enum status status;

	statement_init(&statement, "markets_insert");
	bind_integer(&statement, (int64_t)record->chain_id);
	bind_bytes(&statement, record->market, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->block);
	bind_bytes(&statement, record->block_hash, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->block_time_s);
	bind_bytes(&statement, record->fingerprint, HASH_SIZE);
	status = query_id(id, made, database, &statement, error);
	if (status || *made)
		return status;
	statement_init(&statement, "markets_find");
	bind_integer(&statement, (int64_t)record->chain_id);
	bind_bytes(&statement, record->market, HASH_SIZE);
	bind_bytes(&statement, record->block_hash, HASH_SIZE);
	return query_id(id, &found, database, &statement, error);
}

enum status market_store(int64_t *id, struct database *database,
			 const struct market_record *record,
			 struct error *error)
{
	int64_t made_id = 0;
	bool made = false;
	enum status status = database_begin(database, error);

	if (!status)
		status = insert_market(&made_id, &made, database, record,
				       error);
	if (!status && made)
		status = copy_reserves(database, made_id, record, error);
	if (!status && made)
		status = copy_positions(database, made_id, record, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	else
		*id = made_id;
	return status;
}

enum status market_newest_block(uint64_t *block, struct database *database,
				uint64_t chain_id,
				const uint8_t market32[HASH_SIZE],
				struct error *error)
{
	struct statement statement;
	int64_t newest;
	bool found;
	enum status status;

	statement_init(&statement, "markets_newest");
	bind_integer(&statement, (int64_t)chain_id);
	bind_bytes(&statement, market32, HASH_SIZE);
	status = query_id(&newest, &found, database, &statement, error);
	if (!status && !found)
		status = error_set(error, E_MISSING,
				   "the store has no snapshot of this market");
	if (!status)
		*block = (uint64_t)newest;
	return status;
}
