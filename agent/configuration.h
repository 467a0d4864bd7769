/* configuration.h -- key = value files, read through inih (its one user).
 *
 * Host only.  Sections become prefixes: [rpc] url = x is the key "rpc.url".
 * A value is one line of at most 198 characters, not indented. */
#ifndef AGENT_CONFIGURATION_H
#define AGENT_CONFIGURATION_H

#include <stddef.h>

#include "base/host/error.h"

struct configuration_entry {
	char *key;   /* "section.name" or "name", as written */
	char *value; /* trimmed */
	int line;
};

struct configuration {
	struct configuration_entry *entries; /* in file order */
	size_t count;
};

/** configuration_read - E_MISSING no file, E_USAGE malformed line (named). */
MUST_CHECK enum status configuration_read(struct configuration *out,
					  const char *path,
					  struct error *error);
/** configuration_parse - the same from memory; `name` is for messages. */
MUST_CHECK enum status configuration_parse(struct configuration *out,
					   const char *text, const char *name,
					   struct error *error);
/** configuration_get - last value of a key, NULL when absent. */
const char *configuration_get(const struct configuration *configuration,
			      const char *key);
void configuration_free(struct configuration *configuration);

#endif
