/* fuzz_enclave_record.c -- enclave.json: refused, or a record that is written
 * and read again as the same. */
#include <stdlib.h>
#include <string.h>

#include "agent/enclave_record.c" /* its parser takes bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct enclave_record record, again;
	uint8_t address[ADDRESS_SIZE];
	struct text text = { 0 };

	if (parse_record(&record, bytes_of(data, size)))
		return 0;
	address_from_public_key(address, record.public_key);
	if (record.pid <= 1 || memcmp(address, record.address, ADDRESS_SIZE) ||
	    !memchr(record.backend, 0, sizeof(record.backend)) ||
	    !memchr(record.socket, 0, sizeof(record.socket)))
		abort();
	enclave_record_json(&text, &record, "running");
	if (parse_record(&again, bytes_of(text.data, text.size)) ||
	    memcmp(&record, &again, sizeof(again)))
		abort();
	text_free(&text);
	return 0;
}
