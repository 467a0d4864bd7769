/* evaluate.h -- a case through the enclave, and through decide() here as well.
 *
 * Host only.  The enclave's answer is taken only when this program's own
 * decide() makes the same bytes; the next carried state is this program's. */
#ifndef AGENT_EVALUATE_H
#define AGENT_EVALUATE_H

#include "agent/case_file.h"

/** evaluate_case - signed decision and next state.
 *  Returns: E_PEER       no enclave, or it answered garbage or died
 *           E_AUTHENTIC  its decision differs from the recomputed one
 *           others       what the enclave refused with, in its words */
MUST_CHECK enum status evaluate_case(struct decision_document *out,
				     const char *home, struct bytes case_bytes,
				     struct error *error);

#endif
