#!/bin/bash
# run_unit.sh PROGRAM... -- runs cmocka programs, prints a line for each in the
# given order and `unit: N passed, N failed, N skipped` last.  SKIP lines are
# passed on.
#
# One a core at a time, at most four.  Programs whose source says "Runs alone:"
# in its opening comment come before the others, one by one.
set -u
at_once=$(nproc)
[ "$at_once" -le 4 ] || at_once=4
programs=("$@")
passed=0 failed=0 skipped=0 running=0 told=0
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
# shellcheck disable=SC2046 # one word a job
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

runs_alone() { # build/MODE/tests/host/test_x is made from tests/host/test_x.c
	local source=${1#build/*/}.c
	[ -f "$source" ] && sed '/\*\//q' "$source" | grep -q 'Runs alone:'
}

# run INDEX: leaves what the program printed and, when it has ended, its code.
run() {
	local child
	trap 'kill "$child"' TERM
	timeout 300 "${programs[$1]}" >"$room/$1.out" 2>&1 &
	child=$!
	wait "$child"
	echo $? >"$room/$1.part"
	mv "$room/$1.part" "$room/$1.code"
}

count() { # count OUTPUT WORD: of cmocka's closing lines
	sed -n "s/^\[  $2 *\] \([0-9]*\) test.*/\1/p" "$1" | tail -1
}

tell() { # tell INDEX
	local out=$room/$1.out p s f
	p=$(count "$out" PASSED) s=$(count "$out" SKIPPED) f=$(count "$out" FAILED)
	p=${p:-0} s=${s:-0} f=${f:-0}
	[ "$(cat "$room/$1.code")" != 0 ] && [ "$f" = 0 ] && f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	echo "$(basename "${programs[$1]}"): $p passed, $f failed, $s skipped"
	grep '^SKIP ' "$out"
	[ "$f" = 0 ] || grep -vE '^\[ (RUN|      OK)' "$out" | tail -40
}

take_one() { # waits for one to end, tells those whose turn has come
	wait -n
	running=$((running - 1))
	while [ -e "$room/$told.code" ]; do
		tell $told
		told=$((told + 1))
	done
}

others=()
for i in "${!programs[@]}"; do
	if runs_alone "${programs[i]}"; then
		run "$i" &
		running=1
		take_one
	else
		others+=("$i")
	fi
done
for i in "${others[@]}"; do
	[ $running -lt "$at_once" ] || take_one
	run "$i" &
	running=$((running + 1))
done
while [ $running -gt 0 ]; do take_one; done
echo "unit: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
