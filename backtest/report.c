/* report.c -- see report.h. */
#include "backtest/report.h"

#include "base/host/file_writer.h"

static void write_summary(struct text *out, const struct report_input *input)
{
	report_csv_summary(out, input->summary);
}

static void write_forecasts(struct text *out, const struct report_input *input)
{
	report_csv_forecasts(out, input->summary);
}

static void write_decisions(struct text *out, const struct report_input *input)
{
	report_csv_decisions(out, input->summary->record);
}

static void write_hours(struct text *out, const struct report_input *input)
{
	report_csv_hours(out, input->summary->record);
}

static void write_liquidations(struct text *out,
			       const struct report_input *input)
{
	report_csv_liquidations(out, input->summary->record);
}

typedef void report_part(struct text *out, const struct report_input *input);

static const struct {
	const char *name;
	report_part *write;
} files[] = {
	{ "report.html", report_html },
	{ "summary.json", report_json },
	{ "summary.csv", write_summary },
	{ "forecasts.csv", write_forecasts },
	{ "decisions.csv", write_decisions },
	{ "hours.csv", write_hours },
	{ "liquidations.csv", write_liquidations },
};

/* Tables pass through to the disk a line at a time. */
static enum status write_part(const char *path, report_part *write,
			      const struct report_input *input,
			      struct error *error)
{
	struct file_writer file;
	struct text_outlet outlet = file_writer_outlet(&file);
	struct text content = { .outlet = &outlet };
	enum status status = file_writer_open(&file, path, error);

	if (status)
		return status;
	write(&content, input);
	text_flush(&content);
	text_free(&content);
	return file_writer_close(&file, error);
}

static void rest(const struct backtest_record *record)
{
	for (size_t i = 0; i < record->run_count; i++)
		run_rest(&record->runs[i]);
}

enum status report_write(const char *folder, const struct report_input *input,
			 struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !status;
	     i++) {
		struct text path = { 0 };

		text_add_format(&path, "%s/%s", folder, files[i].name);
		status = write_part(path.data, files[i].write, input, error);
		text_free(&path);
		rest(input->summary->record);
	}
	return status;
}
