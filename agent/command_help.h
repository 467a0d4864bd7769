/* command_help.h -- help texts made from the command table. */
#ifndef AGENT_COMMAND_HELP_H
#define AGENT_COMMAND_HELP_H

#include <stdio.h>

#include "agent/command.h"

/** Options that every command has; ended by an empty row. */
extern const struct option_spec common_options[];

void help_overview(FILE *out);
void help_group(FILE *out, const struct command_group *group);
void help_command(FILE *out, const struct command_group *group,
		  const struct command *command);
void help_version(void);

#endif
