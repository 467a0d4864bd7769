# The JavaScript tools (test and demo only), from package-lock.json.  `make npm`
# installs once: again only when node_modules is missing or the lock changed.
# Rules that need the tools depend on $(NPM_STAMP).

NPM_STAMP := build/npm.stamp

# A stamp without the packages it speaks of is worth nothing.
ifeq ($(wildcard node_modules/.package-lock.json),)
.PHONY: $(NPM_STAMP)
endif

.PHONY: npm
npm: $(NPM_STAMP) ## install the JavaScript tools of the tests and the demo

$(NPM_STAMP): package-lock.json
	@mkdir -p $(@D)
	@command -v npm >/dev/null || { echo "npm: not found; install nodejs (18 or 20) and npm" >&2; exit 2; }
	@if node setup/solc/npm_current.mjs; then \
	   echo "npm: node_modules is up to date"; \
	 else \
	   echo "npm: npm ci --ignore-scripts (about 180 MB)"; \
	   npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; \
	 fi
	@touch $@

.PHONY: chain-artifacts
chain-artifacts: $(NPM_STAMP) ## compile Aave, the Governor, the feeds and our contracts
	node setup/solc/compile.mjs
