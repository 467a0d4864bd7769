#!/bin/bash
# Mostly waits: for servers that are slow on purpose.
# Live ingest of a local chain whose oracles submit rounds, killed in between.
make -s chain-artifacts || exit 1
exec node tests/chain/test_ingest.mjs
