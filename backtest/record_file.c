/* record_file.c -- see record_file.h. */
#include "backtest/record_file.h"

#include <string.h>

#include "backtest/digest_stream.h"
#include "backtest/record_codec.h"
#include "case/fields.h"

#define FILE_MEMBERS 5
#define TAIL_SIZE (HASH_SIZE + 2) /* the digest and its head */

/* All but the digest at the end. */
static void put_body(struct text *out, const void *object)
{
	const struct backtest_record *record = object;
	uint8_t room[64];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, FILE_MEMBERS);
	cbor_put_unsigned(&item, RECORD_FILE_VERSION);
	cbor_put_bytes(&item, bytes_of(record->input_digest, HASH_SIZE));
	record_put(out, &item);
	plan_encode(out, record->plan);
	item.size = 0;
	cbor_put_array(&item, record->run_count);
	record_put(out, &item);
	for (size_t i = 0; i < record->run_count; i++)
		run_record_encode(out, &record->runs[i],
				  record->plan->asset_count);
}

void record_file_encode(struct text *out, const struct backtest_record *record)
{
	uint8_t digest[HASH_SIZE];
	size_t start = out->size;

	put_body(out, record);
	keccak256(digest, out->data + start, out->size - start);
	record_put_bytes(out, bytes_of(digest, HASH_SIZE));
}

/* Head and digest: what says that this is a record file, and a whole one. */
static enum status check_whole(struct bytes in, struct error *error)
{
	uint8_t digest[HASH_SIZE];
	struct cbor_reader reader;
	uint64_t version = 0;

	cbor_reader_init(&reader, in);
	if (cbor_expect_array(&reader, FILE_MEMBERS) ||
	    cbor_get_unsigned(&reader, &version))
		return error_set(error, E_MALFORMED,
				 "not a record of a backtest");
	if (version != RECORD_FILE_VERSION)
		return error_set(error, E_MALFORMED, "record of version %llu; "
				 "this release reads version %d",
				 (unsigned long long)version,
				 RECORD_FILE_VERSION);
	if (in.size <= TAIL_SIZE)
		return error_set(error, E_MALFORMED, "the record is cut short");
	keccak256(digest, in.data, in.size - TAIL_SIZE);
	if (memcmp(digest, in.data + in.size - HASH_SIZE, HASH_SIZE) != 0)
		return error_set(error, E_MALFORMED, "the record is cut short "
				 "or was altered: its digest differs");
	return OK;
}

static enum status get_runs(struct record_file *file,
			    struct cbor_reader *reader)
{
	struct backtest_record *record = &file->record;
	size_t count = 0;
	enum status status = list_open(&count, reader, SETTERS_COUNT);

	for (size_t i = 0; i < count && !status; i++) {
		struct run_record *run = &record->runs[i];

		record->run_count = i + 1;
		status = run_record_decode(run, reader,
					   file->store.plan.asset_count);
		if (!status && i && run[-1].setter >= run->setter)
			status = E_MALFORMED;
	}
	return status;
}

static enum status get_file(struct record_file *file, struct bytes in)
{
	uint8_t digest[HASH_SIZE];
	struct cbor_reader reader;
	enum status status;

	cbor_reader_init(&reader, in);
	status = record_open(&reader, FILE_MEMBERS, RECORD_FILE_VERSION);
	if (!status)
		status = cbor_get_fixed(&reader, file->record.input_digest,
					HASH_SIZE);
	if (!status)
		status = plan_decode(&file->store, &reader);
	file->record.plan = &file->store.plan;
	if (!status)
		status = get_runs(file, &reader);
	if (!status)
		status = cbor_get_fixed(&reader, digest, HASH_SIZE);
	return status ? status : cbor_finish(&reader);
}

enum status record_file_decode(struct record_file **out, struct bytes in,
			       struct error *error)
{
	enum status status = check_whole(in, error);
	struct record_file *file;

	if (status)
		return status;
	file = memory_allocate(1, sizeof(*file));
	status = get_file(file, in);
	if (!status) {
		*out = file;
		return OK;
	}
	record_file_free(file);
	if (status == E_INPUT)
		return error_set(error, status, "the record's policy lies "
				 "outside the bounds of this release");
	if (status == E_LIMIT)
		return error_set(error, status,
				 "the record has more lines than one may have");
	return error_set(error, E_MALFORMED,
			 "not a record of a backtest as this release writes it");
}

void record_file_free(struct record_file *file)
{
	if (!file)
		return;
	backtest_record_free(&file->record);
	plan_store_free(&file->store);
	memory_free(file);
}

enum status record_file_write(const char *path,
			      const struct backtest_record *record,
			      struct error *error)
{
	return digest_stream_write(path, put_body, record, error);
}

enum status record_file_read(struct record_file **out, const char *path,
			     struct error *error)
{
	uint8_t *data = NULL;
	size_t size = 0;
	enum status status = file_read(&data, &size, path,
				       RECORD_FILE_BYTES_MAX, error);

	if (status)
		return status;
	status = record_file_decode(out, bytes_of(data, size), error);
	memory_free(data);
	if (status) {
		char reason[sizeof(error->message)];

		memcpy(reason, error->message, sizeof(reason));
		status = error_set(error, status, "%.200s: %.250s", path, reason);
	}
	return status;
}
