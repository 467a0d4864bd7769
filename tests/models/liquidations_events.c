/* liquidations_events.c -- see liquidations_events.h. */
#include "tests/models/liquidations_events.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "agent/gunzip.h"
#include "base/host/memory.h"
#include "base/time.h"
#include "tests/models/liquidations_market.h"

#define FILE_MAX ((size_t)64 << 20)
#define MAIN_POOL "0xb53c1a33016b2dc2ff3653530bff1848a515c8c5"
#define EVENTS_MAX 16384
#define RANKED_MAX 400

static void fail(const char *path, const char *what)
{
	fprintf(stderr, "%s: %s\n", path, what);
	exit(2);
}

struct bytes data_text(const char *folder, const char *path)
{
	char whole[1024];
	uint8_t *data;
	size_t size;
	struct error error = { 0 };
	struct bytes packed, text;

	snprintf(whole, sizeof(whole), "%s/%s", folder, path);
	if (file_read(&data, &size, whole, FILE_MAX, &error))
		fail(whole, "cannot be read");
	packed = bytes_of(data, size);
	if (!gunzip_recognise(packed))
		return packed;
	if (gunzip(&text, packed, FILE_MAX, &error))
		fail(whole, "is not gzip");
	memory_free(data);
	return text;
}

double cell_number(struct bytes cell)
{
	char text[80];

	snprintf(text, sizeof(text), "%.*s", (int)cell.size,
		 (const char *)cell.data);
	return strtod(text, NULL);
}

static bool read_event(struct liquidation_event *out,
		       const struct csv_record *row)
{
	const struct bytes *cells = row->cells;

	memset(out, 0, sizeof(*out));
	if (row->count < 12 ||
	    !bytes_equal(cells[11], bytes_of_string(MAIN_POOL)) ||
	    cells[1].size >= USER_TEXT_MAX ||
	    time_parse(&out->time_s, cells[0]))
		return false;
	for (size_t i = 0; i < cells[1].size; i++)
		out->user[i] = (char)tolower(cells[1].data[i]);
	out->collateral = v2_asset_find(cells[3]);
	out->debt = v2_asset_find(cells[5]);
	out->seized = cell_number(cells[4]);
	out->repaid = cell_number(cells[6]);
	return out->seized > 0.0 && out->repaid > 0.0;
}

static int by_user(const void *a, const void *b)
{
	const struct liquidation_event *x = a, *y = b;
	int order = strcmp(x->user, y->user);

	return order ? order : x->row < y->row ? -1 : x->row > y->row;
}

size_t liquidation_events_read(struct liquidation_event **out,
			       const char *folder)
{
	struct bytes text = data_text(
		folder, "liquidations/aave-v2-liquidations-2020_2021.csv.gz");
	struct csv_reader reader;
	struct csv_record row;
	size_t count = 0;

	*out = memory_allocate(EVENTS_MAX, sizeof(**out));
	csv_init(&reader, text);
	while (!csv_next(&row, &reader))
		if (count < EVENTS_MAX && read_event(&(*out)[count], &row)) {
			(*out)[count].row = count;
			count++;
		}
	memory_free((void *)(uintptr_t)text.data);
	qsort(*out, count, sizeof(**out), by_user);
	return count;
}

static void ranks_of(double *ranks, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double below = 0.0, equal = 0.0;

		for (size_t k = 0; k < n; k++) {
			below += x[k] < x[i];
			equal += !(x[k] < x[i]) && !(x[k] > x[i]);
		}
		ranks[i] = below + (equal - 1.0) / 2.0;
	}
}

double rank_correlation(const double *a, const double *b, size_t n)
{
	double x[RANKED_MAX], y[RANKED_MAX], centre = ((double)n - 1.0) / 2.0;
	double xy = 0.0, xx = 0.0, yy = 0.0;

	if (n > RANKED_MAX)
		fail("ranks", "too many");
	ranks_of(x, a, n);
	ranks_of(y, b, n);
	for (size_t i = 0; i < n; i++) {
		xy += (x[i] - centre) * (y[i] - centre);
		xx += (x[i] - centre) * (x[i] - centre);
		yy += (y[i] - centre) * (y[i] - centre);
	}
	return xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : 0.0;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

double quantile_of(double *x, size_t n, double p)
{
	if (!n)
		return 0.0;
	qsort(x, n, sizeof(*x), by_value);
	return x[(size_t)(p * (double)(n - 1) + 0.5)];
}
