/* report.c -- see report.h. */
#include "backtest/report.h"

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

static const struct {
	const char *name;
	void (*write)(struct text *out, const struct report_input *input);
} files[] = {
	{ "report.html", report_html },
	{ "summary.json", report_json },
	{ "summary.csv", write_summary },
	{ "forecasts.csv", write_forecasts },
	{ "decisions.csv", write_decisions },
	{ "hours.csv", write_hours },
	{ "liquidations.csv", write_liquidations },
};

enum status report_write(const char *folder, const struct report_input *input,
			 struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !status;
	     i++) {
		struct text content = { 0 }, path = { 0 };

		files[i].write(&content, input);
		text_add_format(&path, "%s/%s", folder, files[i].name);
		status = file_write(path.data,
				    bytes_of(content.data, content.size),
				    error);
		text_free(&path);
		text_free(&content);
	}
	return status;
}
