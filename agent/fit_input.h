/* fit_input.h -- the returns that `plimsoll fit` works on.
 *
 * Host only.  From a column of a CSV file (.gz too), or from the stored bars
 * of an asset.  Knows nothing of models. */
#ifndef AGENT_FIT_INPUT_H
#define AGENT_FIT_INPUT_H

#include "agent/command.h"
#include "sql/bars.h"

struct fit_input {
	double *returns; /* [n], oldest first */
	double *variances; /* [n] of ranges, or squared returns */
	bool ranges;     /* the former */
	struct bar *candles; /* [bars] of a file with open, high, low; NULL */
	bool has_clock;  /* their times are the file's */
	double log_first; /* log of the first price; 0 where returns came */
	uint32_t interval_s;
	size_t n;
	size_t bars;     /* rows or bars they came from */
	char source[SOURCE_MAX]; /* of the bars; "" for a file */
	bool synthetic;
};

/** The options that name the input: --csv --column --prices | --asset --quote
 *  --source --interval --bars. */
#define FIT_INPUT_OPTIONS                                                     \
	{ "csv", "FILE", "a CSV file with a header line (.gz too, - for "     \
			 "standard input)" },                                 \
	{ "column", "NAME", "its column of returns, any unit" },              \
	{ "prices", NULL, "the column holds prices: use their log returns (and "\
			     "ranges, where open, high, low stand beside)" }, \
	{ "asset", "A", "stored bars of A instead of a file" },               \
	{ "quote", "Q", "only bars in units of Q" },                          \
	{ "source", "S", "only bars of source S" },                           \
	{ "interval", "SECONDS", "length of a bar (default 3600)" },          \
	{ "bars", "N", "the newest N bars (default 8760)" }

/**
 * fit_input_read
 * Returns: E_USAGE neither or both of --csv and --asset, or no --column;
 *          E_MISSING no file, column, series or row; E_MALFORMED a cell that
 *          is no number (row and reason in the error); E_RANGE; E_PEER */
MUST_CHECK enum status fit_input_read(struct fit_input *out,
				      const struct invocation *invocation,
				      struct error *error);
/** fit_input_file - a file's text, .gz undone; the caller frees. */
MUST_CHECK enum status fit_input_file(struct bytes *out, const char *path,
				      struct error *error);
void fit_input_free(struct fit_input *input);

#endif
