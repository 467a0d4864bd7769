/* json_scan.h -- the strict grammar check in front of cJSON. */
#ifndef FEEDS_NET_JSON_SCAN_H
#define FEEDS_NET_JSON_SCAN_H

#include "base/bytes.h"
#include "base/host/memory.h"

/* First byte of a quoted number in the rewritten text.  No string of the
 * input can hold it: the scan refuses control characters, escaped or not. */
#define JSON_NUMBER_MARK '\x01'

/**
 * json_scan - checks `text` and writes the same document to `out` without
 * white space and with each number N as the string "\x01N", so that the
 * parser behind cannot round it.
 * Returns NULL, or what is wrong; *at is then the byte where. */
const char *json_scan(struct text *out, size_t *at, struct bytes text);

#endif
