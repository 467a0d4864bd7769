#!/bin/bash
# import_errors.sh -- plimsoll import of good, odd and bad files into a real
# store: exit code, line and reason, and what is stored afterwards; PostgreSQL
# killed and the command interrupted in the middle.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
chmod 755 "$work"
export PLIMSOLL_HOME=$work/home
unset PLIMSOLL_DB
here=$PWD server=""
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	plimsoll db down >/dev/null 2>&1
	rm -rf "$work"
}
trap end EXIT
cd "$work" || exit 1
plimsoll db up >/dev/null || exit 1
query() {
	/usr/lib/postgresql/15/bin/psql -XAtq -U plimsoll -d plimsoll -c "$1" \
		-h "$(plimsoll db status --json | sed -n 's/.*"socket":"\([^"]*\)".*/\1/p')"
}
rows() { query 'SELECT count(*) FROM plimsoll.observations'; }
import() { plimsoll import "$@" --asset WETH --quote USDT --source test; }

# candles N [FIRST HOUR]: N hourly candles.
candles() {
	echo time,open,high,low,close,volume
	awk -v n="$1" -v at="${2:-0}" 'BEGIN { for (i = 0; i < n; i++) {
		p = 1800 + (i * 37) % 101; t = 1672531200 + (at + i) * 3600
		printf "%.0f,%d.5,%d.75,%d.25,%d.125,%d\n", t, p, p + 1, p - 1, p, i } }'
}

# refused NAME EXIT TEXT FILE [OPTION...]: and not a row was stored.
refused() {
	local name=$1 code=$2 text=$3 before
	shift 3
	before=$(rows)
	expect "$name" "$code" "$text" import "$@"
	[ "$before" = "$(rows)" ] && result yes "$name: nothing stored" || result no "$name: nothing stored" "$before, $(rows)"
}

# --- what is accepted ---------------------------------------------------------
candles 48 >good.csv
expect "candles" 0 "48 rows, 48 new, 0 duplicate, 0 rejected, 48 bars" import good.csv
expect "again" 0 "48 rows, 0 new, 48 duplicate" import good.csv
gzip -k good.csv
expect "the same compressed" 0 "0 new, 48 duplicate" import good.csv.gz
candles 10 48 | sed 's/$/\r/' >crlf.csv
expect "CRLF" 0 "10 new" import crlf.csv
{ printf '\xef\xbb\xbf'; candles 10 58; } >bom.csv
expect "a byte order mark" 0 "10 new" import bom.csv
expect "dry run" 0 "dry run" import --dry-run good.csv
json "JSON" 'o.files[0].rows === 48 && o.files[0].new === 0 && o.files[0].source === "test" && o.dryRun === false' import good.csv --json
printf 'time,price\n2023-05-01T00:00:30Z,1.00000000000000001\n2023-05-01T00:01:30Z,0.00000001\n' >ticks.csv
expect "ticks" 0 "2 new" plimsoll import ticks.csv --asset TICK --quote USD --source test
[ "$(query "SELECT string_agg(trim_scale(value)::text, ' ' ORDER BY source_time) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE asset = 'TICK'")" = "1.00000000000000001 0.00000001" ] &&
	result yes exact || result no "decimals are exact"
printf 'time,round_id,price\n1683000000,110680464442257320000,1800.5\n1683003600,110680464442257320001,1801\n' >rounds.csv
expect "rounds" 0 "rounds: 2 rows, 2 new" plimsoll import rounds.csv --asset RND --quote USD --source chainlink --format rounds
[ "$(query "SELECT max(round) FROM plimsoll.observations")" = 110680464442257320001 ] && result yes round || result no "round ids beyond 64 bits"

# --- bad files: exit 3, the reason, nothing stored ------------------------------
head -c 300 good.csv.gz >truncated.csv.gz
refused "truncated gzip" 3 "truncated" truncated.csv.gz
cp good.csv.gz flipped.csv.gz
printf '\x55\xaa\x55' | dd of=flipped.csv.gz bs=1 seek=200 conv=notrunc status=none
refused "corrupt gzip" 3 "gzip" flipped.csv.gz
cp good.csv.gz crc.csv.gz
printf '\x00\x00\x00\x00' | dd of=crc.csv.gz bs=1 seek=$(($(stat -c %s good.csv.gz) - 8)) conv=notrunc status=none
refused "a gzip with another checksum" 3 "gzip" crc.csv.gz
head -c 1200000000 /dev/zero | gzip -1 >bomb.csv.gz
refused "a gzip bomb" 3 "" bomb.csv.gz
printf 'when,what\n1,2\n' >header.csv
refused "another header" 3 "header" header.csv
: >empty.csv
refused "an empty file" 3 "" empty.csv
echo time,open,high,low,close >headonly.csv
refused "a header alone" 3 "" headonly.csv
refused "a file that is not there" 3 "none.csv" none.csv
mkdir folder.csv
refused "a folder" 3 "folder.csv" folder.csv
head -c 5000 /dev/urandom >junk.csv
refused "junk" 3 "" junk.csv
head -c 3000000 /dev/zero | tr '\0' x >line.csv
refused "one long line" 3 "" line.csv
bad_row() { # bad_row NAME TEXT SED-SCRIPT: one row of a good file is spoiled
	candles 5 200 | sed "$3" >row.csv
	refused "$1" 3 "$2" row.csv
	expect "$1: names the line" 3 "line 4" import row.csv
}
bad_row "letters for a number" "is no" '4s/,[0-9.]*$/,lots/;4s/^\([0-9]*\),[0-9.]*/\1,abc/'
bad_row "a price of zero" "" '4s/^\([0-9]*\),[0-9.]*,[0-9.]*,[0-9.]*,[0-9.]*/\1,0,0,0,0/'
bad_row "a negative price" "" '4s/^\([0-9]*\),/\1,-/'
bad_row "a price beyond range" "" '4s/^\([0-9]*\),[0-9.]*,[0-9.]*,[0-9.]*,[0-9.]*/\1,1e13,1e13,1e13,1e13/'
bad_row "not a number" "" '4s/^\([0-9]*\),[0-9.]*/\1,nan/'
bad_row "infinity" "" '4s/^\([0-9]*\),[0-9.]*/\1,inf/'
bad_row "more digits than can be kept" "" '4s/^\([0-9]*\),[0-9.]*/\1,1800.12345678901234567890/'
bad_row "high below low" "" '4s/^\([0-9]*\),\([0-9.]*\),[0-9.]*,/\1,\2,1.0,/'
bad_row "a cell missing" "" '4s/,[^,]*,[^,]*,[^,]*$//'
bad_row "a time that is none" "" '4s/^[0-9]*/yesterday/'
bad_row "a time between candles" "" '4s/^[0-9]*/1672531207/'
candles 5 200 | awk 'NR == 4 { held = $0; next } { print } NR == 5 { print held }' >back.csv
refused "time going backwards" 3 "backwards\|back" back.csv
candles 5 200 | awk '{ print } NR == 4 { sub(/,[0-9]*$/, ",999999"); sub(/\.5,/, ".625,"); print }' >disagree.csv
refused "two rows of one time that disagree" 3 "disagree" disagree.csv
candles 48 | sed '10s/,\([0-9]*\)\.5,/,\1.625,/' >other.csv
refused "a row that disagrees with what is stored" 3 "but the store has" other.csv
candles 5 300 | sed '3s/^\([0-9]*\),/\1,-/' >half.csv
expect "--skip-rejected takes the rest" 0 "4 new, 0 duplicate, 1 rejected" import half.csv --skip-rejected
candles 4 400 >first.csv
expect "two files, the second bad: exit 3" 3 "half.csv" import first.csv half.csv
expect "the first of the two is in" 0 "0 new, 4 duplicate" import first.csv

# --- usage ---------------------------------------------------------------------
expect "no asset" 2 "asset" plimsoll import good.csv --quote USD --source x
expect "an unknown format" 2 "format" import good.csv --format nosuch
expect "an interval that is none" 2 "interval" import good.csv --interval 7h
expect "a source that is reserved" 2 "SYNTHETIC" plimsoll import good.csv --asset WETH --quote USD --source SYNTHETIC
expect "a name with a quote in it" 2 "" plimsoll import good.csv --asset "a'; DROP TABLE x" --quote USD --source x
expect "generated rows say so" 0 "SYNTHETIC" plimsoll import --generate 1 --asset WETH --hours 5 --end 2024-01-01T00:00:00Z
expect "the label is in the store" 0 "SYNTHETIC" plimsoll status

# --- from an exchange's API ------------------------------------------------------
node "$here/tests/e2e/feed_server.mjs" >port &
server=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.05; done
at() { url=http://127.0.0.1:$(cat port)/$1; } # at DOOR: of feed_server.mjs
fetch() { plimsoll import --fetch "$1" --product "$2" --asset ETH --quote USD --url "$url" "${@:3}"; }
at well
expect "binance: pages" 0 "1500 rows, 1500 new, 0 duplicate, 0 rejected, 1500 bars, 2024-01-01T00:00:00Z" fetch binance ETHUSDT --from 2024-01-01 --to 1709467200
expect "binance again" 0 "0 new, 1500 duplicate" fetch binance ETHUSDT --from 2024-01-01 --to 1709467200
expect "coinbase: numbers, newest first" 0 "700 rows, 700 new" fetch coinbase ETH-USD --from 2024-01-01 --to 1706587200
expect "kraken: the newest 720" 0 " rows, " fetch kraken ETHUSD --from "$(($(date +%s) - 86400 * 5))"
json "fetched as JSON" 'o.files[0].source === "binance" && o.files[0].rows === 24' fetch binance ETHUSDT --from 2024-06-01 --to 2024-06-02 --json
expect "an unknown exchange" 2 "coinbase, kraken and binance" fetch nosuch X
expect "no product" 2 "product" plimsoll import --fetch binance --asset ETH --quote USD
expect "a range backwards" 2 "" fetch binance ETHUSDT --from 2024-02-01 --to 2024-01-01
for lie in html cut; do
	at fault-$lie
	expect "an exchange that answers $lie" 5 "127.0.0.1" fetch binance ETHUSDT --from 2024-07-01 --to 2024-07-02
done
at fault-nothing
expect "an exchange without bars" 3 "" fetch binance ETHUSDT --from 2024-07-01 --to 2024-07-02
url=http://127.0.0.1:1
expect "an exchange that is not there" 5 "127.0.0.1:1" fetch kraken ETHUSD
[ "$(query "SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE asset = 'ETH' AND source = 'binance'")" = 1524 ] && result yes fetched || result no "nothing else was stored"

# --- killed in the middle --------------------------------------------------------
# a candle a minute, nine months
{ echo time,open,high,low,close
  awk 'BEGIN { for (i = 0; i < 400000; i++) { p = 1800 + (i * 37) % 101
	printf "%.0f,%d.5,%d.75,%d.25,%d.125\n", 1672531200 + i * 60, p, p + 1, p - 1, p } }'; } >large.csv
large() { plimsoll import large.csv --asset BIG --quote USD --source test; }
big() { query "SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE asset = 'BIG'"; }
server_pid() { plimsoll db status --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p'; }
cut=0
for delay in 0.6 1.2 2.0; do
	pid=$(server_pid)
	large >said.txt 2>&1 &
	job=$!
	sleep $delay
	kill -QUIT "$pid" # PostgreSQL's immediate shutdown
	wait $job
	rc=$?
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	expect "the store comes up again" 0 "started" plimsoll db up
	if [ $rc = 0 ]; then
		result "$([ "$(big)" = 400000 ] && echo yes)" "killed after the end: all is in"
		break
	fi
	cut=$((cut + 1))
	[ $rc = 5 ] && grep -q "db up" said.txt && grep -q "Nothing of this file was written" said.txt && result yes killed ||
		result no "killed after $delay s" "exit $rc: $(tail -2 said.txt)"
	[ "$(big)" = 0 ] && result yes nothing || result no "killed after $delay s: nothing half-written" "$(big) rows"
done
[ $cut -gt 0 ] && result yes cut || result no "at least one import was cut by the kill"
if [ "$(big)" = 0 ]; then
	# a shell's background jobs ignore SIGINT: give it back
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$plimsoll" import large.csv --asset BIG --quote USD --source test >said.txt 2>&1 &
	job=$!
	sleep 0.3
	kill -INT $job
	wait $job
	rc=$?
	stored=$(big) # the last statement is not cut: all, or nothing
	[ $rc = 130 ] && { [ "$stored" = 0 ] || [ "$stored" = 400000 ]; } && result yes interrupted ||
		result no "interrupted" "exit $rc, $stored rows: $(tail -1 said.txt)"
fi
expect "the same command resumes" 0 "400000 rows" large
[ "$(big)" = 400000 ] && result yes whole || result no "after resuming all rows are in, once" "$(big)"
finish import
