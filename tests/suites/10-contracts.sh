#!/bin/bash
# The contracts under forge: unit, fuzz, invariants.
set -o pipefail
make -s check-contracts | tee /dev/stderr 2>&1 | sed -n 's/^Ran .* test suites.*: \([0-9]*\) tests passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/contracts: \1 passed, \2 failed, \3 skipped/p'
