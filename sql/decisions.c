/* decisions.c -- see decisions.h. */
#include "sql/decisions.h"

#include <stdio.h>
#include <string.h>

static void bind_optional(struct statement *statement, const uint8_t *data,
			  size_t size)
{
	if (data)
		bind_bytes(statement, data, size);
	else
		bind_text(statement, NULL);
}

static void bind_decision(struct statement *statement,
			  const struct decision *decision,
			  const char *evidence)
{
	bind_bytes(statement, decision->market, HASH_SIZE);
	bind_integer(statement, (int64_t)decision->epoch);
	bind_integer(statement, decision->mode);
	bind_text(statement, outcome_name(decision->outcome));
	bind_text(statement, evidence);
	bind_integer(statement, (int64_t)decision->as_of);
	bind_integer(statement, (int64_t)decision->valid_until);
	bind_integer(statement, (int64_t)decision->anchor_block);
	bind_u128(statement, decision->reasons);
}

enum status decision_store(struct database *database,
			   const struct decision_record *record,
			   struct error *error)
{
	const struct signed_decision *whole = record->decision;
	const char evidence[2] = { evidence_letter(whole->decision.evidence) };
	struct statement statement;
	uint8_t digest[HASH_SIZE];

	decision_digest(digest, &whole->decision, &whole->domain);
	statement_init(&statement, "decisions_insert");
	bind_bytes(&statement, digest, HASH_SIZE);
	bind_bytes(&statement, whole->decision.case_digest, HASH_SIZE);
	bind_integer(&statement, (int64_t)whole->domain.chain_id);
	bind_decision(&statement, &whole->decision, evidence);
	bind_bytes(&statement, record->bytes.data, record->bytes.size);
	bind_optional(&statement, record->signature65, STORE_SIGNATURE_SIZE);
	bind_optional(&statement, record->signer20, ADDRESS_SIZE);
	bind_text(&statement, record->document);
	return database_run(database, &statement, error);
}

/* Is it still the decision of that digest, with the report it signs for? */
static bool has_digest(struct bytes bytes, const uint8_t digest32[HASH_SIZE])
{
	struct signed_decision *whole = memory_allocate(1, sizeof(*whole));
	uint8_t digest[HASH_SIZE], attached[HASH_SIZE], report[HASH_SIZE];
	bool same = false;

	if (!signed_decision_decode(whole, bytes)) {
		decision_digest(digest, &whole->decision, &whole->domain);
		attachment_digest(attached, &whole->attachment);
		keccak256(report, whole->report.data, whole->report.size);
		same = !memcmp(digest, digest32, HASH_SIZE) &&
		       !memcmp(attached, whole->decision.report_digest,
			       HASH_SIZE) &&
		       !memcmp(report, whole->attachment.report, HASH_SIZE);
	}
	memory_free(whole);
	return same;
}

static enum status read_decision(struct stored_decision *out,
				 const struct rows *rows, struct error *error)
{
	out->has_signature = !rows_null(rows, 0, 1);
	if (out->has_signature &&
	    (rows_fixed(out->signature, STORE_SIGNATURE_SIZE, rows, 0, 1) ||
	     rows_fixed(out->signer, ADDRESS_SIZE, rows, 0, 2)))
		return error_set(error, E_AUTHENTIC, "the stored signature "
				 "does not parse");
	out->document = memory_copy_string(rows_text(rows, 0, 3));
	return OK;
}

static enum status check_decision(struct stored_decision *out,
				  const struct rows *rows,
				  const uint8_t digest32[HASH_SIZE],
				  struct error *error)
{
	struct stored_decision read = { 0 };
	struct bytes bytes;
	enum status status;

	if (!rows_count(rows))
		return error_set(error, E_MISSING, "the store has no such "
				 "decision");
	bytes = rows_bytes(rows, 0, 0);
	read.bytes = (uint8_t *)(uintptr_t)bytes.data;
	read.size = bytes.size;
	status = has_digest(bytes, digest32)
			 ? read_decision(&read, rows, error)
			 : error_set(error, E_AUTHENTIC, "the stored decision "
				     "was altered: its bytes have another "
				     "digest");
	if (status)
		stored_decision_free(&read);
	else
		*out = read;
	return status;
}

enum status decision_load(struct stored_decision *out,
			  struct database *database,
			  const uint8_t digest32[HASH_SIZE],
			  struct error *error)
{
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "decisions_load");
	bind_bytes(&statement, digest32, HASH_SIZE);
	status = database_query(&rows, database, &statement, error);
	if (!status)
		status = check_decision(out, rows, digest32, error);
	rows_free(rows);
	return status;
}

void stored_decision_free(struct stored_decision *decision)
{
	memory_free(decision->bytes);
	memory_free(decision->document);
	memset(decision, 0, sizeof(*decision));
}

static enum status read_summary(struct decision_summary *out,
				const struct rows *rows, int row)
{
	if (rows_fixed(out->digest, HASH_SIZE, rows, row, 0) ||
	    rows_fixed(out->case_digest, HASH_SIZE, rows, row, 1) ||
	    rows_fixed(out->market, HASH_SIZE, rows, row, 3))
		return E_MALFORMED;
	out->chain_id = (uint64_t)rows_integer(rows, row, 2);
	out->epoch = (uint64_t)rows_integer(rows, row, 4);
	snprintf(out->outcome, sizeof(out->outcome), "%s",
		 rows_text(rows, row, 5));
	out->evidence = *rows_text(rows, row, 6);
	out->as_of_s = rows_integer(rows, row, 7);
	out->valid_until_s = rows_integer(rows, row, 8);
	out->anchor_block = (uint64_t)rows_integer(rows, row, 9);
	out->has_signature = rows_bool(rows, row, 10);
	snprintf(out->via, sizeof(out->via), "%s", rows_text(rows, row, 11));
	snprintf(out->state, sizeof(out->state), "%s",
		 rows_text(rows, row, 12));
	return OK;
}

enum status decisions_list(struct decision_summary **out, size_t *count,
			   struct database *database,
			   const struct decisions_query *query,
			   struct error *error)
{
	struct decision_summary *list;
	struct statement statement;
	struct rows *rows;
	enum status status;

	statement_init(&statement, "decisions_list");
	if (query->chain_id)
		bind_integer(&statement, (int64_t)query->chain_id);
	else
		bind_text(&statement, NULL);
	bind_optional(&statement, query->market32, HASH_SIZE);
	bind_integer(&statement, (int64_t)query->limit);
	status = database_query(&rows, database, &statement, error);
	if (status)
		return status;
	*count = (size_t)rows_count(rows);
	list = memory_allocate(*count + 1, sizeof(*list));
	for (size_t i = 0; i < *count && !status; i++)
		if (read_summary(&list[i], rows, (int)i))
			status = error_set(error, E_PEER, "the store's rows "
					   "of decisions do not parse");
	rows_free(rows);
	if (status)
		memory_free(list);
	else
		*out = list;
	return status;
}
