/* verification_store.h -- the check of verify that asks the store: are the
 * observations still those that the case was made from?  Host. */
#ifndef AGENT_VERIFICATION_STORE_H
#define AGENT_VERIFICATION_STORE_H

#include "agent/verification.h"

/** verify_store - every bar of the case against the stored bars and the
 *  observations they came from; the first difference is named. */
MUST_CHECK enum status verify_store(struct verification *v,
				    const struct case_document *document,
				    const char *home, struct error *error);

#endif
