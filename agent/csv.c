/* csv.c -- see csv.h. */
#include "agent/csv.h"

#include <string.h>
#include <strings.h>

void csv_init(struct csv_reader *reader, struct bytes input)
{
	reader->input = input;
	reader->position = 0;
	reader->line = 0;
	if (input.size >= 3 && !memcmp(input.data, "\xef\xbb\xbf", 3))
		reader->position = 3;
}

static struct bytes trim(struct bytes cell)
{
	while (cell.size && (cell.data[0] == ' ' || cell.data[0] == '\t')) {
		cell.data++;
		cell.size--;
	}
	while (cell.size && (cell.data[cell.size - 1] == ' ' ||
			     cell.data[cell.size - 1] == '\t'))
		cell.size--;
	return cell;
}

static bool take_line(struct bytes *out, struct csv_reader *reader)
{
	const uint8_t *at = reader->input.data + reader->position;
	size_t left = reader->input.size - reader->position;
	const uint8_t *end = left ? memchr(at, '\n', left) : NULL;
	size_t size = end ? (size_t)(end - at) : left;

	if (!left)
		return false;
	reader->position += size + (end ? 1 : 0);
	reader->line++;
	if (size && at[size - 1] == '\r')
		size--;
	*out = bytes_of(at, size);
	return true;
}

static enum status add_cell(struct csv_record *out, struct bytes cell)
{
	cell = trim(cell);
	if (out->count == CSV_CELLS_MAX)
		return E_LIMIT;
	if (cell.size >= 2 && cell.data[0] == '"' &&
	    cell.data[cell.size - 1] == '"')
		cell = trim(bytes_of(cell.data + 1, cell.size - 2));
	if (cell.size && (memchr(cell.data, '"', cell.size) ||
			  memchr(cell.data, 0, cell.size)))
		return E_MALFORMED;
	out->cells[out->count++] = cell;
	return OK;
}

static enum status split(struct csv_record *out)
{
	struct bytes rest = out->line;
	const uint8_t *comma;

	if (rest.size > CSV_LINE_MAX)
		return E_LIMIT;
	while ((comma = memchr(rest.data, ',', rest.size))) {
		size_t size = (size_t)(comma - rest.data);
		enum status status = add_cell(out, bytes_of(rest.data, size));

		if (status)
			return status;
		rest = bytes_of(comma + 1, rest.size - size - 1);
	}
	return add_cell(out, rest);
}

enum status csv_next(struct csv_record *out, struct csv_reader *reader)
{
	out->count = 0;
	do {
		if (!take_line(&out->line, reader))
			return E_MISSING;
	} while (!trim(out->line).size);
	return split(out);
}

int csv_column(const struct csv_record *header, const char *name)
{
	for (size_t i = 0; i < header->count; i++)
		if (header->cells[i].size == strlen(name) &&
		    !strncasecmp((const char *)header->cells[i].data, name,
				 header->cells[i].size))
			return (int)i;
	return -1;
}
