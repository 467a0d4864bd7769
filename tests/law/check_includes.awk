# check_includes.awk -- judges every include line by deps.law and owners.law
# and refuses clock, stdio, heap and unistd in pure folders.
# usage: awk -f check_includes.awk deps.law owners.law FILE...
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function folder_of(path,   best, f) {
	best = ""
	for (f in allowed)
		if (index(path, f "/") == 1 && length(f) > length(best)) best = f
	return best
}
function report(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad++ }
FILENAME ~ /deps\.law$/ {
	if (/^#/ || !/->/) next
	split($0, side, "->"); allowed[trim(side[1])] = " " trim(side[2]) " "; next
}
FILENAME ~ /owners\.law$/ {
	if (/^#/ || !/->/) next
	split($0, side, "->"); owner[trim(side[1])] = trim(side[2]); next
}
FNR == 1 {
	here = folder_of(FILENAME)
	pure = FILENAME ~ /^(base|crypto|case|models|governance\/(codec|limiter|artefacts)|feeds\/wire|agent\/core|backtest\/scores)\// &&
	       FILENAME !~ /^base\/host\//
}
match($0, /^[ \t]*#[ \t]*include[ \t]*<[^>]+>/) {
	name = $0; sub(/^[^<]*</, "", name); sub(/>.*/, "", name)
	if (pure && name ~ /^(time|stdio|stdlib|unistd|pthread|fcntl|signal)\.h$|^sys\//)
		report("pure code may not include <" name ">")
	for (pattern in owner) if (name ~ pattern) {
		count = split(owner[pattern], places, " "); ok = FILENAME ~ /^tests\//
		for (i = 1; i <= count; i++) if (index(FILENAME, places[i]) == 1) ok = 1
		if (!ok) report("<" name "> belongs to " owner[pattern])
	}
}
match($0, /^[ \t]*#[ \t]*include[ \t]*"[^"]+"/) {
	name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
	if (name !~ /\//) next # generated or same folder
	there = folder_of(name)
	if (there == "" || there == here || allowed[here] ~ /\*/) {
		if (here == "agent" && there ~ /^backtest/ && name != "backtest/backtest.h")
			report("backtest only through backtest/backtest.h")
	} else if (index(allowed[here], " " there " ") == 0)
		report(here " may not include " name)
	if (pure && name ~ /^base\/host\//) report("pure code may not include " name)
}
END { exit bad > 0 }
