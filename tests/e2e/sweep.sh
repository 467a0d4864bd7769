#!/bin/bash
# sweep.sh -- plimsoll backtest sweep: the same bytes by one process, by two, by
# two MPI ranks with one folder or one each; interrupted, and with a rank killed;
# bad grids.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/sweep_lib.sh
trap clean EXIT
make_market
write_rank_script

# --- what is refused before anything runs ------------------------------------
expect "no folder" 2 "-o DIR is needed" sweep
expect "nothing varies" 2 "nothing varies" plimsoll backtest sweep "$market" -o "$work/none"
expect "an unknown member" 2 "no number ltv_tuch_ppm" sweep --vary ltv_tuch_ppm=5 -o "$work/none"
expect "a value out of bounds" 2 "outside" sweep --vary path_count=5 -o "$work/none"
expect "a policy that cannot be" 2 "point 1 (.*ETH.lt_floor_bps=9500)" sweep --vary ETH.lt_floor_bps=1000,9500 -o "$work/none"
expect "too many jobs" 2 "\-\-jobs: 0 to 64" sweep --jobs 65 -o "$work/none"
expect "saved too seldom" 2 "\-\-save-every: 0 to 20" sweep --save-every 21 -o "$work/none"
expect "a setter that is not there" 2 "no \"nobody\"" plimsoll backtest sweep "$market" --setters nobody -o "$work/none"
[ -e "$work/none/points/0000.cbor" ] && result no "refused grids leave no point" || result yes refused

# --- one process, two, interrupted -------------------------------------------
expect "serial" 0 "^no-change" sweep --jobs 1 -o "$work/serial"
json "the report" "o.points.length === 4 && o.rules.length === 2 && o.axes[1].values.join() === '1000,9000' && o.front.length >= 1 && o.points.every((p, i) => p.point === i && p.decisions === 19 && p.withoutSolution >= 0 && p.scores.usableLtv.low <= p.scores.usableLtv.value && Number(p.badDebtPeakUsd) >= Number(p.badDebtEndUsd) && p.lights.length >= 1 && (p.pareto === 'front') === o.front.includes(i)) && o.points[3].values.ltv_touch_ppm === '200000' && o.points[3].values['ETH.volatility_floor_bps'] === '9000' && o.synthetic === true" cat "$work/serial/sweep.json"
json "the table" "o.lines === 7 && o.cells === 1" node -e '
	const rows = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map((l) => l.split(",").length);
	console.log(JSON.stringify({ lines: rows.length, cells: new Set(rows).size }));' "$work/serial/sweep.csv"
html=$(cat "$work/serial/sweep.html")
case $html in *"<svg"*no-change*SYNTHETIC*|*"generated, not recorded"*"<svg"*no-change*) result yes page ;; *) result no "the page has its chart and warning" ;; esac
case $html in *http:*|*https:*|*"<script"*) result no "the page stands by itself" ;; *) result yes alone ;; esac
cp -a "$work/serial" "$work/again"
expect "again: nothing is played" 0 "" sweep --jobs 2 -o "$work/again"
same "again" "$work/again"
[ "$work/again/points/0002.cbor" -nt "$work/serial/points/0002.cbor" ] && result no "points that are over stay" || result yes stay
expect "two processes" 0 "" sweep --jobs 2 -o "$work/two"
same "two processes" "$work/two"
expect "another grid in the same folder" 1 "of another sweep" sweep --vary path_count=300,400 -o "$work/two"
truncate -s -1 "$work/two/points/0002.cbor"
expect "a record cut short" 3 "point 2 .*cut short" sweep -o "$work/two"
expect "begun anew" 0 "" sweep --jobs 2 --fresh -o "$work/two"
same "begun anew" "$work/two"

"$plimsoll" backtest sweep "$market" $grid --jobs 2 --save-every 0 -o "$work/cut" >"$work/cut.log" 2>&1 &
pid=$!
wait_for "$work/cut/points/0001.checkpoint" || wait_for "$work/cut/points/0000.checkpoint"
kill -INT $pid
wait $pid
code=$?
[ $code = 130 ] && result yes interrupted || result no "an interrupted sweep ends with 130" "$code: $(tail -2 "$work/cut.log")"
grep -q "goes on from where it was" "$work/cut.log" && result yes hint || result no "the interrupted sweep says how to go on" "$(cat "$work/cut.log")"
[ -e "$work/cut/sweep.json" ] && result no "an interrupted sweep reports nothing" || result yes none
ls "$work/cut/points/"*.checkpoint >/dev/null 2>&1 && result yes checkpoint || result no "an interrupted sweep leaves checkpoints"
expect "gone on" 0 "" sweep --jobs 2 -o "$work/cut"
same "gone on" "$work/cut"

# --- two ranks ---------------------------------------------------------------
mpi() { # mpi N COMMAND...
	timeout 300 mpirun $mpi_local -n "$@"
}
expect "two ranks, one folder" 0 "^no-change" mpi 2 "$plimsoll_mpi" backtest sweep "$market" $grid -o "$work/ranks"
same "two ranks, one folder" "$work/ranks"
expect "two ranks, a folder each" 0 "^no-change" mpi 2 "$work/rank.sh" backtest sweep "$market" $grid -o out
same "two ranks, a folder each" "$work/rank0/out"
[ -e "$work/rank1/out/points/0001.cbor" ] && [ ! -e "$work/rank1/out/points/0000.cbor" ] && result yes halves || result no "each rank has played its own points" "$(ls "$work/rank1/out/points")"
expect "a rank alone" 0 "^no-change" "$plimsoll_mpi" backtest sweep "$market" $grid -o "$work/again"
same "a rank alone" "$work/again"
expect "no file: all ranks end" 3 "none.ini" mpi 2 "$plimsoll_mpi" backtest sweep "$work/market/none.ini" $grid -o "$work/none"

expect "mpirun with the ordinary program" 2 "plimsoll-mpi is the program" mpi 2 "$plimsoll" backtest sweep "$market" $grid -o "$work/none"
expect "two ranks of two processes" 0 "^no-change" mpi 2 "$plimsoll_mpi" backtest sweep "$market" $grid --jobs 2 --fresh -o "$work/ranks"
same "two ranks of two processes" "$work/ranks"

# --- interrupted -------------------------------------------------------------
rm -rf "$work/rank0" "$work/rank1"
mpirun $mpi_local -n 2 "$work/rank.sh" backtest sweep "$market" $grid --save-every 0 -o out >"$work/stopped.log" 2>&1 &
pid=$!
wait_for "$work/rank1/out/points/0001.checkpoint"
kill -INT $pid
wait $pid
[ $? != 0 ] && result yes stopped || result no "an interrupted mpirun does not end well"
grep -q "goes on from where it was" "$work/stopped.log" && result yes told || result no "an interrupted rank says how to go on" "$(tail -3 "$work/stopped.log")"
expect "the same ranks go on" 0 "^no-change" mpi 2 "$work/rank.sh" backtest sweep "$market" $grid -o out
same "after the interrupt" "$work/rank0/out"

# --- a rank is killed in the middle ------------------------------------------
rm -rf "$work/rank0" "$work/rank1"
mpi 2 "$work/rank.sh" backtest sweep "$market" $grid --save-every 0 -o out >"$work/killed.log" 2>&1 &
pid=$!
wait_for "$work/rank1/out/points/0003.checkpoint"
victim=$(cat "$work/rank1/pid")
kill -9 "$victim"
wait $pid
[ $? != 0 ] && result yes killed || result no "mpirun tells that a rank died"
[ -e "$work/rank0/out/sweep.json" ] && result no "nothing is reported without a rank" || result yes unreported
[ -e "$work/rank1/out/points/0001.cbor" ] && [ -e "$work/rank1/out/points/0003.checkpoint" ] && result yes kept ||
	result no "the dead rank's point and checkpoint are there" "$(ls "$work/rank1/out/points")"
before=$(stat -c %y "$work/rank1/out/points/0001.cbor")
expect "the same command goes on" 0 "^no-change" mpi 2 "$work/rank.sh" backtest sweep "$market" $grid -o out
same "after the kill" "$work/rank0/out"
[ "$before" = "$(stat -c %y "$work/rank1/out/points/0001.cbor")" ] && result yes unplayed || result no "what was over is not played again"
finish sweep
