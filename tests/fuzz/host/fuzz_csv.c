/* fuzz_csv.c -- lines and cells stay inside the input and are what they are
 * said to be; joined again they read as the same cells. */
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct bytes part, struct bytes whole)
{
	if (part.data < whole.data || part.size > whole.size ||
	    (size_t)(part.data - whole.data) > whole.size - part.size)
		abort();
}

static void check_cells(const struct csv_record *record)
{
	if (!record->count || record->count > CSV_CELLS_MAX)
		abort();
	for (size_t i = 0; i < record->count; i++) {
		struct bytes cell = record->cells[i];

		check_inside(cell, record->line);
		if (cell.size && (memchr(cell.data, ',', cell.size) ||
				  memchr(cell.data, '"', cell.size) ||
				  memchr(cell.data, '\n', cell.size) ||
				  memchr(cell.data, 0, cell.size) ||
				  cell.data[0] == ' ' ||
				  cell.data[cell.size - 1] == ' '))
			abort();
	}
}

/* The cells in quotes, with commas between them. */
static void check_again(const struct csv_record *record)
{
	static uint8_t room[2 * CSV_LINE_MAX];
	struct csv_record again;
	struct csv_reader reader;
	struct buffer line;

	buffer_init(&line, room, sizeof(room));
	for (size_t i = 0; i < record->count; i++) {
		buffer_append(&line, ",\"", i ? 2 : 0);
		buffer_append(&line, "\"", i ? 0 : 1);
		buffer_append(&line, record->cells[i].data,
			      record->cells[i].size);
		buffer_append_byte(&line, '"');
	}
	buffer_append_byte(&line, '\n');
	csv_init(&reader, buffer_bytes(&line));
	if (line.size - 1 > CSV_LINE_MAX)
		return;
	if (csv_next(&again, &reader) || again.count != record->count)
		abort();
	for (size_t i = 0; i < record->count; i++)
		if (!bytes_equal(again.cells[i], record->cells[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = bytes_of(data, size);
	struct csv_reader reader;
	struct csv_record record;
	enum status status;

	csv_init(&reader, input);
	while ((status = csv_next(&record, &reader)) != E_MISSING) {
		check_inside(record.line, input);
		if (status == E_MALFORMED || status == E_LIMIT)
			continue;
		if (status)
			abort();
		check_cells(&record);
		check_again(&record);
		if (csv_column(&record, "time") >= (int)record.count)
			abort();
	}
	if (reader.position != size && !(size == 3 && reader.position == 3))
		abort();
	return 0;
}
