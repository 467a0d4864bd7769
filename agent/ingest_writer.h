/* ingest_writer.h -- rows on their way into the store: buffered, flushed at least
 * each second, kept while the database is away.
 *
 * Host only.  A batch that a lost connection leaves in doubt is flushed again
 * over a new one, which changes nothing if it had arrived.  The buffer is
 * bounded: who asks sources must not while it is full; what is under way then
 * still fits. */
#ifndef AGENT_INGEST_WRITER_H
#define AGENT_INGEST_WRITER_H

#include "sql/ingest.h"

#define WRITER_ROWS_MAX 65536  /* full */
#define WRITER_CHUNK 8192      /* rows of one flush; flushed at once */
#define WRITER_FLUSH_MS 1000
#define WRITER_RETRY_FIRST_MS 250
#define WRITER_RETRY_LONGEST_MS 5000
#define WRITER_BARS_MS 10000   /* between two looks for closed intervals */
#define WRITER_SETTLE_S 10     /* late data may take so long */

struct ingest_writer {
	const char *home;
	uint32_t bar_interval_s;
	struct database *database; /* NULL: away */
	struct ingest_row *rows;
	size_t count, capacity;
	int64_t flushed_ms, bars_ms; /* monotonic; last time */
	int64_t lost_ms, retry_ms;   /* with database NULL */
	int retries;
	char message[256];           /* why it is away */
	struct ingest_result totals; /* import_id unused */
	int64_t bars_added;
};

/** ingest_writer_open - connects.  E_PEER; errors as database_open_home. */
MUST_CHECK enum status ingest_writer_open(struct ingest_writer *writer,
					  const char *home,
					  uint32_t bar_interval_s,
					  struct error *error);
void ingest_writer_close(struct ingest_writer *writer);

void ingest_writer_add(struct ingest_writer *writer,
		       const struct ingest_row *row);
bool ingest_writer_full(const struct ingest_writer *writer);
/** ingest_writer_due - is there something to flush, build or connect? */
bool ingest_writer_due(const struct ingest_writer *writer, int64_t now_ms);

/** ingest_writer_step - whatever is due: connect again, flush, build bars.
 *  Returns: OK also while the database is away (database is NULL then);
 *           E_REFUSED, ...  what waiting does not mend */
MUST_CHECK enum status ingest_writer_step(struct ingest_writer *writer,
					  int64_t now_ms, int64_t unix_s,
					  struct error *error);

/** ingest_writer_lost - somebody else found the connection broken. */
void ingest_writer_lost(struct ingest_writer *writer, int64_t now_ms,
			const struct error *why);

/** ingest_writer_finish - all rows, and the bars closed by now, within
 *  patience_ms.  E_PEER: so many rows were not stored. */
MUST_CHECK enum status ingest_writer_finish(struct ingest_writer *writer,
					    int64_t patience_ms,
					    struct error *error);

#endif
