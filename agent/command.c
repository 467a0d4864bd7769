/* command.c -- parses one command line against the table and runs it.
 *
 * It is the only reader of argv, prints the one error at the top and turns
 * its status into the exit code.  Help lives in command_help.c. */
#include "agent/command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command_help.h"
#include "agent/configuration.h"
#include "base/host/log.h"

#define INVOCATION_OPTIONS_MAX 128
#define INVOCATION_ARGUMENTS_MAX 1024

struct given_option {
	const char *name;
	const char *value; /* "" for a flag */
};

struct invocation {
	const struct command_group *group;
	const struct command *command;
	struct given_option options[INVOCATION_OPTIONS_MAX];
	size_t option_count;
	const char *arguments[INVOCATION_ARGUMENTS_MAX];
	int argument_count;
	struct configuration configuration;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

bool command_interrupted(void)
{
	return interrupted != 0;
}

int invocation_count(const struct invocation *invocation)
{
	return invocation->argument_count;
}

const char *invocation_argument(const struct invocation *invocation, int index)
{
	return index < invocation->argument_count ? invocation->arguments[index]
						  : NULL;
}

const char *option_at(const struct invocation *invocation, const char *name,
		      size_t index)
{
	for (size_t i = 0; i < invocation->option_count; i++)
		if (!strcmp(invocation->options[i].name, name) && index-- == 0)
			return invocation->options[i].value;
	return NULL;
}

static const char *option_from_environment(const char *name)
{
	char key[80] = "PLIMSOLL_";
	size_t at = strlen(key);

	for (; *name && at + 1 < sizeof(key); name++, at++)
		key[at] = *name == '-' ? '_'
			: *name >= 'a' && *name <= 'z' ? (char)(*name - 32)
						       : *name;
	key[at] = 0;
	return getenv(key);
}

const char *option(const struct invocation *invocation, const char *name)
{
	const char *value = option_at(invocation, name, 0);

	if (!value)
		value = option_from_environment(name);
	if (!value)
		value = configuration_get(&invocation->configuration, name);
	return value;
}

const char *option_or(const struct invocation *invocation, const char *name,
		      const char *fallback)
{
	const char *value = option(invocation, name);

	return value ? value : fallback;
}

const char *option_key_at(const struct invocation *invocation,
			  const char *prefix, size_t index, const char **value)
{
	size_t size = strlen(prefix);

	for (size_t i = 0; i < invocation->configuration.count; i++) {
		const struct configuration_entry *entry =
			&invocation->configuration.entries[i];

		if (!strncmp(entry->key, prefix, size) && index-- == 0) {
			*value = entry->value;
			return entry->key + size;
		}
	}
	return NULL;
}

bool option_flag(const struct invocation *invocation, const char *name)
{
	return option_at(invocation, name, 0) != NULL;
}

enum status option_integer(long long *out, const struct invocation *invocation,
			   const char *name, long long fallback,
			   struct error *error)
{
	const char *text = option(invocation, name);
	char *end = NULL;
	long long value;

	if (!text) {
		*out = fallback;
		return OK;
	}
	value = strtoll(text, &end, 10);
	if (!*text || *end)
		return error_set(error, E_USAGE,
				 "--%s takes a whole number, not \"%s\"", name,
				 text);
	*out = value;
	return OK;
}

bool want_json(const struct invocation *invocation)
{
	return option_flag(invocation, "json");
}

const char *home(const struct invocation *invocation)
{
	return option_or(invocation, "home", ".plimsoll");
}

static const struct option_spec *find_option(const struct command *command,
					     const char *name)
{
	const struct option_spec *lists[2] = { command->options,
					       common_options };

	for (size_t l = 0; l < 2; l++)
		for (const struct option_spec *o = lists[l]; o && o->name; o++)
			if (!strcmp(o->name, name))
				return o;
	return NULL;
}

/* An option that may come again says so in its help: one truth for both. */
static bool repeats(const struct option_spec *spec)
{
	return !spec->argument || strstr(spec->help, "repeat");
}

static enum status add_option(struct invocation *invocation,
			      const struct option_spec *spec,
			      const char *value, struct error *error)
{
	if (invocation->option_count == INVOCATION_OPTIONS_MAX)
		return error_set(error, E_USAGE, "too many options");
	if (!repeats(spec) && option_at(invocation, spec->name, 0))
		return error_set(error, E_USAGE, "--%s is given twice",
				 spec->name);
	invocation->options[invocation->option_count++] =
		(struct given_option){ spec->name, value };
	return OK;
}

/* Reads argv[*at], an option; advances *at over a separate value. */
static enum status parse_option(struct invocation *invocation, char **argv,
				int *at, struct error *error)
{
	char *word = argv[*at];
	char *name = word + (word[1] == '-' ? 2 : 1);
	char *equals = word[1] == '-' ? strchr(name, '=') : NULL;
	const struct option_spec *spec;

	if (equals)
		*equals = 0;
	spec = find_option(invocation->command, name);
	if (!spec || (word[1] != '-' && name[0] && name[1])) {
		error_set(error, E_USAGE, "unknown option %s", word);
		return error_hint(error, "`plimsoll %s%s%s --help` lists the "
				  "options.", invocation->group->noun,
				  *invocation->command->verb ? " " : "",
				  invocation->command->verb);
	}
	if (!spec->argument) {
		if (equals)
			return error_set(error, E_USAGE,
					 "--%s takes no value", name);
		return add_option(invocation, spec, "", error);
	}
	if (equals)
		return add_option(invocation, spec, equals + 1, error);
	if (!argv[*at + 1])
		return error_set(error, E_USAGE, "%s needs %s", word,
				 spec->argument);
	return add_option(invocation, spec, argv[++*at], error);
}

static enum status parse_words(struct invocation *invocation, char **argv,
			       int at, struct error *error)
{
	bool options_end = false;

	for (; argv[at]; at++) {
		enum status status;

		if (!options_end && !strcmp(argv[at], "--")) {
			options_end = true;
			continue;
		}
		if (!options_end && argv[at][0] == '-' && argv[at][1]) {
			status = parse_option(invocation, argv, &at, error);
			if (status)
				return status;
			continue;
		}
		if (invocation->argument_count == INVOCATION_ARGUMENTS_MAX)
			return error_set(error, E_USAGE, "too many arguments");
		invocation->arguments[invocation->argument_count++] = argv[at];
	}
	return OK;
}

static enum status check_arguments(const struct invocation *invocation,
				   struct error *error)
{
	const struct command *command = invocation->command;
	int count = invocation->argument_count;

	if (count >= command->arguments_min &&
	    (command->arguments_max < 0 || count <= command->arguments_max))
		return OK;
	if (!*command->arguments)
		error_set(error, E_USAGE, "\"%s\": no argument is expected",
			  invocation->arguments[0]);
	else
		error_set(error, E_USAGE, count < command->arguments_min
						  ? "%s is missing"
						  : "more than %s is given",
			  command->arguments);
	return error_hint(error, "`plimsoll %s%s%s --help` shows the usage.",
			  invocation->group->noun, *command->verb ? " " : "",
			  command->verb);
}

static const struct command_group *find_group(const char *noun)
{
	for (size_t i = 0; command_groups[i]; i++)
		if (!strcmp(command_groups[i]->noun, noun))
			return command_groups[i];
	return NULL;
}

static const struct command *find_verb(const struct command_group *group,
				       const char *verb)
{
	for (const struct command *c = group->verbs; c->verb; c++)
		if (!strcmp(c->verb, verb))
			return c;
	return NULL;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") ||
	       !strcmp(word, "help");
}

static bool help_wanted(char **argv, int at)
{
	for (; argv[at]; at++)
		if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h"))
			return true;
	return false;
}

static enum status read_configuration(struct invocation *invocation,
				      struct error *error)
{
	const char *path = option_at(invocation, "config", 0);
	enum status status;

	if (!path)
		path = getenv("PLIMSOLL_CONFIG");
	if (!path)
		return OK;
	status = configuration_read(&invocation->configuration, path, error);
	/* no input is missing: the configuration is wrong */
	return status == E_MISSING ? error->status = E_USAGE : status;
}

static enum status run(struct invocation *invocation, char **argv, int at,
		       struct error *error)
{
	enum status status = parse_words(invocation, argv, at, error);

	if (!status)
		status = read_configuration(invocation, error);
	if (!status)
		status = check_arguments(invocation, error);
	if (status)
		return status;
	if (option_flag(invocation, "q"))
		log_set_level(LOG_ERROR);
	if (option_flag(invocation, "v"))
		log_set_level(LOG_DEBUG);
	return invocation->command->run(invocation, error);
}

/* File names and arguments are repeated in errors: what came with them must
 * not steer the terminal. */
static void print_line(const char *label, const char *text)
{
	fprintf(stderr, "%s: ", label);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		fputc((c < ' ' && c != '\n' && c != '\t') || c == 127 ? '?' : c,
		      stderr);
	}
	fputc('\n', stderr);
}

static int report(enum status status, const struct error *error)
{
	if (status) {
		progress_clear();
		print_line("error", *error->message ? error->message
						    : status_name(status));
		if (*error->hint)
			print_line("hint", error->hint);
	}
	if ((fflush(stdout) || ferror(stdout)) && !status) {
		fprintf(stderr, "error: standard output could not be written\n");
		return 6;
	}
	return status_exit_code(status);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/* Finds group and verb; returns the index of the first word after them, or 0
 * with the exit code in *code when help or an error was printed. */
static int select_command(struct invocation *invocation, int argc, char **argv,
			  int *code)
{
	struct error error = { 0 };
	const char *verb = "";
	int at = 2;

	*code = 0;
	if (argc < 2 || is_help(argv[1])) {
		help_overview(argc < 2 ? stderr : stdout);
		*code = argc < 2 ? 2 : 0;
		return 0;
	}
	if (!strcmp(argv[1], "--version"))
		return help_version(), 0;
	invocation->group = find_group(argv[1]);
	if (!invocation->group) {
		error_set(&error, E_USAGE, "no command \"%s\"", argv[1]);
		error_hint(&error, "`plimsoll --help` lists the commands.");
		*code = report(E_USAGE, &error);
		return 0;
	}
	if (*invocation->group->verbs->verb) {
		if (argc < 3 || is_help(argv[2])) {
			help_group(argc < 3 ? stderr : stdout,
				   invocation->group);
			*code = argc < 3 ? 2 : 0;
			return 0;
		}
		verb = argv[at++];
	}
	invocation->command = find_verb(invocation->group, verb);
	if (!invocation->command) {
		error_set(&error, E_USAGE, "no verb \"%s\" under `plimsoll %s`",
			  verb, argv[1]);
		error_hint(&error, "`plimsoll %s --help` lists the verbs.",
			   argv[1]);
		*code = report(E_USAGE, &error);
		return 0;
	}
	return at;
}

int command_main(int argc, char **argv)
{
	static struct invocation invocation;
	struct error error = { 0 };
	enum status status;
	int code = 0;
	int at = select_command(&invocation, argc, argv, &code);

	if (!at)
		return code;
	if (help_wanted(argv, at)) {
		help_command(stdout, invocation.group, invocation.command);
		return 0;
	}
	catch_signals();
	status = run(&invocation, argv, at, &error);
	configuration_free(&invocation.configuration);
	return report(status, &error);
}
