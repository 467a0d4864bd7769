#!/bin/bash
# run.sh PLIMSOLL -- the tests of this folder on a private cluster of their
# own: started, migrated twice, tested with pgTAP, stopped, removed.  Prints
# failed lines and `sql: N passed, N failed`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
plimsoll=$(realpath "$1")
bin=/usr/lib/postgresql/15/bin
home=$(mktemp -d /tmp/plimsoll-sql-XXXXXX)
chmod 755 "$home"
unset PLIMSOLL_DB PLIMSOLL_HOME
passed=0 failed=0
trap '"$plimsoll" db down --home "$home" >/dev/null 2>&1; rm -rf "$home"' EXIT

result() { # result PASSED? NAME
	if [ "$1" = yes ]; then passed=$((passed + 1)); return; fi
	failed=$((failed + 1))
	echo "not ok - $2"
}

query() {
	"$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$socket" -U plimsoll \
		-d plimsoll "$@"
}

"$plimsoll" db up --home "$home" >"$home/up.log" 2>&1 || {
	cat "$home/up.log"
	echo "sql: 0 passed, 1 failed"
	exit 1
}
socket=$("$plimsoll" db status --json --home "$home" |
	sed -n 's/.*"socket":"\([^"]*\)".*/\1/p')
"$plimsoll" db migrate --json --home "$home" | grep -q '"applied":0' &&
	result yes || result no "migrating again applies nothing"
query -c 'CREATE EXTENSION pgtap' || exit 1

for test in "$here"/*.sql; do
	out=$(query -f "$test" 2>&1)
	rc=$?
	ok=$(echo "$out" | grep -c '^ok ')
	not_ok=$(echo "$out" | grep -c '^not ok ')
	planned=$(echo "$out" | sed -n 's/^1\.\.\([0-9]*\)$/\1/p' | head -1)
	passed=$((passed + ok)) failed=$((failed + not_ok))
	if [ $rc != 0 ] || [ $((ok + not_ok)) != "${planned:-0}" ]; then
		result no "$(basename "$test") ran $((ok + not_ok)) of ${planned:-0} tests"
	fi
	echo "$(basename "$test" .sql): $ok passed, $not_ok failed"
	[ $rc = 0 ] && [ "$not_ok" = 0 ] ||
		echo "$out" | grep -v '^ok ' | sed 's/^/    /'
done

# An altered old migration, and one of a newer release, are found.
query -c "UPDATE public.plimsoll_migrations SET digest = sha256('x')
	WHERE name = (SELECT min(name) FROM public.plimsoll_migrations
		      WHERE name LIKE 'migrations/%')"
said=$("$plimsoll" db migrate --home "$home" 2>&1)
[ $? = 4 ] && echo "$said" | grep -q 'altered' &&
	result yes || result no "an altered migration is refused: $said"
query -c "DELETE FROM public.plimsoll_migrations; INSERT INTO
	public.plimsoll_migrations VALUES ('migrations/9999_later', sha256('y'))"
said=$("$plimsoll" db migrate --home "$home" 2>&1)
[ $? = 4 ] && echo "$said" | grep -q '9999_later' &&
	result yes || result no "a newer store is refused: $said"

echo "sql: $passed passed, $failed failed"
[ $failed = 0 ]
