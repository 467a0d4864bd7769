#!/bin/bash
# rpc_errors.sh -- commands in front of an unreachable or lying JSON-RPC: the
# exit code, a message that says what and where, in bounded time.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
export PLIMSOLL_HOME=$work/home
unset PLIMSOLL_RPC
server=""
end() { [ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"; }
trap end EXIT
provider=0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e
hash=0x$(printf '1%.0s' $(seq 64))

# lie NAME: starts the server that lies so; $url is its address.
lie() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
	: >"$work/port"
	node tests/e2e/lying_rpc.mjs "$1" >"$work/port" &
	server=$!
	for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.05; done
	url=http://127.0.0.1:$(cat "$work/port")
}
show() { plimsoll market show --provider $provider --rpc "$url" --no-positions "$@"; }

# bounded NAME EXIT TEXT COMMAND...: expect, in less than 30 seconds.
bounded() {
	local start=$SECONDS
	expect "$@"
	[ $((SECONDS - start)) -lt 30 ] || result no "$1: in time" "$((SECONDS - start)) s"
}

url=http://127.0.0.1:1
bounded "nobody listens" 5 "127.0.0.1:1" show
bounded "tx status: nobody listens" 5 "127.0.0.1:1" plimsoll tx status $hash --rpc "$url"
bounded "propose: nobody listens" 2 "" plimsoll propose --rpc "$url" --dry-run
bounded "no address at all" 2 "PLIMSOLL_RPC" plimsoll market show --provider $provider
bounded "an address that is none" 2 "" plimsoll market show --provider $provider --rpc "not a url"
bounded "a scheme that is none" 2 "" plimsoll market show --provider $provider --rpc ftp://127.0.0.1/
bounded "a name that is none" 5 "" plimsoll market show --provider $provider --rpc http://no-such-host.invalid/

lie honest
bounded "the wrong chain" 5 "chain" show --chain-id 31337
bounded "nothing at that address" 3 "" show --chain-id 1
bounded "an unknown transaction" 3 "" plimsoll tx status $hash --rpc "$url"
for liar in null error neither number wrong-id html 429 503 401 empty half cut spaces nested binary redirect; do
	lie $liar
	bounded "$liar: market show" 5 "127.0.0.1" show
	[ $liar = null ] || # an unknown transaction is null from an honest node
		bounded "$liar: tx status" 5 "127.0.0.1\|malformed" plimsoll tx status $hash --rpc "$url"
done
lie html
secret=$url/key-0123456789abcdef
said=$(plimsoll market show --provider $provider --rpc "$secret" --no-positions -v 2>&1)
echo "$said" | grep -q key-0123456789abcdef && result no "the address's key stays out of messages and logs" "$said" || result yes secret
[ ! -e "$PLIMSOLL_HOME" ] && result yes "nothing was written" || result no "nothing was written" "$(ls -R "$PLIMSOLL_HOME" | head -3)"
finish rpc
