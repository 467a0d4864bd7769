#!/bin/bash
# The borrowers of a backtest beside the accounts they were calibrated on.
if [ ! -d "$PLIMSOLL_DATA" ]; then
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
	exit 0
fi
exec "$BUILD/tests/models/population_report"
