#!/bin/bash
# sweep_namespaces.sh -- a sweep by two MPI ranks on what look like two machines:
# a network namespace and a folder each, joined by a veth pair; the same bytes as
# one process, also after the far rank was killed.  Needs root and `ip`.
set -u
cd "$(dirname "$0")/../.."
if ! unshare --net --uts true 2>/dev/null || ! command -v ip >/dev/null; then
	echo "SKIP namespaces: network namespaces need root and iproute2"
	echo "sweep-namespaces: 0 passed, 0 failed, 1 skipped"
	exit 0
fi
. tests/e2e/sweep_lib.sh
near=plimsoll-$$-a far=plimsoll-$$-b
net=10.213.$(($$ % 200))

end() {
	ip netns del $near 2>/dev/null
	ip netns del $far 2>/dev/null
	clean
}
trap end EXIT

# Both ends of one cable; nothing of it is seen outside the two.
make_network() {
	ip netns add $near && ip netns add $far &&
		ip link add plimsoll0 netns $near type veth peer name plimsoll1 netns $far &&
		ip -n $near addr add $net.1/24 dev plimsoll0 && ip -n $far addr add $net.2/24 dev plimsoll1 &&
		ip -n $near link set lo up && ip -n $near link set plimsoll0 up &&
		ip -n $far link set lo up && ip -n $far link set plimsoll1 up
}

# What mpirun takes for ssh: HOST COMMAND..., here into the other namespace, with
# a host name of its own.
write_agent() {
	cat >"$work/agent.sh" <<-END
		#!/bin/sh
		[ "\$1" = $net.2 ] || exit 6
		shift
		exec ip netns exec $far unshare --uts sh -c "hostname plimsoll-far; \$*"
	END
	chmod 755 "$work/agent.sh"
}

mpi() {
	timeout 300 ip netns exec $near unshare --uts sh -c 'hostname plimsoll-near; exec "$@"' sh \
		mpirun --oversubscribe -n 2 --host $net.1:1,$net.2:1 --mca plm_rsh_agent "$work/agent.sh" \
		--mca btl self,tcp --mca btl_tcp_if_include $net.0/24 --mca oob_tcp_if_include $net.0/24 \
		"$work/rank.sh" backtest sweep "$market" $grid "$@"
}

make_network || result no "the two namespaces"
make_market
write_rank_script
write_agent
expect "serial" 0 "^no-change" sweep --jobs 1 -o "$work/serial"
expect "two namespaces" 0 "^no-change" mpi -o out
same "two namespaces" "$work/rank0/out"
[ "$(cat "$work/rank0/namespace")" != "$(cat "$work/rank1/namespace")" ] && result yes apart || result no "the ranks are in two namespaces"
[ -e "$work/rank1/out/points/0003.cbor" ] && [ ! -e "$work/rank1/out/sweep.json" ] && result yes far || result no "the far rank has its points and no report"

rm -rf "$work/rank0" "$work/rank1"
mpi --save-every 0 -o out >"$work/killed.log" 2>&1 &
pid=$!
wait_for "$work/rank1/out/points/0003.checkpoint"
kill -9 "$(cat "$work/rank1/pid")"
wait $pid
[ $? != 0 ] && result yes killed || result no "mpirun tells that the far rank died"
[ -e "$work/rank1/out/points/0001.cbor" ] && [ -e "$work/rank1/out/points/0003.checkpoint" ] && result yes kept || result no "the far rank's files are there"
before=$(stat -c %y "$work/rank1/out/points/0001.cbor")
expect "the same command goes on" 0 "^no-change" mpi -o out
same "after the kill" "$work/rank0/out"
[ "$before" = "$(stat -c %y "$work/rank1/out/points/0001.cbor")" ] && result yes unplayed || result no "what was over is not played again"
finish sweep-namespaces
