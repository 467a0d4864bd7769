# Speed against peers from Debian, as ratios in one run: build/bench.txt.

BENCHES := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*_bench.c))

$(B)/tests/bench/%: $(B)/tests/bench/%.o $(B)/tests/support/garch_series.o $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE) -o $@

.PHONY: bench bench-programs
bench-programs: $(BENCHES)
bench: ## speed as ratios against gretl and fGarch: build/bench.txt
	@setup/apt.sh && setup/peers.sh
	@$(MAKE) --no-print-directory -s bench-programs
	@BUILD=$(B) tests/bench/run.sh
