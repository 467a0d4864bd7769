# Checks that take too long for `make test`.  A file that has one adds its
# target to LONG_CHECKS; each runs, also after another failed.

LONG_CHECKS += fuzz cover-contracts
LONG_FUZZ_SECONDS ?= 60

.PHONY: check-long
check-long: ## longer checks: every fuzz target for 60 s, coverage of the contracts, ...
	@passed=0; failed=0; bad=; \
	for check in $(LONG_CHECKS); do \
	  echo "== $$check"; \
	  if $(MAKE) --no-print-directory $$check FUZZ_SECONDS=$(LONG_FUZZ_SECONDS); \
	  then passed=$$((passed + 1)); \
	  else failed=$$((failed + 1)); bad="$$bad $$check"; fi; \
	done; \
	echo "check-long: $$passed passed, $$failed failed$${bad:+:}$$bad"; \
	[ $$failed = 0 ]
