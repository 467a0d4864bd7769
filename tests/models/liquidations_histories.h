/* liquidations_histories.h -- five liquidated borrowers replayed from each of
 * their recorded states to the next.  Host only. */
#ifndef TESTS_MODELS_LIQUIDATIONS_HISTORIES_H
#define TESTS_MODELS_LIQUIDATIONS_HISTORIES_H

#include "tests/models/liquidations_may.h"

/** histories_report - record->prices is written: prices between two states
 *  of assets without an hourly series. */
void histories_report(const struct liquidation_record *record,
		      struct v2_prices *prices, const char *folder,
		      struct marks *marks);

#endif
