#!/bin/bash
# enclave_errors.sh -- plimsoll enclave start, stop, status, attest: what it is
# locked out of, and every way in which it can be missing, dead or false.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
chmod 755 "$work"
export PLIMSOLL_HOME=$work/home
server=""
end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	plimsoll enclave stop >/dev/null 2>&1
	rm -rf "$work"
}
trap end EXIT
operator=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
policy=$work/policy.ini
plimsoll policy init -o "$policy" >/dev/null
sed -i 's/^chain_id = .*/chain_id = 31337/; s/^development = .*/development = yes/
	s/^steward = .*/steward = 0x5FbDB2315678afecb367f032d93F642f64180aa3/
	s/^market = .*/market = 0x4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d/' "$policy"
start() { plimsoll enclave start --policy "$policy" --operator $operator "$@"; }
pid_of() { sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$PLIMSOLL_HOME/enclave/enclave.json"; }
holds() { if eval "$2"; then result yes "$1"; else result no "$1" "$2"; fi; }

# --- before the first, and bad starts ----------------------------------------
expect "status with none" 5 "enclave start" plimsoll enclave status
expect "attest with none" 5 "enclave start" plimsoll enclave attest
expect "stop with none" 0 "no enclave was running" plimsoll enclave stop
expect "start without a policy" 2 "policy" plimsoll enclave start --operator $operator
expect "start without an operator" 2 "operator" plimsoll enclave start --policy "$policy"
expect "an operator that is no address" 2 "no address" plimsoll enclave start --policy "$policy" --operator 0x12
expect "an unknown back-end" 2 "back" start --backend nosuch
expect "a back-end without its device" 5 "/dev/nsm" start --backend nitro
expect "a program that is not there" 3 "" start --program "$work/none"
expect "a program that is something else" 5 "" start --program /bin/true
expect "too little memory" 2 "memory" start --memory 0
sed 's/^chain_id = .*/chain_id = 1/; s/^development = .*/development = no/' "$policy" >"$work/mainnet.ini"
expect "the development back-end off chain 31337" 1 "31337" plimsoll enclave start --policy "$work/mainnet.ini" --operator $operator
expect "nothing is left of those" 5 "enclave start" plimsoll enclave status

# --- one that runs, and what it cannot do -------------------------------------
expect "start" 0 "running" start
expect "a second start" 1 "already" start
pid=$(pid_of)
status_field() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"; }
holds "seccomp filters" '[ "$(status_field Seccomp)" = 2 ]'
holds "no new privileges" '[ "$(status_field NoNewPrivs)" = 1 ]'
holds "no core dumps" 'grep -q "^Max core file size *0 *0 " "/proc/$pid/limits"'
holds "no byte into a file" 'grep -q "^Max file size *0 *0 " "/proc/$pid/limits"'
holds "no capability" '[ "$(status_field CapEff)" = 0000000000000000 ]'
holds "memory that is never swapped" '[ "$(status_field VmLck | tr -dc 0-9)" -gt 0 ]'
holds "not dumpable: its memory belongs to root" '[ "$(stat -c %u "/proc/$pid/mem")" = 0 ]'
holds "one process, one thread" '[ "$(status_field Threads)" = 1 ]'
holds "no network socket" '! ls -l /proc/$pid/fd 2>/dev/null | grep -o "socket:\[[0-9]*\]" | tr -dc "0-9\n" | while read -r inode; do grep -q " $inode " /proc/net/tcp /proc/net/tcp6 /proc/net/udp && echo found; done | grep -q found'
holds "no file but its log and null" '! ls -l /proc/$pid/fd | grep " -> /" | grep -v "/dev/null\|enclave.log\|/memfd" | grep -q .'
holds "its folder is for this user only" '[ "$(stat -c %a "$PLIMSOLL_HOME/enclave")" = 700 ]'
holds "no argument but what it serves" '[ "$(tr "\0" "\n" <"/proc/$pid/cmdline" | wc -l)" -le 5 ]'
holds "an empty environment" '[ ! -s "/proc/$pid/environ" ] || [ "$(tr -d "\0" <"/proc/$pid/environ" | wc -c)" = 0 ]'
holds "no key in its record or log" '! grep -riq "private\|secret" "$PLIMSOLL_HOME/enclave"'
expect "status" 0 "running" plimsoll enclave status
json "status as JSON" 'o.state === "running" && o.pid > 0 && o.publicKey.length === 130' plimsoll enclave status --json
expect "attest" 0 "wrote" plimsoll enclave attest --nonce 0x0102 -o "$work/a.cose"
json "its nonce is in the document" 'o.verdict === "valid" && o.nonce.endsWith("0102")' plimsoll attest verify "$work/a.cose" --at now --allow-dev --root "$PLIMSOLL_HOME/enclave/root.der" --json
expect "a nonce that is too long" 2 "nonce" plimsoll enclave attest --nonce "0x$(printf 'a%.0s' $(seq 130))"
expect "a nonce that is no hexadecimal" 2 "nonce" plimsoll enclave attest --nonce zz

# --- another in its place ------------------------------------------------------
socket=$PLIMSOLL_HOME/enclave/channel.sock
mv "$socket" "$work/real.sock"
impostor() { # impostor ANSWER: what the socket says to anybody
	[ -z "$server" ] || { kill "$server"; wait "$server" 2>/dev/null; }
	rm -f "$socket"
	node -e 'require("net").createServer((s) => { s.on("error", () => {}); s.on("data", () => { const a = Buffer.from(process.argv[2], "hex"); if (a.length) s.end(a); else s.destroy(); }); }).listen(process.argv[1])' "$socket" "$1" 2>/dev/null &
	server=$!
	for _ in $(seq 100); do [ -S "$socket" ] && break; sleep 0.05; done
}
impostor ""
expect "an enclave that hangs up" 5 "" plimsoll enclave status
impostor eeeeeeeeeeeeeeee
expect "an enclave that talks garbage" 5 "" plimsoll enclave status
impostor 7fffffff12
expect "a frame over its limit" 5 "" plimsoll enclave status
impostor 0000001012aabb
expect "half a frame" 5 "" plimsoll enclave status
impostor 0000000412aabbccdd
expect "a document that is none" 4 "" plimsoll enclave status
kill "$server"; wait "$server" 2>/dev/null; server=""
mv "$work/real.sock" "$socket"
expect "the real one again" 0 "running" plimsoll enclave status

# --- another key, death, an old record ----------------------------------------
cp -r "$PLIMSOLL_HOME/enclave" "$work/kept"
kill -9 "$pid"
for _ in $(seq 100); do [ -e "/proc/$pid/exe" ] || break; sleep 0.05; done
expect "status of a dead one" 5 "" plimsoll enclave status
expect "attest of a dead one" 5 "" plimsoll enclave attest -o "$work/b.cose"
expect "start after death" 0 "running" start
cp "$PLIMSOLL_HOME/enclave/enclave.json" "$work/new.json"
node -e 'const fs = require("fs"), [from, to, old] = process.argv.slice(1).map((f) => f);
	const now = JSON.parse(fs.readFileSync(from)), before = JSON.parse(fs.readFileSync(old));
	fs.writeFileSync(to, JSON.stringify({ ...now, publicKey: before.publicKey, address: before.address }));' \
	"$work/new.json" "$PLIMSOLL_HOME/enclave/enclave.json" "$work/kept/enclave.json"
expect "a record of another key" 4 "" plimsoll enclave status
echo '{' >"$PLIMSOLL_HOME/enclave/enclave.json"
expect "a record that does not parse" 3 "" plimsoll enclave status
cp "$work/new.json" "$PLIMSOLL_HOME/enclave/enclave.json"
expect "stop" 0 "its key is gone" plimsoll enclave stop
expect "stop again" 0 "no enclave was running" plimsoll enclave stop
expect "status after stop" 5 "" plimsoll enclave status
finish enclave
