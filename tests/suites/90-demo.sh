#!/bin/bash
# The demonstration, in a home of its own: each of its checks is a test.  Then
# the commands that need nothing else, on what it left.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PLIMSOLL_HOME=$work/home DEMO_OUT=$work/out DEMO_WORK=$work/run tests/e2e/demo.sh
rc=$?
passed=0 failed=0
for file in case.cbor decision.json attestation.cose policy.ini summary.json; do
	if [ -s "$work/out/$file" ]; then passed=$((passed + 1)); else echo "missing: $file"; failed=$((failed + 1)); fi
done
if [ $rc = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
for running in "$work"/home/db/data/postmaster.pid "$work"/home/enclave/enclave.json; do
	if [ -e "$running" ]; then echo "left running: $running"; failed=$((failed + 1)); else passed=$((passed + 1)); fi
done
tests/e2e/commands.sh "$work/out" "$work/home" | tee "$work/commands.log"
p=$(sed -n 's/^commands: \([0-9]*\) passed.*/\1/p' "$work/commands.log")
f=$(sed -n 's/^commands: .* \([0-9]*\) failed.*/\1/p' "$work/commands.log")
passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
# Once more with the history that a public exchange would answer.
node tests/e2e/feed_server.mjs --count-from-now >"$work/port" &
server=$!
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
if PLIMSOLL_DATA=/none CANDLES_URL=http://127.0.0.1:$(cat "$work/port") PLIMSOLL_HOME=$work/home2 \
	DEMO_OUT=$work/out2 DEMO_WORK=$work/run2 tests/e2e/demo.sh >"$work/fetched.log" 2>&1 &&
	grep -q "^binance: CRV/USDT@binance, candles: 3700 rows, 3700 new" "$work/fetched.log"; then
	passed=$((passed + 1))
else
	cat "$work/fetched.log"
	failed=$((failed + 1))
fi
kill "$server"
echo "demo: $passed passed, $failed failed"
[ $failed = 0 ]
