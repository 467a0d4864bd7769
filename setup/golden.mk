# The golden cases: pure code and the host's threads, nothing else.
GOLDEN_SUPPORT := $(call objects,$(wildcard tests/support/sample_*.c))

$(B)/tests/golden/cases: $(B)/tests/golden/cases.o $(B)/agent/threads.o $(GOLDEN_SUPPORT) $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libpure.a $(LIBS_CORE) -lpthread -o $@
