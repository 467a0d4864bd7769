# ingest_lib.sh -- what the tests of `plimsoll ingest` share, sourced by scripts
# here after check_lib.sh: a work folder with a private store, the served feeds,
# files of feeds, what is stored.  Ends what it started, by process id.

work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
export PLIMSOLL_HOME=$work/home
started=()

end_all() {
	for process in "${started[@]}"; do kill "$process" 2>/dev/null; done
	plimsoll db down >/dev/null 2>&1
	rm -rf "$work"
}
trap end_all EXIT
trap 'exit 130' INT TERM

# start_feeds OPTION...: feed_server.mjs; its ports are in $ports, an array.
start_feeds() {
	node tests/e2e/feed_server.mjs "$@" >"$work/ports" 2>"$work/server.err" &
	started+=($!)
	for _ in $(seq 200); do [ -s "$work/ports" ] && break; sleep 0.05; done
	read -ra ports <"$work/ports"
	[ ${#ports[@]} -gt 0 ] || { echo "the server of feeds did not start"; exit 1; }
	node tests/e2e/feed_messages.mjs "$work" || exit 1 # the signers' files
}

control() { # control WHAT QUERY...: the server's control, what it says
	local IFS='&'
	curl -s "http://127.0.0.1:${ports[0]}/control/$1?${*:2}"
}

# counted NAME EXPRESSION DOOR: JavaScript that holds for the log l of a door.
counted() {
	if control log "door=$3" | node -e '
		let t = ""; process.stdin.on("data", (d) => t += d).on("end", () => {
		const l = JSON.parse(t); process.exit(eval(process.argv[1]) ? 0 : 1); });' "$2"
	then result yes "$1"; else result no "$1" "$2 does not hold for: $(control log "door=$3" | tail -c 300)"; fi
}

# source_of NAME KIND URL LINE...: a section of a file of feeds.
source_of() {
	printf '[%s]\nkind = %s\nurl = %s\n' "$1" "$2" "$3"
	printf '%s\n' "${@:4}"
}

# door I NAME: the address of a door on the I-th port.
door() { echo "http://127.0.0.1:${ports[$1]}/$2"; }

pyth_id() { printf '%064s' "$(printf %s "$1" | od -An -tx1 | tr -d ' \n')" | tr ' ' 0; }

query() {
	/usr/lib/postgresql/15/bin/psql -XAtq -U plimsoll -d plimsoll -c "$1" \
		-h "$(plimsoll db status --json "${@:2}" | sed -n 's/.*"socket":"\([^"]*\)".*/\1/p')"
}

# rows_of SOURCE...: how many observations of these are stored.
rows_of() {
	query "SELECT count(*) FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id
		WHERE source IN ('$(echo "$*" | sed "s/ /','/g")')"
}

# digest_of CONDITION [DB OPTION...]: rows and a checksum, whatever their order,
# of all that is known of the observations that the condition picks.
digest_of() {
	query "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(row(asset, quote, source, kind,
			interval_s, extract(epoch FROM source_time), round, trim_scale(value),
			trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(volume),
			trim_scale(confidence), signature, verdict, reason)::text, 0)::numeric), 0)
		FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id WHERE $1" "${@:2}"
}

# in_background COMMAND...: as from a terminal, where SIGINT is not ignored; its
# process id is in $job, its output in $work/said and $work/err.
in_background() {
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$@" >"$work/said" 2>"$work/err" &
	job=$!
	started+=("$job")
}

ingest() { plimsoll ingest --feeds "$work/feeds.ini" "$@"; }

# wait_for SECONDS COMMAND...: until it succeeds; fails when it never does.
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.1
	done
}
