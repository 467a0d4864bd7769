#!/bin/sh
# peers.sh -- installs the Debian packages that `make check-models` and `make
# bench` compare with: gretl, R with fGarch and fExtremes, numpy, QuantLib.
# Nothing else needs them.
exec "$(dirname "$0")/apt.sh" gretl r-base-core r-cran-fgarch r-cran-fextremes \
	python3-numpy libquantlib0-dev g++
