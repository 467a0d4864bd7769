#!/bin/bash
# Elasticity of pool depth to volatility: what the data says of the policy's
# preset; the same pairs by the command and by gretl's least squares with its
# HAC errors (Bartlett, 3/4 n^(1/3)).
set -u
if [ ! -d "$PLIMSOLL_DATA" ]; then
	echo "SKIP data: PLIMSOLL_DATA is not there (real market data is not part of the tree)"
	exit 0
fi
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
"$BUILD/tests/models/depth_report" "$here"
failed=$?
echo
for pool in steth 3pool; do
	cat >"$here/peer.inp" <<-END
		set echo off
		set messages off
		open "$here/$pool.csv" --quiet
		setobs 1 1 --time-series
		set hac_kernel bartlett
		set hac_lag nw1
		series y = log(depth)
		series x = log(volatility)
		ols y const x --robust --quiet
		outfile "$here/peer.txt" --quiet
			printf "%.12g %.12g\n", -\$coeff[2], \$stderr[2]
		end outfile
	END
	gretlcli -b "$here/peer.inp" >"$here/peer.log" 2>&1 || cat "$here/peer.log"
	ours=$("$BUILD/plimsoll" fit --model depth --csv "$here/$pool.csv" --columns depth,volatility --json |
		sed 's/.*"elasticity":\([^,]*\),"se":\([^,]*\),.*/\1 \2/')
	echo "$ours $(cat "$here/peer.txt")" | awk -v pool=$pool '{
		far = 0; for (i = 1; i < 3; i++) { d = $i / $(i + 2) - 1; d = d < 0 ? -d : d; far = d > far ? d : far }
		ok = NF == 4 && far < 1e-8
		printf "mark: %-5s elasticity %.6f, error %.6f; gretl %.6f, %.6f: %s\n", pool, $1, $2, $3, $4, ok ? "ok" : "NOT REACHED"
		exit !ok }' || failed=1
done
exit $failed
