#!/bin/sh
# peers.sh -- installs the Debian packages that `make check-models` and `make
# bench` compare with: gretl, R with fGarch and fExtremes.  Nothing else needs
# them.  Idempotent; says what it installs before it does.
set -eu
packages="gretl r-base-core r-cran-fgarch r-cran-fextremes"
missing=""
for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
echo "installing Debian packages:$missing"
as_root=""
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || {
		echo "error: these packages are missing and neither root nor sudo is at hand" >&2
		exit 2
	}
	as_root="sudo"
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "installed"
