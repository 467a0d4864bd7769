/* nsm_dev.h -- a Nitro Security Module emulated for development.
 *
 * It answers the CBOR bodies of /dev/nsm and issues documents that are genuine
 * in form, under the UNTRUSTED DEVELOPMENT ROOT, with a module id that begins
 * with dev-.  Being in the process that it measures, it proves nothing. */
#ifndef AGENT_ENCLAVE_NSM_DEV_H
#define AGENT_ENCLAVE_NSM_DEV_H

#include "agent/attest/attestation_image.h"
#include "agent/attest/certificate_issuer.h"
#include "agent/enclave/nsm.h"

struct nsm_dev {
	struct certificate_issuer *issuer;
	char module_id[MODULE_ID_MAX];
	uint8_t pcrs[PCRS_MAX][PCR_SIZE];
	uint32_t locked; /* bits of PCR indexes; 0-15 from the start */
};

/** nsm_dev_open - fresh keys; PCR0-2 as development_pcrs.  E_SYSTEM. */
MUST_CHECK enum status nsm_dev_open(struct nsm_dev *out, struct bytes program);
void nsm_dev_close(struct nsm_dev *dev);

/** nsm_dev_exchange - the transport of struct nsm; context is a nsm_dev.
 *  A request that is wrong gets {"Error": word}, never a failure. */
MUST_CHECK enum status nsm_dev_exchange(void *context, struct buffer *response,
					struct bytes request);

#endif
