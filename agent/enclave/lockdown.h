/* lockdown.h -- after it the process can compute and talk on its channel, and
 * nothing else.
 *
 * Always: no new privileges, no core dumps, not dumpable, no capabilities, no
 * descriptors but the given ones, seccomp that kills on anything not listed.
 * Where the kernel permits (else one log line each): locked memory, own user,
 * network, mount and IPC namespaces, Landlock with nothing allowed. */
#ifndef AGENT_ENCLAVE_LOCKDOWN_H
#define AGENT_ENCLAVE_LOCKDOWN_H

#include "base/status.h"

#define LOCKDOWN_KEEP_MAX 4

struct lockdown {
	int keep[LOCKDOWN_KEEP_MAX];  /* descriptors that stay, -1: none;
				       * 0-2 become /dev/null */
	int device;                   /* the one that may take... */
	unsigned long device_request; /* ...this ioctl; 0: none may */
};

/** lockdown_apply - there is no way back.  E_SYSTEM with *detail when one of
 *  the mandatory parts fails: the process must then end. */
MUST_CHECK enum status lockdown_apply(const struct lockdown *lockdown,
				      const char **detail);

/** lockdown_filter - the seccomp part alone (lockdown_filter.c). */
MUST_CHECK enum status lockdown_filter(const struct lockdown *lockdown);

#endif
