/* market_files.h -- the price files of PLIMSOLL_DATA as bars, for the reports
 * of `make check-models`.
 *
 * Host only.  Candles are taken as they are; aggregated points (time, price)
 * are put on the nearest whole hour, the first of each, open = high = low =
 * close.  Nothing is filled or smoothed: holes stay holes. */
#ifndef TESTS_MODELS_MARKET_FILES_H
#define TESTS_MODELS_MARKET_FILES_H

#include <stdbool.h>

#include "case/case.h"

struct market_file {
	char name[96];       /* file name without .csv, .gz */
	struct bar *bars;
	size_t count;
	uint32_t interval_s; /* 900, 3600 or 86400 */
	bool candles;        /* has ranges */
};

/** market_file_read - aborts with a message where a file cannot be read. */
void market_file_read(struct market_file *out, const char *folder,
		      const char *name);
/** market_files_list - names of the price series, sorted; returns how many. */
size_t market_files_list(char (*names)[96], size_t room, const char *folder);

#endif
