/* attestation_image.c -- see attestation_image.h. */
#include "agent/attest/attestation_image.h"

#include <string.h>

#include "agent/attest/certificate_chain.h"

#define EXTEND_MAX 512 /* bytes, as /dev/nsm */

void pcr_extend(uint8_t pcr[PCR_SIZE], struct bytes data)
{
	uint8_t joined[PCR_SIZE + EXTEND_MAX];
	struct buffer buffer;

	buffer_init(&buffer, joined, sizeof(joined));
	buffer_append(&buffer, pcr, PCR_SIZE);
	buffer_append(&buffer, data.data,
		      data.size < EXTEND_MAX ? data.size : EXTEND_MAX);
	sha384(pcr, buffer_bytes(&buffer));
}

void configuration_measure(uint8_t out[CONFIGURATION_MEASURE_SIZE],
			   const struct core_configuration *configuration)
{
	memcpy(out, configuration->model_hash, HASH_SIZE);
	memcpy(out + 32, configuration->policy_hash, HASH_SIZE);
	store_be64(out + 64, configuration->domain.chain_id);
	memcpy(out + 72, configuration->domain.steward, ADDRESS_SIZE);
}

void configuration_pcr(uint8_t out[PCR_SIZE],
		       const struct core_configuration *configuration)
{
	uint8_t measure[CONFIGURATION_MEASURE_SIZE];

	configuration_measure(measure, configuration);
	memset(out, 0, PCR_SIZE);
	pcr_extend(out, bytes_of(measure, sizeof(measure)));
}

void development_pcrs(uint8_t out[3][PCR_SIZE], struct bytes program)
{
	uint8_t code[SHA384_SIZE];

	memset(out, 0, (size_t)3 * PCR_SIZE);
	sha384(code, program);
	pcr_extend(out[0], bytes_of(code, sizeof(code)));
	pcr_extend(out[1], bytes_of_string("plimsoll development kernel"));
	pcr_extend(out[2],
		   bytes_of_string("plimsoll development application"));
}

void image_id(uint8_t out[IMAGE_ID_SIZE], const uint8_t *pcr0,
	      const uint8_t *pcr1, const uint8_t *pcr2, const uint8_t *pcr16)
{
	static const uint8_t bitmap[4] = { 0, 1, 0, 7 };
	static const uint8_t absent[PCR_SIZE];
	uint8_t joined[4 + 4 * PCR_SIZE];

	memcpy(joined, bitmap, 4);
	memcpy(joined + 4, pcr0, PCR_SIZE);
	memcpy(joined + 4 + PCR_SIZE, pcr1, PCR_SIZE);
	memcpy(joined + 4 + 2 * PCR_SIZE, pcr2, PCR_SIZE);
	memcpy(joined + 4 + 3 * PCR_SIZE, pcr16 ? pcr16 : absent, PCR_SIZE);
	sha256(out, bytes_of(joined, sizeof(joined)));
}

void document_image_id(uint8_t out[IMAGE_ID_SIZE],
		       const struct attestation_document *document)
{
	image_id(out, document->pcrs[0].data, document->pcrs[1].data,
		 document->pcrs[2].data,
		 document->pcrs[PCR_CONFIGURATION].data);
}
