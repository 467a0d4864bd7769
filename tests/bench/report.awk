# report.awk -- `name value` lines of the programs and peers into the report of
# `make bench`: both times, the ratio, and whether its goal is reached.

{ v[$1] = $2 }

# One ratio against its goal; at_least 0: the ratio may be at most the goal.
function goal(text, ratio, mark, at_least) {
	reached = at_least ? ratio >= mark : ratio <= mark
	missed += !reached
	goals++
	printf "  %-58s %9.2f  goal %s %-4s %s\n", text, ratio,
	       at_least ? ">=" : "<=", mark, reached ? "reached" : "NOT REACHED"
}

function of_gretl(name, title,   ours, hessian, robust, fcp, best) {
	if (!(("gretl_" name "_hessian_s") in v))
		return
	ours = v[name "_errors_s"]
	hessian = v["gretl_" name "_hessian_s"]
	robust = v["gretl_" name "_robust_s"]
	fcp = v["gretl_" name "_fcp_s"]
	best = hessian < fcp ? hessian : fcp
	best = robust < best ? robust : best
	printf "%s: ours %.3f ms, %.3f ms without errors\n", title, 1e3 * ours,
	       1e3 * v[name "_s"]
	printf "  gretl `garch 1 1 ; r` %.3f ms, --robust %.3f ms, --fcp %.3f ms\n",
	       1e3 * hessian, 1e3 * robust, 1e3 * fcp
	printf "  log-likelihood: ours %.4f, gretl %.4f, --fcp %.4f\n",
	       v[name "_loglik"], v["gretl_" name "_loglik"],
	       v["gretl_" name "_fcp_loglik"]
	goal("times as fast as gretl's fastest", best / ours, 5, 1)
	printf "  %-58s %9.2f\n", "times as fast as gretl --robust (its sandwich)",
	       robust / ours
}

function of_fgarch(name,   peer) {
	peer = v["fgarch_" name "_s"]
	printf "%s, 10,000: ours %.3f ms, %.3f ms without errors; fGarch %.1f ms with its Hessian\n",
	       name, 1e3 * v[name "_errors_s"], 1e3 * v[name "_s"], 1e3 * peer
	printf "  log-likelihood: ours %.4f, fGarch %.4f\n",
	       v[name "_loglik"], v["fgarch_" name "_loglik"]
	if (name == "garch-t")
		goal("times as fast as fGarch, all errors included",
		     peer / v[name "_errors_s"], 80, 1)
	else
		printf "  %-58s %9.2f\n",
		       "times as fast as fGarch, all errors included",
		       peer / v[name "_errors_s"]
	printf "  %-58s %9.2f\n", "times as fast as fGarch, ours without errors",
	       peer / v[name "_s"]
}

function passes(n,   k, m, key) {
	printf "Likelihood pass, n = %d, ns an observation\n", n
	printf "  %-14s %7s %7s %10s %9s %9s %8s\n", "", "chain", "value",
	       "gradient", "of four", "value/ch", "four/val"
	for (k = 1; k <= 12; k++) {
		key = "_" names[k] "_" n "_ns"
		printf "  %-14s %7.2f %7.2f %10.2f", names[k], v["chain" key],
		       v["value" key], v["gradient" key]
		if (("four" key) in v)
			printf " %9.2f %9.2f %8.2f", v["four" key],
			       v["value" key] / v["chain" key],
			       v["four" key] / v["value" key]
		printf "\n"
	}
	for (k = 1; k <= 5; k++)
		if (k != 3) {
			key = "_" names[k] "_" n "_ns"
			goal(names[k] ": value over the chain's limit",
			     v["value" key] / v["chain" key], 1.5, 0)
		}
}

function memory(model, errors,   m) {
	m = "memory_" model "_" errors "_"
	printf "  %-6s %-15s %7.1f %7.1f %7.1f\n", model,
	       errors == "plain" ? "without errors" : "with errors",
	       v[m "1000_bytes"], v[m "10000_bytes"], v[m "100000_bytes"]
	goal("  growth from 1,000 to 100,000",
	     v[m "100000_bytes"] / v[m "1000_bytes"], 1.01, 0)
}

function faster(name) {
	return v[name] > v[name "_twins"] ? v[name] : v[name "_twins"]
}

function paths(   half, k, n, kinds) {
	if (!("paths_limit" in v))
		return
	half = 0.5 / v["paths_limit"] # a normal moves two twins
	n = split("normal student filtered bridge filtered_bridge ratios",
		  kinds, " ")
	print "Paths, 10 assets x 1,440 steps, antithetic twins, M asset-steps a second of CPU"
	printf "  bare Philox + normals: %.0f M normals\n", v["paths_limit"]
	for (k = 1; k <= n; k++)
		printf "  %-16s %6.0f, of the limit %5.2f by asset-step, %5.2f by normal drawn\n",
		       kinds[k], v["paths_" kinds[k]],
		       2 * half * v["paths_" kinds[k]],
		       half * v["paths_" kinds[k]]
	goal("normal: normals drawn and walked over bare normals",
	     half * v["paths_normal"], 0.6, 1)
	goal("filtered (t, margins, variances): the same",
	     half * v["paths_filtered"], 0.6, 1)
	printf "  QuantLib %.1f, with its twins %.1f; numpy %.1f, with twins %.1f\n",
	       v["paths_quantlib"], v["paths_quantlib_twins"],
	       v["paths_numpy"], v["paths_numpy_twins"]
	goal("times QuantLib's faster way",
	     v["paths_normal"] / faster("paths_quantlib"), 3.5, 1)
	goal("times numpy's faster way",
	     v["paths_normal"] / faster("paths_numpy"), 1.7, 1)
	goal("two threads over one, elapsed (bare normals: " \
	     sprintf("%.2f)", v["paths_threads_normals"]),
	     v["paths_threads"], 1.8, 1)
}

function rest(   k) {
	printf "All twelve on the GJR-t series of 10,000, ms: with errors, without\n"
	for (k = 1; k <= 12; k++)
		printf "  %-14s %8.2f %8.2f\n", names[k],
		       1e3 * v[names[k] "_errors_s"], 1e3 * v[names[k] "_s"]
	printf "Forecaster: refit of all experts on 2,000 bars %.1f ms; a bar, one by one, %.2f us\n",
	       1e3 * v["refit_s"], 1e6 * v["bar_s"]
	printf "  the next refit %.1f ms, of the quick experts alone %.1f ms\n",
	       1e3 * v["refit_warm_s"], 1e3 * v["refit_quick_s"]
	printf "  the network %.2f us, %.1f %% of a bar\n",
	       1e6 * v["network_s"], 100 * v["network_s"] / v["bar_s"]
}

# One size of market: a whole decide() from a case's bytes to a decision's.
function decision(name, title, most) {
	printf "%s: %.2f s on one thread, %.2f s on two, %.0f MiB; %d full cascade evaluations, %d screened\n",
	       title, v[name "_one_s"], v[name "_two_s"],
	       v[name "_bytes"] / 1048576, v[name "_full"],
	       v[name "_screened"]
	goal("seconds on two threads", v[name "_two_s"], most, 0)
	goal("times as fast on two threads",
	     v[name "_one_s"] / v[name "_two_s"], 1.8, 1)
	goal("GiB of memory", v[name "_bytes"] / 1073741824, 1, 0)
}

function engine(name, title) {
	printf "  %s: %.3f s beside %.3f s of paths\n", title,
	       v[name "_walk_s"], v[name "_paths_s"]
	goal("paths and engine over paths alone",
	     1 + v[name "_walk_s"] / v[name "_paths_s"], 2, 0)
}

function decisions() {
	print "Liquidation engine, 10 assets, 4,000 paths x 144 steps, 1,000 positions"
	engine("cascade_decided", "paths and debts like a decision's")
	engine("cascade_harsh", "bare t paths, assets with nothing in common, no stable debt")
	decision("decision", "A decision, 10 assets, 10,000 paths x 144 steps, 1,000 positions",
		 2)
	decision("decision_bound", "The same where the loss budget binds", 2)
	decision("decision_crowd", "100,000 positions, 2,000 paths", 10)
}

function share_of_bare(name, title,   ours, bare) {
	ours = v["signatures_" name "_s"]
	bare = v["signatures_" name "_bare_s"]
	goal(sprintf("%s, %.1f us a signature", title, 1e6 * ours),
	     bare / ours, 0.9, 1)
}

function signatures() {
	if (!("signatures_pyth_s" in v))
		return
	print "Signature checks, messages from bytes to verdict, as share of bare libsecp256k1's rate"
	share_of_bare("redstone", "RedStone, 5 packages")
	share_of_bare("wormhole", "Wormhole, 13 of 19 guardians")
	share_of_bare("pyth", "the same and 8 prices proven below")
	share_of_bare("stream", "Data Streams, 6 signers")
}

# One way for known rows to lie among the million.
function million(known, title,   key) {
	key = "ingest_" known "_"
	printf "  %s, rows a second: ours %.0f, COPY and merge %.0f\n",
	       title, v[key "ours_rows"], v[key "copy_rows"]
	printf "    INSERT of 1,000 rows: in one transaction %.0f, each committed %.0f\n",
	       v[key "statements_rows"], v[key "committed_rows"]
	goal("over bare COPY binary and a merge",
	     v[key "ours_rows"] / v[key "copy_rows"], 0.6, 1)
	goal("over INSERT of 1,000 rows, all in one transaction",
	     v[key "ours_rows"] / v[key "statements_rows"], 2, 1)
	goal("over INSERT of 1,000 rows, each committed",
	     v[key "ours_rows"] / v[key "committed_rows"], 2, 1)
}

function ingest() {
	if (!("ingest_overlap_ours_rows" in v))
		return
	print "Ingest, 1,000,000 observations of 20 feeds, 20,000 of them known, one durable flush"
	million("overlap", "known are the oldest, as after a restart")
	million("scattered", "known are all over, up to the newest")
	printf "  batches of 500 beside %.1f M stored, durable: half within %.1f ms\n",
	       v["ingest_generated"] / 1e6, 1e3 * v["ingest_batch_p50_s"]
	goal("ms, 99 of 100", 1e3 * v["ingest_batch_p99_s"], 20, 0)
	printf "  one asset, two years of hours, out of %d monthly partitions with %.1f M observations: first of a connection %.1f ms, then best %.1f ms\n",
	       v["ingest_partitions"], v["ingest_generated"] / 1e6,
	       1e3 * v["ingest_window_first_s"], 1e3 * v["ingest_window_s"]
	goal("ms, the slowest of 19 assets after it",
	     1e3 * v["ingest_window_worst_s"], 50, 0)
	printf "  %d bars of closed hours %.1f s; newest 10,000 of a feed %.1f ms; status of all %.1f ms\n",
	       v["ingest_bars_built"], v["ingest_bars_s"],
	       1e3 * v["ingest_recent_s"], 1e3 * v["ingest_status_s"]
}

# One set of experts: what was played, and how long the whole takes at that rate.
function backtest(name, title,   b, days) {
	b = "backtest_" name
	days = v[b "_decisions"]
	printf "  %s, %d days: %.1f s, %.1f s of CPU; with %d setters beside %.1f s; %.3f s of CPU a decision\n",
	       title, days, v[b "_plimsoll_s"], v[b "_plimsoll_cpu_s"],
	       v[b "_setters"] - 1, v[b "_s"], v[b "_plimsoll_cpu_s"] / days
	return v[b "_plimsoll_s"] / days * v["backtest_goal_days"]
}

function backtest_memory(name, title,   b) {
	b = "backtest_" name
	if (!((b "_peak_mib") in v))
		return
	printf "  %s: %.1f MiB at most; bars (%.0f) and record (%.0f) lie in files\n",
	       title, v[b "_peak_mib"], v[b "_bars_mib"], v[b "_record_mib"]
}

function backtests(   whole, seconds) {
	if (!("backtest_goal_days" in v))
		return
	whole = v["backtest_reduced_decisions"] >= v["backtest_goal_days"]
	print "Backtest, 6 assets, hourly prices, daily decisions, 1,000 paths, 600 borrowers, two threads"
	seconds = backtest("reduced", "slower experts fitted monthly")
	goal(whole ? "seconds for five years" \
		   : "seconds for five years at the rate of these days",
	     seconds, 120, 0)
	seconds = backtest("full", "all fitted weekly")
	printf "  %-58s %9.2f\n", "the same, all fitted weekly", seconds
	backtest_memory("one_year", "memory of one year")
	backtest_memory("two_years", "of two")
	backtest_memory("reduced", whole ? "of five" : "memory of these days")
	if (whole)
		goal("memory, five years over one",
		     v["backtest_reduced_peak_mib"] /
		     v["backtest_one_year_peak_mib"], 1.1, 0)
}

END {
	split("garch-normal garch-t garch-skewt gjr-normal gjr-t gjr-skewt " \
	      "egarch-normal egarch-t egarch-skewt aparch-normal aparch-t " \
	      "aparch-skewt", names, " ")
	print "Ours: CPU time.  gretl: elapsed of the fit in its process.  fGarch: user + system."
	print "Errors, ours: Hessian, outer product and sandwich together."
	print ""
	of_gretl("simulated", "GARCH-normal, simulated, 1,974")
	of_gretl("dem2gbp", "GARCH-normal, DEM/GBP, 1,974")
	of_fgarch("garch-t")
	of_fgarch("gjr-t")
	printf "GJR-t against our own GARCH-t, mean of the same ten series of 10,000: %.3f and %.3f ms, with errors %.3f and %.3f ms\n",
	       1e3 * v["pair_gjr-t_s"], 1e3 * v["pair_garch-t_s"],
	       1e3 * v["pair_gjr-t_errors_s"], 1e3 * v["pair_garch-t_errors_s"]
	goal("time over GARCH-t, without errors",
	     v["pair_gjr-t_s"] / v["pair_garch-t_s"], 1.5, 0)
	goal("time over GARCH-t, with errors",
	     v["pair_gjr-t_errors_s"] / v["pair_garch-t_errors_s"], 1.5, 0)
	printf "Rolling daily GJR-t refit, window 1,000, 500 days: %.3f ms a day\n",
	       1e3 * v["rolling_day_s"]
	goal("asset-days a second a core", 1 / v["rolling_day_s"], 800, 1)
	print "The chain: a loop of h = c[t] + beta h alone, the same flags, array and n."
	passes(10000)
	passes(100000)
	print "Memory of a fit, bytes an observation at n = 1,000, 10,000, 100,000"
	memory("gjr", "plain")
	memory("gjr", "errors")
	memory("aparch", "plain")
	memory("aparch", "errors")
	rest()
	paths()
	decisions()
	signatures()
	ingest()
	backtests()
	print ""
	printf "%d of %d goals reached\n", goals - missed, goals
}
