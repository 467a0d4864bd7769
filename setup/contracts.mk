# The contracts: forge from npm, solc-js behind a wrapper, no network.

FORGE := $(CURDIR)/node_modules/@foundry-rs/forge-linux-amd64/bin/forge
FORGE_RUN = cd governance/contracts && FOUNDRY_DISABLE_NIGHTLY_WARNING=1 $(FORGE)

.PHONY: check-contracts cover-contracts gas-contracts
check-contracts: ## forge tests of the contracts: unit, fuzz, invariants
	$(FORGE_RUN) test $(FORGE_ARGS)

# Coverage compiles without the optimizer: gas goals mean nothing there.
cover-contracts: ## line and branch coverage of the contracts
	$(FORGE_RUN) coverage --report summary --no-match-test test_gas $(FORGE_ARGS)

gas-contracts: ## gas of the decisions that have a goal, as the tests measure it
	@$(FORGE_RUN) test --match-test 'test_gas' -vv $(FORGE_ARGS)

CHAIN_DRIVERS := $(addprefix $(B)/tests/chain/,limiter_driver decision_driver liquidation_driver)
$(CHAIN_DRIVERS): %: %.o $(B)/tests/chain/words.o $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS_CORE) -o $@

.PHONY: check-limiter check-liquidation
check-limiter: $(B)/tests/chain/limiter_driver ## limiter in C against the one in Solidity, on a local node
	node tests/chain/test_limiter.mjs $<

check-liquidation: $(B)/tests/chain/liquidation_driver ## Aave's engine against liquidations of the real Pool
	node tests/chain/test_liquidation.mjs $<
