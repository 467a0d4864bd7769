#!/bin/sh
# run_unit.sh PROGRAM... -- runs cmocka programs, one line each, and prints
# `unit: N passed, N failed, N skipped`.  SKIP lines are passed on.
set -u
passed=0 failed=0 skipped=0
for program in "$@"; do
	out=$(timeout 300 "$program" 2>&1)
	rc=$?
	p=$(echo "$out" | sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' | tail -1)
	s=$(echo "$out" | sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' | tail -1)
	f=$(echo "$out" | sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' | tail -1)
	p=${p:-0} s=${s:-0} f=${f:-0}
	[ $rc != 0 ] && [ "$f" = 0 ] && f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	echo "$(basename "$program"): $p passed, $f failed, $s skipped"
	echo "$out" | grep '^SKIP ' || true
	[ "$f" = 0 ] || echo "$out" | grep -vE '^\[ (RUN|      OK)' | tail -40
done
echo "unit: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
