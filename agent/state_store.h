/* state_store.h -- carried states as files, by digest, and where their history
 * began.  Host only.
 *
 * HOME/states/DIGEST.cbor holds canonical bytes; HOME/states/genesis.ini says
 * from which bar on the genesis state was built.  The chain says which digest
 * counts; files only remember the bytes. */
#ifndef AGENT_STATE_STORE_H
#define AGENT_STATE_STORE_H

#include "base/host/memory.h"
#include "case/state.h"

/** state_store_put - writes the bytes under their digest. */
MUST_CHECK enum status state_store_put(const char *home, struct bytes bytes,
				       uint8_t digest32[HASH_SIZE],
				       struct error *error);
/** state_store_get - memory_free'd by the caller; E_MISSING with a hint when
 *  the bytes were never seen here, E_AUTHENTIC when the file was altered. */
MUST_CHECK enum status state_store_get(uint8_t **bytes, size_t *size,
				       const char *home,
				       const uint8_t digest32[HASH_SIZE],
				       struct error *error);
MUST_CHECK enum status state_store_set_origin(const char *home, int64_t from_s,
					      struct error *error);
MUST_CHECK enum status state_store_origin(int64_t *from_s, const char *home,
					  struct error *error);

#endif
