# plimsoll-enclave: static, no shared library, no loader.  The host uses the
# channel and its messages too; tests link the parts that they drive.

comma := ,
HOST_SRC += agent/enclave/channel.c agent/enclave/wire.c

# libcrypto.a mentions dlopen and name lookup, which nothing here reaches.
# libgfortran.a refers to these weakly and calls all of them once it sees one.
WEAK_THREADS := __pthread_key_create pthread_cond_broadcast pthread_cond_destroy \
	pthread_cond_init pthread_cond_wait pthread_create pthread_getspecific \
	pthread_join pthread_key_create pthread_key_delete pthread_mutex_destroy \
	pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock \
	pthread_mutex_unlock pthread_self pthread_setspecific
ENCLAVE_LDFLAGS := -static-pie -Wl,-z,relro,-z,now -Wl,--no-warnings \
	$(addprefix -Wl$(comma)-u$(comma),$(WEAK_THREADS))
ENCLAVE_LIBS := $(LAPACK) -l:libsecp256k1.a -l:libnettle.a -l:libseccomp.a \
	-l:libcrypto.a $(LAPACK_RUNTIME)

all: $(B)/plimsoll-enclave

$(B)/plimsoll-enclave: $(call objects,$(ENCLAVE_SRC)) $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(ENCLAVE_LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a $(ENCLAVE_LIBS) -o $@

# Tests of the trusted program's parts link them; those of the process run it.
ENCLAVE_PARTS := $(call objects,$(filter-out agent/enclave/main.c agent/enclave/channel.c agent/enclave/wire.c,$(ENCLAVE_SRC)))
$(B)/tests/host/test_nsm_dev $(B)/tests/host/test_enclave_session \
$(B)/tests/host/test_enclave_process $(B)/tests/host/test_lockdown: $(ENCLAVE_PARTS)
$(B)/tests/host/test_enclave_process $(B)/tests/host/test_enclave_hostile: | $(B)/plimsoll-enclave
