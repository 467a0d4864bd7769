/* backend.h -- what the enclave asks of the platform under it.
 *
 * One table; session.c knows no platform.  A back-end measures, gives
 * randomness and signs documents; it never sees the enclave's secret. */
#ifndef AGENT_ENCLAVE_BACKEND_H
#define AGENT_ENCLAVE_BACKEND_H

#include "base/bytes.h"

#define MODULE_ID_MAX 128
#define BACKEND_RANDOM_MAX 256 /* bytes a call */

struct backend_description {
	char module_id[MODULE_ID_MAX];
	uint32_t pcr_count;
};

/** What an attestation document is to carry; data NULL: null. */
struct backend_claims {
	struct bytes public_key, user_data, nonce;
};

struct backend {
	const char *name;
	void *context;
	int descriptor;                /* kept through lock-down; -1: none */
	unsigned long device_request;  /* the one ioctl it needs; 0: none */
	struct bytes root_certificate; /* DER; empty: the platform's own */
	/* Each: E_PEER when the platform does not answer or answers badly,
	 * E_REFUSED when it says no. */
	enum status (*describe)(void *context, struct backend_description *out);
	enum status (*extend)(void *context, uint8_t index, struct bytes data);
	enum status (*lock)(void *context, uint8_t index);
	enum status (*random)(void *context, uint8_t *out, size_t size);
	enum status (*attest)(void *context, struct buffer *document,
			      const struct backend_claims *claims);
};

/**
 * backend_open - "dev" or "nitro"; before lock-down.
 *
 * In:      program  the running binary's bytes (measured by dev only)
 * Out:     detail   on failure: why, static text
 * Returns: E_USAGE no such back-end; E_MISSING its device is not here;
 *          E_SYSTEM */
MUST_CHECK enum status backend_open(struct backend *out, const char *name,
				    struct bytes program, const char **detail);

#endif
