/* enclave_record.h -- enclave.json: which enclave runs under this home.
 *
 * Host only.  Written by `plimsoll enclave start`, removed by stop. */
#ifndef AGENT_ENCLAVE_RECORD_H
#define AGENT_ENCLAVE_RECORD_H

#include <sys/types.h>

#include "agent/attest/attestation_verify.h"
#include "base/host/memory.h"

#define ENCLAVE_PATH_MAX 4096
#define ENCLAVE_PCRS 4 /* 0, 1, 2 and 16 */

struct enclave_record {
	pid_t pid;
	int64_t start_time;   /* of the process, clock ticks since boot */
	char backend[16];
	char socket[ENCLAVE_PATH_MAX];
	char root_certificate[ENCLAVE_PATH_MAX]; /* "": the AWS root */
	uint8_t address[ADDRESS_SIZE];
	uint8_t public_key[PUBLIC_KEY_SIZE];
	uint8_t image_id[IMAGE_ID_SIZE];
	uint8_t pcrs[ENCLAVE_PCRS][PCR_SIZE];
	struct core_configuration configuration;
};

extern const unsigned enclave_pcr_numbers[ENCLAVE_PCRS];

/** enclave_path - HOME/enclave/NAME into out[ENCLAVE_PATH_MAX]; E_USAGE when
 *  it is too long. */
MUST_CHECK enum status enclave_path(char *out, const char *home,
				    const char *name, struct error *error);

/** enclave_record_write - HOME/enclave/enclave.json, atomically. */
MUST_CHECK enum status enclave_record_write(const struct enclave_record *record,
					    const char *home,
					    struct error *error);
/** enclave_record_json - the same members, as text. */
void enclave_record_json(struct text *out, const struct enclave_record *record,
			 const char *state);

/** enclave_record_read - E_PEER when no enclave was started under home (there
 *  is no peer), E_MALFORMED when the file is not one of ours. */
MUST_CHECK enum status enclave_record_read(struct enclave_record *out,
					   const char *home,
					   struct error *error);

/** process_start_time - of a running process whose name begins with
 *  plimsoll-enclav; -1 when there is none, or it is a zombie. */
int64_t enclave_process_start_time(pid_t pid);
/** enclave_record_is_running - that very process is alive. */
bool enclave_record_is_running(const struct enclave_record *record);

#endif
