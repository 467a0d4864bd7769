/* decision_file.h -- decision.json: a signed decision as people and programs
 * read it, and back.  Host only.
 *
 * The member "encoded" carries the canonical bytes; everything else is made
 * from them and is for reading.  Stable field names: design of `decide
 * --json`. */
#ifndef AGENT_DECISION_FILE_H
#define AGENT_DECISION_FILE_H

#include "agent/json_writer.h"
#include "case/report.h"
#include "crypto/secp256k1.h"

struct decision_document {
	uint8_t *bytes;  /* canonical bytes, memory_free'd with the document */
	size_t size;
	struct signed_decision signed_decision; /* report points into bytes */
	struct report report;
	bool has_signature;
	uint8_t signature[SIGNATURE_SIZE];
	uint8_t digest[HASH_SIZE];
	bool has_transaction; /* the file says which one submitted it */
	uint8_t transaction[HASH_SIZE];
	uint8_t *next_state; /* canonical bytes, only when just decided here */
	size_t next_state_size;
};

/** decision_document_from_bytes - takes a copy of the canonical bytes;
 *  signature NULL: unsigned.  E_MALFORMED when they do not parse. */
MUST_CHECK enum status
decision_document_from_bytes(struct decision_document *out, struct bytes bytes,
			     const uint8_t *signature65, struct error *error);

/** decision_document_read - decision.json.  E_MISSING, E_MALFORMED; E_AUTHENTIC
 *  when a printed field disagrees with the encoded bytes. */
MUST_CHECK enum status decision_document_read(struct decision_document *out,
					      const char *path,
					      struct error *error);

/** decision_document_write - the JSON text; extra is raw JSON members such as
 *  "\"tx\":\"0x…\"", or NULL. */
void decision_document_write(struct text *out,
			     const struct decision_document *document,
			     const char *tx);

/** decision_signer - address that signed the digest; E_AUTHENTIC. */
MUST_CHECK enum status decision_signer(uint8_t out20[ADDRESS_SIZE],
				       const struct decision_document *document);

void decision_document_free(struct decision_document *document);

#endif
