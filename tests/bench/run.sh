#!/bin/bash
# run.sh -- `make bench`: our figures and the peers' from one run on one
# machine, as ratios, into build/bench.txt.  Exits 0 also where a goal is not
# reached: it says so.  BENCH_BACKTEST=whole plays five years instead of one.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build/release}
data=${PLIMSOLL_DATA:-../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
real=""
[ -f "$data/garch/dem2gbp.csv" ] && real=$data/garch/dem2gbp.csv

figures() {
	"$build/tests/bench/volatility_bench" "$work" "$real" &&
		"$build/tests/bench/passes_bench" &&
		"$build/tests/bench/forecaster_bench" &&
		"$build/tests/bench/paths_bench" &&
		"$build/tests/bench/cascade_bench" &&
		"$build/tests/bench/decision_bench" &&
		"$build/tests/bench/signatures_bench" &&
		"$build/tests/bench/ingest_bench" &&
		"$build/tests/bench/backtest_bench" ${BENCH_BACKTEST:+"$BENCH_BACKTEST"} &&
		"$build/tests/bench/paths_quantlib" || return 1
	OPENBLAS_NUM_THREADS=1 /usr/bin/python3 tests/bench/paths_numpy.py || return 1
	for name in simulated ${real:+dem2gbp}; do
		BENCH_SERIES=$work/$name.csv BENCH_NAME=$name \
			gretlcli -b -q "$PWD/tests/bench/gretl.inp" |
			grep '^gretl_' || return 1
	done
	Rscript tests/bench/fgarch.R "$work/heavy.csv" | grep '^fgarch_'
}

echo "measuring; about ten minutes" >&2
figures >"$work/figures" || {
	echo "bench: a program or a peer failed" >&2
	exit 1
}
mkdir -p build
awk -f tests/bench/report.awk "$work/figures" | tee build/bench.txt
