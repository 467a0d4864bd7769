/* import.h -- a price file into the store: read, unpack, judge, merge.
 *
 * Host only.  All or nothing per file; twice changes nothing. */
#ifndef AGENT_IMPORT_H
#define AGENT_IMPORT_H

#include "agent/import_generate.h"
#include "agent/import_rows.h"

#define IMPORT_FILE_MAX ((size_t)1 << 30) /* bytes, packed or unpacked */
#define IMPORT_BAR_S 3600 /* bars made of ticks and rounds */

struct import_order {
	const char *asset, *quote, *source;
	struct import_format format;
	bool dry_run;       /* judge, write nothing */
	bool skip_rejected; /* take the good rows of a file with bad ones */
	bool (*interrupted)(void);
};

struct import_report {
	enum feed_kind kind;
	uint32_t interval_s;
	uint64_t read, rejected;
	uint64_t added, duplicates; /* a dry run counts all good rows as added */
	uint64_t bars;
	int64_t first_s, last_s;    /* source times; 0 when there is no row */
	struct rejection *rejections; /* memory_free'd by the caller */
	size_t rejection_count;
};

/** import_names_check - E_USAGE when asset, quote or source is empty, too
 *  long, or SYNTHETIC is claimed for a file. */
MUST_CHECK enum status import_names_check(const struct import_order *order,
					  struct error *error);

/**
 * import_file - one file.  *out is filled with what was judged also when it
 * fails for rejected rows.
 * Returns: E_MISSING no such file, or no rows; E_MALFORMED gzip, header, rows
 *          rejected without skip_rejected, rows that disagree; E_LIMIT too
 *          large; E_PEER the store: nothing of the file was written */
MUST_CHECK enum status import_file(struct import_report *out,
				   struct database *database, const char *path,
				   const struct import_order *order,
				   struct error *error);

/** CSV that is in memory already, and where it came from. */
struct import_source {
	const char *origin;        /* file or address, for messages and store */
	struct bytes text;
	uint8_t digest[HASH_SIZE]; /* of the bytes as they came */
};

/** import_text - the same for a text; messages do not name the origin. */
MUST_CHECK enum status import_text(struct import_report *out,
				   struct database *database,
				   const struct import_source *source,
				   const struct import_order *order,
				   struct error *error);

/** import_generated - the generator's candles instead of a file. */
MUST_CHECK enum status import_generated(struct import_report *out,
					struct database *database,
					const struct generate_order *generated,
					const struct import_order *order,
					struct error *error);

#endif
