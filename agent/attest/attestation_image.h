/* attestation_image.h -- measurements: PCRs, the image id, the binding.
 *
 * What an enclave extends and what a verifier expects are computed by the same
 * lines here.  It measures bytes that it is given; it reads no file. */
#ifndef AGENT_ATTEST_ATTESTATION_IMAGE_H
#define AGENT_ATTEST_ATTESTATION_IMAGE_H

#include "agent/attest/attestation_document.h"
#include "agent/core/core.h"

#define PCR_CONFIGURATION 16
#define IMAGE_ID_SIZE 32
#define CONFIGURATION_MEASURE_SIZE 92 /* model 32, policy 32, chain 8, steward 20 */

/** pcr_extend - pcr = SHA384(pcr || data). */
void pcr_extend(uint8_t pcr[PCR_SIZE], struct bytes data);

/** configuration_measure - what is extended into PCR16: modelHash ||
 *  policyHash || chainId u64 || steward 20. */
void configuration_measure(uint8_t out[CONFIGURATION_MEASURE_SIZE],
			   const struct core_configuration *configuration);
/** configuration_pcr - PCR16 after that, from 48 zero bytes. */
void configuration_pcr(uint8_t out[PCR_SIZE],
		       const struct core_configuration *configuration);

/**
 * development_pcrs - PCR0 to PCR2 of the development back-end.
 *
 * PCR0 = ext(SHA384(program)), PCR1 = ext("plimsoll development kernel"),
 * PCR2 = ext("plimsoll development application"), where ext(x) =
 * SHA384(48 zero bytes || x).  The same program has the same values. */
void development_pcrs(uint8_t out[3][PCR_SIZE], struct bytes program);

/** image_id - SHA256(00010007 || PCR0 || PCR1 || PCR2 || PCR16), the image id
 *  of Marlin Oyster; pcr16 NULL: 48 zero bytes. */
void image_id(uint8_t out[IMAGE_ID_SIZE], const uint8_t *pcr0,
	      const uint8_t *pcr1, const uint8_t *pcr2, const uint8_t *pcr16);

/** document_image_id - of a parsed document. */
void document_image_id(uint8_t out[IMAGE_ID_SIZE],
		       const struct attestation_document *document);

#endif
