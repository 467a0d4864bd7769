#!/bin/bash
# backtest_report.sh -- `make backtest-report`: real crises replayed, as
# docs/backtest.md quotes them.  Needs PLIMSOLL_DATA; each market's results stay
# in build/backtest-report/NAME-SEED.  usage: backtest_report.sh [NAME...]
# SEEDS="1 2": seeds to play (1); THREADS: of a run (all).
set -u
cd "$(dirname "$0")/../.."
data=${PLIMSOLL_DATA:-../shared/data}
plimsoll=$PWD/${BUILD:-build/release}/plimsoll
out=build/backtest-report
[ -d "$data/prices" ] || { echo "PLIMSOLL_DATA is not there"; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
trap '"$plimsoll" db down >/dev/null 2>&1; rm -rf "$work"' EXIT
mkdir -p "$out"

import() { "$plimsoll" import "$@" >/dev/null || exit 1; }
prices() { import "$data/prices/$1.csv.gz" --asset "$2" --quote "$3" --source "$4"; }
"$plimsoll" db up >/dev/null || exit 1
for asset in ETH LINK AAVE CRV; do prices "${asset}USDT-binance-1h" $asset USDT binance; done
prices BTCUSDT-binance-1h-2017_2021 BTC USDT binance
# The next file begins with hours that the first has too.
gzip -dc "$data/prices/BTCUSDT-binance-1h-2021_2023.csv.gz" | awk -F, 'NR == 1 || $1 > "2021-06-10T00:00:00Z"' >"$work/btc.csv"
import "$work/btc.csv" --asset BTC --quote USDT --source binance
prices BTCUSDT-binance-1h-2024_2026 BTC USDT binance
prices USDCUSD-cdd-1h USDC USD cdd
prices stETH-USD-aggregated-1h-2021_2023 stETH USD coingecko
import --generate 1 --asset USDC --hours 74000 --end 2026-04-14T00:00:00Z

# SmartLTV answers 0 for hours on end on these markets and cannot be brought to
# the leverage of the others.
setters=no-change,excursion,gauntlet-caps,foresight

# market NAME ASSETS RANGE [PRESET]: one market with each seed, its text on stdout.
market() {
	local name=$1 assets=$2 range=$3 preset=${4:-standard} seed
	[ -n "$names" ] && ! [[ " $names " = *" $name "* ]] && return
	"$plimsoll" backtest init --assets "$assets" -o "$work/$name" --preset "$preset" || exit 1
	for seed in ${SEEDS:-1}; do
		echo "== $name, seed $seed"
		"$plimsoll" backtest run "$work/$name/backtest.ini" ${range:+--timerange $range} --match-ltv --seed "$seed" \
			--setters $setters ${THREADS:+--threads $THREADS} -o "$out/$name-$seed" --fresh || exit 1
		echo
	done
}

names=$*
# Out of sample: the preset was chosen on the years before.
for asset in ETH BTC; do market "$asset-2022" "$asset,USD" 2022-01-01..2025-11-02; done
for asset in LINK CRV AAVE; do market "$asset-2022" "$asset,USD" 2022-01-01..2023-12-30; done
# Nobody borrows a coin at par against another: USDC backs those who are short of
# ETH, and is what ETH's borrowers owe.  It has no earlier bars.
market USDC-2022 USDC,ETH 2022-02-21..2025-11-02
market stETH-2022 stETH,ETH,USD 2022-01-01..2023-02-26
market book ETH,BTC,LINK,AAVE,CRV,USDC 2022-04-01..2023-12-30
market ETH-BTC-2024 ETH,BTC,USDC 2024-03-15..2025-11-02
# Ceilings ten points higher.
for asset in ETH BTC; do market "$asset-2022-open" "$asset,USD" 2022-01-01..2025-11-02 open; done
for asset in LINK CRV AAVE; do market "$asset-2022-open" "$asset,USD" 2022-01-01..2023-12-30 open; done
market stETH-2022-open stETH,ETH,USD 2022-01-01..2023-02-26 open
# What the preset was chosen on.
market BTC-2021 BTC,USD 2019-01-01..2021-12-31
market ETH-2021 ETH,USD 2020-01-01..2021-12-31
for asset in LINK AAVE CRV; do market "$asset-2021" "$asset,USD" 2021-04-22..2021-12-31; done
# Each over all that is there.
for asset in ETH BTC LINK CRV AAVE; do market "$asset" "$asset,USD" ""; done
market stETH stETH,ETH,USD ""
