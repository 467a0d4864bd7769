#!/bin/bash
# The adapter against the real Aave on the local chain.
exec node tests/chain/test_adapter.mjs
