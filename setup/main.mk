# The two commands, and what they stand on.

.PHONY: apt test demo check-e2e

apt: ## install the Debian packages (root or sudo)
	@setup/apt.sh

test: ## set up everything and run every test
	@tests/run.sh

demo: ## set up everything and run the main job on a local chain
	@setup/apt.sh
	@$(MAKE) --no-print-directory npm
	@$(MAKE) --no-print-directory -j2 all
	@tests/e2e/demo.sh
