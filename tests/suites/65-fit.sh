#!/bin/bash
# Volatility fits and forecasts by their commands.
exec tests/e2e/fit.sh
