#!/bin/bash
# The v2 rule against liquidations that happened: May 2021, five users'
# histories, and the stETH positions on the path of June 2022.
if [ ! -d "$PLIMSOLL_DATA" ]; then
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
	exit 0
fi
"$BUILD/tests/models/liquidations_report"
liquidations=$?
echo
"$BUILD/tests/models/steth_report"
steth=$?
[ $liquidations = 0 ] && [ $steth = 0 ]
