#!/bin/sh
# peers.sh -- installs the Debian packages that `make check-models` and `make
# bench` compare with: gretl, R with fGarch, fExtremes, forecast, sandwich and boot,
# numpy, QuantLib.
# Nothing else needs them.
exec "$(dirname "$0")/apt.sh" gretl r-base-core r-cran-fgarch r-cran-fextremes \
	r-cran-forecast r-cran-sandwich r-cran-boot \
	python3-numpy libquantlib0-dev g++
