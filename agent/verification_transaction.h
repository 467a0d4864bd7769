/* verification_transaction.h -- verify: the transaction that a decision file
 * names did bring this decision to its steward.  Host only. */
#ifndef AGENT_VERIFICATION_TRANSACTION_H
#define AGENT_VERIFICATION_TRANSACTION_H

#include "agent/verification.h"
#include "feeds/net/chain.h"

/** verify_transaction - it logged the steward's DecisionAccepted or
 *  DecisionRecorded with this digest.  Says nothing of a file that names none;
 *  a NULL connection is "not checked".  E_PEER when the node cannot be asked. */
MUST_CHECK enum status
verify_transaction(struct verification *v,
		   const struct decision_document *decision,
		   struct json_rpc *rpc, struct error *error);

#endif
