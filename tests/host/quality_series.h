/* quality_series.h -- price files of PLIMSOLL_DATA as observations for the
 * tests of feeds/quality.  A file that is there and cannot be read ends the
 * test. */
#ifndef TESTS_HOST_QUALITY_SERIES_H
#define TESTS_HOST_QUALITY_SERIES_H

#include "agent/csv.h"
#include "agent/gunzip.h"
#include "base/time.h"
#include "feeds/quality/quality.h"
#include "tests/host/recorded.h"

#define SERIES_FILE_MAX ((size_t)64 << 20)

/** One file: candles have an interval and end at time_s, points have 0. */
struct quality_series {
	const char *name; /* below the folder, without .csv and .gz */
	int64_t interval_s;
	size_t count;
	struct quality_observation *points; /* ascending time_s */
};

static inline struct bytes series_text(const char *name)
{
	static const char *const ends[] = { ".csv.gz", ".csv" };
	struct error error = { 0 };
	uint8_t *data;
	size_t size;

	for (int i = 0; i < 2; i++) {
		char path[1024];
		struct bytes text;

		snprintf(path, sizeof(path), "%s/%s%s", recorded_folder(),
			 name, ends[i]);
		if (access(path, R_OK) ||
		    file_read(&data, &size, path, SERIES_FILE_MAX, &error))
			continue;
		text = bytes_of(data, size);
		if (i)
			return text;
		if (gunzip(&text, text, SERIES_FILE_MAX, &error))
			break;
		memory_free(data);
		return text;
	}
	fprintf(stderr, "%s: cannot be read\n", name);
	exit(1);
}

static inline double series_cell(const struct csv_record *row, int column)
{
	char text[64] = { 0 };

	if (column < 0 || row->cells[column].size >= sizeof(text))
		return 0;
	memcpy(text, row->cells[column].data, row->cells[column].size);
	return strtod(text, NULL);
}

/** series_read - points are freed by the caller. */
static inline struct quality_series series_read(const char *name,
						int64_t interval_s)
{
	struct quality_series out = { .name = name, .interval_s = interval_s };
	struct bytes text = series_text(name);
	struct csv_reader reader;
	struct csv_record row;
	int time, close, low, high;

	csv_init(&reader, text);
	if (csv_next(&row, &reader))
		exit(1);
	time = csv_column(&row, "time");
	close = csv_column(&row, interval_s ? "close" : "price");
	low = csv_column(&row, "low");
	high = csv_column(&row, "high");
	out.points = calloc(text.size / 16, sizeof(*out.points));
	while (!csv_next(&row, &reader)) {
		struct quality_observation *o = &out.points[out.count];

		if (time_parse(&o->time_s, row.cells[time]))
			exit(1);
		o->time_s += interval_s;
		o->price = series_cell(&row, close);
		o->low = series_cell(&row, low);
		o->high = series_cell(&row, high);
		out.count++;
	}
	memory_free((void *)text.data);
	return out;
}

#endif
