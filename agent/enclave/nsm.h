/* nsm.h -- a Nitro Security Module spoken to in CBOR, over any transport.
 *
 * The same requests go to /dev/nsm and to the development emulator. */
#ifndef AGENT_ENCLAVE_NSM_H
#define AGENT_ENCLAVE_NSM_H

#include "agent/enclave/backend.h"

#define NSM_REQUEST_MAX 0x1000
#define NSM_RESPONSE_MAX 0x3000

struct nsm {
	/** One request, one response; E_PEER when there is none. */
	enum status (*exchange)(void *context, struct buffer *response,
				struct bytes request);
	void *context;
};

/** nsm_bind - fills the five calls and the context of a back-end. */
void nsm_bind(struct backend *out, struct nsm *nsm);

#endif
