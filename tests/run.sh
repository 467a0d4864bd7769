#!/bin/bash
# run.sh -- `make test`: sets up, builds and runs every suite; prints each
# suite's own counts and a closing line `N passed, N failed, N skipped`.
# Allowed skips, each with its reason, are in tests/skips.allowed: any other
# skip fails, and with PLIMSOLL_DATA (default ../shared/data) present no data
# test may skip.
set -u
cd "$(dirname "$0")/.."
setup/apt.sh || exit 2
log=build/test-log
mkdir -p "$log"
passed=0 failed=0 skipped=0
data=${PLIMSOLL_DATA:-../shared/data}
[ -d "$data" ] && have_data=yes || have_data=no

# start NAME COMMAND...: runs it and leaves its log, exit code and seconds.
start() {
	local name=$1 start=$SECONDS
	shift
	"$@" >"$log/$name.log" 2>&1
	echo "$? $((SECONDS - start))" >"$log/$name.rc"
}

# finish NAME: takes "N passed, N failed[, N skipped]" from the log's last such
# line, and "SKIP reason" lines.
finish() {
	local name=$1 p f s line rc seconds
	read -r rc seconds <"$log/$name.rc"
	line=$(grep -E '(^|: )[0-9]+ passed, [0-9]+ failed' "$log/$name.log" | tail -1)
	p=$(echo "$line" | grep -oE '[0-9]+ passed' | grep -oE '[0-9]+')
	f=$(echo "$line" | grep -oE '[0-9]+ failed' | grep -oE '[0-9]+')
	s=$(echo "$line" | grep -oE '[0-9]+ skipped' | grep -oE '[0-9]+')
	if [ -z "$line" ]; then
		if [ "$rc" = 0 ]; then p=1 f=0; else p=0 f=1; fi
	elif [ "$rc" != 0 ] && [ "${f:-0}" = 0 ]; then
		f=1
	fi
	passed=$((passed + ${p:-0})); failed=$((failed + ${f:-0})); skipped=$((skipped + ${s:-0}))
	echo "   ${p:-0} passed, ${f:-0} failed, ${s:-0} skipped ($seconds s)"
	if [ "${f:-0}" != 0 ]; then tail -40 "$log/$name.log"; fi
	while read -r skip; do
		if ! grep -qF "$skip" tests/skips.allowed; then
			echo "   a skip that is not allowed: $skip"; failed=$((failed + 1))
		elif [ $have_data = yes ] && echo "$skip" | grep -q 'PLIMSOLL_DATA'; then
			echo "   the data is there, yet: $skip"; failed=$((failed + 1))
		else
			echo "   $skip"
		fi
	done < <(grep -E '^SKIP ' "$log/$name.log" | sort -u)
}

suite() { # suite NAME COMMAND...
	echo "== $1"
	start "$@"
	finish "$1"
}

name_of() { basename "$1" .sh | sed 's/^[0-9]*-//'; }

suite npm make -s npm
suite build make -s -j2 all
suite law make -s check-law
suite unit make -s -j2 unit
# Suites that mostly wait for others' clocks run beside the rest, one after the
# other; what they said comes at the end.
waiting=()
for script in tests/suites/*.sh; do
	grep -q '^# Mostly waits' "$script" && waiting+=("$script")
done
rm -f "$log"/*.rc
beside() { for script in "${waiting[@]}"; do start "$(name_of "$script")" "$script"; done; }
suite artifacts make -s chain-artifacts
beside &
lane=$!
for script in tests/suites/*.sh; do
	[[ " ${waiting[*]} " = *" $script "* ]] || suite "$(name_of "$script")" "$script"
done
wait $lane
for script in "${waiting[@]}"; do
	echo "== $(name_of "$script"), beside the others"
	finish "$(name_of "$script")"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
