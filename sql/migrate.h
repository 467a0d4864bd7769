/* migrate.h -- brings a database's schema up to this program.
 *
 * Host only.  Migrations are append-only and numbered; each runs in its own
 * transaction together with its row in public.plimsoll_migrations.  A recorded
 * migration whose text changed since is refused.  Views are made anew whenever
 * any of them changed. */
#ifndef SQL_MIGRATE_H
#define SQL_MIGRATE_H

#include "sql/database.h"
#include "sql/sql_files.h"

struct migration_report {
	int applied;        /* migrations run now */
	int already;        /* recorded before */
	bool views_renewed;
	char newest[64];    /* name of the last one */
};

/**
 * database_migrate - idempotent; safe to run twice at once.
 * Returns: E_AUTHENTIC  a recorded migration was altered, or the database
 *                       knows migrations that this program does not
 *          E_PEER       the server failed, or may not create roles */
MUST_CHECK enum status database_migrate(struct migration_report *out,
					struct database *database,
					struct error *error);

/** migrate_files - the same from a given table, for tests. */
MUST_CHECK enum status migrate_files(struct migration_report *out,
				     struct database *database,
				     const struct sql_file *files,
				     struct error *error);

#endif
