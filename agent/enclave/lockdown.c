/* lockdown.c -- see lockdown.h; the system-call filter is lockdown_filter.c. */
#include "agent/enclave/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/host/log.h"

#define FIRST_FREE_DESCRIPTOR 3
#define DESCRIPTORS_LOOKED_AT 1024
#define LANDLOCK_ABIS 5
#define STACK_READY ((size_t)4 << 20) /* decide() uses less than 1 MiB */

static const struct {
	int flag;
	const char *name;
} namespaces[] = {
	{ CLONE_NEWUSER, "user" }, { CLONE_NEWNET, "network" },
	{ CLONE_NEWNS, "mount" },  { CLONE_NEWIPC, "IPC" },
};
#define NAMESPACES (sizeof(namespaces) / sizeof(*namespaces))

/* Once memory is locked under a limit, a stack that grows past it is killed:
 * it grows now. */
static void grow_stack(void)
{
	volatile uint8_t room[STACK_READY];

	for (size_t i = 0; i < sizeof(room); i += 4096)
		room[sizeof(room) - 1 - i] = 0;
}

static void lock_memory(void)
{
	struct rlimit limit;
	bool unlimited;

	grow_stack();
	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_MEMLOCK, &limit);
	if (!geteuid()) {
		limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
		if (setrlimit(RLIMIT_MEMLOCK, &limit))
			getrlimit(RLIMIT_MEMLOCK, &limit);
	}
	/* Under a limit, later allocations must not fail for it. */
	unlimited = limit.rlim_cur == RLIM_INFINITY;
	if (mlockall(MCL_CURRENT | MCL_ONFAULT | (unlimited ? MCL_FUTURE : 0)))
		log_line(LOG_INFO, "enclave: memory other than the key's page "
			 "may be swapped: %s", strerror(errno));
}

static void leave_namespaces(void)
{
	int all = 0;

	for (size_t i = 0; i < NAMESPACES; i++)
		all |= namespaces[i].flag;
	if (!unshare(all))
		return;
	for (size_t i = 0; i < NAMESPACES; i++)
		if (unshare(namespaces[i].flag))
			log_line(LOG_WARNING, "enclave: no %s namespace of its "
				 "own: %s (seccomp still applies)",
				 namespaces[i].name, strerror(errno));
}

/* Landlock with every access handled and none granted. */
static void deny_files(void)
{
	static const uint64_t handled[LANDLOCK_ABIS + 1] = {
		0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff,
	};
	struct landlock_ruleset_attr attributes = { 0 };
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	long ruleset = -1;

	if (abi > 0) {
		attributes.handled_access_fs =
			handled[abi < LANDLOCK_ABIS ? abi : LANDLOCK_ABIS];
		ruleset = syscall(SYS_landlock_create_ruleset, &attributes,
				  sizeof(attributes), 0);
	}
	if (ruleset < 0 ||
	    syscall(SYS_landlock_restrict_self, (int)ruleset, 0))
		log_line(LOG_INFO, "enclave: no Landlock: %s (seccomp still "
			 "applies)", strerror(errno));
	if (ruleset >= 0)
		close((int)ruleset);
}

static enum status drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	return syscall(SYS_capset, &header, none) ? E_SYSTEM : OK;
}

static enum status forbid_dumps(void)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) || setrlimit(RLIMIT_FSIZE, &none) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return E_SYSTEM;
	return OK;
}

static bool is_kept(const struct lockdown *lockdown, int descriptor)
{
	for (size_t i = 0; i < LOCKDOWN_KEEP_MAX; i++)
		if (lockdown->keep[i] == descriptor)
			return true;
	return false;
}

static void close_others(const struct lockdown *lockdown)
{
	for (int i = FIRST_FREE_DESCRIPTOR; i < DESCRIPTORS_LOOKED_AT; i++)
		if (!is_kept(lockdown, i))
			close(i);
	close_range(DESCRIPTORS_LOOKED_AT, ~0u, 0);
}

/* Standard descriptors stay taken: a stray line must not reach a client that
 * was given number 2. */
static enum status silence(int nowhere)
{
	for (int i = 0; i < FIRST_FREE_DESCRIPTOR; i++)
		if (dup2(nowhere, i) < 0)
			return E_SYSTEM;
	return OK;
}

enum status lockdown_apply(const struct lockdown *lockdown,
			   const char **detail)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	*detail = "cannot open /dev/null";
	if (nowhere < 0)
		return E_SYSTEM;
	lock_memory();
	*detail = "cannot forbid core dumps and new privileges";
	if (forbid_dumps())
		return E_SYSTEM;
	leave_namespaces();
	*detail = "cannot leave the working directory";
	if (chdir("/"))
		return E_SYSTEM;
	deny_files();
	*detail = "cannot drop capabilities";
	if (drop_capabilities())
		return E_SYSTEM;
	*detail = "cannot let go of the standard descriptors";
	if (silence(nowhere))
		return E_SYSTEM;
	close_others(lockdown);
	*detail = "the kernel does not take the seccomp filter";
	return lockdown_filter(lockdown);
}
