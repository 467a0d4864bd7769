/* markets.c -- see markets.h. */
#include "sql/markets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COPY_BLOCK 65536u
#define ARRAY_TEXT_MAX (CURVE_POINTS_MAX * 21 + 3)

static enum status insert_market(int64_t *id, bool *fresh,
				 struct database *database,
				 const struct market_record *record,
				 struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "markets_insert");
	bind_integer(&statement, (int64_t)record->chain_id);
	bind_bytes(&statement, record->market32, HASH_SIZE);
	bind_integer(&statement, (int64_t)record->block);
	bind_bytes(&statement, record->block_hash32, HASH_SIZE);
	bind_integer(&statement, record->block_time_s);
	bind_bytes(&statement, record->fingerprint32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status) {
		*id = rows_integer(rows, 0, 0);
		*fresh = rows_bool(rows, 0, 1);
	}
	rows_free(rows);
	return status;
}

static void bind_parameters(struct statement *statement,
			    const struct reserve *reserve)
{
	bind_integer(statement, reserve->ltv_bps);
	bind_integer(statement, reserve->lt_bps);
	bind_integer(statement, reserve->lb_bps);
	bind_u128(statement, reserve->supply_cap);
	bind_u128(statement, reserve->borrow_cap);
	bind_integer(statement, reserve->optimal_bps);
	bind_integer(statement, reserve->base_bps);
	bind_integer(statement, reserve->slope1_bps);
	bind_integer(statement, reserve->slope2_bps);
	bind_integer(statement, reserve->reserve_factor_bps);
	bind_integer(statement, reserve->protocol_fee_bps);
}

static enum status insert_reserve(struct database *database, int64_t market,
				  size_t ordinal, const struct reserve *reserve,
				  struct error *error)
{
	struct statement statement;

	statement_init(&statement, "reserves_insert");
	bind_integer(&statement, market);
	bind_integer(&statement, (int64_t)ordinal);
	bind_bytes(&statement, reserve->asset, ADDRESS_SIZE);
	bind_text(&statement, reserve->symbol);
	bind_integer(&statement, reserve->decimals);
	bind_integer(&statement, reserve->flags);
	bind_u128(&statement, reserve->price_e8);
	bind_integer(&statement, (int64_t)reserve->price_time_s);
	bind_bytes(&statement, reserve->feed, ADDRESS_SIZE);
	bind_parameters(&statement, reserve);
	bind_u128(&statement, reserve->supplied);
	bind_u128(&statement, reserve->borrowed);
	bind_u128(&statement, reserve->available);
	bind_u128(&statement, reserve->deficit);
	return database_run(database, &statement, error);
}

static void add_u128(struct text *line, u128 value)
{
	char digits[40];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + (int)(value % 10));
	while (value /= 10);
	text_add(line, digits + at, sizeof(digits) - at);
}

static void add_position(struct text *lines, int64_t market,
			 const struct position *position)
{
	char account[2 * ADDRESS_SIZE + 1];

	hex_encode(account, position->account, ADDRESS_SIZE);
	for (uint8_t i = 0; i < position->count; i++) {
		const struct holding *holding = &position->holdings[i];

		text_add_format(lines, "%" PRId64 "\t\\\\x%s\t%u\t%u\t%c\t",
				market, account, holding->reserve,
				position->emode,
				holding->collateral ? 't' : 'f');
		add_u128(lines, holding->supplied);
		text_add_string(lines, "\t");
		add_u128(lines, holding->borrowed);
		text_add_string(lines, "\n");
	}
}

static enum status send_positions(struct database *database, int64_t market,
				  const struct market_record *record,
				  struct error *error)
{
	struct text lines = { 0 };
	enum status status = OK;

	for (size_t i = 0; i < record->position_count && !status; i++) {
		add_position(&lines, market, &record->positions[i]);
		if (!lines.size ||
		    (lines.size < COPY_BLOCK && i + 1 < record->position_count))
			continue;
		status = database_copy_write(database,
					     bytes_of(lines.data, lines.size),
					     error);
		lines.size = 0;
	}
	text_free(&lines);
	return status;
}

static enum status copy_positions(struct database *database, int64_t market,
				  const struct market_record *record,
				  struct error *error)
{
	enum status status = database_copy_begin(database, "positions_copy",
						 error);

	if (status)
		return status;
	status = send_positions(database, market, record, error);
	if (!status)
		return database_copy_end(database, error);
	database_copy_abandon(database);
	return status;
}

static enum status store_all(int64_t *id, struct database *database,
			     const struct market_record *record,
			     struct error *error)
{
	bool fresh = false;
	enum status status = insert_market(id, &fresh, database, record, error);

	if (status || !fresh)
		return status;
	for (size_t i = 0; i < record->reserve_count && !status; i++)
		status = insert_reserve(database, *id, i, &record->reserves[i],
					error);
	return status ? status : copy_positions(database, *id, record, error);
}

enum status market_store(int64_t *id, struct database *database,
			 const struct market_record *record,
			 struct error *error)
{
	int64_t made;
	enum status status = database_begin(database, error);

	if (status)
		return status;
	status = store_all(&made, database, record, error);
	if (!status)
		status = database_commit(database, error);
	if (status)
		database_rollback(database);
	else
		*id = made;
	return status;
}

static enum status read_market(struct market_summary *out,
			       const struct rows *rows, struct error *error)
{
	struct market_summary read;

	if (!rows_count(rows))
		return error_set(error, E_MISSING, "the store has no snapshot "
				 "of that market");
	read.id = rows_integer(rows, 0, 0);
	read.block = (uint64_t)rows_integer(rows, 0, 1);
	read.block_time_s = rows_integer(rows, 0, 3);
	read.reserves = (uint64_t)rows_integer(rows, 0, 5);
	read.accounts = (uint64_t)rows_integer(rows, 0, 6);
	if (rows_fixed(read.block_hash, HASH_SIZE, rows, 0, 2) ||
	    rows_fixed(read.fingerprint, HASH_SIZE, rows, 0, 4))
		return error_set(error, E_PEER, "the store's row of the "
				 "market does not parse");
	*out = read;
	return OK;
}

enum status market_newest(struct market_summary *out, struct database *database,
			  uint64_t chain_id, const uint8_t market32[HASH_SIZE],
			  struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "markets_newest");
	bind_integer(&statement, (int64_t)chain_id);
	bind_bytes(&statement, market32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		status = read_market(out, rows, error);
	rows_free(rows);
	return status;
}

/* PostgreSQL's array text of one member of the points. */
static void array_text(char out[ARRAY_TEXT_MAX],
		       const struct liquidity_curve *curve, bool sizes)
{
	size_t at = 0;

	out[at++] = '{';
	for (uint8_t i = 0; i < curve->count; i++) {
		const struct curve_point *point = &curve->points[i];

		at += (size_t)snprintf(out + at, ARRAY_TEXT_MAX - at,
				       "%s%" PRIu64, i ? "," : "",
				       sizes ? point->size_usd
					     : point->impact_bps);
	}
	out[at++] = '}';
	out[at] = 0;
}

enum status liquidity_store(struct database *database, const char *asset,
			    const struct liquidity_curve *curve,
			    struct error *error)
{
	char sizes[ARRAY_TEXT_MAX], impacts[ARRAY_TEXT_MAX];
	struct statement statement;

	if (!curve->count || curve->count > CURVE_POINTS_MAX)
		return error_set(error, E_INPUT, "a curve has 1 to %d points",
				 CURVE_POINTS_MAX);
	array_text(sizes, curve, true);
	array_text(impacts, curve, false);
	statement_init(&statement, "liquidity_insert");
	bind_text(&statement, asset);
	bind_text(&statement, curve->source);
	bind_integer(&statement, (int64_t)curve->time_s);
	bind_text(&statement, sizes);
	bind_text(&statement, impacts);
	return database_run(database, &statement, error);
}

static void bind_optional(struct statement *statement, const uint8_t *data,
			  size_t size)
{
	if (data)
		bind_bytes(statement, data, size);
	else
		bind_text(statement, NULL);
}

enum status parameter_change_store(struct database *database,
				   const struct parameter_change *change,
				   struct error *error)
{
	struct statement statement;

	statement_init(&statement, "changes_insert");
	bind_integer(&statement, (int64_t)change->chain_id);
	bind_bytes(&statement, change->transaction, HASH_SIZE);
	bind_integer(&statement, change->log_index);
	bind_text(&statement, change->component);
	bind_bytes(&statement, change->market, HASH_SIZE);
	bind_bytes(&statement, change->asset, ADDRESS_SIZE);
	bind_text(&statement, change->symbol);
	bind_text(&statement, change->kind);
	if (change->old_known)
		bind_u128(&statement, change->old_value);
	else
		bind_text(&statement, NULL);
	bind_u128(&statement, change->new_value);
	bind_integer(&statement, (int64_t)change->block);
	bind_integer(&statement, change->time_s);
	bind_optional(&statement, change->author20, ADDRESS_SIZE);
	bind_optional(&statement, change->decision32, HASH_SIZE);
	return database_run(database, &statement, error);
}
