#!/bin/bash
# test_law.sh -- the law can fail: a copy of the tree in which each rule is
# broken once must be refused, by the check and for the reason meant.
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# fresh: the tree as it is, as a repository of its own.
fresh() {
	rm -rf "$work/tree"
	mkdir "$work/tree"
	git ls-files -co --exclude-standard -z | tar -c --null --ignore-failed-read -T - 2>/dev/null | tar -x -C "$work/tree"
	git -C "$work/tree" init -q
}

# breaks NAME CHECK EXPECTED: after the caller broke one rule in the copy.
breaks() {
	local name=$1 check=$2 expected=$3 said rc
	said=$(cd "$work/tree" && eval "$check" 2>&1)
	rc=$?
	if [ $rc != 0 ] && echo "$said" | grep -q -- "$expected"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $name: exit $rc: $(echo "$said" | tail -3)"
	fi
}
includes="awk -f tests/law/check_includes.awk tests/law/deps.law tests/law/owners.law \$(git ls-files -co --exclude-standard '*.c' '*.h')"
sizes=tests/law/check_sizes.sh
banned=tests/law/check_banned.sh
tree=$work/tree

for check in "$includes" "$sizes" "$banned"; do
	fresh
	if (cd "$tree" && eval "$check") >"$work/said" 2>&1; then passed=$((passed + 1)); else
		failed=$((failed + 1)); echo "not ok - the tree as it is"; tail -3 "$work/said"; fi
done

fresh; sed -i '2i #include "sql/database.h"' "$tree/models/decide.c"
breaks "models may not know the store" "$includes" "models/decide.c"
fresh; sed -i '2i #include "governance/limiter/limiter.h"' "$tree/backtest/scores/reaction.c"
breaks "scores may not know the limiter" "$includes" "backtest/scores/reaction.c"
fresh; sed -i '2i #include <stdlib.h>' "$tree/backtest/scores/bootstrap.c"
breaks "scores are pure" "$includes" "backtest/scores/bootstrap.c"
fresh; printf '\ndouble bad(double a)\n{\n\treturn exp(a);\n}\n' >>"$tree/backtest/scores/binomial.c"
breaks "libm in the scores" "$banned" "backtest/scores/binomial.c"
fresh; sed -i '2i #include "backtest/scores/reaction.h"' "$tree/agent/cmd_fit.c"
breaks "the agent sees the backtest through one header" "$includes" "only through backtest/backtest.h"
fresh; sed -i '2i #include <stdio.h>' "$tree/case/policy.c"
breaks "pure code includes no stdio" "$includes" "case/policy.c"
fresh; sed -i '2i #include <libpq-fe.h>' "$tree/agent/cmd_db.c"
breaks "libpq has one owner" "$includes" "agent/cmd_db.c"
fresh; sed -i '2i #include <lapacke.h>' "$tree/models/paths.c"
breaks "LAPACKE has one owner" "$includes" "models/paths.c"
fresh; { echo "/* long.c -- a long function. */"; echo "int long_one(int x);"; echo "int long_one(int x)"; echo "{"; for i in $(seq 70); do echo "	x += $i;"; done; echo "	return x;"; echo "}"; } >"$tree/base/long.c"
breaks "a function of 74 lines" "$sizes" "long_one"
fresh; for i in $(seq 501); do echo "/* $i */"; done >"$tree/base/long.h"
breaks "a file of 501 lines" "$sizes" "base/long.h"
fresh; printf '/* six.c -- six. */\nint six(int a, int b, int c, int d, int e, int f)\n{\n\treturn a + b + c + d + e + f;\n}\n' >"$tree/base/six.c"
breaks "six parameters" "$sizes" "six has 6 parameters"
fresh; printf '\nvoid bad(char *a, const char *b)\n{\n\tstrcpy(a, b);\n}\n' >>"$tree/agent/csv.c"
breaks "strcpy" "$banned" "strcpy"
fresh; printf '\ndouble bad(double a)\n{\n\treturn exp(a);\n}\n' >>"$tree/models/paths.c"
breaks "libm in pure code" "$banned" "models/paths.c"
fresh; sed -i '1,/\*\//d' "$tree/base/arena.c"
breaks "a file that does not say what it is" "$banned" "base/arena.c"
fresh; rm "$tree/models/README.md"
breaks "a folder without a README" "$banned" "models: has no README"
echo "law: $passed passed, $failed failed"
[ $failed = 0 ]
