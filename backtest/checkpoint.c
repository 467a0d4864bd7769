/* checkpoint.c -- see checkpoint.h. */
#include "backtest/checkpoint.h"

#include <string.h>

#include "backtest/digest_stream.h"
#include "backtest/record_codec.h"
#include "backtest/walk_codec.h"
#include "case/fields.h"

#define VERSION 2
#define MEMBERS 9
#define PASSES_MOST 16
#define TAIL_SIZE (HASH_SIZE + 2) /* the digest and its head */
#define FILE_MAX ((size_t)2 << 30)

static void put_head(struct text *out, const struct checkpoint *checkpoint)
{
	uint8_t room[512];
	struct buffer item;

	buffer_init(&item, room, sizeof(room));
	cbor_put_array(&item, MEMBERS);
	cbor_put_unsigned(&item, VERSION);
	cbor_put_bytes(&item, bytes_of(checkpoint->record->input_digest,
				       HASH_SIZE));
	cbor_put_unsigned(&item, checkpoint->setters);
	cbor_put_unsigned(&item, checkpoint->pass->pass);
	shift_encode(&item, &checkpoint->pass->shift,
		     checkpoint->record->plan->asset_count);
	cbor_put_array(&item, checkpoint->record->run_count);
	record_put(out, &item);
}

static void put_body(struct text *out, const void *object)
{
	const struct checkpoint *checkpoint = object;
	const struct backtest_record *record = checkpoint->record;
	size_t assets = record->plan->asset_count;
	uint8_t null = 0xf6;

	put_head(out, checkpoint);
	for (size_t i = 0; i < record->run_count; i++)
		run_record_encode(out, &record->runs[i], assets);
	forecasts_encode(out, checkpoint->forecasts, assets);
	if (checkpoint->walk)
		walk_encode(out, checkpoint->walk);
	else
		text_add(out, (const char *)&null, 1);
}

enum status checkpoint_write(const struct checkpoint *checkpoint,
			     struct error *error)
{
	return digest_stream_write(checkpoint->path, put_body, checkpoint,
				   error);
}

static enum status corrupt(const struct checkpoint *checkpoint,
			   const char *what, struct error *error)
{
	error_set(error, E_MALFORMED, "%s: the checkpoint %s", checkpoint->path,
		  what);
	return error_hint(error, "Remove it to begin again from the start.");
}

static enum status check_whole(const struct checkpoint *checkpoint,
			       const struct checkpoint_file *file,
			       struct error *error)
{
	uint8_t digest[HASH_SIZE];

	if (file->size <= TAIL_SIZE)
		return corrupt(checkpoint, "is cut short", error);
	keccak256(digest, file->data, file->size - TAIL_SIZE);
	return memcmp(digest, file->data + file->size - HASH_SIZE, HASH_SIZE)
		       ? corrupt(checkpoint, "is cut short or was altered: its "
				 "digest differs", error)
		       : OK;
}

static enum status get_pass(struct match_pass *out, struct cbor_reader *reader,
			    size_t asset_count)
{
	uint64_t pass = 0;

	if (cbor_get_unsigned(reader, &pass) || pass > PASSES_MOST ||
	    shift_decode(&out->shift, reader, asset_count))
		return E_MALFORMED;
	out->pass = (uint32_t)pass;
	return OK;
}

static enum status get_head(const struct checkpoint *checkpoint,
			    struct cbor_reader *reader, struct error *error)
{
	uint8_t digest[HASH_SIZE];
	uint64_t setters = 0;

	if (record_open(reader, MEMBERS, VERSION) ||
	    cbor_get_fixed(reader, digest, HASH_SIZE) ||
	    cbor_get_unsigned(reader, &setters))
		return corrupt(checkpoint, "is of another version", error);
	if (memcmp(digest, checkpoint->record->input_digest, HASH_SIZE) ||
	    setters != checkpoint->setters) {
		error_set(error, E_REFUSED, "%s: the checkpoint is of another "
			  "backtest", checkpoint->path);
		return error_hint(error, "Policy, market, range, seed, rules "
				  "or bars differ: choose another folder, or "
				  "remove it.");
	}
	return get_pass(checkpoint->pass, reader,
			checkpoint->record->plan->asset_count)
		       ? corrupt(checkpoint, "does not parse", error)
		       : OK;
}

static enum status get_runs(const struct checkpoint *checkpoint,
			    struct cbor_reader *reader)
{
	struct backtest_record *record = checkpoint->record;
	size_t count = 0;
	enum status status = list_open(&count, reader, SETTERS_COUNT);

	for (size_t i = 0; i < count && !status; i++) {
		record->run_count = i + 1;
		status = run_record_decode(&record->runs[i], reader,
					   record->plan->asset_count);
	}
	return status;
}

/* The walk stays bytes until there is one to read it into. */
static enum status find_walk(struct checkpoint_file *file,
			     const struct cbor_reader *reader)
{
	size_t end = file->size - TAIL_SIZE;

	if (reader->position >= end)
		return E_MALFORMED;
	file->walk = bytes_of(file->data + reader->position,
			      end - reader->position);
	if (file->walk.size == 1 && file->walk.data[0] == 0xf6)
		file->walk.size = 0;
	return OK;
}

static enum status get_all(struct checkpoint_file *file,
			   const struct checkpoint *checkpoint,
			   struct error *error)
{
	struct cbor_reader reader;
	enum status status = check_whole(checkpoint, file, error);

	cbor_reader_init(&reader, bytes_of(file->data, file->size));
	if (!status)
		status = get_head(checkpoint, &reader, error);
	if (status)
		return status;
	status = get_runs(checkpoint, &reader);
	if (!status)
		status = forecasts_decode(checkpoint->forecasts, &reader,
					  checkpoint->record->plan
						  ->asset_count);
	if (!status)
		status = find_walk(file, &reader);
	return status ? corrupt(checkpoint, "does not parse", error) : OK;
}

enum status checkpoint_read(struct checkpoint_file *out,
			    const struct checkpoint *checkpoint,
			    struct error *error)
{
	struct checkpoint_file file = { 0 };
	enum status status = file_read(&file.data, &file.size,
				       checkpoint->path, FILE_MAX, error);

	if (status)
		return status;
	status = get_all(&file, checkpoint, error);
	if (status)
		checkpoint_file_free(&file);
	else
		*out = file;
	return status;
}

enum status checkpoint_resume(struct walk *walk,
			      const struct checkpoint_file *file,
			      struct error *error)
{
	struct cbor_reader reader;
	enum status status;

	cbor_reader_init(&reader, file->walk);
	status = walk_decode(walk, &reader);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		return OK;
	error_set(error, E_MALFORMED, "the run of the checkpoint does not "
		  "parse");
	return error_hint(error, "Remove it to begin again from the start.");
}

void checkpoint_file_free(struct checkpoint_file *file)
{
	memory_free(file->data);
	*file = (struct checkpoint_file){ 0 };
}
