/* case_file.h -- reading a case from disk and deciding it.  Host only.
 *
 * The one place outside the enclave that calls decide(): verify, decide,
 * explain and the demo's checks all go through here. */
#ifndef AGENT_CASE_FILE_H
#define AGENT_CASE_FILE_H

#include "agent/decision_file.h"
#include "case/case.h"

struct case_document {
	uint8_t *bytes; /* memory_free'd with the document */
	size_t size;
	uint8_t digest[HASH_SIZE];
	struct case_input input; /* points into bytes and arena */
	struct arena *arena;
};

/** case_document_from_bytes - takes a copy; E_MALFORMED does not parse. */
MUST_CHECK enum status case_document_from_bytes(struct case_document *out,
						struct bytes bytes,
						struct error *error);

/** case_document_read - E_MISSING no file, E_MALFORMED does not parse. */
MUST_CHECK enum status case_document_read(struct case_document *out,
					  const char *path,
					  struct error *error);
void case_document_free(struct case_document *document);

/** case_decide - decide() on the bytes with `threads` threads (0: all cores);
 *  the document is unsigned.  Errors as decide(), with its detail. */
MUST_CHECK enum status case_decide(struct decision_document *out,
				   struct bytes case_bytes, unsigned threads,
				   struct error *error);

#endif
