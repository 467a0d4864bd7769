/* liquidations_may.h -- the liquidations of May 2021 predicted user by user,
 * each from the events before it.  Host only. */
#ifndef TESTS_MODELS_LIQUIDATIONS_MAY_H
#define TESTS_MODELS_LIQUIDATIONS_MAY_H

#include "tests/models/liquidations_events.h"
#include "tests/models/liquidations_market.h"
#include "tests/models/liquidations_marks.h"

struct liquidation_record {
	const struct liquidation_event *events; /* by user, then time */
	size_t count;
	const struct v2_prices *prices;
};

void may_report(const struct liquidation_record *record, struct marks *marks);

#endif
