/* command_help.c -- see command_help.h. */
#include "agent/command_help.h"

#include <string.h>

#define PLIMSOLL_VERSION "0.1.0"

const struct option_spec common_options[] = {
	{ "json", NULL, "print one JSON object instead of text" },
	{ "config", "FILE", "read options from FILE (flag > environment > file)" },
	{ "home", "DIR", "state directory (default .plimsoll)" },
	{ "q", NULL, "errors only" },
	{ "v", NULL, "debug log" },
	{ "help", NULL, "this text" },
	{ 0 },
};

void help_version(void)
{
	printf("plimsoll %s\n", PLIMSOLL_VERSION);
}

void help_overview(FILE *out)
{
	fprintf(out, "usage: plimsoll NOUN [VERB] [OPTION...]\n\n"
		"An open risk-parameter agent for DeFi money markets.\n\n");
	for (size_t i = 0; command_groups[i]; i++)
		fprintf(out, "  %-10s %s\n", command_groups[i]->noun,
			command_groups[i]->summary);
	fprintf(out, "\n`plimsoll NOUN --help` tells more.\n");
}

void help_group(FILE *out, const struct command_group *group)
{
	fprintf(out, "plimsoll %s: %s\n\n", group->noun, group->summary);
	for (const struct command *c = group->verbs; c->verb; c++)
		fprintf(out, "  plimsoll %s %s %s\n      %s\n", group->noun,
			c->verb, c->arguments, c->summary);
	fprintf(out, "\n`plimsoll %s VERB --help` tells more.\n", group->noun);
}

static void help_options(FILE *out, const struct option_spec *options)
{
	for (const struct option_spec *o = options; o && o->name; o++) {
		char name[48];

		snprintf(name, sizeof(name), "%s%s%s%s",
			 strlen(o->name) > 1 ? "--" : "-", o->name,
			 o->argument ? " " : "", o->argument ? o->argument : "");
		fprintf(out, "  %-24s %s\n", name, o->help);
	}
}

void help_command(FILE *out, const struct command_group *group,
		  const struct command *command)
{
	fprintf(out, "usage: plimsoll %s%s%s%s%s [OPTION...]\n\n%s\n\noptions:\n",
		group->noun, *command->verb ? " " : "", command->verb,
		*command->arguments ? " " : "", command->arguments,
		command->summary);
	help_options(out, command->options);
	help_options(out, common_options);
	if (command->examples && *command->examples)
		fprintf(out, "\nexamples:\n%s", command->examples);
}
