# Unit tests: every tests/unit/test_X.c (pure code: links libpure.a only) and
# every tests/host/test_X.c (host code) is a program of its own.  `make unit`
# runs them all; `make build/release/tests/unit/test_X` builds one.

UNIT := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
HOST_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/host/test_*.c))
SUPPORT_OBJ := $(call objects,$(wildcard tests/support/*.c))

$(B)/libhost.a: $(call objects,$(HOST_SRC)) $(B)/gen/commands.o
	@rm -f $@ && ar rcs $@ $^

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(SUPPORT_OBJ) $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libpure.a -lcmocka $(LIBS_CORE) -o $@

$(B)/tests/host/%: $(B)/tests/host/%.o $(SUPPORT_OBJ) $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a -lcmocka $(LIBS_HOST) $(LIBS_CORE) -o $@

.PHONY: unit
unit: $(UNIT) $(HOST_TESTS) ## run the unit tests
	@$(MAKE) --no-print-directory -s MODE=release build/release/plimsoll-enclave # test_evaluate runs it
	@tests/support/run_unit.sh $^

.SECONDARY:
