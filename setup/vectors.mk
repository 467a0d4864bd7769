# The codec against others: published vectors, random claims judged by ethers.

.PHONY: check-codec check-decision-digest
check-codec: $(B)/plimsoll $(NPM_STAMP) check-decision-digest ## codec against published vectors and against ethers
	node tests/chain/codec_vectors.mjs $(B)/plimsoll
	node tests/chain/codec_claims.mjs $(B)/plimsoll

check-decision-digest: $(B)/tests/chain/decision_driver $(NPM_STAMP) ## digests of decisions against ethers
	node tests/chain/codec_decision.mjs $<
