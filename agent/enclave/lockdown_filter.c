/* lockdown_filter.c -- the system calls that a serving enclave may make.
 *
 * Memory, its sockets, randomness, clocks, and its end; anything else kills
 * the process at once. */
#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

#include "agent/enclave/lockdown.h"

static const int plain_calls[] = {
	SCMP_SYS(accept4), SCMP_SYS(poll), SCMP_SYS(recvfrom),
	SCMP_SYS(sendto), SCMP_SYS(close),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
	SCMP_SYS(time), SCMP_SYS(getpid), SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static int allow_plain(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(plain_calls) / sizeof(*plain_calls); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain_calls[i],
				     0))
			return -1;
	return 0;
}

/* Memory may be had, but never made executable. */
static int allow_memory(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp not_executable =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				not_executable) ||
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				not_executable);
}

static int allow_device(scmp_filter_ctx filter,
			const struct lockdown *lockdown)
{
	if (!lockdown->device_request)
		return 0;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 2,
				SCMP_A0(SCMP_CMP_EQ,
					(scmp_datum_t)lockdown->device, 0),
				SCMP_A1(SCMP_CMP_EQ,
					lockdown->device_request, 0));
}

enum status lockdown_filter(const struct lockdown *lockdown)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int failed = !filter || allow_plain(filter) || allow_memory(filter) ||
		     allow_device(filter, lockdown) || seccomp_load(filter);

	seccomp_release(filter);
	return failed ? E_SYSTEM : OK;
}
