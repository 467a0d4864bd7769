/* conninfo.c -- see conninfo.h. */
#include "sql/conninfo.h"

#include <libpq-fe.h>
#include <string.h>

static void add_quoted(struct text *out, const char *value)
{
	text_add_string(out, "'");
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			text_add_string(out, "\\");
		text_add(out, value, 1);
	}
	text_add_string(out, "' ");
}

enum status conninfo_split(struct text *out, struct text *password,
			   const char *conninfo, struct error *error)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);

	if (!options)
		return error_set(error, E_USAGE, "PLIMSOLL_DB is no "
				 "connection string");
	for (const PQconninfoOption *o = options; o->keyword; o++) {
		if (!o->val)
			continue;
		if (!strcmp(o->keyword, "password")) {
			text_add_string(password, o->val);
			continue;
		}
		text_add_format(out, "%s=", o->keyword);
		add_quoted(out, o->val);
	}
	PQconninfoFree(options);
	return OK;
}
