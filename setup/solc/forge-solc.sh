#!/bin/sh
# forge-solc.sh -- lets forge compile with solc-js 0.8.27 from node_modules.
#
# Answers --version as a native solc does; any other call reads standard JSON
# on stdin and prints the compiler's answer.  Not a general solc: no other
# option is understood.
root=$(cd "$(dirname "$0")/../.." && pwd)
for argument; do
	if [ "$argument" = --version ]; then
		echo "solc, the solidity compiler commandline interface"
		echo "Version: 0.8.27+commit.40a35a09.Linux.g++"
		exit 0
	fi
done
exec node -e '
const solc = require(process.argv[1] + "/node_modules/solc");
process.stdout.write(solc.compile(require("fs").readFileSync(0, "utf8")));
' "$root"
