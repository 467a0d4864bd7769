# Unit tests: every tests/unit/test_X.c is a program of its own; `make unit`
# runs them all, `make build/release/tests/unit/test_X` builds one.
# A test that needs host code links it; pure tests link libpure.a only.

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT := $(patsubst %.c,$(B)/%,$(UNIT_SRC))
SUPPORT_OBJ := $(call objects,$(wildcard tests/support/*.c))

$(B)/libhost.a: $(call objects,$(HOST_SRC)) $(B)/gen/commands.o $(B)/gen/sql_files.o
	@rm -f $@ && ar rcs $@ $^

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(SUPPORT_OBJ) $(B)/libhost.a $(B)/libpure.a
	$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a -lcmocka $(LIBS_HOST) $(LIBS_CORE) -o $@

.PHONY: unit
unit: $(UNIT) ## run the unit tests
	@tests/support/run_unit.sh $(UNIT)
