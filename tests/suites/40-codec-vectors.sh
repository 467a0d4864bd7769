#!/bin/bash
# The published vectors of @ethersproject/testcases.
exec node tests/chain/codec_vectors.mjs build/release/plimsoll
