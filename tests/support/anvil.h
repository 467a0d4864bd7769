/* anvil.h -- a bare local chain for one test program.
 *
 * Starts the binary of the npm package on a free loopback port; the child ends
 * with the test. */
#ifndef TESTS_SUPPORT_ANVIL_H
#define TESTS_SUPPORT_ANVIL_H

#include <stdbool.h>

struct anvil {
	int pid;
	char url[40];
};

/** The first of anvil's well-known development keys and its address. */
#define ANVIL_KEY \
	"ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
#define ANVIL_ADDRESS "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

/** anvil_start - chain 31337, automine; false and a SKIP line where the npm
 *  package is not installed, false and a message where it does not start. */
bool anvil_start(struct anvil *anvil);
void anvil_stop(struct anvil *anvil);

#endif
