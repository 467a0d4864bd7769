#!/bin/bash
# train.sh -- plimsoll train: small trainings, the same bytes again, the record
# of a file walked forward, bad input with its exit code.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
trap 'rm -rf "$work"' EXIT
train() { plimsoll train "$@"; }
small="--markets 8 --market-bars 1600 --epochs 3"

json "a report" "o.weights.length === 66 && o.epochs === 3 && o.validationLoss < o.firstLoss && o.folds.length === 1 && o.folds[0].test === 600 && o.folds[0].training === 3600 && o.folds[0].loss > 0 && o.folds[0].shippedLoss > 0 && Object.keys(o.folds[0].experts).length === 16" train $small --json --out "$work/one"
[ "$(train $small --json --out "$work/two")" = "$(taskset -c 0 "$plimsoll" train $small --json --out "$work/three")" ] && result yes report || result no "the same report on one core"
cmp -s "$work/one" "$work/two" && cmp -s "$work/two" "$work/three" && result yes weights || result no "training twice gives the same bytes"
train $small --seed 2 --out "$work/other" >/dev/null
cmp -s "$work/one" "$work/other" && result no "another seed, other weights" || result yes seed
expect "text" 0 "best other expert" train $small --source-file "$work/weights.c"
grep -q "learned_shipped_weights" "$work/weights.c" && gcc -std=c11 -I. -fsyntax-only "$work/weights.c" && result yes source || result no "the C source compiles"

node -e '
	let s = 7; const u = () => (s = s * 48271 % 2147483647) / 2147483647;
	const z = () => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());
	const rows = ["close"]; let p = 100;
	for (let t = 0, h = 1e-4; t < 4200; t++) { const e = Math.sqrt(h) * z(); p *= Math.exp(e); rows.push(p.toPrecision(12)); h = 2e-6 + 0.08 * e * e + 0.9 * h; }
	require("fs").writeFileSync(process.argv[1] + "/prices.csv", rows.join("\n") + "\n");
	require("fs").writeFileSync(process.argv[1] + "/short.csv", rows.slice(0, 1800).join("\n") + "\n");' "$work"
json "a file, walked forward" "o.folds.length === 2 && o.folds.every((f) => f.test > 1000 && f.loss > 0 && f.hits < 0.1) && o.folds[1].training > o.folds[0].training" train --csv "$work/prices.csv" --column close --prices --folds 2 --epochs 6 --json
expect "too few bars" 3 "too few scored bars" train --csv "$work/short.csv" --column close --prices
expect "fewer bars than a fit needs" 3 "" train --csv "$work/none.csv" --column close --prices
expect "folds out of range" 2 "\-\-folds takes 1 to 8" train --folds 9
expect "markets out of range" 2 "\-\-markets takes" train --markets 7
expect "an output that cannot be written" 6 "" train $small --out "$work/none/there"
expect "help" 0 "walk-forward" train --help
finish train
