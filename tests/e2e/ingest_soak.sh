#!/bin/bash
# ingest_soak.sh -- `plimsoll ingest` of 200 feeds for SOAK_SECONDS (600): resident
# memory and open descriptors stay where they are.  After a fifth of the time, in
# which everything is seen for the first time, the last third's median memory is at
# most that of the first third + 2 % + 1 MiB, and its most descriptors not more.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
. tests/e2e/ingest_lib.sh
SOAK_SECONDS=${SOAK_SECONDS:-600}
SAMPLE_S=3
start_feeds --ports 5
feeds() { # feeds N QUOTE KEY: N lines, asset and key numbered from S1, KEY a format
	for i in $(seq "$1"); do printf "feed = S%d/%s $3\n" "$i" "$2" "$i"; done
}
pyth_feeds() { for i in $(seq 64); do echo "feed = S$i/USD $(pyth_id "S$i")"; done; }
since=$(date -u -d '2 hours ago' +%Y-%m-%dT%H:00:00Z)
{
	source_of hermes pyth "$(door 0 hermes)" "every_s = 5" "signers = $work/guardians.txt"
	pyth_feeds
	source_of gateway redstone "$(door 1 gateway)" "every_s = 10" "signers = $work/three.txt" \
		"service = made.S1-64"
	feeds 64 USD S%d
	source_of coinbase coinbase "$(door 2 coinbase)" "interval_s = 60" "every_s = 15" "since = $since"
	feeds 30 USD S%d-USD
	source_of binance binance "$(door 3 binance)" "interval_s = 60" "every_s = 15" "since = $since"
	feeds 30 USDT S%dUSDT
	source_of kraken kraken "$(door 4 kraken)" "interval_s = 60" "every_s = 30"
	feeds 12 USD S%dUSD
} >"$work/feeds.ini"
json "200 feeds" 'o.sources.reduce((n, s) => n + s.feeds.length, 0) === 200' plimsoll feed list --feeds "$work/feeds.ini" --json
plimsoll db up >/dev/null || exit 1
in_background "$plimsoll" ingest --feeds "$work/feeds.ini" --json

memory_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$job/status" 2>/dev/null; }
began=$SECONDS
while [ $((SECONDS - began)) -lt "$SOAK_SECONDS" ] && kill -0 "$job" 2>/dev/null; do
	descriptors=("/proc/$job/fd"/*)
	echo "$((SECONDS - began)) $(memory_kb) ${#descriptors[@]}"
	sleep $SAMPLE_S
done >"$work/samples"
kill -0 "$job" 2>/dev/null && result yes alive || result no "it runs all the time" "$(tail -2 "$work/err")"
kill -INT "$job"
wait "$job"
rc=$?
[ $rc = 130 ] && result yes interrupted || result no "ends when it is interrupted" "exit $rc: $(tail -2 "$work/err")"

# judge: the rule at the top; prints what it saw.
judge() {
	awk -v all="$SOAK_SECONDS" '
		function median(list, n,   i, j, v) {
			for (i = 2; i <= n; i++) { v = list[i]; for (j = i - 1; j > 0 && list[j] > v; j--) list[j + 1] = list[j]; list[j + 1] = v }
			return list[int((n + 1) / 2)]
		}
		BEGIN { warm = all / 5; third = (all - warm) / 3 }
		$1 >= warm && $1 < warm + third { first[++m] = $2; if ($3 > most) most = $3 }
		$1 >= all - third { last[++n] = $2; if ($3 > most_last) most_last = $3 }
		END {
			if (!m || !n) { print "no samples"; exit 1 }
			a = median(first, m); b = median(last, n)
			printf "memory %d KiB, at the end %d KiB; descriptors at most %d, at the end %d; %d samples\n", a, b, most, most_last, NR
			exit !(b <= a * 1.02 + 1024 && most_last <= most)
		}' "$work/samples"
}
if judge; then result yes flat; else result no "memory and descriptors stay" "$(awk 'NR % 10 == 1' "$work/samples" | tr '\n' ';')"; fi
stored=$(query "SELECT count(DISTINCT feed_id) || ' feeds, ' || count(*) || ' rows' FROM plimsoll.observations")
echo "stored: $stored"
[ "${stored%% *}" = 200 ] && result yes all || result no "every feed has rows" "$stored"
rejected=$(query "SELECT count(*) FROM plimsoll.observations WHERE verdict = 'rejected'")
[ "$rejected" = 0 ] && result yes accepted || result no "nothing was rejected" "$rejected rows"
finish ingest-soak
