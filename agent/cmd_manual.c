/* cmd_manual.c -- plimsoll manual page|completion: man pages and bash
 * completion, made from the command table.  Not a place for text of its own. */
#include <stdio.h>
#include <string.h>

#include "agent/command_help.h"

/* roff: a backslash is an escape, a leading dot or quote a request. */
static void put_text(const char *text)
{
	bool start = true;

	for (; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		start = *text == '\n';
	}
}

static void put_options(const struct option_spec *options)
{
	for (const struct option_spec *o = options; o && o->name; o++) {
		printf(".TP\n.B \\-%s%s", strlen(o->name) > 1 ? "\\-" : "",
		       o->name);
		if (o->argument) {
			fputs(" \\fI", stdout);
			put_text(o->argument);
			fputs("\\fR", stdout);
		}
		putchar('\n');
		put_text(o->help);
		putchar('\n');
	}
}

static void put_command(const struct command_group *group,
			const struct command *command)
{
	printf(".SS plimsoll %s %s %s\n", group->noun, command->verb,
	       command->arguments);
	put_text(command->summary);
	fputs("\n", stdout);
	put_options(command->options);
	if (command->examples && *command->examples) {
		fputs(".PP\nExamples:\n.PP\n.nf\n", stdout);
		put_text(command->examples);
		fputs(".fi\n", stdout);
	}
}

static void put_page(const struct command_group *group)
{
	printf(".TH PLIMSOLL-%s 1\n.SH NAME\nplimsoll-%s \\- ", group->noun,
	       group->noun);
	put_text(group->summary);
	fputs("\n.SH COMMANDS\n", stdout);
	for (const struct command *c = group->verbs; c->verb; c++)
		put_command(group, c);
	fputs(".SH OPTIONS OF EVERY COMMAND\n", stdout);
	put_options(common_options);
	fputs(".SH EXIT STATUS\n"
	      "0 done (HOLD and FREEZE included); 1 a check failed or was "
	      "refused; 2 usage or configuration; 3 input missing, stale or "
	      "malformed; 4 not authentic; 5 a peer (PostgreSQL, RPC, enclave) "
	      "unreachable or broken; 6 local resource or internal error; 130 "
	      "interrupted.\n", stdout);
}

static enum status run_page(const struct invocation *invocation,
			    struct error *error)
{
	const char *noun = invocation_argument(invocation, 0);

	for (size_t i = 0; command_groups[i]; i++)
		if (!strcmp(command_groups[i]->noun, noun)) {
			put_page(command_groups[i]);
			return OK;
		}
	error_set(error, E_USAGE, "no noun \"%s\"", noun);
	return error_hint(error, "`plimsoll --help` lists the nouns.");
}

static void put_names(const struct option_spec *options)
{
	for (const struct option_spec *o = options; o && o->name; o++)
		printf("%s%s ", strlen(o->name) > 1 ? "--" : "-", o->name);
}

/* One case line per command: what may follow "NOUN VERB"; a plain command has
 * no verb. */
static void put_completions(const struct command_group *group)
{
	if (*group->verbs->verb) {
		printf("\t%s\\ ) words=\"", group->noun);
		for (const struct command *c = group->verbs; c->verb; c++)
			printf("%s ", c->verb);
		puts("--help\" ;;");
	}
	for (const struct command *c = group->verbs; c->verb; c++) {
		printf("\t%s\\ %s) words=\"", group->noun, c->verb);
		put_names(c->options);
		put_names(common_options);
		puts("\" ;;");
	}
}

static enum status run_completion(const struct invocation *invocation,
				  struct error *error)
{
	(void)invocation, (void)error;
	puts("# bash completion of plimsoll: source this file\n"
	     "_plimsoll() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[2]} "
	     "words=\n"
	     "\t[ \"$COMP_CWORD\" -gt 2 ] || verb=\n"
	     "\t[[ $verb != -* ]] || verb=\n"
	     "\tif [ \"$COMP_CWORD\" = 1 ]; then words=\"--help --version\"");
	for (size_t i = 0; command_groups[i]; i++)
		printf("\twords+=\" %s\"\n", command_groups[i]->noun);
	puts("\telse case \"${COMP_WORDS[1]} $verb\" in");
	for (size_t i = 0; command_groups[i]; i++)
		put_completions(command_groups[i]);
	puts("\tesac fi\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	     "\t[ ${#COMPREPLY[@]} -gt 0 ] || "
	     "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	     "}\n"
	     "complete -F _plimsoll plimsoll");
	return OK;
}

static const struct command verbs[] = {
	{ "page", "NOUN", "a man page, in roff",
	  "  plimsoll manual page verify | man -l -\n", NULL, 1, 1, run_page },
	{ "completion", "", "completion of nouns, verbs and options, for bash",
	  "  plimsoll manual completion > plimsoll.bash\n", NULL, 0, 0,
	  run_completion },
	{ 0 },
};

const struct command_group commands_manual = {
	"manual", "man pages and bash completion, from the command table", verbs
};
