/* main.c -- the plimsoll command: everything outside the enclave. */
#include "agent/command.h"

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
