#!/bin/sh
# run_live.sh SECONDS PROGRAM... -- libFuzzer on each target from its seeds.
# New inputs go to build/fuzz/found/NAME, failing ones to build/fuzz/failures/.
set -u
seconds=$1 passed=0 failed=0
shift
mkdir -p build/fuzz/failures
for program in "$@"; do
	name=$(basename "$program"); name=${name#fuzz_}
	found=build/fuzz/found/$name
	mkdir -p "$found" "tests/fuzz/corpus/$name"
	if out=$("$program" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 \
		-max_len=65536 -artifact_prefix="build/fuzz/failures/$name-" \
		-print_final_stats=1 "$found" "tests/fuzz/corpus/$name" 2>&1); then
		passed=$((passed + 1))
		runs=$(echo "$out" | sed -n 's/^stat::number_of_executed_units: *//p')
		echo "$name: ${runs:-?} inputs, no failure"
	else
		failed=$((failed + 1))
		echo "$name: FAILED"; echo "$out" | tail -40
	fi
done
echo "fuzz: $passed passed, $failed failed"
[ $failed = 0 ]
