/* liquidations_report.c -- the v2 rule against liquidations that happened:
 * May 2021 and the histories of five users.  Prints; exits 0 when every mark
 * is reached. */
#include <stdio.h>
#include <stdlib.h>

#include "base/host/memory.h"
#include "tests/models/liquidations_histories.h"

int main(void)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	static struct v2_prices prices;
	struct liquidation_event *events;
	struct liquidation_record record;
	struct marks marks = { 0, 0 };

	if (!folder)
		folder = "../shared/data";
	v2_prices_read(&prices, folder);
	record.count = liquidation_events_read(&events, folder);
	record.events = events;
	record.prices = &prices;
	may_report(&record, &marks);
	histories_report(&record, &prices, folder, &marks);
	printf("\nliquidations: %d marks reached, %d not\n", marks.reached,
	       marks.missed);
	v2_prices_free(&prices);
	memory_free(events);
	return marks.missed != 0;
}
