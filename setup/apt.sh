#!/bin/sh
# apt.sh -- installs the Debian 12 packages that build, tests and demo need.
# Idempotent; says what it installs before it does.  Root or sudo; as an
# ordinary user without either it names what is missing and fails.  With
# arguments: those packages instead.
set -eu
packages="gcc make clang pkg-config git ca-certificates gfortran
libpq-dev libcurl4-openssl-dev libcjson-dev liblapacke-dev liblapack-dev libblas-dev
libsecp256k1-dev nettle-dev libssl-dev zlib1g-dev librandom123-dev libinih-dev
libseccomp-dev libcmocka-dev libmpfr-dev universal-ctags
libopenmpi-dev openmpi-bin
postgresql-15 postgresql-client-15 postgresql-15-pgtap libclang-rt-14-dev"
command -v node >/dev/null 2>&1 || packages="$packages nodejs"
command -v npm >/dev/null 2>&1 || packages="$packages npm"
[ $# = 0 ] || packages="$*"
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
# Debian's package would start a cluster of its own: not ours to make.
if [ ! -d /etc/postgresql-common ]; then
	$as_root mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "installed"
