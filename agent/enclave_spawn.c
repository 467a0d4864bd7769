/* enclave_spawn.c -- the process of the enclave: folder, socket, fork, exec. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/enclave_process.h"

#define LISTENER 3
#define BACKLOG 16

static enum status system_error(struct error *error, const char *what)
{
	return error_set(error, E_SYSTEM, "%.300s: %s", what, strerror(errno));
}

/* HOME and HOME/enclave, the latter for this user's eyes only. */
static enum status make_folder(const char *home, struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	struct stat about;
	enum status status = enclave_path(path, home, "", error);

	if (status)
		return status;
	path[strlen(path) - 1] = 0;
	if (mkdir(home, 0755) && errno != EEXIST)
		return system_error(error, home);
	if (mkdir(path, 0700) && errno != EEXIST)
		return system_error(error, path);
	if (lstat(path, &about))
		return system_error(error, path);
	if (!S_ISDIR(about.st_mode) || about.st_uid != geteuid())
		return error_set(error, E_REFUSED, "%.300s is not a folder of "
				 "this user", path);
	return chmod(path, 0700) ? system_error(error, path) : OK;
}

static enum status bind_listener(int *out, const char *path,
				 struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *name;
	int folder = enclave_directory_open(path, &name);
	int made;

	if (folder < 0)
		return system_error(error, path);
	unlinkat(folder, name, 0);
	snprintf(address.sun_path, sizeof(address.sun_path),
		 "/proc/self/fd/%d/%s", folder, name);
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made < 0 ||
	    bind(made, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(made, BACKLOG)) {
		enum status status = system_error(error, path);

		if (made >= 0)
			close(made);
		close(folder);
		return status;
	}
	close(folder);
	*out = made;
	return OK;
}

/* Beside /proc/self/exe, unless told. */
static enum status find_program(char *out, const struct enclave_start *options,
				struct error *error)
{
	const char *given = options->program;
	char self[ENCLAVE_PATH_MAX - 32];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (!given && size < 0)
		return system_error(error, "/proc/self/exe");
	self[size > 0 ? size : 0] = 0;
	slash = strrchr(self, '/');
	if (slash)
		slash[1] = 0;
	snprintf(out, ENCLAVE_PATH_MAX, "%s%s", given ? "" : self,
		 given ? given : "plimsoll-enclave");
	if (access(out, X_OK)) {
		error_set(error, E_MISSING, "%.300s: %s", out,
			  strerror(errno));
		return error_hint(error, "Build both programs with make all, "
				  "or name it with --program FILE.");
	}
	return OK;
}

struct launch {
	char program[ENCLAVE_PATH_MAX];
	char memory[24];
	int listener, log;
};

/* In the child: nothing but system calls until exec. */
static _Noreturn void become_enclave(const struct launch *launch,
				     const char *backend)
{
	char name[16] = "";
	char option_backend[] = "--backend", option_memory[] = "--memory";
	char program_name[] = "plimsoll-enclave", memory[24];
	char *arguments[] = { program_name, option_backend, name,
			      option_memory, memory, NULL };
	char *environment[] = { NULL };
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	strncpy(name, backend, sizeof(name) - 1);
	memcpy(memory, launch->memory, sizeof(memory));
	setsid();
	umask(0077);
	/* The log first: the listener takes number 3 whatever has it. */
	if (nothing < 0 || dup2(launch->log, STDERR_FILENO) < 0 ||
	    dup2(launch->log, STDOUT_FILENO) < 0 ||
	    dup2(nothing, STDIN_FILENO) < 0)
		_exit(126);
	if (launch->listener == LISTENER)
		fcntl(LISTENER, F_SETFD, 0);
	else if (dup2(launch->listener, LISTENER) < 0)
		_exit(126);
	close_range(LISTENER + 1, ~0u, 0);
	execve(launch->program, arguments, environment);
	_exit(127);
}

static enum status open_log(int *out, const char *home, struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	enum status status = enclave_path(path, home, "enclave.log", error);

	if (status)
		return status;
	*out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC |
		    O_NOFOLLOW, 0600);
	return *out < 0 ? system_error(error, path) : OK;
}

static enum status prepare(struct launch *launch,
			   const struct enclave_start *options,
			   struct error *error)
{
	char path[ENCLAVE_PATH_MAX];
	enum status status = find_program(launch->program, options, error);

	snprintf(launch->memory, sizeof(launch->memory), "%lld",
		 options->memory_mib);
	if (!status)
		status = make_folder(options->home, error);
	if (!status)
		status = open_log(&launch->log, options->home, error);
	if (!status)
		status = enclave_path(path, options->home, "channel.sock",
				      error);
	if (!status)
		status = bind_listener(&launch->listener, path, error);
	return status;
}

enum status enclave_launch(pid_t *pid, const struct enclave_start *options,
			   struct error *error)
{
	struct launch launch = { .listener = -1, .log = -1 };
	enum status status = prepare(&launch, options, error);

	if (!status) {
		*pid = fork();
		if (!*pid)
			become_enclave(&launch, options->backend);
		if (*pid < 0)
			status = system_error(error, "fork");
	}
	if (launch.listener >= 0)
		close(launch.listener);
	if (launch.log >= 0)
		close(launch.log);
	return status;
}
