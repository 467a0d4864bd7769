#!/bin/bash
# Aave's engine in C against liquidations of the real Pool.
make -s chain-artifacts || exit 1
exec make -s check-liquidation
