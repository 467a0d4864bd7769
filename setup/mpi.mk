# plimsoll-mpi: the same command over several machines.  agent/shards_mpi.o
# stands before the library, whose shards_alone.o is then not taken.

MPI := $(ARCH_LIB)/openmpi

$(B)/agent/shards_mpi.o: CFLAGS += -isystem $(MPI)/include

all: $(B)/plimsoll-mpi

$(B)/plimsoll-mpi: $(B)/agent/main.o $(B)/agent/shards_mpi.o $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a -L$(MPI)/lib -lmpi $(LIBS_HOST) $(LIBS_CORE) -o $@
