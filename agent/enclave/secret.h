/* secret.h -- a page for the enclave's key: never swapped, dumped or inherited. */
#ifndef AGENT_ENCLAVE_SECRET_H
#define AGENT_ENCLAVE_SECRET_H

#include <stdbool.h>

#include "base/bytes.h"

struct secret_page {
	uint8_t *data; /* zeroed */
	size_t size;
	bool hidden;   /* memfd_secret: the kernel itself does not map it */
};

/** secret_page_new - from memfd_secret where the kernel has it, else a locked
 *  anonymous page outside core dumps.  E_SYSTEM when neither can be had. */
MUST_CHECK enum status secret_page_new(struct secret_page *out);
/** secret_page_free - wipes first; safe on a zeroed struct. */
void secret_page_free(struct secret_page *page);

#endif
