#!/bin/bash
# run.sh -- `make check-models`: every section in order, into one report.
# A section is a script NN-name.sh in tests/models/sections; it prints its text
# and exits 0 when all its marks are reached.
set -u
cd "$(dirname "$0")/../.."
report=build/check-models.txt
data=${PLIMSOLL_DATA:-../shared/data}
export PLIMSOLL_DATA=$data BUILD=${BUILD:-build/release}
if [ ! -d "$data" ]; then
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
	exit 0
fi
mkdir -p build
: >"$report"
passed=0 failed=0
for section in tests/models/sections/*.sh; do
	name=$(basename "$section" .sh | sed 's/^[0-9]*-//')
	start=$SECONDS
	echo "== $name" | tee -a "$report"
	if "$section" >"build/check-models-$name.txt" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "   NOT REACHED" | tee -a "$report"
	fi
	cat "build/check-models-$name.txt" | tee -a "$report"
	echo "   ($((SECONDS - start)) s)"
done
echo "check-models: $passed sections passed, $failed failed; the report is $report" | tee -a "$report"
[ $failed = 0 ]
