#!/bin/bash
# What stands in names and lies in folders that others write to: no control
# byte of an argument reaches the terminal, no link is written through.
set -u
cd "$(dirname "$0")/../.."
plimsoll=${BUILD:-build/release}/plimsoll
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "not ok $1"; }

# clean NAME EXIT ARGUMENT...: that exit code, an error, and no control byte.
clean() {
	local name=$1 want=$2 code
	shift 2
	"$plimsoll" "$@" >"$work/out" 2>&1
	code=$?
	if [ $code = "$want" ] && [ -s "$work/out" ] &&
		! LC_ALL=C grep -q '[^[:print:][:space:]]' "$work/out"; then
		ok
	else
		bad "$name: exit $code"
	fi
}

steering=$'\e]0;pwned\a\e[2J'
clean "a file's name" 3 verify "$work/$steering"
clean "an option" 2 verify "--$steering"
clean "a command" 2 "$steering"
clean "an asset" 2 import "$work/none" --asset "$steering" --quote USD --source s

# The name of the file under way is known beforehand: a link waits there.
echo precious >"$work/precious"
bash -c 'ln -s "$1/precious" "$1/policy.ini.$$.tmp"
	exec "$2" policy init -o "$1/policy.ini"' - "$work" "$plimsoll" \
	>"$work/out" 2>&1
code=$?
if [ $code = 0 ] && [ -s "$work/policy.ini" ] && [ ! -L "$work/policy.ini" ]; then
	ok
else
	bad "the file is written all the same: exit $code, $(head -1 "$work/out")"
fi
if [ "$(cat "$work/precious")" = precious ]; then ok; else bad "a link was written through"; fi

echo "hostile-names: $passed passed, $failed failed"
[ $failed = 0 ]
