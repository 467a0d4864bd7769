#!/bin/bash
# Random claims about the codec, judged by ethers.
exec node tests/chain/codec_claims.mjs build/release/plimsoll
