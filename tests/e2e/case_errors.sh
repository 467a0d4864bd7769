#!/bin/bash
# case_errors.sh -- a case cut at many places or with one bit changed: never a
# crash, never a decision that verifies.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build=${BUILD:-build/release}
make -s MODE="$(basename "$build")" "$build/tests/golden/cases" || exit 1
"$build/tests/golden/cases" 1 "$work" >/dev/null
case=$work/update.cbor
size=$(stat -c %s "$case")
plimsoll decide "$case" -o "$work/decision.json" >/dev/null
expect "the whole case" 0 "anchor block" plimsoll case show "$case"
verify() { plimsoll verify "$work/decision.json" --case "$1"; }

for i in $(seq 0 47); do
	head -c $((i * size / 48)) "$case" >"$work/cut.cbor"
	expect "cut at $((i * size / 48)): case show" 3 "cut short" plimsoll case show "$work/cut.cbor"
	expect "cut at $((i * size / 48)): decide" 3 "" plimsoll decide "$work/cut.cbor"
done
for cut in 1 2 3 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$case" >"$work/cut.cbor"
	expect "cut at $cut: verify" 3 "cut short" verify "$work/cut.cbor"
done
{ cat "$case"; printf '\0'; } >"$work/longer.cbor"
expect "a byte more" 3 "" plimsoll decide "$work/longer.cbor"

# One bit: malformed (3), or another case than the one decided (4).
for i in $(seq 0 59); do
	node -e 'const fs = require("fs"), [from, to, at] = process.argv.slice(1);
		const bytes = fs.readFileSync(from), place = Number(at) % bytes.length;
		bytes[place] ^= 1 << (Number(at) % 8); fs.writeFileSync(to, bytes);' \
		"$case" "$work/bit.cbor" $((i * 2087 + i))
	rc=0
	said=$(verify "$work/bit.cbor" 2>&1) || rc=$?
	case $rc in 3 | 4) result yes bit ;; *) result no "bit $i: verify" "exit $rc: $said" ;; esac
	rc=0
	plimsoll decide "$work/bit.cbor" >"$work/said" 2>&1 || rc=$?
	case $rc in 0 | 3 | 4) result yes bit ;; *) result no "bit $i: decide" "exit $rc: $(tail -2 "$work/said")" ;; esac
done
finish cases
