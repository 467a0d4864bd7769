#!/bin/sh
# check_banned.sh -- functions nobody may call, libm in pure code, files
# without an opening paragraph, folders without a README.
set -u
bad=0
src=$(git ls-files -co --exclude-standard '*.c' '*.h' | grep -v '^tests/')
say() { echo "$1"; bad=1; }
hits=$(grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|setjmp|longjmp|alloca|system|popen|tmpnam|rand|srand)[ ]*\(' $src /dev/null | grep -v ':[0-9]*:[ /]*\*')
[ -z "$hits" ] || say "banned functions:
$hits"
pure=$(echo "$src" | grep -E '^(base|crypto|case|models|governance/(codec|limiter|artefacts)|feeds/wire|feeds/quality|agent/core|backtest/scores)/' | grep -v '^base/host/')
hits=$(grep -nE '\b(malloc|calloc|realloc|free|printf|exp|log|pow|sin|cos|tan|erf|erfc|lgamma|tgamma|expm1|log1p|cbrt|fma|round|floor|ceil|rint|ldexp|frexp)[ ]*\(' $pure /dev/null | grep -v ':[0-9]*:[ /]*\*' | grep -vE '//|/\*.*\b(exp|log|pow|free|floor|ceil|round)\b.*\*/')
[ -z "$hits" ] || say "heap or libm in pure code:
$hits"
for f in $src; do
	[ -f "$f" ] || continue
	head -c 2 "$f" | grep -q '/\*' || say "$f: does not open with what it is"
done
for d in base crypto case governance models feeds sql agent setup tests; do
	[ -f "$d/README.md" ] || say "$d: has no README.md"
done
exit $bad
