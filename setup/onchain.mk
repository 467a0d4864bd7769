# Registry and adapter on a local node: the real Aave v3.6, compiled once.

.PHONY: check-registry check-adapter
check-registry: $(NPM_STAMP) ## enclave registry and development verifier on a local node
	node tests/chain/test_registry.mjs

check-adapter: $(NPM_STAMP) ## Aave adapter on the real Aave v3.6
	node tests/chain/test_adapter.mjs
