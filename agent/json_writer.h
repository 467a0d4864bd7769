/* json_writer.h -- what the chain adds to the host's JSON writer: hexadecimal
 * and addresses.  Host only. */
#ifndef AGENT_JSON_WRITER_H
#define AGENT_JSON_WRITER_H

#include "base/host/json_writer.h"

/** 0x and lower-case hexadecimal. */
void json_put_hex(struct json_writer *writer, const char *key,
		  const uint8_t *data, size_t size);
/** EIP-55 address. */
void json_put_address(struct json_writer *writer, const char *key,
		      const uint8_t *address);

#endif
