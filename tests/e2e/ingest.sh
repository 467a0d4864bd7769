#!/bin/bash
# ingest.sh -- plimsoll ingest in front of servers that answer as the real ones do
# and misbehave: who is sick is named and delays nobody, nothing wrong is stored,
# nothing is lost or there twice.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
. tests/e2e/ingest_lib.sh
. tests/e2e/certificates.sh
data=$(realpath -m "${PLIMSOLL_DATA:-../shared/data}")
make_certificates "$work" || exit 1
export CURL_CA_BUNDLE=$work/ca.pem
recorded=()
[ -d "$data/feeds" ] && recorded=(--recorded "$data/feeds")
start_feeds --ports 44 --tls "$work" "${recorded[@]}"
right=${ports[44]} wrong=${ports[45]}
plimsoll db up >/dev/null || exit 1
day=$(date -u -d '25 hours ago' +%Y-%m-%dT%H:00:00Z) # 24 closed hours and some

# a KIND served at URL with its usual settings, as source NAME of asset ASSET
served() { # served NAME KIND URL [ASSET]
	local asset=${4:-ETH}
	case $2 in
	pyth) source_of "$1" pyth "$3" "signers = $work/guardians.txt" "feed = $asset/USD $(pyth_id "$asset")" ;;
	redstone) source_of "$1" redstone "$3" "service = made.$asset" "signers = $work/three.txt" "feed = $asset/USD $asset" ;;
	*) source_of "$1" "$2" "$3" "interval_s = 3600" "since = $day" "feed = $asset/USD ${asset}USD" ;;
	esac
}
feeds() { cat >"$work/feeds.ini"; } # the file of feeds is stdin

# --- one of each, healthy ------------------------------------------------------
healthy() {
	served h-binance binance "$(door 0 healthy)"; served h-coinbase coinbase "$(door 1 healthy)"
	served h-kraken kraken "$(door 2 healthy)"; served h-pyth pyth "$(door 3 healthy)"
	served h-redstone redstone "$(door 4 healthy)"
}
good="h-binance h-coinbase h-kraken h-pyth h-redstone"
healthy | feeds
expect "all answer" 0 "" ingest --once
[ "$(rows_of h-binance)" -ge 24 ] && result yes candles || result no "a day of candles" "$(rows_of h-binance)"
for source in $good; do
	[ "$(rows_of "$source")" -gt 0 ] && result yes stored || result no "$source is stored"
done
[ "$(query "SELECT count(*) FROM plimsoll.observations WHERE verdict = 'rejected'")" = 0 ] && result yes believed ||
	result no "none is rejected" "$(query "SELECT verdict, reason, count(*) FROM plimsoll.observations GROUP BY 1, 2")"
before=$(digest_of "source IN ('h-binance', 'h-coinbase', 'h-kraken')")
json "again: nothing twice" 'o.duplicates >= 0 && o.disagreements === 0 && o.sources.length === 5 &&
	o.sources.every((s) => !s.error) && Math.abs(o.clockSkewSeconds || 0) <= 10' ingest --once --json
after=$(digest_of "source IN ('h-binance', 'h-coinbase', 'h-kraken')")
[ "$before" = "$after" ] && result yes same || result no "the same history after a second run" "$before, $after"
json "one feed alone" 'o.feeds.length >= 1 && o.feeds.every((f) => f.asset === "ETH")' ingest --once --json --feed ETH/USD
json "plimsoll status has the feeds" 'o.feeds.length === 5 && o.feeds.every((f) => f.asset === "ETH" && f.source.startsWith("h-"))' plimsoll status --json

# --- every fault at once: who is sick is named and delays nobody -----------------
faults="slow silent cut twice reset gzip-cut gzip-bomb chunked-cut too-long too-short 429 418 503 500 404
	redirect html empty spaces deep shape zeros"
kinds=(binance pyth redstone coinbase kraken)
sick=
{
	healthy | sed 's/h-/g-/'
	i=5
	for fault in $faults; do
		served "$fault" "${kinds[i % 5]}" "$(door $i "fault-$fault")" F$i
		i=$((i + 1))
	done
	served no-name binance "https://127.0.0.1:$wrong/tls" F1
	served nobody pyth http://127.0.0.1:1/nobody F2
	served forged-proof pyth "$(door 39 lie-unproven)" F3
	for fault in gzip chunked close; do
		served "well-$fault" "${kinds[i % 5]}" "$(door $i "fault-$fault")" F$i
		i=$((i + 1))
	done
	served well-tls binance "https://127.0.0.1:$right/tls"
} >"$work/all.ini"
sick="$(echo $faults) no-name nobody forged-proof"
began=$(date +%s%3N)
{ plimsoll ingest --once --json --feeds "$work/all.ini" >"$work/all.json" 2>"$work/all.err" </dev/null
	echo "$? $(($(date +%s%3N) - began))" >"$work/all.end"; } & # the slow ones take their time
all=$!
started+=($all)

# --- another endpoint, other hosts -----------------------------------------------
{ served second binance "$(door 40 fault-cut)"; echo "url = $(door 41 second)"; } | feeds
expect "failover to the second address" 0 "" ingest --once
[ "$(rows_of second)" -ge 24 ] && result yes failover || result no "the second's rows are stored" "$(rows_of second)"
control set door=wait fault=429 after=2 times=1 >/dev/null
served wait binance "$(door 40 wait)" | feeds
expect "429, then well" 0 "" ingest --once
counted "Retry-After is waited for" 'l.length === 2 && l[1].at - l[0].at >= 2000 && l[1].at - l[0].at < 9000' wait
{ source_of budget kraken "$(door 41 budget)" "interval_s = 3600" "since = $day"
	for i in 1 2 3 4 5; do echo "feed = K$i/USD K${i}USD"; done; } | feeds
expect "five feeds of one host" 0 "" ingest --once
counted "no more than the host takes" 'l.length === 5 && l[4].at - l[0].at >= 2500' budget
source_of pages coinbase "$(door 42 pages)" "interval_s = 60" "since = $(date -u -d '40 hours ago' +%FT%H:00:00Z)" \
	"feed = ETH/USD ETH-USD" | feeds
expect "page by page" 0 "" ingest --once
counted "one connection is kept" 'l.length >= 8 && new Set(l.map((r) => r.connection)).size === 1' pages
[ "$(rows_of pages)" -ge 2400 ] && result yes pages || result no "every page is stored" "$(rows_of pages)"
control set door=date fault=date skew=7200 >/dev/null
served date pyth "$(door 43 date)" | feeds
json "a clock that is two hours off is seen" 'Math.abs(Math.abs(o.clockSkewSeconds) - 7200) < 5' ingest --once --json
served proxied binance http://prices.test | feeds
expect "by the proxy" 0 "" env http_proxy="http://127.0.0.1:${ports[43]}" "$plimsoll" ingest --feeds "$work/feeds.ini" --once
counted "the proxy was asked for the host" 'l.some((r) => r.host === "prices.test")' ""
served unproxied binance http://prices.test | feeds
expect "without the proxy there is no such host" 5 "unproxied" ingest --once
{ served trusted binance "https://127.0.0.1:$right/trust"; } | feeds
expect "an authority nobody knows" 5 "trusted" env -u CURL_CA_BUNDLE "$plimsoll" ingest --feeds "$work/feeds.ini" --once

# --- answers that lie -----------------------------------------------------------
{ served forged pyth "$(door 40 lie-forged)"; served stale redstone "$(door 41 lie-stale)"
	served odd binance "$(door 42 lie-upside-down)"; served strange redstone "$(door 43 lie-forged)"; } | feeds
expect "answers that lie are answers" 0 "" ingest --once
kept() { # kept SOURCE TEXT: what is stored of it, "verdict reason signature"
	local said
	said=$(query "SELECT DISTINCT verdict || ' ' || coalesce(reason, '-') || ' ' || signature FROM plimsoll.observations o
		JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE source = '$1'")
	[ "$said" = "$2" ] && result yes "$1" || result no "$1 is kept with its reason" "$said, not $2"
}
kept forged "rejected signature failed"
kept strange "rejected signature failed"
kept stale "marked stale verified"
kept odd "rejected not-positive none"

# --- recorded messages of real markets ------------------------------------------------
if [ -d "$data/feeds" ]; then
	node -e 'const f = JSON.parse(require("fs").readFileSync(process.argv[1]));
		console.log(f.authorised_signers.join("\n") + "\nthreshold 3")' \
		"$data/feeds/redstone_eth_btc_3sig.json" >"$work/primary.txt"
	{ source_of r-pyth pyth "$(door 40 lie-recorded)" "follow = $data/feeds/wormhole_guardian_set_upgrades.json" \
		"feed = ETH/USD ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace"
	source_of r-redstone redstone "$(door 41 lie-recorded)" "service = redstone-primary-prod" "signers = $work/primary.txt" \
		"feed = USDe/USD USDe" "feed = ETH/USD ETH"; } | feeds
	expect "recorded messages" 0 "" ingest --once
	# Its guardians were replaced since: they vouch for nothing new.
	kept r-pyth "rejected signature failed"
	kept r-redstone "marked stale verified"
	[ "$(query "SELECT string_agg(trim_scale(value)::text, ' ' ORDER BY source_time) FROM plimsoll.observations o
		JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE source = 'r-pyth'")" = "2949.43041422 3603.3953036" ] && result yes exact ||
		result no "recorded prices to the last digit" "$(query "SELECT value FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE source = 'r-pyth'")"
else
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
fi

# --- interrupted, twice at once, begun again --------------------------------------------
long() { # long NAME DOOR
	source_of "$1" binance "$(door 40 "$2")" "interval_s = 60" "since = $(date -u -d '20 days ago' +%F)T00:00:00Z" \
		"feed = ETH/USD ETHUSDT" "feed = THIN/USD THINUSDT"
}
cut=$(($(date +%s) / 60 * 60 - 300))
# the source's name is in the checksum: it is taken out for the comparison
sum_of() {
	query "SELECT count(*) || ' ' || sum(hashtextextended(row(asset, source_time, round, value, open, high, low, volume,
		confidence, signature, verdict, reason)::text, 0)::numeric) FROM plimsoll.observations o
		JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE source = '$1' AND source_time < to_timestamp($cut)"
}
long calm calm | feeds
expect "weeks of minutes" 0 "" ingest --once
wanted=$(sum_of calm)
[ "${wanted%% *}" -gt 45000 ] && result yes weeks || result no "weeks are stored" "$wanted"
long broken broken | feeds
starts=0 stored=-1
while [ $starts -lt 12 ]; do
	in_background "$plimsoll" ingest --feeds "$work/feeds.ini" --once
	sleep "0.$((4 + starts % 3))"
	if [ $((starts % 2)) = 0 ]; then kill -INT "$job"; else kill -KILL "$job"; fi 2>/dev/null
	wait "$job" 2>/dev/null
	rc=$?
	starts=$((starts + 1))
	if [ $rc = 0 ]; then break; fi
	[ $rc = 130 ] || [ $rc = 137 ] || result no "interrupted: exit 130" "exit $rc"
	[ "$(rows_of broken)" -ge "$stored" ] && stored=$(rows_of broken) || result no "what was stored stays"
done
[ $starts -gt 2 ] && result yes cut || result no "it was cut at least twice" "$starts"
expect "the rest" 0 "" ingest --once
[ "$(sum_of broken)" = "$wanted" ] && result yes resumed || result no "begun again: the same rows" "$(sum_of broken), not $wanted"
long twice-at-once both | feeds
ingest --once >/dev/null 2>"$work/other.err" </dev/null &
other=$!
expect "two at once" 0 "" ingest --once
wait $other
rc=$?
[ $rc = 0 ] && result yes other || result no "the other of two" "exit $rc: $(tail -2 "$work/other.err")"
[ "$(sum_of twice-at-once)" = "$wanted" ] && result yes once || result no "two at once: the same rows" "$(sum_of twice-at-once), not $wanted"

# --- for as long as it is let ---------------------------------------------------------
control set door=late fault=date skew=-7200 >/dev/null # its clock has the last two hours' candles open
control set door=turning lie=back >/dev/null
{ served lasting pyth "$(door 41 lasting)" F1 | sed '1a every_s = 1'
	served turning redstone "$(door 42 turning)" F2 | sed '1a every_s = 1'
	source_of late binance "$(door 43 late)" "interval_s = 60" "every_s = 1" "feed = F3/USD F3USD" \
		"since = $(date -u -d '1060 minutes ago' +%FT%H:%M:00Z)"; } | feeds # the first page ends an hour ago
in_background "$plimsoll" ingest --feeds "$work/feeds.ini" --json
several() { [ "$(rows_of lasting)" -ge "$1" ]; }
wait_for 15 several 3 && result yes lasting || result no "it goes on by itself" "$(rows_of lasting)"
counted "Hermes' stream is followed" 'l.some((r) => r.path.includes("/stream"))' lasting
json "a stream is open" 'o.streams === 1' control hangup door=lasting
wait_for 15 several $(($(rows_of lasting) + 3)) && result yes goes-on || result no "a stream that ends is no end"
counted "it is opened again" 'l.filter((r) => r.path.includes("/stream")).length >= 2' lasting
stops() { [ "$(rows_of late)" -gt 900 ] && [ "$(rows_of late)" -lt 1000 ]; }
wait_for 10 stops && result yes open || result no "what an exchange's clock calls open is not taken" "$(rows_of late)"
control set door=late >/dev/null
newest() { [ "$(query "SELECT max(source_time) > now() - interval '4 min' AND count(*) = 1 + extract(epoch FROM
	max(source_time) - min(source_time)) / 60 FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id
	WHERE source = 'late'")" = t ]; }
wait_for 15 newest && result yes caught-up || result no "once its clock is right nothing is missing" "$(rows_of late)"
turned() { [ "$(rows_of turning)" -ge 2 ]; }
wait_for 15 turned && result yes turned || result no "older answers are kept, too" "$(rows_of turning)"
kill -INT "$job"
wait "$job"
rc=$?
[ $rc = 130 ] && result yes interrupted || result no "interrupted: exit 130" "exit $rc"
json "what it did is told at the end" "o.added === $(rows_of lasting turning late) && o.disagreements === 0" cat "$work/said"
counted "answers went back and forth" 'l.length >= 4' turning

# --- two families that disagree ------------------------------------------------------
{ served breaker-a pyth "$(door 40 breaker-a)"; echo "every_s = 1"
	served breaker-b pyth "$(door 41 breaker-b)"; echo "every_s = 1"
	served breaker-c pyth "$(door 42 breaker-c)"; echo "every_s = 1"; } | feeds
in_background "$plimsoll" ingest --feeds "$work/feeds.ini" --json
said() { grep -qi "$1" "$work/err"; }
sleep 2
control set door=breaker-c factor=1.01 >/dev/null
control set door=breaker-b factor=0.985 >/dev/null
wait_for 15 said "breaker.*open" && result yes opens || result no "the breaker opens" "$(tail -3 "$work/err")"
control set door=breaker-b >/dev/null
control set door=breaker-c >/dev/null
wait_for 25 said "breaker.*close" && result yes closes || result no "the breaker closes" "$(tail -3 "$work/err")"
kill -INT "$job"
wait "$job"
json "breakers are told at the end" 'o.breakers.length >= 1 && o.breakers.every((b) => !b.open)' cat "$work/said"

# --- what became of every fault at once --------------------------------------------------
wait $all
read -r rc took <"$work/all.end"
echo "every fault at once: $took ms"
[ $rc = 5 ] && result yes sick || result no "sick sources: exit 5" "exit $rc: $(tail -2 "$work/all.err")"
[ $took -lt 62000 ] && result yes bounded || result no "the time is bounded" "$took ms"
for source in $sick; do
	json "$source is named" "o.sources.find((s) => s.name === '$source').error" cat "$work/all.json"
	[ "$(rows_of "$source")" = 0 ] && result yes none || result no "nothing of $source is stored" "$(rows_of "$source")"
done
for source in $(echo "$good" | sed 's/h-/g-/g') well-gzip well-chunked well-close well-tls; do
	json "$source is well" "!o.sources.find((s) => s.name === '$source').error" cat "$work/all.json"
	[ "$(rows_of "$source")" -gt 0 ] && result yes stored || result no "$source is stored"
done
[ "$(rows_of g-binance)" -ge 24 ] && result yes whole || result no "the healthy have all rows" "$(rows_of g-binance)"
late=$(query "SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE source LIKE 'g-%'
	AND observed_at > to_timestamp($began / 1000.0) + interval '8 s'")
# a sick server is waited for 10 s
[ "$late" = 0 ] && result yes prompt || result no "nobody waits for the sick" "$late rows came later than 8 s"
counted "waits between tries grow" 'l.length >= 3 && l[1].at - l[0].at >= 250 && l[2].at - l[1].at >= 500' fault-500
counted "a redirect is not followed" 'l.length === 0' elsewhere
! grep -q 'fault-' "$work/all.json" "$work/all.err" && result yes hidden || result no "no path of an address is shown"

# --- usage ----------------------------------------------------------------------------
expect "no file of feeds" 3 "" plimsoll ingest --feeds "$work/nosuch.ini" --once
expect "an unknown feed" 2 "" ingest --once --feed NOSUCH/USD
expect "bars of no length" 2 "" ingest --once --bars x
plimsoll db down >/dev/null
expect "no store" 5 "db up" ingest --once
finish ingest
