#!/bin/sh
# check_closure.sh PROGRAM... -- no OpenBLAS and no libm log/exp/pow/sin/cos in
# decide()'s link closure: everything that decide() pulls from libpure.a and
# the reference LAPACK archives, and what the programs link.
set -u
build=${BUILD:-build/release}
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/main.c" <<'C'
#include "models/decide.h"
int main(void)
{
	struct decide_output out;
	return decide(&out, bytes_of("", 0), 0, 0, 0);
}
C
lib=/usr/lib/x86_64-linux-gnu
gcc -I. -c "$tmp/main.c" -o "$tmp/main.o" || exit 1
gcc "$tmp/main.o" "$build/libpure.a" $lib/liblapacke.a $lib/lapack/liblapack.a \
	$lib/blas/libblas.a -lsecp256k1 -lnettle -lgfortran -lquadmath -lm \
	-Wl,--gc-sections -o "$tmp/closure" || exit 1
hits=$(nm -D --undefined-only "$tmp/closure" | grep -E ' (exp|log|pow|sin|cos|tan|log1p|expm1|erf|erfc|lgamma|tgamma|sincos|log2|log10|exp2|cbrt|atan|tanh)f?(@|$)')
[ -z "$hits" ] || { echo "libm in decide()'s closure:"; echo "$hits"; bad=1; }
for program in "$tmp/closure" "$@"; do
	if ldd "$program" 2>/dev/null | grep -qi openblas || nm "$program" 2>/dev/null | grep -qi openblas; then
		echo "$program: OpenBLAS is linked"; bad=1
	fi
done
[ $bad = 0 ] && echo "law: decide()'s closure has no libm function and no OpenBLAS"
exit $bad
