#!/bin/sh
# run_corpus.sh PROGRAM... -- each replay program on the seeds of its name; a
# target without seeds fails.  Prints `fuzz-corpus: N passed, N failed` last.
set -u
passed=0 failed=0
for program in "$@"; do
	name=$(basename "$program"); name=${name#fuzz_}
	seeds=$(find "tests/fuzz/corpus/$name" -type f 2>/dev/null | sort)
	if [ -z "$seeds" ]; then
		echo "$name: no seeds in tests/fuzz/corpus/$name"
		failed=$((failed + 1))
		continue
	fi
	# shellcheck disable=SC2086 # names of seeds have no blanks
	out=$(timeout 300 "$program" $seeds 2>&1)
	line=$(echo "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed$' | tail -1)
	if [ -z "$line" ]; then
		echo "$name: did not finish"; echo "$out" | tail -20
		failed=$((failed + 1))
		continue
	fi
	p=${line%% passed*} f=${line#*, }; f=${f%% failed}
	passed=$((passed + p)) failed=$((failed + f))
	echo "$name: $line"
	[ "$f" = 0 ] || echo "$out" | tail -60
done
echo "fuzz-corpus: $passed passed, $failed failed"
[ $failed = 0 ]
