/* fuzz_record_file.c -- records of backtests: refused with a word, or what
 * they encode to is the same bytes, and every report of them can be written.
 *
 * First byte: bit 0 makes the digest at the end right, so that what lies before
 * it is judged; bit 1 takes the input as the record of one run. */
#include <stdlib.h>
#include <string.h>

#include "backtest/record_codec.h"
#include "backtest/record_file.h"
#include "backtest/report_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct text *again, struct bytes in)
{
	if (!bytes_equal(bytes_of(again->data, again->size), in))
		abort();
}

static void judge_run(struct bytes in)
{
	struct run_record run;
	struct cbor_reader reader;
	struct text again = { 0 };
	enum status status;

	memset(&run, 0, sizeof(run));
	cbor_reader_init(&reader, in);
	status = run_record_decode(&run, &reader, 2);
	if (status && status != E_MALFORMED && status != E_LIMIT)
		abort();
	if (!status) {
		run_record_encode(&again, &run, 2);
		check_same(&again, bytes_of(in.data, reader.position));
	}
	text_free(&again);
	run_record_free(&run);
}

static void judge_file(struct bytes in)
{
	struct record_file *const untouched = (struct record_file *)&in;
	struct record_file *file = untouched;
	struct error error = { 0 };
	struct text again = { 0 };
	enum status status = record_file_decode(&file, in, &error);

	if (status) {
		if (file != untouched || !*error.message ||
		    error.status != status ||
		    (status != E_MALFORMED && status != E_LIMIT &&
		     status != E_INPUT))
			abort();
		return;
	}
	record_file_encode(&again, &file->record);
	check_same(&again, in);
	again.size = 0;
	report_csv_decisions(&again, &file->record);
	report_csv_hours(&again, &file->record);
	report_csv_liquidations(&again, &file->record);
	text_free(&again);
	record_file_free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (!size)
		return 0;
	copy = memory_allocate(size, 1);
	memcpy(copy, data + 1, size - 1);
	if (data[0] & 1 && size > HASH_SIZE + 3)
		keccak256(copy + size - 1 - HASH_SIZE, copy,
			  size - 3 - HASH_SIZE);
	if (data[0] & 2)
		judge_run(bytes_of(copy, size - 1));
	else
		judge_file(bytes_of(copy, size - 1));
	memory_free(copy);
	return 0;
}
