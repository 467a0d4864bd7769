# demo_lib.sh -- the steps of demo.sh, sourced by it.

ROOT=$PWD
OUT=${DEMO_OUT:-.plimsoll/demo}
WORK=${DEMO_WORK:-.plimsoll/demo-run}
export PLIMSOLL_HOME=${PLIMSOLL_HOME:-.plimsoll}
BUILD=${BUILD:-build/release}
START=$SECONDS
CHAIN_UP="" ENCLAVE_UP=""
rm -rf "$OUT" "$WORK"
mkdir -p "$OUT" "$WORK"

plimsoll() { "$BUILD/plimsoll" "$@"; }
say() { printf '   %s (%d s)\n' "$*" $((SECONDS - START)); }
title() { printf '\n== %s (%d s)\n' "$*" $((SECONDS - START)); }
fail() { printf 'demo: FAILED: %s\n' "$*" >&2; exit 1; }

# field NAME: a member of the JSON object on stdin.
field() { node -e 'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{let v=JSON.parse(t);for(const k of process.argv[1].split("."))v=v[k];console.log(typeof v==="object"?JSON.stringify(v):v)})' "$1"; }
devnet() { field "$1" <"$WORK/devnet.json"; }
control() { node tests/chain/devnet/control.mjs --dir "$WORK" "$@"; }

stop_all() {
	local rc=$?
	if [ "${KEEP:-}" = 1 ] && [ $rc = 0 ]; then
		cat <<-T

		Left up (KEEP=1): chain $(devnet rpc), enclave and store under $PLIMSOLL_HOME.  To look:
		  node tests/chain/devnet/control.mjs --dir $WORK table
		  PLIMSOLL_HOME=$PLIMSOLL_HOME $BUILD/plimsoll status --at $TIME
		  $BUILD/plimsoll explain $OUT/decision.json
		  PLIMSOLL_HOME=$PLIMSOLL_HOME $BUILD/plimsoll tx list
		To stop:
		  export PLIMSOLL_HOME=$PLIMSOLL_HOME
		  $BUILD/plimsoll enclave stop; node tests/chain/devnet/down.mjs --dir $WORK; $BUILD/plimsoll db down
		T
		return
	fi
	[ -z "$ENCLAVE_UP" ] || plimsoll enclave stop || true
	[ -z "$CHAIN_UP" ] || node tests/chain/devnet/down.mjs --dir "$WORK" || true
	plimsoll db down || true
}
trap stop_all EXIT

# --- history -----------------------------------------------------------------
REAL_SERIES="--series WETH=ETH/USDT@binance --series WBTC=BTC/USDT@binance --series LINK=LINK/USDT@binance --series CRV=CRV/USDT@binance --series USDC=USDC/USDT@binance"
SYNTHETIC_SERIES="--series WETH=WETH/USD@SYNTHETIC --series WBTC=WBTC/USD@SYNTHETIC --series LINK=LINK/USD@SYNTHETIC --series CRV=CRV/USD@SYNTHETIC --series USDC=USDC/USD@SYNTHETIC"

bring_history() {
	local data=${PLIMSOLL_DATA:-../shared/data}
	if [ -d "$data/prices" ]; then
		say "from the folder $data: real hourly candles"
		import_real "$data/prices"
		SERIES=$REAL_SERIES
		FROM=2023-08-01T00:00:00Z
		TIME=1703930400 # 2023-12-30T10:00:00Z, hours before the data ends
		return
	fi
	local end=$(($(date +%s) / 3600 * 3600))
	if fetch_real $end; then
		SERIES=$REAL_SERIES
		TIME=$((end - 12 * 3600)) # hours before the data ends
		FROM=$((TIME - 3650 * 3600))
	else
		say "no data folder and no exchange answers: the built-in generator, source SYNTHETIC"
		plimsoll import --generate 7 --asset WETH,WBTC,LINK,CRV,AAVE,USDC --hours 3700 --end $end
		TIME=$((end - 12 * 3600)) # hours before the data ends
		SERIES=$SYNTHETIC_SERIES
		FROM=$((TIME - 3650 * 3600))
	fi
}

# fetch_real END: the same five months of candles from a public exchange; fails
# at the first that does not come (CANDLES_URL replaces the exchange's address).
fetch_real() {
	local pair
	for pair in ETH:ETHUSDT BTC:BTCUSDT LINK:LINKUSDT CRV:CRVUSDT AAVE:AAVEUSDT USDC:USDCUSDT; do
		plimsoll import --fetch binance --product "${pair#*:}" --asset "${pair%%:*}" --quote USDT \
			--source binance --from $(($1 - 3700 * 3600)) --to "$1" \
			${CANDLES_URL:+--url "$CANDLES_URL"} 2>"$WORK/fetch.log" || {
			say "binance: $(head -1 "$WORK/fetch.log")"
			return 1
		}
	done
}

import_real() {
	local pair
	for pair in ETH:ETHUSDT BTC:BTCUSDT LINK:LINKUSDT CRV:CRVUSDT AAVE:AAVEUSDT USDC:USDCUSDT; do
		local file=$1/${pair#*:}-binance-1h.csv.gz
		[ -f "$file" ] || file=$1/${pair#*:}-binance-1h-2021_2023.csv.gz
		plimsoll import "$file" --asset "${pair%%:*}" --quote USDT --source binance
	done
}

# The feeds are set to the newest closed bar, so that chain and history agree.
prices_at() {
	plimsoll status --at "$1" --json | node -e '
	let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{
	const names={ETH:"WETH",BTC:"WBTC"}, out={};
	for (const s of JSON.parse(t).series) {
		const symbol=names[s.asset]??s.asset;
		if (!["WETH","WBTC","LINK","CRV","USDC"].includes(symbol)||!s.close) continue;
		const [a,b=""]=s.close.split(".");
		out[symbol]=BigInt(a+(b+"00000000").slice(0,8)).toString();
	}
	console.log(JSON.stringify(out));})'
}

table() { control table | tee "$WORK/table-$1.txt"; control table --json >"$WORK/table-$1.json"; }

keys() {
	umask 077
	devnet accounts.operator.key >"$WORK/operator.key"
	devnet accounts.notary.key >"$WORK/notary.key"
	devnet accounts.deployer.key >"$WORK/submitter.key"
	umask 022
}

# --- cycles ------------------------------------------------------------------
# propose NAME ARGS...: one cycle; results in WORK/NAME.
propose() {
	local name=$1
	shift
	plimsoll propose --rpc "$RPC" --chain-id 31337 --policy "$OUT/policy.ini" \
		--provider "$(devnet addresses.provider)" --liquidity tests/e2e/liquidity.csv $SERIES \
		--key "$WORK/submitter.key" --out "$WORK/$name" "$@" | tee "$WORK/$name.txt"
}
outcome() { field outcome <"$WORK/$1/decision.json"; }

# next_epoch SECONDS: moves the chain's clock, gives the feeds a fresh round.
next_epoch() {
	control time "$1" >/dev/null
	prices_at "$(control time)" >"$WORK/now.json"
	control price $(node -e 'for (const [k,v] of Object.entries(JSON.parse(require("fs").readFileSync(process.argv[1])))) console.log(k+"="+v)' "$WORK/now.json") >/dev/null
	control mine 8 >/dev/null
	say "chain time $(date -u -d "@$(control time)" +%FT%TZ)"
}

cycles() {
	control mine 8 >/dev/null # the anchor lies behind the steward's configuration
	say "epoch 1: what is too loose tightens at once, what is too tight is queued"
	propose first
	[ "$(outcome first)" = UPDATE ] || fail "the first epoch should change something"
	grep -q applied "$WORK/first.txt" || fail "nothing tightened at once"
	cp "$WORK/first/case.cbor" "$WORK/first/decision.json" "$OUT/"
	table "after-tightening"

	next_epoch 3600
	say "epoch 2: the queued loosening meets its confirming decision"
	propose second
	table "after-loosening"

	next_epoch 3600
	say "epoch 3: the next change goes through the Governor"
	propose governor --via governor
	control govern "$WORK/governor/proposal.json" >"$WORK/governor.txt"
	table "after-governor"

	say "until a quiet epoch: the limiter's allowances are used up"
	local i
	for i in 1 2 3 4 5; do
		next_epoch 3600
		propose "quiet$i"
		[ "$(outcome "quiet$i")" = HOLD ] && { QUIET=quiet$i; return; }
	done
	fail "no epoch ended in HOLD"
}

# What the store knows afterwards, by the commands that read it.
look() {
	plimsoll market sync --rpc "$RPC" --chain-id 31337 --provider "$(devnet addresses.provider)" --policy "$OUT/policy.ini"
	plimsoll tx list
}

# --- verification ------------------------------------------------------------
check() { # NAME EXPECTED COMMAND...
	local name=$1 expected=$2 rc=0
	shift 2
	"$@" >"$WORK/check.txt" 2>&1 || rc=$?
	[ $rc = "$expected" ] || { cat "$WORK/check.txt"; fail "$name: exit $rc, expected $expected"; }
	say "$name: exit $rc: $(grep -m1 ^error "$WORK/check.txt" || head -1 "$WORK/check.txt")"
}

verify() {
	plimsoll verify "$1" --case "$2" --policy "$OUT/policy.ini" --rpc "$RPC" --chain-id 31337 \
		--attestation "$OUT/attestation.cose" --at now --root "$OUT/attestation-root.der" --allow-dev "${@:3}"
}

# alter_observation CHANGE: as only the owner of the store can, by force: one
# CRV candle's high.
alter_observation() {
	/usr/lib/postgresql/15/bin/psql -X -q -h "$(plimsoll db status --json | field socket)" -U plimsoll -d plimsoll -c "
		SET session_replication_role = replica;
		UPDATE plimsoll.observations o SET high = high $1 FROM plimsoll.feeds f
		WHERE f.id = o.feed_id AND f.asset = 'CRV' AND o.source_time = to_timestamp($((TIME - 5 * 3600)))"
}

verification() {
	local name
	for name in first second governor "$QUIET"; do
		check "decision $name verifies" 0 verify "$WORK/$name/decision.json" "$WORK/$name/case.cbor" --db
	done
	cat "$WORK/check.txt"
	head -c 3000 "$OUT/case.cbor" >"$WORK/cut.cbor"
	check "a case cut short is refused" 3 verify "$OUT/decision.json" "$WORK/cut.cbor"
	node tests/e2e/tamper.mjs "$OUT" "$WORK"
	check "a tampered case is refused" 4 verify "$OUT/decision.json" "$WORK/tampered.cbor"
	check "a tampered decision is refused" 4 verify "$WORK/tampered-value.json" "$OUT/case.cbor"
	alter_observation '* 1.01'
	check "another decision's transaction is refused" 4 verify "$WORK/wrong-tx.json" "$OUT/case.cbor"
	grep -q "fail *transaction " "$WORK/check.txt" || fail "the foreign transaction went unnoticed"
	check "a transaction that never was is refused" 4 verify "$WORK/unknown-tx.json" "$OUT/case.cbor"
	check "an altered observation is named" 4 verify "$OUT/decision.json" "$OUT/case.cbor" --db
	alter_observation '/ 1.01'
	plimsoll decide "$WORK/ground.cbor" -o "$WORK/ground.json"
	check "a chosen seed is refused" 4 verify "$WORK/ground.json" "$WORK/ground.cbor"
	grep -q "fail *anchor .*the epoch begins with block" "$WORK/check.txt" || fail "the chosen seed went unnoticed"
	check "a wrong key is refused" 4 verify "$WORK/wrong-key.json" "$OUT/case.cbor"
}

summary() {
	node tests/e2e/summary.mjs "$WORK" "$OUT" >"$OUT/summary.json"
	say "evidence is class C throughout: nothing is proven; only the development policy of chain 31337 admits it"
}
