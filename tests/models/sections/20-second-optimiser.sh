#!/bin/bash
# EGARCH and APARCH against a second optimiser: ours must be no less likely than
# the best of 200 random starts of a simplex (Nelder and Mead) by more than 1e-4.
# Every start has 300 evaluations, the best 20 of them go on to the end.
set -u
driver=$BUILD/tests/models/likelihood_driver
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
tail -n +2 "$PLIMSOLL_DATA/garch/dem2gbp.csv" | cut -d, -f2 >"$here/DEM-GBP"
awk -F, 'NR > 2 { printf "%.17g\n", 100 * ($6 / last - 1) } { last = $6 }' \
	"$PLIMSOLL_DATA/garch/sp500-1d.csv" >"$here/SP500"
passed=0 failed=0
printf '%-8s %-6s %-7s %16s %16s %12s\n' series family law ours simplex \
	difference
for series in DEM-GBP SP500; do
	for family in egarch aparch; do
		for law in normal t skewed; do
			ours=$("$driver" fit $family $law fcp "$here/$series") || ours=
			best=$("$driver" starts $family $law "$here/$series" 200) || best=
			if echo "$series $family $law $ours $best" | awk '
				{ good = NF == 23 && $12 >= $15 - 1e-4
				  printf "%-8s %-6s %-7s %16.6f %16.6f %12.2e %s\n",
					 $1, $2, $3, $12, $15, $12 - $15,
					 good ? "ok" : "FAIL"
				  exit !good }'; then
				passed=$((passed + 1))
			else
				failed=$((failed + 1))
			fi
		done
	done
done
echo "second optimiser: $passed passed, $failed failed"
[ $failed = 0 ]
