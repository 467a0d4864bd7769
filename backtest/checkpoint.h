/* checkpoint.h -- a backtest under way in a file: runs that are over, forecasts
 * so far, and the run that is played.  Host only.
 *
 *   [version, input digest, setters, pass, [shift, ...], [run, ...], forecasts,
 *    walk or null, keccak of all bytes before]
 *
 * as canonical CBOR, written beside and renamed, so that a broken write leaves
 * the one before. */
#ifndef BACKTEST_CHECKPOINT_H
#define BACKTEST_CHECKPOINT_H

#include "backtest/record.h"
#include "backtest/walk.h"

/** How often a rule was played to meet a leverage, and how far it is moved. */
struct match_pass {
	uint32_t pass;
	struct threshold_shift shift;
};

struct checkpoint {
	const char *path;
	uint32_t setters;
	struct match_pass *pass;         /* of the run that is played */
	struct backtest_record *record;  /* runs that are over */
	struct forecast_log *forecasts;
	struct walk *walk;               /* NULL: between two runs */
};

/** checkpoint_write - E_SYSTEM the disk is full or the folder is not there. */
MUST_CHECK enum status checkpoint_write(const struct checkpoint *checkpoint,
					struct error *error);

/** A checkpoint's file, its walk not yet read. */
struct checkpoint_file {
	uint8_t *data;          /* checkpoint_file_free */
	size_t size;
	struct bytes walk;      /* empty: between two runs */
};

/**
 * checkpoint_read - runs, forecasts and pass into what the checkpoint names.
 * Returns: OK
 *          E_MISSING    there is none
 *          E_MALFORMED  cut short, altered, of another version
 *          E_REFUSED    of another plan or other setters */
MUST_CHECK enum status checkpoint_read(struct checkpoint_file *out,
				       const struct checkpoint *checkpoint,
				       struct error *error);
/** checkpoint_resume - the walk that was played, into one just opened.
 *  E_MALFORMED. */
MUST_CHECK enum status checkpoint_resume(struct walk *walk,
					 const struct checkpoint_file *file,
					 struct error *error);
void checkpoint_file_free(struct checkpoint_file *file);

#endif
