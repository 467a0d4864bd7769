# sweep_lib.sh -- a store with a made-up market and a small backtest of it,
# sourced by the scripts that sweep.  Sets `work`, the grid in `grid`, and cleans up.

. tests/e2e/check_lib.sh
plimsoll_mpi=${plimsoll}-mpi
work=$(mktemp -d)
chmod 755 "$work"
unset PLIMSOLL_DB
export PLIMSOLL_HOME=$work/home
market=$work/market/backtest.ini
grid="--timerange 2024-02-05..2024-02-24 --setters no-change,smart-ltv"
grid="$grid --vary ltv_touch_ppm=10000,200000 --vary ETH.volatility_floor_bps=1000,9000"

clean() {
	"$plimsoll" db down >/dev/null 2>&1
	rm -rf "$work"
}

make_market() {
	expect "up" 0 "started in" plimsoll db up
	expect "import" 0 "SYNTHETIC" plimsoll import --generate 7 --asset WETH,USDC --hours 1600 --end 2024-03-01T00:00:00Z
	expect "init" 0 "" plimsoll backtest init --assets ETH,USDC -o "$work/market"
	sed -i "s|^series = ETH/.*|series = WETH/USD@SYNTHETIC|; s|^series = USDC/.*|series = USDC/USD@SYNTHETIC|" "$market"
	sed -i '/^path_count/d; s/^\[policy\]/[policy]\npath_count = 200\nburn_in_bars = 300\nwindow_bars = 400\nrefit_bars = 240/' "$work/market/policy.ini"
}

sweep() { plimsoll backtest sweep "$market" $grid "$@"; }

# same NAME FOLDER: it holds the bytes of the serial sweep and nothing else.
same() {
	if diff -r "$work/serial" "$2" >"$work/diff" 2>&1; then result yes "$1"; else result no "$1" "$(head -3 "$work/diff")"; fi
}

# wait_for FILE: up to a minute.
wait_for() {
	local i
	for i in $(seq 1200); do
		[ -e "$1" ] && return 0
		sleep 0.05
	done
	result no "waiting for $1"
	return 1
}

# Open MPI: on one machine ranks talk through shared memory, and nothing listens
# beyond loopback.  As root it wants to be told; in containers one process may
# not read another's memory.  Ranks get 5 s to save before they are killed.
mpi_local="--oversubscribe --mca odls_base_sigkill_timeout 5 --mca btl self,vader --mca btl_vader_single_copy_mechanism none --mca oob_tcp_if_include lo"
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# Each rank of $work/rank.sh in a folder of its own; only rank 0 has the store.
write_rank_script() {
	cat >"$work/rank.sh" <<-END
		#!/bin/sh
		rank=\$OMPI_COMM_WORLD_RANK
		mkdir -p "$work/rank\$rank" && cd "$work/rank\$rank" || exit 6
		echo \$\$ >pid
		readlink /proc/self/ns/net >namespace
		[ "\$rank" = 0 ] || export PLIMSOLL_HOME=/nonexistent
		exec "$plimsoll_mpi" "\$@"
	END
	chmod 755 "$work/rank.sh"
}
