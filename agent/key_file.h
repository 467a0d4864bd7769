/* key_file.h -- the submission key: a file of mode 0600, locked memory.
 *
 * Host only.  A leaked submission key costs gas and nothing else; it still
 * never passes through arguments, the environment or a log. */
#ifndef AGENT_KEY_FILE_H
#define AGENT_KEY_FILE_H

#include "base/host/error.h"
#include "crypto/hex.h"
#include "crypto/secp256k1.h"

struct submission_key {
	uint8_t *secret;                /* 32 bytes in a locked page */
	uint8_t address[ADDRESS_SIZE];
	struct signer_context *context; /* randomised at opening */
};

/**
 * key_file_open - reads 64 hex digits (0x and one line end admitted).
 * Returns: E_MISSING    no such file
 *          E_REFUSED    not a regular file of this user, or readable by others
 *          E_MALFORMED  other content, or no key of secp256k1
 *          E_SYSTEM     memory cannot be locked */
MUST_CHECK enum status key_file_open(struct submission_key *out,
				     const char *path, struct error *error);
/** key_file_close - wipes and releases; safe on a zeroed struct. */
void key_file_close(struct submission_key *key);

#endif
