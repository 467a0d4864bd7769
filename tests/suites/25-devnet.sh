#!/bin/bash
# The local chain: real Aave v3.6, feeds, Governor, at least 200 positions.
make -s chain-artifacts || exit 1
exec node tests/chain/test_devnet.mjs
