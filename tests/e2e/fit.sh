#!/bin/bash
# fit.sh -- plimsoll fit and plimsoll forecast: a file, a store, the FCP
# benchmark, bad input with its exit code and message; both only read.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
data=${PLIMSOLL_DATA:-../shared/data}
end() {
	plimsoll db down >/dev/null 2>&1
	rm -rf "$work"
}
trap end EXIT
fit() { plimsoll fit "$@"; }
forecast() { plimsoll forecast "$@"; }
both() { # both NAME EXIT TEXT OPTIONS...: of fit and of forecast
	expect "fit: $1" "$2" "$3" fit "${@:4}"
	expect "forecast: $1" "$2" "$3" forecast "${@:4}"
}

# --- files: a seeded GARCH walk, and its spoiled forms -----------------------
node -e '
	let s = 20261123; const u = () => (s = s * 48271 % 2147483647) / 2147483647;
	const z = () => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());
	const fs = require("fs"), dir = process.argv[1], rets = [], prices = [1500];
	for (let t = 0, h = 1e-4; t < 2000; t++) {
		const e = Math.sqrt(h) * z(); rets.push(e);
		prices.push(prices[t] * Math.exp(e)); h = 2e-6 + 0.08 * e * e + 0.9 * h; }
	const put = (name, head, rows) => fs.writeFileSync(`${dir}/${name}.csv`, [head, ...rows].join("\n") + "\n");
	const at = (rows, i, v) => rows.map((r, k) => k === i ? v : r);
	const text = prices.map((p, i) => `${i},${p.toPrecision(12)}`);
	put("prices", "n,close", text);
	put("returns", "r", rets.map((r) => r.toPrecision(12)));
	put("percent", "r", rets.map((r) => (100 * r).toPrecision(12)));
	put("huge", "r", rets.map((r) => (1000 * r).toPrecision(12)));
	for (const [name, value] of [["nan", "NaN"], ["inf", "-inf"], ["letters", "12a.5"], ["empty_cell", ""],
		["hex", "0x10"], ["wide", "1e99"], ["long", "1.2345678901234567890123"]])
		put(name, "n,close", at(text, 700, `700,${value}`));
	for (const [name, value] of [["zero", "0"], ["negative", "-3.5"]])
		put(name, "n,close", at(text, 700, `700,${value}`));
	put("constant", "n,close", text.map((_, i) => `${i},100`));
	put("all_zero", "r", rets.map(() => "0"));
	put("few", "n,close", text.slice(0, 40));
	put("short", "n,close", text.slice(0, 999));
	put("least", "n,close", text.slice(0, 1000));
	put("jump", "n,close", prices.map((p, i) => `${i},${(i < 1500 ? p : p / 10000).toPrecision(12)}`));
	put("ragged", "n,close", at(text, 10, "10"));
	const candle = (p, i) => { const o = i ? prices[i - 1] : p, w = 1 + Math.abs(rets[i] || 0) * u();
		return [new Date(1704067200000 + 3600000 * i).toISOString().slice(0, 19) + "Z", o, Math.max(o, p) * w, Math.min(o, p) / w, p].map((x) => x.toPrecision ? x.toPrecision(12) : x).join(); };
	const candles = prices.map(candle);
	put("candles", "time,open,high,low,close", candles);
	put("candles_back", "time,open,high,low,close", at(candles, 1500, candles[7]));
	put("candles_bad", "time,open,high,low,close", at(candles, 10, candles[10].replace(/,[^,]*,/, ",x,")));
	const two = rets.map((r, i) => [r, 0.8 * r + 0.004 * z(), i < 1200 ? "" : 0.006 * z(), i < 1200 ? 0.006 * z() : ""].map((x) => x === "" ? x : x.toPrecision(12)));
	put("joint", "a,b,late,early", two.map((r) => r.join()));
	fs.writeFileSync(`${dir}/nothing.csv`, "");
	put("header_only", "n,close", []);' "$work"
gzip -k "$work/prices.csv"
head -c 3000 "$work/prices.csv.gz" >"$work/cut.csv.gz"
prices() { echo --csv "$work/$1.csv" --column close --prices; }
# Depth as volatility^-0.75 with an alternating error; a row with a gap is left out.
awk 'BEGIN { print "depth,vol,flat"; print ",0.5,1"; print "7,,1"
	for (t = 1; t <= 60; t++) { v = 0.01 * (1 + t * 7 % 11); printf "%.12g,%.12g,1\n", 1e6 * v ^ -0.75 * (1 + 0.1 * (t % 2)), v } }' >"$work/depth.csv"
sum() { find "$work" -name '*.csv*' -exec sha256sum {} + | sort | sha256sum; }
files_before=$(sum)

# --- a file alone: no store is running ---------------------------------------
names='o.params.map((p) => p.name).join()'
errors='o.params.every((p) => p.se.hessian > 0 && p.se.opg > 0 && p.se.robust > 0)'
json "fit: garch" "$names === 'mu,omega,alpha1,beta1' && $errors && o.n === 2000 && o.model === 'garch' && o.dist === 'normal' && o.init === 'fcp' && o.converged === true && o.iterations > 0 && Number.isFinite(o.loglik)" fit $(prices prices) --json
json "fit: near the truth" "(([m, w, a, b]) => Math.abs(a - 0.08) < 0.06 && Math.abs(b - 0.9) < 0.08 && w < 2e-5)(o.params.map((p) => p.estimate))" fit $(prices prices) --json
json "fit: Student-t" "$names === 'mu,omega,alpha1,beta1,nu' && o.dist === 't' && $errors && o.params[4].estimate > 15" fit $(prices prices) --dist t --json
json "fit: GJR, skewed t" "$names === 'mu,omega,alpha1,gamma1,beta1,nu,lambda' && $errors && o.model === 'gjr' && o.dist === 'skewt'" fit $(prices prices) --model gjr --dist skewt --json
json "fit: EGARCH" "$names === 'mu,omega,alpha1,gamma1,beta1' && $errors && o.params[4].estimate > 0.9 && o.params[4].estimate < 1" fit $(prices prices) --model egarch --json
json "fit: APARCH, t" "$names === 'mu,omega,alpha1,gamma1,beta1,delta,nu' && o.params[5].estimate >= 0.5 && o.params[5].estimate <= 4 && o.converged" fit $(prices prices) --model aparch --dist t --json
json "fit: HAR on squared returns" "$names === 'constant,last,middle,longest' && o.n === 1832 && o.variances === 'squared returns' && o.nextVariance > 0 && o.params.every((p) => p.se.robust > 0)" fit $(prices prices) --model har --json
json "fit: HAR in logarithms" "o.model === 'har-log' && o.smearing > 0" fit $(prices prices) --model har-log --json
json "fit: HAR, daily windows" "o.n === 1978" fit $(prices prices) --model har --interval 86400 --json
json "fit: HAR on candles" "o.variances === 'garman-klass' && o.rSquared > -1" fit --csv "$work/candles.csv" --column close --prices --model har --json
json "fit: Pareto tails" "o.lower.excesses === 100 && o.lower.shape > -0.5 && o.lower.shape < 0.5 && o.lower.es99 > o.lower.var99 && o.upper.scale > 0 && o.lower.shapeLow < o.lower.shape" fit $(prices prices) --model pareto --json
json "fit: jumps of a walk with a fall of 99.99 %" "o.down === 2 && o.meanDown > 100 && o.low < o.intensity && o.intensity < o.high" fit $(prices jump) --model jumps --json
json "fit: a peg" "o.n === 2001 && o.pull >= 0 && o.pull < 1 && o.deviation > 0 && o.deviation24 > o.deviation" fit $(prices prices) --model depeg --json
expect "fit: a peg that never moved" 0 "deviation 0.000001" fit $(prices constant) --model depeg
joint="--model dependence --csv $work/joint.csv"
json "fit: dependence" "o.columns.join() === 'a,b,late' && o.correlation[0][1] > 0.8 && o.correlation[0][1] === o.correlation[1][0] && Math.abs(o.correlation[2][0]) < 0.2 && o.nonlinear[0][1] > 0.8 && o.dcc.a >= 0 && o.dcc.a + o.dcc.b < 1 && o.tCopula.degrees > 10 && o.tCopula.rows === 800 && o.stressed.length === 3" fit $joint --columns a,b,late --json
json "fit: two that never meet take the mean of the others" "o.correlation[2][3] !== 0 && o.correlation.every((r, i) => r[i] === 1)" fit $joint --columns a,b,late,early --json
json "fit: perfectly collinear columns" "o.correlation[0][1] > 0.99 && o.correlation[0][1] < 1.0001" fit $joint --columns a,a --json
expect "fit: dependence as text" 0 "degrees of freedom" fit $joint --columns a,b
expect "fit: columns without overlap" 3 "50 common rows" fit $joint --columns late,early
expect "fit: a column that is not there" 3 'no column "c"' fit $joint --columns a,c
expect "fit: one column is not enough" 2 "at least 2" fit $joint --columns a
expect "fit: dependence without columns" 2 "needs --csv" fit $joint
expect "fit: a constant column" 3 "constant" fit --model dependence --csv "$work/constant.csv" --columns close,n
deep="--model depth --csv $work/depth.csv --columns"
json "fit: depth" "o.model === 'depth' && o.n === 60 && Math.abs(o.elasticity - 0.75) < 0.02 && o.se > 0 && o.se < 0.02 && o.lags === 2 && o.depth > 0 && o.volatility > 0" fit $deep depth,vol --json
expect "fit: depth as text" 0 "elasticity of depth to volatility 0.7[0-9]*, standard error .* 60 rows" fit $deep depth,vol
expect "fit: constant depth" 3 "constant" fit $deep flat,vol
expect "fit: depth of three columns" 2 "two columns" fit $deep depth,vol,flat
expect "fit: depth without columns" 2 "depth needs --csv" fit --model depth --csv "$work/depth.csv"
expect "fit: depth of prices" 2 "not --prices" fit $deep depth,vol --prices
expect "fit: too few depths" 3 "17 rows with both; at least 20" fit --model depth --csv <(head -20 "$work/depth.csv") --columns depth,vol
expect "fit: a depth of 0" 3 "not above 0" fit --model depth --csv <(cat "$work/depth.csv"; echo 0,0.1,1) --columns depth,vol
expect "fit: depth has no innovations" 2 "depth has no innovations" fit $deep depth,vol --dist t
expect "fit: too few for a tail" 3 "at least 100" fit $(prices few) --model pareto
expect "fit: HAR has no innovations" 2 "har has no innovations" fit $(prices prices) --model har --dist t
expect "fit: HAR needs a week" 3 "at least 218" fit $(prices few) --model har
json "forecast: candles with their times" "o.asOf === '2024-03-24T09:00:00Z' && o.bars === 2001 && o.horizonSeconds === 86400" forecast --csv "$work/candles.csv" --column close --prices --json
expect "forecast: candles out of order" 3 "does not open after" forecast --csv "$work/candles_back.csv" --column close --prices
expect "forecast: a candle's high that is no number" 3 "row 12" forecast --csv "$work/candles_bad.csv" --column close --prices
json "fit: zero mean, backcast" "$names === 'omega,alpha1,beta1' && o.init === 'backcast'" fit $(prices prices) --mean zero --init backcast --json
json "fit: ewma" "o.model === 'ewma' && o.params.length === 1 && o.params[0].name === 'decay' && o.params[0].estimate < 1 && o.nextVariance > 0" fit $(prices prices) --model ewma --json
expect "fit: 17 digits" 0 '"loglik":[0-9]*\.[0-9]\{10,\}' fit $(prices prices) --json
expect "fit: text" 0 "beta1 " fit $(prices prices)
plain=$(fit $(prices prices) --json)
[ "$plain" = "$(fit --csv "$work/prices.csv.gz" --column close --prices --json)" ] && result yes gz || result no "fit: .gz gives the same"
[ "$plain" = "$(fit --csv - --column close --prices --json <"$work/prices.csv")" ] && result yes stdin || result no "fit: standard input gives the same"

shape="o.asset === null && o.asOf === null && o.horizon === '24h' && o.volatility > 0 && ['0.95', '0.975', '0.99'].every((l) => 0 < o.var[l] && o.var[l] < o.es[l] && o.es[l] < 1 && o.interval.var[l][0] < o.var[l] && o.var[l] < o.interval.var[l][1] && o.interval.es[l][0] < o.interval.es[l][1]) && o.var['0.95'] < o.var['0.975'] && o.var['0.975'] < o.var['0.99']"
experts="o.experts.map((e) => e.name).join() === 'ewma,garch-normal,garch-t,garch-skewt,gjr-normal,gjr-t,gjr-skewt,egarch-normal,egarch-t,egarch-skewt,aparch-normal,aparch-t,aparch-skewt,har,har-log,learned,historical' && o.experts.every((e) => e.loss > 0 && e.volatility > 0) && Math.abs(o.experts.reduce((s, e) => s + e.weightVariance, 0) - 1) < 1e-6 && Math.abs(o.experts.reduce((s, e) => s + e.weightTail, 0) - 1) < 1e-6"
json "forecast: shape" "$shape && $experts && o.converged" forecast $(prices prices) --json
json "forecast: the ensemble lies among its experts" "Math.min(...o.experts.map((e) => e.volatility)) <= o.volatility && o.volatility <= Math.max(...o.experts.map((e) => e.volatility))" forecast $(prices prices) --json
json "forecast: regret, conformal levels and tails" "o.combination === 'mixture' && o.ensembleVariance.loss > 0 && o.ensembleVariance.againstBestSequence >= o.ensembleVariance.againstBestExpert && o.conformal.widening >= 1 && o.conformal.levelVar99 > 0.0009 && o.lowerTail.scale > 0 && o.upperTail.scale > 0 && o.excursion.fall > 0" forecast $(prices prices) --json
json "forecast: an hour" "o.horizon === '1h' && o.horizonSeconds === 3600 && o.volatility < 0.03" forecast $(prices prices) --horizon 1h --json
json "forecast: part of a bar counts as a bar" "o.horizon === '61m' && o.horizonSeconds === 7200" forecast $(prices prices) --horizon 61m --json
expect "forecast: text" 0 "^VaR 97.5 .* to " forecast $(prices prices)
expect "forecast: text says who judged" 0 "beyond the best expert" forecast $(prices prices)
first=$(forecast $(prices prices) --json)
[ "$first" = "$(forecast $(prices prices) --json)" ] && result yes again || result no "forecast: the same bytes again"
[ "$first" = "$(taskset -c 0 "$plimsoll" forecast $(prices prices) --json)" ] && result yes one || result no "forecast: the same bytes on one core"
volatility() { sed -n 's/.*"volatility":\([0-9.e-]*\),"annual.*/\1/p'; }
near() { node -e 'const [a, b, r] = process.argv.slice(1).map(Number); process.exit(Math.abs(a / b - 1) < r ? 0 : 1)' "$@"; }
near "$(echo "$first" | volatility)" "$(forecast --csv "$work/returns.csv" --column r --json | volatility)" 1e-6 && result yes returns || result no "forecast: returns and prices agree"
near "$(echo "$first" | volatility)" "$(forecast --csv "$work/percent.csv" --column r --percent --json | volatility)" 1e-6 && result yes percent || result no "forecast: percent and prices agree"
json "forecast: the least history" "o.bars === 1000 && o.scored === 0 && o.experts.every((e) => e.loss === null)" forecast $(prices least) --json

# --- the FCP benchmark, through the command ----------------------------------
if [ -d "$data/garch" ]; then
	fit --csv "$data/garch/dem2gbp.csv" --column return_pct --json >"$work/fcp.json"
	json "fit: FCP benchmark: one unit of the last digit, errors within 0.1 %" "
		((rows) => rows.length === 4 && rows.every(([name, ...cells], i) => {
			const p = o.params[i], [e, h, g, q] = cells.map(Number), x = cells[0].match(/^-?0\.([0-9]+)E(-?[0-9]+)/);
			const unit = 10 ** (Number(x[2]) - x[1].length);
			return p.name === name && Math.abs(p.estimate - e) <= unit &&
				[[p.se.hessian, h], [p.se.opg, g], [p.se.robust, q]].every(([a, b]) => Math.abs(a / b - 1) < 1e-3); }))
		(require('fs').readFileSync('$data/garch/dem2gbp-benchmark.csv', 'utf8').trim().split('\n').slice(1).map((l) => l.split(',')))
		&& o.n === 1974 && o.converged" cat "$work/fcp.json"
else
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
fi

# --- bad input: a message, an exit code, no number ---------------------------
both "no input" 2 "either --csv FILE or --asset A" --json
both "two inputs" 2 "one of --csv FILE and --asset A" --csv "$work/prices.csv" --asset ETH
both "no column named" 2 "\-\-column" --csv "$work/prices.csv"
both "a missing file" 3 "none.csv" --csv "$work/none.csv" --column close
both "a folder" 3 "" --csv "$work" --column close
both "a column that is not there" 3 'no column "klose"' --csv "$work/prices.csv" --column klose
both "the header is shown" 3 "The header is: n,close" --csv "$work/prices.csv" --column klose
both "an empty file" 3 "empty" $(prices nothing)
both "a cut .gz" 3 "" --csv "$work/cut.csv.gz" --column close --prices
both "NaN" 3 'row 702: "NaN" is not a number' $(prices nan)
both "inf" 3 'row 702: "-inf" is not a number' $(prices inf)
both "letters" 3 'row 702: "12a.5" is not a number' $(prices letters)
both "an empty cell" 3 'row 702: "" is not a number' $(prices empty_cell)
both "hexadecimal" 3 'row 702: "0x10" is not a number' $(prices hex)
both "beyond range" 3 'row 702: "1e99"' $(prices wide)
both "too many digits" 3 'row 702: .* digits' $(prices long)
both "a row cut short" 3 'row 12: only 1 cells' $(prices ragged)
both "a price of 0" 3 'price 701 is not above 0' $(prices zero)
both "a negative price" 3 'price 701 is not above 0' $(prices negative)
expect "fit: too few" 3 "39 returns; at least 50" fit $(prices few)
expect "fit: ewma too few" 3 "39 returns; at least 50" fit $(prices few) --model ewma
expect "fit: a header alone" 3 "0 returns; at least 50" fit $(prices header_only)
expect "forecast: one bar too few" 3 "999 bars; the first fit needs 1000" forecast $(prices short)
expect "forecast: a header alone" 3 "the first fit needs 1000" forecast $(prices header_only)
expect "fit: constant prices" 3 "constant" fit $(prices constant)
expect "fit: ewma of constant prices" 3 "constant" fit $(prices constant) --model ewma
expect "fit: all returns 0" 3 "constant" fit --csv "$work/all_zero.csv" --column r
expect "forecast: constant prices" 3 "no window of these bars can be fitted: constant" forecast $(prices constant)
expect "forecast: all returns 0" 3 "no window of these bars can be fitted" forecast --csv "$work/all_zero.csv" --column r
expect "forecast: returns of the wrong unit" 3 "log returns as fractions are expected" forecast --csv "$work/huge.csv" --column r
expect "forecast: the hint names the unit" 3 "\-\-percent reads percent" forecast --csv "$work/huge.csv" --column r

# A fall of 99.99 % is a price like another: sane numbers, or no convergence.
json "fit: a fall of 99.99 %" "o.params.every((p) => Number.isFinite(p.estimate)) && o.params[2].estimate + o.params[3].estimate < 1" fit $(prices jump) --json
json "forecast: a fall of 99.99 %" "Object.values(o.var).every((v) => v > 0 && v <= 1) && Object.values(o.es).every((v) => v > 0 && v <= 1)" forecast $(prices jump) --json

both "an unknown option" 2 "nosuch" $(prices prices) --nosuch 1
both "an interval of 0" 2 "interval" --asset ETH --interval 0
both "an interval in letters" 2 "interval" --asset ETH --interval soon
both "no bars" 2 "bars" --asset ETH --bars 0
both "negative bars" 2 "bars" --asset ETH --bars -5
for option in "--model nosuch" "--dist nosuch" "--init nosuch" "--mean nosuch"; do
	expect "fit: $option" 2 "nosuch is not known here" fit $(prices prices) $option
done
expect "fit: ewma has no innovations" 2 "ewma" fit $(prices prices) --model ewma --dist t
for horizon in 0h -1h 59s 31d soon 24 ""; do
	expect "forecast: horizon '$horizon'" 2 "\-\-horizon" forecast $(prices prices) --horizon "$horizon"
done
expect "forecast: prices in percent" 2 "exclude" forecast $(prices prices) --percent
expect "forecast: a policy that is not there" 3 "none.ini" forecast $(prices prices) --policy "$work/none.ini"
expect "forecast: another interval than the policy's" 2 "bar_interval_s" forecast $(prices prices) --interval 60 --policy <(plimsoll policy init)
both "the store is not running" 5 "db up" --asset ETH
[ "$files_before" = "$(sum)" ] && result yes files || result no "files are only read"

# --- a store -----------------------------------------------------------------
expect "up" 0 "started in" plimsoll db up
expect "import" 0 "SYNTHETIC" plimsoll import --generate 7 --asset WETH,USDC --hours 3000 --end 2024-03-01T00:00:00Z
store() { plimsoll db status --json | sed 's/"pid":[0-9]*//'; }
store_before=$(store)
both "an asset that is not there" 3 "NOSUCH" --asset NOSUCH
both "another source" 3 "" --asset WETH --source nosuch
both "another quote" 3 "" --asset WETH --quote EUR
both "SYNTHETIC is shown" 0 "SYNTHETIC" --asset WETH
json "fit: stored bars" "o.source === 'SYNTHETIC' && o.synthetic === true && o.bars === 3000 && o.n === 2999 && $names === 'mu,omega,alpha1,beta1,nu'" fit --asset WETH --dist t --json
json "fit: the newest bars" "o.bars === 500 && o.n === 499" fit --asset WETH --bars 500 --json
json "forecast: stored bars" "o.asset === 'WETH' && o.quote === 'USD' && o.source === 'SYNTHETIC' && o.synthetic === true && o.asOf === '2024-03-01T00:00:00Z' && o.bars === 3000 && o.scored === 2000 && o.coverage.forecasts === 256" forecast --asset WETH --json
json "train: stored bars" "o.folds.length === 1 && o.folds[0].test > 500 && o.folds[0].loss > 0" plimsoll train --asset WETH --folds 1 --epochs 30 --json
json "forecast: a policy's floor" "o.floored === true && Math.abs(o.annualVolatility - 5) < 1e-9 && o.experts.every((e) => e.volatility < o.volatility)" \
	forecast --asset WETH --json --policy <(plimsoll policy init | sed 's/^\[asset .*/[asset WETH]/; s/^volatility_floor_bps = .*/volatility_floor_bps = 50000/')
[ "$store_before" = "$(store)" ] && result yes store || result no "the store is only read" "$(store)"

# Gaps: a series with weeks missing has no return across them.
node -e '
	const fs = require("fs"), rows = fs.readFileSync(process.argv[1], "utf8").trim().split("\n").slice(1).map((l) => l.split(",")[1]);
	const out = rows.map((p, i) => { const hour = i < 900 ? i : i < 1700 ? i + 24 * 21 : i + 24 * 49;
		return `${new Date(1.6e12 + hour * 3.6e6 - 1.6e12 % 3.6e6).toISOString().slice(0, 19)}Z,${p},${p},${p},${p},1`; });
	fs.writeFileSync(process.argv[2], ["time,open,high,low,close,volume", ...out].join("\n") + "\n");
	const thin = out.filter((_, i) => i < 2 || i % 2 === 0);
	fs.writeFileSync(process.argv[3], ["time,open,high,low,close,volume", ...thin].join("\n") + "\n");' \
	"$work/prices.csv" "$work/gaps.csv" "$work/thin.csv"
expect "import with gaps" 0 "2001 new" plimsoll import "$work/gaps.csv" --asset GAP --quote USD --source test
json "fit: gaps cost returns" "o.bars === 2001 && o.n === 1998" fit --asset GAP --json
json "forecast: over gaps of weeks" "o.bars === 2001 && o.volatility > 0 && o.volatility < 0.2" forecast --asset GAP --json
expect "import every other hour" 0 "1002 new" plimsoll import "$work/thin.csv" --asset THIN --quote USD --source test
expect "fit: nothing but gaps" 3 "[0-9] returns; at least 50" fit --asset THIN
expect "forecast: nothing but gaps" 3 "mostly gaps" forecast --asset THIN
finish fit
