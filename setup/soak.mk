# Live ingest for ten minutes: what leaks shows.

LONG_CHECKS += soak-ingest

.PHONY: soak-ingest
soak-ingest: $(B)/plimsoll $(NPM_STAMP) ## plimsoll ingest of 200 feeds: flat memory and descriptors (SOAK_SECONDS=600)
	@PLIMSOLL=$(CURDIR)/$< tests/e2e/ingest_soak.sh
