/* liquidations_events.h -- the recorded Aave v2 liquidations, and what the
 * reports on them share: text of a data file, ranks, quantiles.  Host only. */
#ifndef TESTS_MODELS_LIQUIDATIONS_EVENTS_H
#define TESTS_MODELS_LIQUIDATIONS_EVENTS_H

#include "base/bytes.h"

#define USER_TEXT_MAX 48

struct liquidation_event {
	int64_t time_s;
	size_t row;                /* order in the file */
	char user[USER_TEXT_MAX];  /* lower case */
	int collateral, debt;      /* v2 assets; -1: not in the table */
	double seized, repaid;     /* tokens */
};

/** data_text - a file of the data folder, unpacked; ends the program with a
 *  message when it cannot be read.  Freed with memory_free on its data. */
struct bytes data_text(const char *folder, const char *path);

/** Sorted by user, then in the file's order.  Pools other than the main one
 *  (AMM market) are left out. */
size_t liquidation_events_read(struct liquidation_event **out,
			       const char *folder);

/** cell_number - a cell as a double; 0 when empty. */
double cell_number(struct bytes cell);

/** rank_correlation - Spearman, ties at their mean rank; n at most 400. */
double rank_correlation(const double *a, const double *b, size_t n);
/** quantile_of - sorts x; 0 when there is none. */
double quantile_of(double *x, size_t n, double p);

#endif
