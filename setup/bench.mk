# Speed against peers from Debian, as ratios in one run: build/bench.txt.

BENCHES := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*_bench.c))

$(B)/tests/bench/%: $(B)/tests/bench/%.o $(B)/tests/support/garch_series.o $(call objects,$(wildcard tests/support/sample_*.c)) $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE) -o $@

# The peer that is a library.
$(B)/tests/bench/paths_quantlib: tests/bench/paths_quantlib.cpp
	@mkdir -p $(@D)
	$(SAY) "  link $@"
	$(Q)g++ -O2 $< -lQuantLib -o $@

.PHONY: bench bench-programs
bench-programs: $(BENCHES) $(B)/tests/bench/paths_quantlib
bench: ## speed as ratios against gretl, fGarch, numpy, QuantLib, libsecp256k1 and bare SQL: build/bench.txt
	@setup/apt.sh && setup/peers.sh
	@$(MAKE) --no-print-directory -s bench-programs
	@BUILD=$(B) tests/bench/run.sh
