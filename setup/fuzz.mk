# Fuzz targets: every tests/fuzz/fuzz_X.c (pure code) and tests/fuzz/host/fuzz_X.c
# (host code) is one LLVMFuzzerTestOneInput with seeds in tests/fuzz/corpus/X/.
# `make fuzz` runs each under libFuzzer (clang) for FUZZ_SECONDS; what it finds
# stays in build/fuzz/found/.  `make fuzz-corpus` runs the seeds alone (gcc).
# FUZZ="csv gunzip" takes these targets only.

FUZZ_SECONDS ?= 20
FUZZ ?= *
FUZZ_SRC := $(sort $(foreach f,$(FUZZ),$(wildcard tests/fuzz/fuzz_$(f).c)))
FUZZ_HOST_SRC := $(sort $(foreach f,$(FUZZ),$(wildcard tests/fuzz/host/fuzz_$(f).c)))
FUZZ_LIVE := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/live/%,$(FUZZ_SRC) $(FUZZ_HOST_SRC))
FUZZ_REPLAY := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/replay/%,$(FUZZ_SRC) $(FUZZ_HOST_SRC))
FUZZ_SUPPORT := $(call objects,$(wildcard tests/support/sample_*.c))
FUZZ_HOST_SUPPORT := $(B)/tests/fuzz/host/input_file.o
FUZZ_PURE_LINK = $(FUZZ_SUPPORT) $(B)/libpure.a $(LIBS_CORE)
FUZZ_HOST_LINK = $(FUZZ_SUPPORT) $(FUZZ_HOST_SUPPORT) $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE)
FUZZ_OPT := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

.PHONY: fuzz fuzz-corpus fuzz-live fuzz-replay

fuzz: ## run every fuzz target for FUZZ_SECONDS (20) under clang's sanitizers
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang OPT_fuzz='$(FUZZ_OPT)' fuzz-live

fuzz-live: $(FUZZ_LIVE)
	@tests/fuzz/run_live.sh $(FUZZ_SECONDS) $^

fuzz-corpus: ## run the fuzz targets on their committed seeds, with sanitizers
	@$(MAKE) --no-print-directory MODE=asan fuzz-replay

fuzz-replay: $(FUZZ_REPLAY)
	@tests/fuzz/run_corpus.sh $^

$(B)/tests/fuzz/live/host/%: $(B)/tests/fuzz/host/%.o $(FUZZ_SUPPORT) $(FUZZ_HOST_SUPPORT) $(B)/libhost.a $(B)/libpure.a
	@mkdir -p $(@D)
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer $< $(FUZZ_HOST_LINK) -o $@

$(B)/tests/fuzz/live/%: $(B)/tests/fuzz/%.o $(FUZZ_SUPPORT) $(B)/libpure.a
	@mkdir -p $(@D)
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer $< $(FUZZ_PURE_LINK) -o $@

$(B)/tests/fuzz/replay/host/%: $(B)/tests/fuzz/host/%.o $(B)/tests/fuzz/replay.o $(FUZZ_SUPPORT) $(FUZZ_HOST_SUPPORT) $(B)/libhost.a $(B)/libpure.a
	@mkdir -p $(@D)
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $< $(B)/tests/fuzz/replay.o $(FUZZ_HOST_LINK) -o $@

$(B)/tests/fuzz/replay/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(FUZZ_SUPPORT) $(B)/libpure.a
	@mkdir -p $(@D)
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $< $(B)/tests/fuzz/replay.o $(FUZZ_PURE_LINK) -o $@

.PHONY: fuzz-seeds
fuzz-seeds: $(B)/tests/fuzz/make_seeds $(B)/tests/fuzz/make_record_seeds ## write the seeds of the canonical formats again
	$(B)/tests/fuzz/make_seeds tests/fuzz/corpus
	$(B)/tests/fuzz/make_record_seeds tests/fuzz/corpus

$(B)/tests/fuzz/make_seeds: $(B)/tests/fuzz/make_seeds.o $(FUZZ_SUPPORT) $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $< $(FUZZ_PURE_LINK) -o $@

$(B)/tests/fuzz/make_record_seeds: $(B)/tests/fuzz/make_record_seeds.o $(FUZZ_SUPPORT) $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $< $(FUZZ_SUPPORT) $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE) -o $@
