#!/bin/bash
# demo.sh -- the main job end to end on a local chain with the real Aave v3.6.
# Called by `make demo`, which has installed and built everything.  Leaves its
# results in .plimsoll/demo and stops what it started (KEEP=1 leaves it up).
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/e2e/demo_lib.sh

title "1. A private PostgreSQL cluster"
plimsoll db up

title "2. Price history"
bring_history
plimsoll status --at "$TIME"

title "3. A local chain: Aave v3.6, five reserves, Governor, positions"
prices_at "$TIME" >"$WORK/prices.json"
node tests/chain/devnet/up.mjs --dir "$WORK" --prices "$WORK/prices.json" --time "$TIME"
CHAIN_UP=yes
node tests/chain/devnet/steward.mjs --dir "$WORK"
RPC=$(devnet rpc)
table "before"
node tests/e2e/policy.mjs --dir "$WORK" --table "$WORK/table-before.json" >"$OUT/policy.ini"
plimsoll policy check "$OUT/policy.ini"

title "4. The enclave: its own process, locked down, key born inside"
STATE=$(plimsoll state genesis --policy "$OUT/policy.ini" --from "$FROM" --to "$TIME" $SERIES --json | field state)
say "carried state $STATE"
keys
plimsoll enclave start --backend dev --policy "$OUT/policy.ini" --operator "$(devnet accounts.operator.address)"
ENCLAVE_UP=yes
node tests/e2e/configure.mjs --dir "$WORK" --policy-hash "$(plimsoll policy hash "$OUT/policy.ini")" \
	--state "$STATE" --enclave "$PLIMSOLL_HOME/enclave/enclave.json" >"$WORK/config.json"
node tests/chain/devnet/steward.mjs --dir "$WORK" --config "$WORK/config.json"
plimsoll enclave register --rpc "$RPC" --chain-id 31337 --registry "$(devnet addresses.registry)" \
	--operator-key "$WORK/operator.key" --notary-key "$WORK/notary.key" -o "$OUT/attestation.cose"
cp "$PLIMSOLL_HOME/enclave/root.der" "$OUT/attestation-root.der" # of the development back-end

title "5. Cycles"
cycles
look

title "6. Verification"
verification

summary
say "done: results are in $OUT"
