#!/bin/bash
# matrix.sh -- the golden cases' digests are the committed ones, whatever
# compiler, level, thread count and CPU features; prints every combination.
# `matrix.sh --write` renews expected.txt: see README.md for when that is right.
set -u
cd "$(dirname "$0")/../.."
expected=tests/golden/expected.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# glibc picks other libm and string code without these; ours must not notice.
masked=GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable

compare() { # compare NAME FILE
	if cmp -s "$2" "$expected"; then
		passed=$((passed + 1)); echo "ok     $1"
	else
		failed=$((failed + 1)); echo "not ok $1"; diff "$expected" "$2" | head -4
	fi
}

build() { make -s MODE="$1" -j2 "build/$1/tests/golden/cases" || { echo "not ok $1 does not build"; failed=$((failed + 1)); }; }

if [ "${1:-}" = --write ]; then
	build release
	build/release/tests/golden/cases 1 >"$expected" && echo "written: $expected"
	exit
fi
for mode in release o1 o3 clang; do
	build $mode
	for threads in 1 2; do
		build/$mode/tests/golden/cases $threads >"$work/out"
		compare "$mode, threads $threads" "$work/out"
	done
	env "$masked" build/$mode/tests/golden/cases 2 >"$work/out"
	compare "$mode, threads 2, FMA and AVX2 masked" "$work/out"
done

# The program people run says the same as the driver, and the comparison can
# fail: one changed byte changes the digest or is refused.
build/release/tests/golden/cases 2 "$work" >"$work/out"
while read -r name _ case decision _; do
	said=$(build/release/plimsoll decide "$work/$name.cbor" --json 2>/dev/null)
	if echo "$said" | grep -q "\"caseDigest\":\"$case\"" && echo "$said" | grep -q "\"digest\":\"$decision\""; then
		passed=$((passed + 1)); echo "ok     plimsoll decide $name"
	else
		failed=$((failed + 1)); echo "not ok plimsoll decide $name"
	fi
done <"$expected"
cp "$work/update.cbor" "$work/changed.cbor"
printf '\x7f' | dd of="$work/changed.cbor" bs=1 seek=2000 conv=notrunc status=none
if cmp -s "$work/update.cbor" "$work/changed.cbor" ||
	build/release/plimsoll decide "$work/changed.cbor" --json 2>/dev/null | grep -q "$(awk '$1 == "update" { print $4 }' "$expected")"; then
	failed=$((failed + 1)); echo "not ok a changed byte goes unnoticed"
else
	passed=$((passed + 1)); echo "ok     a changed byte is noticed"
fi
echo "golden: $passed passed, $failed failed"
[ $failed = 0 ]
