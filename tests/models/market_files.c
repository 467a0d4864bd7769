/* market_files.c -- see market_files.h. */
#include "tests/models/market_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "agent/gunzip.h"
#include "base/host/memory.h"
#include "base/time.h"

#define FILE_MAX ((size_t)64 << 20)

static void fail(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	exit(2);
}

static struct bytes read_text(const char *folder, const char *name)
{
	char path[1024];
	uint8_t *data;
	size_t size;
	struct error error = { 0 };
	struct bytes packed, text;

	snprintf(path, sizeof(path), "%s/prices/%s", folder, name);
	if (file_read(&data, &size, path, FILE_MAX, &error))
		fail(path, "cannot be read");
	text = packed = bytes_of(data, size);
	if (!gunzip_recognise(packed))
		return text;
	if (gunzip(&text, packed, FILE_MAX, &error))
		fail(path, "is not gzip");
	memory_free(data);
	return text;
}

/* Sources print up to 20 digits; 15 are kept. */
static struct decimal read_price(struct bytes cell)
{
	char text[64], digits[32];
	struct decimal out = { 0, 0 };

	snprintf(text, sizeof(text), "%.*s", (int)cell.size,
		 (const char *)cell.data);
	snprintf(digits, sizeof(digits), "%.14e", strtod(text, NULL));
	if (decimal_parse(&out, bytes_of_string(digits)))
		return (struct decimal){ 0, 0 };
	return out;
}

struct columns {
	int time, open, high, low, close;
};

static bool read_bar(struct bar *out, const struct csv_record *row,
		     const struct columns *c)
{
	if (time_parse(&out->open_time_s, row->cells[c->time]))
		return false;
	out->open = read_price(row->cells[c->open]);
	out->high = read_price(row->cells[c->high]);
	out->low = read_price(row->cells[c->low]);
	out->close = read_price(row->cells[c->close]);
	return out->close.mantissa > 0;
}

static void read_rows(struct market_file *out, struct csv_reader *reader,
		      const struct columns *c)
{
	struct csv_record row;
	size_t room = 65536;

	out->bars = memory_allocate(room, sizeof(*out->bars));
	while (!csv_next(&row, reader)) {
		struct bar *bar = &out->bars[out->count];

		if (out->count == room - 1 || !read_bar(bar, &row, c))
			continue;
		if (!out->candles)
			bar->open_time_s = (bar->open_time_s + 1800) / 3600 *
					   3600;
		if (out->count &&
		    bar->open_time_s <= bar[-1].open_time_s)
			continue;
		out->count++;
	}
}

void market_file_read(struct market_file *out, const char *folder,
		      const char *name)
{
	struct bytes text = read_text(folder, name);
	struct csv_reader reader;
	struct csv_record header;
	struct columns c;
	char *end;

	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", name);
	end = strstr(out->name, ".csv");
	if (end)
		*end = 0;
	csv_init(&reader, text);
	if (csv_next(&header, &reader))
		fail(name, "is empty");
	c.time = csv_column(&header, "time");
	c.close = csv_column(&header, "close");
	out->candles = c.close >= 0;
	if (!out->candles)
		c.close = csv_column(&header, "price");
	c.open = out->candles ? csv_column(&header, "open") : c.close;
	c.high = out->candles ? csv_column(&header, "high") : c.close;
	c.low = out->candles ? csv_column(&header, "low") : c.close;
	if (c.time < 0 || c.close < 0 || c.open < 0 || c.high < 0 || c.low < 0)
		fail(name, "lacks a column");
	out->interval_s = strstr(name, "-1d") ? 86400
			  : strstr(name, "-15m") ? 900
						 : 3600;
	read_rows(out, &reader, &c);
	memory_free((void *)(uintptr_t)text.data);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

size_t market_files_list(char (*names)[96], size_t room, const char *folder)
{
	char path[1024];
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/prices", folder);
	directory = opendir(path);
	if (!directory)
		fail(path, "cannot be opened");
	while ((entry = readdir(directory)) && count < room)
		if (strstr(entry->d_name, "-1h") ||
		    strstr(entry->d_name, "-1d"))
			snprintf(names[count++], 96, "%.95s", entry->d_name);
	closedir(directory);
	qsort(names, count, 96, by_name);
	return count;
}
