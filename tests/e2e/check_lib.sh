# check_lib.sh -- counting checks of the real binary, sourced by scripts here.
# usage: `expect NAME EXIT "TEXT IN OUTPUT" COMMAND...`; end with `finish NAME`.

plimsoll=${PLIMSOLL:-$PWD/${BUILD:-build/release}/plimsoll}
plimsoll() { "$plimsoll" "$@"; }
passed=0 failed=0

result() { # result PASSED? NAME [DETAIL]
	if [ "$1" = yes ]; then passed=$((passed + 1)); return; fi
	failed=$((failed + 1))
	echo "not ok - $2${3:+: $3}"
}

# expect NAME EXIT TEXT COMMAND...: exit code, and TEXT (a basic regular
# expression; "" any) in what it printed; the output stays in $said.
expect() {
	local name=$1 code=$2 text=$3 rc=0
	shift 3
	said=$("$@" 2>&1 </dev/null) || rc=$?
	if [ $rc != "$code" ]; then
		result no "$name" "exit $rc, expected $code: $(echo "$said" | tail -3)"
	elif [ -n "$text" ] && ! echo "$said" | grep -q -- "$text"; then
		result no "$name" "no \"$text\" in: $(echo "$said" | tail -3)"
	else
		result yes "$name"
	fi
}

# json NAME EXPRESSION COMMAND...: stdout is one JSON object o, for which the
# JavaScript expression holds.
json() {
	local name=$1 expression=$2 out
	shift 2
	out=$("$@" 2>/dev/null </dev/null)
	if echo "$out" | node -e '
		let t = ""; process.stdin.on("data", (d) => t += d).on("end", () => {
		const o = JSON.parse(t); process.exit(eval(process.argv[1]) ? 0 : 1); });' "$expression" 2>/dev/null
	then result yes "$name"; else result no "$name" "$expression does not hold for: $(echo "$out" | head -c 300)"; fi
}

finish() {
	echo "$1: $passed passed, $failed failed"
	[ $failed = 0 ]
}
