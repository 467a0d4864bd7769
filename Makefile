# Plimsoll: one Makefile, sources found by folder, builds under build/MODE/.
# MODE: release (default), debug, asan, o1, clang.  `make help` lists targets.

MODE ?= release
B := build/$(MODE)
CC_release := gcc
CC_debug := gcc
CC_asan := gcc
CC_o1 := gcc
CC_clang := clang
OPT_release := -O2
OPT_debug := -O0 -g3
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_o1 := -O1
OPT_o3 := -O3
OPT_clang := -O2
CC_o3 := gcc
CC := $(or $(CC_$(MODE)),gcc)

WARNINGS := -Wno-psabi -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wswitch-enum -Wdouble-promotion -Werror
# No contraction and no fast-math: the same bits on every machine.
CFLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -ffp-contract=off -fno-fast-math \
	-fstack-protector-strong -fPIE -g1 -I. -I$(B)/gen $(or $(OPT_$(MODE)),-O2) -MMD -MP
LDFLAGS := $(filter -fsanitize%,$(OPT_$(MODE))) -pie -Wl,-z,relro,-z,now

# Reference LAPACK and BLAS by path: -llapack follows update-alternatives to
# OpenBLAS, whose bits depend on the CPU.
ARCH_LIB := /usr/lib/x86_64-linux-gnu
LAPACK := $(ARCH_LIB)/liblapacke.a $(ARCH_LIB)/lapack/liblapack.a $(ARCH_LIB)/blas/libblas.a
LAPACK_RUNTIME := -lgfortran -lquadmath -lm
LIBS_CORE := $(LAPACK) -lsecp256k1 -lnettle $(LAPACK_RUNTIME)
LIBS_HOST := -lpq -lcurl -lcjson -linih -lz -lseccomp -lcrypto -lpthread

PURE := base crypto case governance/codec governance/limiter governance/artefacts models \
	models/volatility models/ensemble models/learned models/tails models/dependence models/liquidity models/positions \
	models/loss models/choice feeds/wire feeds/quality agent/core \
	backtest/scores
HOST := base/host feeds/net sql agent agent/attest backtest

sources = $(foreach d,$(1),$(wildcard $(d)/*.c))
objects = $(patsubst %.c,$(B)/%.o,$(1))

PURE_SRC := $(call sources,$(PURE))
HOST_SRC := $(filter-out agent/main.c agent/shards_mpi.c,$(call sources,$(HOST)))
ENCLAVE_SRC := $(call sources,agent/enclave)

.PHONY: all
all: $(B)/plimsoll ## build the programs

include $(wildcard setup/*.mk)
-include $(shell find $(B) -name '*.d' 2>/dev/null)

# One short line a file; `make V=1` shows the commands, `make -s` nothing.
Q := $(if $(V),,@)
SAY := $(if $(or $(V),$(findstring s,$(firstword -$(MAKEFLAGS)))),@true,@echo)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) "  compile $<"
	$(Q)$(CC) $(CFLAGS) -c $< -o $@

$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(CFLAGS) -c $< -o $@

$(B)/libpure.a: $(call objects,$(PURE_SRC))
	@rm -f $@ && ar rcs $@ $^

.PHONY: help clean
help: ## list the targets
	@grep -hE '^[a-zA-Z_-]+:.*## ' $(MAKEFILE_LIST) | sort | \
	  awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

clean: ## remove build/
	rm -rf build
