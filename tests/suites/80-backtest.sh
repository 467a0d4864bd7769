#!/bin/bash
# Backtests by the command.
exec tests/e2e/backtest.sh
