#!/bin/sh
# check_sizes.sh -- files at most 500 lines; functions at most 70 lines and 5
# parameters; the median function about 12 lines.  Needs universal-ctags.
set -u
bad=0
files=$(git ls-files -co --exclude-standard '*.c' '*.h' '*.sol' | grep -v '^build/')
for f in $files; do
	[ -f "$f" ] || continue
	n=$(wc -l <"$f")
	[ "$n" -le 500 ] || { echo "$f: $n lines, at most 500"; bad=1; }
done
sources=$(git ls-files -co --exclude-standard '*.c' | grep -v '^tests/')
table=$(ctags -x --language-force=C --kinds-C=f --_xformat='%F %n %{end} %N %{signature}' $sources 2>/dev/null)
echo "$table" | awk '
	{ lines = $3 - $2 + 1; all[++n] = lines
	  sig = $0; sub(/^[^(]*\(/, "", sig); commas = gsub(/,/, ",", sig)
	  if (lines > 70) { print $1 ":" $2 ": " $4 " has " lines " lines, at most 70"; bad = 1 }
	  if (commas + 1 > 5 && sig !~ /\.\.\./ && sig !~ /\(\*/) { print $1 ":" $2 ": " $4 " has " commas + 1 " parameters, at most 5"; bad = 1 } }
	END { for (i = 2; i <= n; i++) { v = all[i]; for (j = i - 1; j > 0 && all[j] > v; j--) all[j + 1] = all[j]; all[j + 1] = v }
	      printf "law: %d functions, median %d lines, longest %d\n", n, all[int((n + 1) / 2)], all[n]
	      exit bad }' || bad=1
exit $bad
