#!/bin/bash
# commands.sh DEMO_OUT HOME -- the commands that need no store, chain or
# enclave, on what a demonstration left: help, JSON, exit codes, what-if.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
out=$1
export PLIMSOLL_HOME=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case=$out/case.cbor decision=$out/decision.json policy=$out/policy.ini

# --- usage, at every level ---------------------------------------------------
expect "help" 0 "usage: plimsoll NOUN" plimsoll --help
expect "no arguments" 2 "usage" plimsoll
expect "an unknown noun" 2 "nosuch" plimsoll nosuch
expect "an unknown verb" 2 "nosuch" plimsoll db nosuch
expect "an unknown option" 2 "nosuch" plimsoll decide "$case" --nosuch
expect "a missing argument" 2 "CASE" plimsoll decide
expect "too many arguments" 2 "" plimsoll decide "$case" "$case"
expect "an option without its value" 2 "" plimsoll decide "$case" --threads
for noun in $(plimsoll --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
	expect "$noun --help" 0 "plimsoll $noun" plimsoll "$noun" --help
	for verb in $(plimsoll "$noun" --help | sed -n "s/^  plimsoll $noun \([a-z]*\) .*/\1/p"); do
		expect "$noun $verb --help" 0 "examples:" plimsoll "$noun" "$verb" --help
	done
done

# --- manual: from the same table ---------------------------------------------
expect "a man page" 0 "^.SS plimsoll db backup FILE" plimsoll manual page db
expect "a man page of an unknown noun" 2 "nosuch" plimsoll manual page nosuch
plimsoll manual completion >"$work/plimsoll.bash"
complete_words() { bash -c '. "$1"; shift; COMP_WORDS=(plimsoll "$@"); COMP_CWORD=$#; _plimsoll; echo "${COMPREPLY[@]}"' - "$work/plimsoll.bash" "$@"; }
expect "completion of a noun" 0 "^verify$" complete_words veri
expect "completion of a verb" 0 "^backup$" complete_words db bac
expect "completion of a verb's option" 0 "^--provider$" complete_words market show --prov
expect "completion of a plain command's option" 0 "^--threads$" complete_words decide --thr
expect "completion of a file" 0 "^README.md$" complete_words decide README

# --- depth by formula: a pool of 12,000 loses a half when as much is sold --------
pool="product:12000:27600000:30"
expect "depth of a pool" 0 "^WETH,[0-9]*,[0-9]*$" plimsoll market depth --symbol WETH --price 2300 --pool "$pool"
expect "depth of two pools" 0 "^stETH," plimsoll market depth --symbol stETH --price 2300 --pool stable:120000:118000:4:50 --pool product:100:100:30
expect "depth of what is no pool" 2 "stable:SOLD:GOT" plimsoll market depth --symbol WETH --price 2300 --pool product:12000:0:30
expect "depth without a price" 2 "--price" plimsoll market depth --symbol WETH --pool "$pool"

# --- the pure function -------------------------------------------------------
digest=$(sed -n 's/.*"digest":"\(0x[0-9a-f]*\)".*/\1/p' "$decision")
same="o.outcome === 'UPDATE' && o.evidence === 'C' && o.digest === '$digest' && o.tuples.length > 0"
json "decide" "$same" plimsoll decide "$case" --json
json "decide with one thread" "$same" plimsoll decide "$case" --json --threads 1
expect "decide into a file" 0 "" plimsoll decide "$case" -o "$work/unsigned.json"
json "the file is unsigned" "o.digest === '$digest' && !o.signature" cat "$work/unsigned.json"
expect "a what-if changes the tuple" 0 "CRV .*lt .* 4500 ->" plimsoll decide "$case" --set CRV.lt=4500
expect "a what-if says that it is none" 0 "not a decision of this chain state" plimsoll decide "$case" --set CRV.lt=4500
expect "a what-if of a price" 0 "ES 97.5" plimsoll decide "$case" --set CRV.price=0.31
expect "a what-if of a price that is none" 2 "above 0" plimsoll decide "$case" --set CRV.price=-1
expect "a what-if is not written" 2 "is none" plimsoll decide "$case" --set CRV.lt=4500 -o "$case.json"
expect "stress paths" 0 "black-thursday-2020" plimsoll decide "$case"
expect "evaluations are counted" 0 "full cascade evaluations" plimsoll decide "$case"
expect "a what-if of an unknown asset" 2 "NOSUCH" plimsoll decide "$case" --set NOSUCH.lt=1
expect "a what-if of an unknown name" 2 "" plimsoll decide "$case" --set CRV.nosuch=1
expect "a what-if that is no number" 2 "" plimsoll decide "$case" --set CRV.lt=many
expect "a case that is not there" 3 "none.cbor" plimsoll decide "$work/none.cbor"
expect "a case that is a decision" 3 "not a case" plimsoll decide "$decision"
expect "case show" 0 "anchor block" plimsoll case show "$case"
json "case show as JSON" 'o.caseDigest && o.chainId === 31337' plimsoll case show "$case" --json
json "its e-modes, by the case's reserves" 'o.emodes.map((m) => `${m.id} ${m.lt} ${m.collateral}`).join() === "11 8900 WBTC,WETH,12 9300 USDC"' plimsoll case show "$case" --json
json "its feeds' bounds and its use" 'o.reserves.every((r) => r.oracleLowE8 === "1" && r.oracleHighE8 === "10000000000000000" && r.debtCeilingCents === "0" && r.backingPpm === 0) && o.usages.length === 5 && o.usages.every((u) => u.samples >= 1 && u.utilisationPpm > 0)' plimsoll case show "$case" --json
expect "explain" 0 "bound by" plimsoll explain "$decision"
json "explain as JSON" 'o.assets.length === 5 && o.assets.every((a) => a.symbol)' plimsoll explain "$decision" --json
expect "explain a case" 3 "" plimsoll explain "$case"

# --- verify offline ----------------------------------------------------------
verify() { plimsoll verify "$decision" --case "$case" --policy "$policy" "$@"; }
expect "verify without a chain is incomplete" 1 "not-checked anchor" verify
json "verify as JSON" "o.verdict === 'incomplete' && o.decisionDigest === '$digest' && o.checks.some((c) => c.name === 'recomputation' && c.result === 'pass')" verify --json
expect "verify of another signer" 4 "invalid" verify --signer 0x0000000000000000000000000000000000000001
expect "verify an unsigned decision" 4 "" plimsoll verify "$work/unsigned.json" --case "$case"
sed 's/"tx": *"0x[0-9a-f]*"/"tx":"0x12"/' "$decision" >"$work/bad-tx.json"
expect "a transaction that is no hash" 3 "tx" plimsoll verify "$work/bad-tx.json" --case "$case"
expect "another policy" 4 "policy" plimsoll verify "$decision" --case "$case" --policy <(sed 's/^path_count = .*/path_count = 998/' "$policy")
attest() { plimsoll attest verify "$out/attestation.cose" "$@"; }
expect "attestation" 0 "valid" attest --at now --root "$out/attestation-root.der" --allow-dev
expect "a development document must be allowed" 4 "proves nothing" attest --at now --root "$out/attestation-root.der"
expect "attestation needs a time" 2 "\-\-at" attest --root "$out/attestation-root.der" --allow-dev
expect "attestation under AWS's root" 4 "root" attest --at now
expect "attestation in ten years" 4 "expired" attest --at 2040-01-01T00:00:00Z --root "$out/attestation-root.der" --allow-dev
head -c 400 "$out/attestation.cose" >"$work/cut.cose"
expect "attestation cut short" 4 "malformed" plimsoll attest verify "$work/cut.cose" --at now

# --- policy and state --------------------------------------------------------
for preset in cautious standard open; do
	expect "policy init $preset" 0 "" plimsoll policy init --preset $preset -o "$work/$preset.ini"
done
expect "an unknown preset" 2 "preset" plimsoll policy init --preset nosuch
expect "policy check" 0 "31337" plimsoll policy check "$policy"
json "policy check as JSON" 'o.policyHash.length === 66 && o.development' plimsoll policy check "$policy" --json
expect "policy hash" 0 "^0x[0-9a-f]\{64\}$" plimsoll policy hash "$policy"
expect "policy diff with itself" 0 "no differences" plimsoll policy diff "$policy" "$policy"
sed 's/^path_count = .*/path_count = 2000/' "$policy" >"$work/other.ini"
sed 's/^borrowable = .*/borrowable = no\nrates = yes/' "$policy" >"$work/flags.ini"
expect "policy diff of flags" 0 "WETH.rates no yes" plimsoll policy diff "$policy" "$work/flags.ini"
expect "policy diff" 0 "path_count" plimsoll policy diff "$policy" "$work/other.ini"
sed 's/^path_count = .*/path_count = 1/' "$policy" >"$work/low.ini"
expect "a value out of bounds" 2 "path_count" plimsoll policy check "$work/low.ini"
sed 's/^path_count/path_cuont/' "$policy" >"$work/typo.ini"
expect "a misspelt key" 2 "path_cuont" plimsoll policy check "$work/typo.ini"
expect "a policy that is not there" 3 "none.ini" plimsoll policy check "$work/none.ini"
state=$(sed -n 's/.*"previousState":"\(0x[0-9a-f]*\)".*/\1/p' "$decision")
expect "state show" 0 "sequence 0" plimsoll state show "$state"
json "state show as JSON" "o.state === '$state' && o.forecasters.length === o.assets && o.forecasters.every((f) => f.fitted && f.scored > 0 && f.experts.length === 17 && Math.abs(f.experts.reduce((s, e) => s + e.weightTail, 0) - 1) < 1e-6)" plimsoll state show "$state" --json
expect "a state that is not there" 3 "" plimsoll state show 0x$(printf '0%.0s' $(seq 64))

# --- configuration: flag > environment > file --------------------------------
printf 'policy = %s\n' "$work/none.ini" >"$work/plimsoll.ini"
expect "a configuration file" 3 "none.ini" plimsoll verify "$decision" --case "$case" --config "$work/plimsoll.ini"
expect "the environment is above it" 1 "incomplete" env PLIMSOLL_POLICY="$policy" "$plimsoll" verify "$decision" --case "$case" --config "$work/plimsoll.ini"
expect "the flag is above both" 1 "incomplete" env PLIMSOLL_POLICY="$work/none.ini" "$plimsoll" verify "$decision" --case "$case" --policy "$policy"
expect "a configuration that is not there" 2 "" plimsoll verify "$decision" --config "$work/none.conf"
expect "output that cannot be written" 6 "" sh -c "'$plimsoll' case show '$case' >/dev/full"
finish commands
