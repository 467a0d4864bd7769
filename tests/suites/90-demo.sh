#!/bin/bash
# The demonstration, in a home of its own: each of its checks is a test.
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
echo "demo: $passed passed, $failed failed"
[ $failed = 0 ]
