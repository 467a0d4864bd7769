/* make_record_seeds.c -- writes the seeds of records of backtests:
 * make_record_seeds FOLDER, usually tests/fuzz/corpus.  Part of
 * `make fuzz-seeds`. */
#include <stdio.h>
#include <stdlib.h>

#include "backtest/record_codec.h"
#include "backtest/record_file.h"
#include "tests/host/known_backtest.h"

static const char *folder;

static void write_seed(const char *name, uint8_t tag, const struct text *whole,
		       size_t size)
{
	struct text path = { 0 }, content = { 0 };
	struct error error;

	text_add_format(&path, "%s/record_file/%s", folder, name);
	text_add(&content, (const char *)&tag, 1);
	text_add(&content, whole->data, size);
	if (file_write(path.data, bytes_of(content.data, content.size),
		       &error)) {
		fprintf(stderr, "%s\n", error.message);
		exit(1);
	}
	text_free(&path);
	text_free(&content);
}

/* A few bars and one day: small enough to be changed at every byte. */
static void make_small(struct known_backtest *out)
{
	known_backtest_make(out, 1);
	for (size_t a = 0; a < 2; a++)
		out->store.plan.assets[a].bar_count = 4;
	for (size_t r = 0; r < 3; r++)
		out->record.runs[r].hour_count = 5 - r;
}

static void write_files(struct known_backtest *from)
{
	struct text whole = { 0 };

	record_file_encode(&whole, &from->record);
	write_seed("sound", 0, &whole, whole.size);
	write_seed("sealed", 1, &whole, whole.size);
	write_seed("cut", 0, &whole, whole.size / 2);
	write_seed("cut_sealed", 1, &whole, whole.size / 2);
	write_seed("digest_alone", 1, &whole, 40);
	whole.data[1]++;
	write_seed("version", 1, &whole, whole.size);
	whole.data[1]--;
	whole.data[whole.size / 2] ^= 1;
	write_seed("bit", 0, &whole, whole.size);
	write_seed("bit_sealed", 1, &whole, whole.size);
	text_free(&whole);
	from->record.run_count = 0;
	record_file_encode(&whole, &from->record);
	write_seed("no_run", 1, &whole, whole.size);
	from->record.run_count = 3;
	text_free(&whole);
}

static void write_runs(struct known_backtest *from)
{
	struct run_record *run = &from->record.runs[1];
	struct text whole = { 0 };

	run_record_encode(&whole, run, 2);
	write_seed("run", 2, &whole, whole.size);
	write_seed("run_cut", 2, &whole, whole.size - 1);
	text_free(&whole);
	run->hours[1].time_s = run->hours[0].time_s;
	run_record_encode(&whole, run, 2);
	write_seed("run_hour_twice", 2, &whole, whole.size);
	text_free(&whole);
	run->decision_count = run->hour_count = 0;
	run_record_encode(&whole, run, 2);
	write_seed("run_empty", 2, &whole, whole.size);
	text_free(&whole);
}

int main(int argc, char **argv)
{
	struct known_backtest small;

	if (argc != 2) {
		fputs("usage: make_record_seeds FOLDER\n", stderr);
		return 2;
	}
	folder = argv[1];
	make_small(&small);
	write_files(&small);
	write_runs(&small);
	known_backtest_free(&small);
	return 0;
}
