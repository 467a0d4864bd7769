/* walk.h -- one asset's history through the forecaster, bar by bar, every
 * forecast scored before its bar is fed.  Host only; for the reports. */
#ifndef TESTS_MODELS_WALK_H
#define TESTS_MODELS_WALK_H

#include "models/forecaster.h"
#include "tests/models/market_files.h"

#define FORECASTERS (EXPERTS_COUNT + 1) /* the ensemble is the last */

/** Per scored bar, oldest first. */
struct walk {
	struct market_file file;
	size_t n;
	int64_t *times_s;
	double *returns;
	double *variance_loss[FORECASTERS]; /* QLIKE; 1e3 where absent */
	double *tail_loss[FORECASTERS];     /* FZ0 at 2.5 % */
	double *var99[2], *var975[2], *es975[2]; /* before, after conformal */
};

/** walk_run - the default policy: hourly bars: window 2,000, first fit after
 *  1,000, refit every 168; daily: 1,000, 500, 30. */
void walk_run(struct walk *out, const char *folder, const char *name);
void walk_free(struct walk *walk);

#endif
