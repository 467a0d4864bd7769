/* command.h -- the table that every subcommand is a row of.
 *
 * Each agent/cmd_X.c defines `const struct command_group commands_X`; the
 * build collects them.  Parsing, --help, --json, exit codes, man pages and
 * completion come from the table alone; no command parses argv itself.
 *
 *   static const struct option_spec up_options[] = {
 *       { "dir", "DIR", "where the cluster lives (default .plimsoll/db)" },
 *       { "force", NULL, "do it even if ..." }, { 0 } };
 *   static const struct command verbs[] = {
 *       { "up", "", "start the private cluster", "plimsoll db up\n",
 *         up_options, 0, 0, db_up }, { 0 } };
 *   const struct command_group commands_db = { "db", "the store", verbs };
 *
 * A group with one nameless verb (verb "") is a plain command such as
 * `plimsoll import FILE...`. */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/host/error.h"

struct option_spec {
	const char *name;     /* long name without dashes; "o" style if 1 char */
	const char *argument; /* placeholder, NULL for a flag */
	const char *help;     /* one line, with unit and default; says
			       * "repeat" where it may be given again */
};

struct invocation; /* one parsed command line */

struct command {
	const char *verb;      /* "" for a group without verbs */
	const char *arguments; /* shown in usage: "FILE...", "CASE" */
	const char *summary;   /* one line */
	const char *examples;  /* whole lines, shown by --help */
	const struct option_spec *options; /* ended by an empty row; or NULL */
	int arguments_min, arguments_max;  /* max -1: any number */
	enum status (*run)(const struct invocation *invocation,
			   struct error *error);
};

struct command_group {
	const char *noun;
	const char *summary;
	const struct command *verbs; /* ended by an empty row */
};

/** Positional arguments. */
int invocation_count(const struct invocation *invocation);
const char *invocation_argument(const struct invocation *invocation, int index);

/** option - value of --name: flag over environment PLIMSOLL_NAME over the
 *  configuration file's key NAME; NULL when none is set.  Every command also
 *  has --json, --config FILE, -q, -v, --home DIR, --help. */
const char *option(const struct invocation *invocation, const char *name);
const char *option_or(const struct invocation *invocation, const char *name,
		      const char *fallback);
bool option_flag(const struct invocation *invocation, const char *name);
/** option_at - the i-th occurrence of a repeated option, or NULL. */
const char *option_at(const struct invocation *invocation, const char *name,
		      size_t index);
/** option_key_at - the i-th configuration key that starts with `prefix`: what
 *  follows the prefix, its value in *value; NULL when there are no more. */
const char *option_key_at(const struct invocation *invocation,
			  const char *prefix, size_t index,
			  const char **value);
/** option_integer / option_time / option_duration - parsed, with an E_USAGE
 *  error naming the option; the fallback when unset. */
MUST_CHECK enum status option_integer(long long *out,
				      const struct invocation *invocation,
				      const char *name, long long fallback,
				      struct error *error);
bool want_json(const struct invocation *invocation);
/** home - the project's state directory: --home, PLIMSOLL_HOME, .plimsoll. */
const char *home(const struct invocation *invocation);

/** command_interrupted - true once SIGINT or SIGTERM arrived; long loops ask
 *  and return E_INTERRUPTED. */
bool command_interrupted(void);

/** Generated from the file names agent/cmd_*.c. */
extern const struct command_group *const command_groups[];

/** command_main - the whole of main(). */
int command_main(int argc, char **argv);

#endif
