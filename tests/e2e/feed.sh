#!/bin/bash
# feed.sh -- plimsoll feed decode on messages made by feed_messages.mjs: every
# way to bring one, every way not to be trusted, with exit codes.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
export PLIMSOLL_HOME=$work/home
trap 'rm -rf "$work"' EXIT
node tests/e2e/feed_messages.mjs "$work" || exit 1
decode() { # decode FORMAT FILE OPTIONS...
	plimsoll feed decode "$work/$2" --format "$1" "${@:3}"
}

# --- RedStone ----------------------------------------------------------------
three="--signers $work/three.txt"
for form in redstone.hex redstone.b64 redstone.bin redstone-gateway.json; do
	expect "$form" 0 "2500.12345678  at 2025-06-15T15:06:40Z  3 of 3" decode redstone $form $three
done
json "redstone as JSON" 'o.valid && o.threshold === 2 && o.reason === "" && o.messages.length === 1 &&
	o.messages[0].feed === "ETH" && o.messages[0].price === "2500.12345678" && o.messages[0].conf === null &&
	o.messages[0].expo === -8 && o.messages[0].time === 1750000000 && o.messages[0].validSigners === 3 &&
	new Set(o.messages[0].signers).size === 3' decode redstone redstone.hex $three --json
expect "a signer speaks twice" 4 "speaks twice" decode redstone redstone-twice.hex $three
expect "a stranger signed" 4 "not by an authorised signer" decode redstone redstone-stranger.hex $three
expect "times differ" 4 "times differ" decode redstone redstone-times.hex $three
expect "fewer than the threshold" 4 "fewer signers" decode redstone redstone.hex --signers "$work/strict.txt"
expect "nobody to trust" 4 "no signers were given" decode redstone redstone.hex
json "nobody to trust, as JSON" '!o.valid && o.messages[0].price === "2500.12345678" && o.messages[0].validSigners === 0' \
	decode redstone redstone.hex --json
expect "a byte is missing" 3 "not a RedStone payload" decode redstone redstone-cut.bin $three

# --- Pyth --------------------------------------------------------------------
guardians="--guardians $work/guardians.txt"
for form in pyth.hex pyth-hermes.json pyth-hermes64.json pyth-hermes1.json pyth-hermes1-many.json; do
	expect "$form" 0 "e7 2500.12345678  at 2025-06-15T15:06:40Z  +- 0.98765432  5 of 5" decode pyth $form $guardians
done
json "pyth as JSON" 'o.valid && o.threshold === 4 && o.messages.length === 2 && o.messages[1].price === "0.99987" &&
	o.messages[1].conf === "0.00005" && o.messages[1].feed === "0x" + "0".repeat(62) + "c0" &&
	o.messages[1].validSigners === 5' decode pyth pyth.hex $guardians --json
expect "an update that is no text" 3 "neither hexadecimal" decode pyth pyth-hermes1-odd.json $guardians
expect "fewer guardians than the quorum" 4 "fewer guardians" decode pyth pyth-few.hex $guardians
expect "a changed message" 4 "not proven below" decode pyth pyth-changed.hex $guardians
expect "an unknown guardian set" 4 "does not follow" decode pyth pyth.hex --follow "$work/upgrades.hex"
expect "no guardians" 4 "no signers were given" decode pyth pyth.hex
expect "a report for an update" 3 "not a Pyth update" decode pyth streams.hex $guardians
expect "two kinds of trust" 2 "one of --signers" decode pyth pyth.hex $guardians $three

# --- Data Streams --------------------------------------------------------------
for form in streams.hex streams.json streams-bulk.json; do
	expect "$form" 0 "2500.12345678  at 2025-06-15T15:06:40Z  2 of 2" decode datastreams $form $three
done
json "reports as JSON" 'o.valid && o.messages.length === 2 && o.messages[1].validSigners === 3 &&
	o.messages[1].expo === -18' decode datastreams streams-bulk.json $three --json
expect "one signer of two" 4 "fewer signers" decode datastreams streams-one.hex $three
expect "another schema" 3 "schema 3" decode datastreams streams-schema.hex $three

# --- files and options ---------------------------------------------------------
expect "no format" 2 "format is missing" plimsoll feed decode "$work/redstone.hex"
expect "an unknown format" 2 "is unknown" decode nosuch redstone.hex
expect "no file" 3 "No such file" decode redstone nosuch.hex
: >"$work/empty"
expect "an empty file" 3 "is empty" decode redstone empty
echo "zz-not-base64" >"$work/words"
expect "neither form" 3 "neither JSON" decode redstone words
echo '{"ETH":[' >"$work/half.json"
expect "half a JSON" 3 "not JSON" decode redstone half.json
echo '{"ETH":[{"timestampMilliseconds":-1}]}' >"$work/odd.json"
expect "an odd answer" 3 "without time" decode redstone odd.json
echo '{}' >"$work/none.json"
expect "an answer without feeds" 3 "not an answer" decode redstone none.json
sed 's/"value":2500[^,}]*/"value":1e400/' "$work/redstone-gateway.json" >"$work/huge.json"
expect "a value beyond any price" 3 "without time, points" decode redstone huge.json
signers() { # signers NAME EXIT TEXT LINES
	printf "$4" >"$work/signers.txt"
	expect "signers: $1" "$2" "$3" decode redstone redstone.hex --signers "$work/signers.txt"
}
one=$(sed -n 2p "$work/three.txt")
signers "no threshold" 3 "threshold N" "$one\n"
signers "threshold above their number" 3 "threshold N" "$one\nthreshold 2\n"
signers "threshold 0" 3 "threshold N" "$one\nthreshold 0\n"
signers "twice" 3 "stands there twice" "$one\n$one\nthreshold 1\n"
signers "not an address" 3 "neither an address" "0x12\nthreshold 1\n"
expect "signers: no file" 3 "No such file" decode redstone redstone.hex --signers "$work/nosuch"

# --- feed list ---------------------------------------------------------------
cp tests/fuzz/corpus/feed_list/whole "$work/feeds.ini"
list() { plimsoll feed list --feeds "$work/feeds.ini" "$@"; }
expect "list: a source a section" 0 "node  chainlink, family node, every 15 s" list
expect "list: the server" 0 "from http://127.0.0.1:8545" list
list >"$work/list.txt"
result "$(grep -qF '8545/' "$work/list.txt" && echo no || echo yes)" "list: no key of an address"
expect "list: a default address" 0 "from https://hermes.pyth.network" list
json "list as JSON" 'o.sources.length === 4 && o.sources[0].feeds[0].heartbeatSeconds === 3600 &&
	o.sources[3].kind === "binance" && o.sources[3].feeds[0].key === "ETHUSDT"' list --json
broken() { # broken NAME TEXT SED
	sed "$3" tests/fuzz/corpus/feed_list/whole >"$work/feeds.ini"
	expect "list: $1" 2 "$2" list
}
broken "an unknown kind" "no kind of source" 's/= pyth$/= delphi/'
broken "no kind" "\[binance\] has no kind" '/= binance/d'
broken "no feed" "\[gateway\] has no feed" '/USD ETH$/d'
broken "no address" "\[node\] has no url" '/^url/d'
broken "no chain" "\[node\] has no chain_id" '/^chain_id/d'
broken "nobody to trust" "has no signers" '/^signers/d'
broken "an address that is none" "node.url: no http or https address" 's/http:/ftp:/'
broken "a wrong detail" "behind a feed stand" 's/lowest/least/'
broken "a wrong number" "not a whole number" 's/=3600$/=-3/; s/= 3600/= 1h/'
broken "a wrong bound" "no positive decimal" 's/lowest=0.01/lowest=-1/'
broken "a pair that is none" "ASSET/QUOTE" 's/ETH.USDT/ETHUSDT/'
expect "list: a sequencer" 0 "sequencer 0xFdB631F5EE196F0ed6FAa767959853A9F217697D, 3600 s of grace" \
	plimsoll feed list --feeds tests/fuzz/corpus/feed_list/sequencer
json "list: a sequencer as JSON" 'o.sources[0].sequencer.length === 42 && o.sources[0].graceSeconds === 3600 &&
	o.sources[1].graceSeconds === 900 && o.sources[2].sequencer === undefined' \
	plimsoll feed list --feeds tests/fuzz/corpus/feed_list/sequencer --json
broken "a sequencer that is no address" "sequencer = 0x12: no address" '/^chain_id/a sequencer = 0x12'
broken "a sequencer of no chain" "no chainlink source" '/^interval_s/a sequencer = 0xFdB631F5EE196F0ed6FAa767959853A9F217697D'
broken "grace of nothing" "\[node\] has no sequencer" '/^chain_id/a grace_s = 60'
broken "twice the same" "stands there twice" '$p'
broken "an unknown setting" "no such setting" 's/^since/before/'
expect "list: no file" 3 "No such file" plimsoll feed list --feeds "$work/nosuch.ini"
finish feed
