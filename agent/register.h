/* register.h -- the verb `plimsoll enclave register`, for cmd_enclave.c's
 * table. */
#ifndef AGENT_REGISTER_H
#define AGENT_REGISTER_H

#include "agent/command.h"

extern const struct option_spec register_options[];
enum status run_register(const struct invocation *invocation,
			 struct error *error);

#endif
