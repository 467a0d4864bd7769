#!/bin/bash
# Scores of the backtest against R: forecast, sandwich, boot, R itself.
exec Rscript tests/models/scores_peer.R "$BUILD/tests/models/scores_driver"
