#!/bin/bash
# Generalised Pareto tails against fExtremes.
exec Rscript tests/models/pareto_peer.R "$BUILD/tests/models/pareto_driver"
