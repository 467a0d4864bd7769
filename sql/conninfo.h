/* conninfo.h -- connection strings that may be shown.
 *
 * The arguments of a process are everybody's to read; a password in
 * PLIMSOLL_DB must not stand among them. */
#ifndef SQL_CONNINFO_H
#define SQL_CONNINFO_H

#include "base/host/error.h"
#include "base/host/memory.h"

/** conninfo_split - conninfo in keyword='value' form but for its password,
 *  appended to out, and the password, appended to password; none: nothing.
 *  E_USAGE when libpq does not understand it. */
MUST_CHECK enum status conninfo_split(struct text *out, struct text *password,
				      const char *conninfo,
				      struct error *error);

#endif
