#!/bin/bash
# GARCH and GJR, normal and Student-t, against gretl and fGarch on DEM/GBP,
# S&P 500 and 20 simulated series.  (fGarch's skewed law is another than ours.)
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
Rscript tests/models/peers.R "$BUILD/tests/models/likelihood_driver" \
	"$PLIMSOLL_DATA" "$here"
