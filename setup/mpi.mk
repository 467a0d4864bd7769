# plimsoll-mpi: the same command over several machines.  agent/shards_mpi.o
# stands before the library, whose shards_alone.o is then not taken.

MPI := $(ARCH_LIB)/openmpi

$(B)/agent/shards_mpi.o: CFLAGS += -isystem $(MPI)/include

all: $(B)/plimsoll-mpi

$(B)/plimsoll-mpi: $(B)/agent/main.o $(B)/agent/shards_mpi.o $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a -L$(MPI)/lib -lmpi $(LIBS_HOST) $(LIBS_CORE) -o $@

# Two ranks with a network namespace and a folder each.
LONG_CHECKS += sweep-namespaces
.PHONY: sweep-namespaces
sweep-namespaces: ## a sweep by two MPI ranks in two network namespaces (root)
	@[ "$$(id -u)" != 0 ] || setup/apt.sh iproute2
	@$(MAKE) --no-print-directory -s all
	@tests/e2e/sweep_namespaces.sh
