#!/bin/bash
# ingest_killed.sh [SEED] -- PostgreSQL killed without a warning and started again,
# at KILLS random moments of one live ingest of a long history; the rows and their
# checksum are those of an ingest that nobody disturbed.
set -u
# PostgreSQL's parent is long gone when it serves.  This shell takes its place
# (prctl(PR_SET_CHILD_SUBREAPER, 1) of x86-64): a first process that reaps late
# would keep the dead server's id, and the lock file's owner would seem alive.
[ -n "${REAPER:-}" ] ||
	REAPER=yes exec perl -e 'syscall(157, 36, 1, 0, 0, 0); exec @ARGV' bash "$0" "$@"
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
. tests/e2e/ingest_lib.sh
seed=${1:-$(date +%s)}
RANDOM=$seed
KILLS=20
DAYS=30      # of candles a minute
SLOWLY=1500  # ms an answer, so that the history lasts as long as the deaths do
echo "seed $seed"
now=$(date +%s)
since=$(date -u -d "@$((now - DAYS * 86400))" +%Y-%m-%dT00:00:00Z)
end=$((now / 60 * 60 - 60)) # newer candles may come in in one run alone
start_feeds --ports 5
{
	source_of north binance "$(door 0 north)" "interval_s = 60" "since = $since" \
		"feed = ETH/USD ETHUSDT" "feed = SPIKE/USD SPIKEUSDT"
	source_of south binance "$(door 1 south)" "interval_s = 60" "since = $since" "feed = LINK/USD LINKUSDT"
	source_of west binance "$(door 4 west)" "interval_s = 60" "since = $since" "feed = THIN/USD THINUSDT"
	source_of east coinbase "$(door 2 east)" "interval_s = 900" "since = $since" "feed = AAVE/USD AAVE-USD"
	source_of gateway redstone "$(door 3 gateway)" "every_s = 2" "service = made.ETH.BTC" \
		"signers = $work/three.txt" "feed = BTC/USD BTC"
} >"$work/feeds.ini"
history="source IN ('north', 'south', 'east', 'west') AND source_time < to_timestamp($end - 900)"

# --- nobody disturbs ---------------------------------------------------------
calm=$work/calm
plimsoll db up --home "$calm" >/dev/null || exit 1
began=$SECONDS
expect "an ingest that nobody disturbs" 0 "" ingest --once --home "$calm"
wanted=$(digest_of "$history" --home "$calm")
echo "undisturbed: $wanted in $((SECONDS - began)) s"
[ "${wanted%% *}" -gt $((DAYS * 1440 * 3)) ] && result yes rows || result no "a long history is in" "$wanted"
spikes="SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id
	WHERE asset = 'SPIKE' AND verdict = 'rejected'"
[ "$(query "$spikes" --home "$calm")" -gt $((DAYS * 1440 / 997 / 2)) ] && result yes spikes || result no "false prints were rejected" "$(query "$spikes" --home "$calm")"
plimsoll db down --home "$calm" >/dev/null

# --- killed --------------------------------------------------------------------
plimsoll db up >/dev/null || exit 1
# Processes die here, not the machine: one call brings the disk up to date, not one
# for each of the thousands of files, which is most of what a start after a death takes.
query "ALTER SYSTEM SET recovery_init_sync_method = 'syncfs'"
server_pid() { plimsoll db status --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p'; }
for door in north south east west; do control set door=$door delay=$SLOWLY >/dev/null; done
in_background "$plimsoll" ingest --feeds "$work/feeds.ini"
killed=0
while [ $killed -lt $KILLS ]; do
	sleep "$(printf '%d.%03d' $((RANDOM % 2)) $((RANDOM % 1000)))"
	last_death=$(date +%s%3N)
	[ $killed -gt 0 ] || first_death=$last_death
	kill -0 "$job" 2>/dev/null || break
	pid=$(server_pid)
	[ "${pid:-0}" -gt 1 ] || break
	children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
	kill -9 "$pid" $children 2>/dev/null
	killed=$((killed + 1))
	sleep "0.$((RANDOM % 5))"
	wait_for 20 plimsoll db up >/dev/null 2>&1 || break
done
[ $killed = $KILLS ] && result yes killed || result no "the ingest outlives $KILLS deaths of PostgreSQL" "$killed; $(tail -2 "$work/err")"
for door in north south east west; do control set door=$door >/dev/null; done
complete() { [ "$(digest_of "$history" 2>/dev/null)" = "$wanted" ]; }
wait_for 60 complete && result yes same || result no "rows and checksum are those of the undisturbed run" "$(digest_of "$history"), not $wanted"
for door in north south; do
	counted "the history was read from the first death to after the last" \
		"l.some((r) => r.at > $first_death && r.at < $last_death) && l.filter((r) => r.at > $last_death).length > 2" $door
done
live() { [ "$(query "SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id
	WHERE source = 'gateway' AND observed_at > now() - interval '5 s'")" -gt 0 ]; }
wait_for 15 live && result yes live || result no "a live source goes on behind the last death"
kill -INT "$job"
wait "$job"
rc=$?
[ $rc = 130 ] && result yes interrupted || result no "ends when it is interrupted" "exit $rc: $(tail -2 "$work/err")"
[ "$(digest_of "$history")" = "$wanted" ] && result yes still || result no "the same after the end" "$(digest_of "$history"), not $wanted"
[ "$(query 'SELECT count(*) FROM plimsoll.disagreements')" = 0 ] && result yes agree || result no "nobody said otherwise"
finish ingest-killed
