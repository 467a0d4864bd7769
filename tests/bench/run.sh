#!/bin/bash
# run.sh -- `make bench`: our figures and the peers' from one run on one
# machine, as ratios, into build/bench.txt.  Exits 0 also where a goal is not
# reached: it says so.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build/release}
data=${PLIMSOLL_DATA:-../shared/data}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
real=""
[ -f "$data/garch/dem2gbp.csv" ] && real=$data/garch/dem2gbp.csv
"$build/tests/bench/volatility_bench" "$work" "$real" >"$work/figures" || exit 1
Rscript tests/bench/fgarch.R "$work/heavy.csv" 5 >>"$work/figures" || exit 1
BENCH_SERIES=$work/normal.csv gretlcli -b -q "$PWD/tests/bench/gretl.inp" | grep '^gretl_' >>"$work/figures" || exit 1
awk -v series="${real:+DEM/GBP}" '
	{ v[$1] = $2 }
	function goal(text, value, least, more) {
		ok = more ? value >= least : value <= least
		printf "%-74s %9.2f  goal %s %s%s\n", text, value, more ? ">=" : "<=", least, ok ? "" : "  NOT REACHED" }
	END {
		if (series == "") series = "simulated"
		gretl = v["gretl_normal_s"] < v["gretl_normal_fcp_s"] ? v["gretl_normal_s"] : v["gretl_normal_fcp_s"]
		printf "GARCH-normal, %s, 1,974: ours %.3f ms with Hessian, OPG and robust errors; gretl %.3f ms (default), %.3f ms (--fcp), Hessian errors only\n", series, 1e3 * v["normal_1974_errors_s"], 1e3 * v["gretl_normal_s"], 1e3 * v["gretl_normal_fcp_s"]
		goal("  times as fast as gretl (its faster way)", gretl / v["normal_1974_errors_s"], 5, 1)
		printf "GARCH-t, simulated, 10,000: ours %.3f ms, %.3f ms with all errors; fGarch %.1f ms with its Hessian\n", 1e3 * v["t_10000_s"], 1e3 * v["t_10000_errors_s"], 1e3 * v["fgarch_t_10000_s"]
		goal("  times as fast as fGarch, all errors included", v["fgarch_t_10000_s"] / v["t_10000_errors_s"], 80, 1)
		printf "GJR-t, 10,000: ours %.3f ms, %.3f ms with all errors\n", 1e3 * v["gjrt_10000_s"], 1e3 * v["gjrt_10000_errors_s"]
		goal("  time over GARCH-t, without errors", v["gjrt_10000_s"] / v["t_10000_s"], 1.5, 0)
		goal("  time over GARCH-t, with errors", v["gjrt_10000_errors_s"] / v["t_10000_errors_s"], 1.5, 0)
		goal("rolling daily GJR-t refit, window 1,000: asset-days a second a core", v["rolling_days_per_s"], 800, 1)
		for (i = 1; i <= 2; i++) {
			n = i == 1 ? 10000 : 100000
			printf "likelihood pass, n = %d: the chain h = c + beta h alone takes %.2f ns an observation\n", n, v["chain_" n "_ns"]
			split("garch-normal garch-t garch-skewt gjr-normal gjr-t gjr-skewt", names, " ")
			for (k = 1; k <= 6; k++) {
				m = names[k] "_" n "_ns"
				printf "  %-13s value %.2f ns, with gradient %.2f ns, four sets in lanes %.2f ns each\n", names[k], v["pass_" m], v["gradient_" m], v["four_" m]
				if (names[k] !~ /skewt/) goal("    value pass over the chain", v["pass_" m] / v["chain_" n "_ns"], 1.5, 0) } }
		printf "memory of a fit, bytes an observation at 1,000, 10,000, 100,000: %.1f %.1f %.1f; with errors %.1f %.1f %.1f\n", v["memory_1000_plain_bytes"], v["memory_10000_plain_bytes"], v["memory_100000_plain_bytes"], v["memory_1000_errors_bytes"], v["memory_10000_errors_bytes"], v["memory_100000_errors_bytes"]
		printf "all twelve on 10,000 with errors, ms:"
		split("garch-normal garch-t garch-skewt gjr-normal gjr-t gjr-skewt egarch-normal egarch-t egarch-skewt aparch-normal aparch-t aparch-skewt", names, " ")
		for (k = 1; k <= 12; k++) printf " %s %.1f", names[k], 1e3 * v["all_" names[k] "_s"]
		printf "\nforecaster: a refit of all experts on 2,000 bars %.1f ms, a bar %.1f us, of which the network %.2f us (%.1f %%)\n", 1e3 * v["refit_2000_s"], v["bar_us"], v["network_us"], 100 * v["network_us"] / v["bar_us"]
	}' "$work/figures" | tee build/bench.txt
