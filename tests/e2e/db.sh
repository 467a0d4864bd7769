#!/bin/bash
# db.sh -- the private cluster: up, down, status, migrate, backup, restore, as
# the command; beside another cluster that stays untouched; PLIMSOLL_DB.
set -u
cd "$(dirname "$0")/../.."
. tests/e2e/check_lib.sh
work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
other=$work/other
end() {
	plimsoll db down >/dev/null 2>&1
	plimsoll db down --home "$other" >/dev/null 2>&1
	rm -rf "$work"
}
trap end EXIT
generate() { plimsoll import --generate 3 --asset WETH,USDC --hours 50 --end 2024-01-01T00:00:00Z "$@"; }
socket_of() { plimsoll db status --json "$@" | sed -n 's/.*"socket":"\([^"]*\)".*/\1/p'; }

expect "status before the first start" 0 "not running: never started" plimsoll db status
expect "down before the first start" 0 "nothing was running" plimsoll db down
expect "a command without the store" 5 "db up" plimsoll status
expect "migrate without the store" 5 "db up" plimsoll db migrate
expect "backup without the store" 5 "db up" plimsoll db backup "$work/x.dump"
expect "up" 0 "started in" plimsoll db up
expect "up again" 0 "runs already" plimsoll db up
json "up as JSON" 'o.applied === 0 || o.migrations || o.directory' plimsoll db up --json
expect "migrate again applies nothing" 0 "^0 migrations applied" plimsoll db migrate
json "status as JSON" 'o.running && o.pid > 0 && o.series.length === 0' plimsoll db status --json
expect "no TCP" 0 "^TCP: none$" /usr/lib/postgresql/15/bin/psql -XAtq -h "$(socket_of)" -U plimsoll -d plimsoll \
	-c "SELECT 'TCP: ' || coalesce(nullif(current_setting('listen_addresses'), ''), 'none')"

# A second cluster, as Debian's would be: never touched.
expect "another cluster" 0 "started in" plimsoll db up --home "$other"
before=$(find "$other" -name postmaster.pid -exec cat {} + | head -1)
expect "import" 0 "SYNTHETIC" generate
json "two series" 'o.series.length === 2 && o.series.every((s) => s.synthetic && s.bars === 50)' plimsoll db status --json
json "the other one is empty" 'o.series.length === 0' plimsoll db status --json --home "$other"

expect "backup" 0 "written" plimsoll db backup "$work/store.dump"
expect "backup into a folder that is not there" 5 "" plimsoll db backup "$work/no/store.dump"
expect "restore over series needs --force" 2 "\-\-force" plimsoll db restore "$work/store.dump"
expect "restore of a missing file" 3 "cannot be read" plimsoll db restore "$work/none.dump"
echo "not a dump" >"$work/junk.dump"
expect "restore of junk" 5 "" plimsoll db restore "$work/junk.dump" --force
json "after a failed restore all is there" 'o.series.length === 2' plimsoll db status --json
expect "restore into the other" 0 "restored from" plimsoll db restore "$work/store.dump" --home "$other"
json "restored series" 'o.series.length === 2 && o.series.every((s) => s.bars === 50)' plimsoll db status --json --home "$other"
expect "the restored store takes the same rows as duplicates" 0 "0 new" generate --home "$other"

# An external server by its connection string.
export PLIMSOLL_DB="host=$(socket_of --home "$other") user=plimsoll dbname=plimsoll"
json "PLIMSOLL_DB" 'o.external && o.series.length === 2' plimsoll db status --json
expect "down is not ours to do" 2 "PLIMSOLL_DB" plimsoll db down
expect "restore is not ours to do" 2 "PLIMSOLL_DB" plimsoll db restore "$work/store.dump" --force
export PLIMSOLL_DB="host=$work/nowhere user=plimsoll dbname=plimsoll"
expect "a server that is not there" 5 "" plimsoll status
unset PLIMSOLL_DB

expect "down" 0 "PostgreSQL stopped" plimsoll db down
after=$(find "$other" -name postmaster.pid -exec cat {} + | head -1)
[ -n "$before" ] && [ "$before" = "$after" ] && result yes other || result no "the other cluster kept running" "$before, $after"
expect "up after down keeps the series" 0 "started in" plimsoll db up
json "the series are still there" 'o.series.length === 2' plimsoll db status --json
finish db
