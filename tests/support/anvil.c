/* anvil.c -- see anvil.h. */
#include "tests/support/anvil.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BINARY "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"

static struct sockaddr_in loopback(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((unsigned short)port);
	return address;
}

static int free_port(void)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;

	if (!bind(fd, (struct sockaddr *)&address, size) &&
	    !getsockname(fd, (struct sockaddr *)&address, &size))
		port = ntohs(address.sin_port);
	close(fd);
	return port;
}

static bool answers(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool up = !connect(fd, (struct sockaddr *)&address, sizeof(address));

	close(fd);
	return up;
}

static void become(int port)
{
	char text[16];
	int silence = open("/dev/null", O_RDWR);

	snprintf(text, sizeof(text), "%d", port);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(silence, 1);
	dup2(silence, 2);
	execl(BINARY, "anvil", "--host", "127.0.0.1", "--port", text, "--quiet",
	      "--chain-id", "31337", (char *)NULL);
	_exit(127);
}

bool anvil_start(struct anvil *anvil)
{
	int port = free_port();

	if (access(BINARY, X_OK)) {
		printf("SKIP: %s is not installed\n", BINARY);
		return false;
	}
	snprintf(anvil->url, sizeof(anvil->url), "http://127.0.0.1:%d", port);
	anvil->pid = fork();
	if (anvil->pid == 0)
		become(port);
	for (int i = 0; i < 500; i++) {
		if (answers(port))
			return true;
		usleep(20000);
	}
	printf("anvil did not start\n");
	anvil_stop(anvil);
	return false;
}

void anvil_stop(struct anvil *anvil)
{
	if (anvil->pid <= 0)
		return;
	kill(anvil->pid, SIGKILL);
	waitpid(anvil->pid, NULL, 0);
	anvil->pid = 0;
}
