#!/bin/bash
# backtest.sh -- plimsoll backtest by the command on made-up history: results,
# the same bytes again, what is refused and with which exit code.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
trap 'plimsoll db down >/dev/null 2>&1; rm -rf "$work"' EXIT
market=$work/market/backtest.ini policy=$work/market/policy.ini
run() { plimsoll backtest run "$market" "$@"; }
same() { # same NAME FILE FILE
	if cmp -s "$2" "$3"; then result yes "$1"; else result no "$1" "$2 and $3 differ"; fi
}

expect "store" 0 "" plimsoll db up
expect "history" 0 "SYNTHETIC" plimsoll import --generate 11 --asset WETH,CRV,USDC --hours 3000 --end 2024-05-01T00:00:00Z

# --- init -------------------------------------------------------------------
expect "an unknown asset" 2 "no preset for \"DOGE\"" plimsoll backtest init --assets ETH,DOGE -o "$work/market"
expect "init" 0 "" plimsoll backtest init --assets ETH,CRV,USDC -o "$work/market"
expect "init again" 2 "is there already" plimsoll backtest init -o "$work/market"
expect "its policy is one" 0 "^0x" plimsoll policy check "$policy"
# Made-up history, and a small market: few borrowers, paths and bars.
sed -i "s|= ETH/USDT@binance|= WETH/USD@SYNTHETIC|; s|/USDT@binance|/USD@SYNTHETIC|; s|/USD@cdd|/USD@SYNTHETIC|; s/^borrowers = .*/borrowers = 20/" "$market"
sed -i 's/^path_count = .*/path_count = 200\nburn_in_bars = 600\nwindow_bars = 600/' "$policy"
quick="--timerange 2024-03-01..2024-03-13"

# --- run --------------------------------------------------------------------
expect "run" 0 "usable LTV" run $quick -o "$work/a" --check-lookahead
echo "$said" | grep -q "nothing looks ahead" && result yes lookahead || result no lookahead "not said"
for file in report.html summary.json summary.csv forecasts.csv decisions.csv hours.csv liquidations.csv record.cbor; do
	if [ -s "$work/a/$file" ]; then result yes "$file"; else result no "$file" "missing or empty"; fi
done
[ -e "$work/a/checkpoint.cbor" ] && result no "no checkpoint is left" || result yes "no checkpoint is left"
echo "$said" | grep -q "SYNTHETIC" && result yes "generated prices are labelled" || result no "generated prices are labelled"
expect "run again on one thread" 0 "" run $quick -o "$work/b" --threads 1
same "the same bytes again" "$work/a/record.cbor" "$work/b/record.cbor"
json "summary" 'o.runs.length === 6 && o.synthetic === true && o.runs.every((r) => typeof r.badDebtEndUsd === "string") &&
	o.forecasts.filter((f) => f.forecaster === "plimsoll").length === 3 && o.forecasts.every((f) => f.n >= 11)' plimsoll backtest report "$work/a" --json
expect "another seed" 0 "" run $quick -o "$work/c" --seed 2
cmp -s "$work/a/record.cbor" "$work/c/record.cbor" && result no "another seed, another run" || result yes "another seed, another run"
lines=$(run $quick --setters plimsoll --events 2>/dev/null | grep -c '^{')
[ "$lines" = 12 ] && result yes "an event a decision" || result no "an event a decision" "$lines lines"
view="SELECT count(*), count(*) FILTER (WHERE forecaster = 'plimsoll' AND n = 12 AND traffic_light IN ('green', 'yellow', 'red')
	AND synthetic AND as_of = '2024-03-13Z') FROM risk.v_backtest_summary"
in_store() { /usr/lib/postgresql/15/bin/psql -X -q -A -t -h "$(plimsoll db status --json | sed -n 's/.*"socket":"\([^"]*\)".*/\1/p')" -U plimsoll -d plimsoll -c "$1" 2>&1; }
expect "into the store" 0 "is in the store: risk.v_backtest_summary" run $quick --setters plimsoll --store
[ "$(in_store "$view")" = "9|3" ] && result yes "a row a forecaster and asset" || result no "a row a forecaster and asset" "$(in_store "$view")"
expect "into the store again" 0 "is in the store already" run $quick --setters plimsoll --store
[ "$(in_store "$view")" = "9|3" ] && result yes "adds nothing" || result no "adds nothing" "$(in_store "$view")"
expect "rules at one leverage" 0 "^no-change .*% [-+][0-9]" run $quick --match-ltv --setters no-change
expect "an expanding window, an embargo" 0 "usable LTV" run $quick --setters plimsoll --window-bars expanding --embargo 7200 --refit-bars 240
cp -r "$work/market" "$work/often" && sed -i 's/^epoch_period_s = .*/epoch_period_s = 21600/' "$work/often/policy.ini"
expect "forecasts that overlap" 0 "that do not overlap is the one that counts" plimsoll backtest run "$work/often/backtest.ini" \
	--timerange 2024-03-01..2024-03-06 --setters plimsoll -o "$work/often/run"
json "all of them in blocks" 'o.forecasts.every((f) => f.overlapping.n >= 3 * f.n && f.overlapping.inHorizon === 4 && f.coverageBy === "kupiec")' \
	plimsoll backtest report "$work/often/run" --json
grep -q '^plimsoll,ETH,[45],.*,kupiec,1[0-9],' "$work/often/run/forecasts.csv" && result yes "and in the table" ||
	result no "and in the table" "$(head -2 "$work/often/run/forecasts.csv")"
expect "the DAO's changes" 0 "^dao " sh -c "printf 'time,symbol,parameter,value_to\n2024-03-05T00:00:00Z,WETH,ltv,7000\n' >$work/changes.csv
	'$plimsoll' backtest run '$market' $quick --setters dao --history $work/changes.csv"
echo "$said" | grep -q "of other assets" && result no "rows that are used are not warned of" || result yes "rows that are used are not warned of"
printf '2024-03-05T00:00:00Z,%s\n' DOGE,ltv,7000 WETH,LTV,7000 CRV,ltv,7100 USDC,reserveFactor,5 >>"$work/changes.csv"
expect "rows that are not used are said" 0 "3 of 5 rows of .*changes.csv are of other assets or parameters: known are WETH, CRV, USDC; ltv, liq" \
	run --timerange 2024-03-01..2024-03-02 --setters dao --history "$work/changes.csv"
printf 'time,symbol,parameter,value_to,chain_id\n2024-03-05T00:00:00Z,WETH,ltv,99999,1\n' >"$work/impossible.csv"
expect "a change that cannot be" 2 "line 2: ltv 99999 is outside 0 .. 10000" run $quick --setters dao --history "$work/impossible.csv"
expect "rows of another chain" 0 "none of the 1 rows of .* is of chain 10" run --timerange 2024-03-01..2024-03-02 \
	--setters no-change --history "$work/impossible.csv" --history-chain 10

# --- report and compare -----------------------------------------------------
expect "report" 0 "usable LTV" plimsoll backtest report "$work/a" -o "$work/again"
for file in summary.csv summary.json report.html; do
	same "a report again: $file" "$work/a/$file" "$work/again/$file"
done
grep -q '"command":"plimsoll backtest run ' "$work/again/summary.json" && result yes "what made it" || result no "what made it"
sed 's/"inputDigest":"0x./"inputDigest":"0x-/' "$work/a/summary.json" >"$work/again/summary.json"
json "a summary of another run tells nothing" '!("command" in o)' plimsoll backtest report "$work/again" --json
expect "compare two setters" 0 "usable-ltv" plimsoll backtest compare "$work/a" "$work/a" --second no-change
json "compare as JSON" 'typeof o.a.values.badDebt === "string" && typeof o.b.values.revenue === "string" && typeof o.a.values.usableLtv === "number"' plimsoll backtest compare "$work/a" "$work/a" --second smart-ltv --json
expect "runs of other seeds do not compare" 2 "different seeds" plimsoll backtest compare "$work/a" "$work/c"
head -c 2000 "$work/a/record.cbor" >"$work/cut.cbor"
mkdir "$work/cut" && mv "$work/cut.cbor" "$work/cut/record.cbor"
expect "a record cut short" 3 "cut short" plimsoll backtest report "$work/cut"
expect "no record" 3 "" plimsoll backtest report "$work/none"
light=$(plimsoll backtest report "$work/a" --json | node -e 'let t = ""; process.stdin.on("data", (d) => t += d).on("end", () =>
	console.log(Math.max(...JSON.parse(t).forecasts.filter((f) => f.forecaster === "plimsoll").map((f) => ["green", "yellow", "red"].indexOf(f.trafficLight)))))')
[ "$light" = 2 ] && code=1 || code=0
expect "--fail-on red" $code "" plimsoll backtest report "$work/a" --fail-on red
expect "--fail-on another colour" 2 "" plimsoll backtest report "$work/a" --fail-on blue

# --- interrupted, resumed, corrupt, full --------------------------------------
"$plimsoll" backtest run "$market" $quick -o "$work/d" --threads 1 --events >"$work/events" 2>/dev/null &
until [ -s "$work/events" ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
kill -TERM $! && wait $!
[ $? = 130 ] && result yes "interrupted" || result no "interrupted" "another exit code"
[ -s "$work/d/checkpoint.cbor" ] && result yes "a checkpoint" || result no "a checkpoint"
cp -r "$work/d" "$work/e"
cp -r "$work/d" "$work/f"
expect "resumed, then looked ahead" 0 "usable LTV" run $quick -o "$work/f" --check-lookahead
expect "resumed" 0 "usable LTV" run $quick -o "$work/d"
same "resumed to the same bytes" "$work/a/record.cbor" "$work/d/record.cbor"
# --- whose folder it is -------------------------------------------------------
before=$(sha256sum <"$work/a/record.cbor")
expect "results of another backtest" 1 "holds the results of another backtest" run $quick --seed 3 -o "$work/a"
[ "$before" = "$(sha256sum <"$work/a/record.cbor")" ] && result yes "are kept" || result no "are kept"
exec 9<"$work/a" && flock 9
expect "two at once" 1 "another backtest writes there" run $quick -o "$work/a"
exec 9<&-
expect "no folder's name" 2 "names no folder" run $quick -o ""
expect "a file for a folder" 2 "is no folder" run $quick -o "$policy"
"$plimsoll" backtest report "$work/a" --json >/dev/full 2>/dev/null
[ $? = 6 ] && result yes "a full output is no success" || result no "a full output is no success"
expect "an option twice" 2 "given twice" run $quick --seed 1 --seed 2
expect "an asset twice" 2 "named twice" plimsoll backtest init --assets ETH,ETH -o "$work/twice"
expect "a colour that nobody knows, at once" 2 "yellow or red" run $quick --fail-on RED
expect "a folder for the market's file" 2 "is a folder" plimsoll backtest run "$work/market"
expect "no market's file" 3 "nope/backtest.ini: No such file" plimsoll backtest run "$work/nope/backtest.ini"
cp -r "$work/market" "$work/uneven" && sed -i 's/^epoch_period_s = .*/epoch_period_s = 5400/' "$work/uneven/policy.ini"
expect "decisions off the hour" 2 "decides at whole hours" plimsoll backtest run "$work/uneven/backtest.ini" $quick
command=$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1])).command)' "$work/a/summary.json")
cp "$work/a/report.html" "$work/report.html"
(cd /; eval "${command/#plimsoll/"$plimsoll"} -q -o $work/a") >/dev/null 2>&1
same "the command in a report makes it again" "$work/report.html" "$work/a/report.html"

expect "a checkpoint of another plan" 1 "of another backtest" run --timerange 2024-03-01..2024-03-12 -o "$work/e"
printf 'X' | dd of="$work/e/checkpoint.cbor" bs=1 seek=700 conv=notrunc status=none
expect "a corrupt checkpoint" 3 "its digest differs" run $quick -o "$work/e"
expect "begun anew" 0 "" run $quick -o "$work/e" --fresh --setters plimsoll
if [ "$(id -u)" = 0 ] && mkdir "$work/small" && mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
	expect "a full disk" 6 "" run $quick -o "$work/small"
	umount "$work/small"
else
	expect "a folder that cannot be written" 6 "" run $quick -o /dev/full/x
fi

# --- bad input ----------------------------------------------------------------
expect "dates outside the data" 3 "has no bars at the end" run --timerange 2024-03-01..2024-09-01
expect "fewer bars than the burn-in" 3 "fewer bars" run --timerange 2024-01-05..2024-02-01
expect "an empty range" 2 "empty" run --timerange 2024-03-02..2024-03-02
expect "no range" 2 "FROM..TO" run --timerange soon
expect "an unknown setter" 2 "no \"guess\"" run $quick --setters guess
expect "no setter" 2 "There are plimsoll" run $quick --setters ""
expect "the DAO without its history" 2 "dao needs --history FILE" run $quick --setters plimsoll,dao
expect "a chain below 0" 2 "history-chain -3" run $quick --history-chain -3
expect "a seed that is no text" 2 "byte 2 is not of printable UTF-8" run $quick --seed "$(printf 'a\377')"
expect "a seed of control characters" 2 "byte 2 is not of printable UTF-8" run $quick --seed "$(printf 'a\033[m')"
expect "a seed in Greek" 0 "" run $quick --setters plimsoll --seed "σπόρος €😀"
expect "no market file" 3 "" plimsoll backtest run "$work/none.ini" --policy "$policy"
sed 's/^borrowers/borowers/' "$market" >"$work/bad.ini"
expect "a misspelt key" 2 "unknown key backtest.borowers" plimsoll backtest run "$work/bad.ini" --policy "$policy"
sed 's/^curve = .*/curve = 5:9 4:8/' "$market" >"$work/bad.ini"
expect "a curve that falls" 2 "ascending" plimsoll backtest run "$work/bad.ini" --policy "$policy"
sed 's/^curve = .*/curve = 100000:2 1000000:1/' "$market" >"$work/bad.ini"
expect "an impact that falls" 2 "asset ETH.curve = .*not ascending" plimsoll backtest run "$work/bad.ini" --policy "$policy"
sed '/^\[asset USDC\]/,$d' "$market" >"$work/bad.ini"
expect "an asset without a section" 2 "USDC" plimsoll backtest run "$work/bad.ini" --policy "$policy"
sed 's|@SYNTHETIC|@nobody|' "$market" >"$work/bad.ini"
expect "a series that is not stored" 3 "import" plimsoll backtest run "$work/bad.ini" --policy "$policy"
sed 's/^volatility_floor_bps = .*/volatility_floor_bps = 60000/; s/^lt_floor_bps = .*/lt_floor_bps = 7900/; s/^lt_ceiling_bps = .*/lt_ceiling_bps = 8000/;
	s/^ltv_ceiling_bps = .*/ltv_ceiling_bps = 7800/; s/^lb_ceiling_bps = .*/lb_ceiling_bps = 11000/;
	s/^path_count/emergency_budget_usd = 1000000000000\npath_count/' "$policy" >"$work/hard.ini"
expect "a policy without a solution" 1 "no value meets the policy" run --timerange 2024-03-01..2024-03-04 --setters plimsoll --policy "$work/hard.ini"
finish backtest
