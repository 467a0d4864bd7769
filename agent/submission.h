/* submission.h -- from a case to what stands on chain: enclave, check,
 * preflight, transaction, receipt.  Host only.
 *
 * The host asks the enclave to evaluate the case, recomputes the decision with
 * the same decide() and sends only what agrees.  Anyone may submit a signed
 * decision: the submission key pays gas and nothing else. */
#ifndef AGENT_SUBMISSION_H
#define AGENT_SUBMISSION_H

#include "agent/decision_file.h"
#include "agent/transaction_sender.h"

enum submission_via {
	VIA_STEWARD,  /* submit(): applies or queues by itself */
	VIA_GOVERNOR, /* record(), and a proposal that applies it */
};

/** What became of one asset's group. */
enum group_result { GROUP_APPLIED, GROUP_QUEUED, GROUP_REFUSED };

struct group_outcome {
	uint8_t asset[ADDRESS_SIZE];
	enum group_result result;
	char reason[160]; /* decoded error of a refusal */
};

struct submission {
	struct transaction_record record;
	size_t group_count;
	struct group_outcome groups[ASSETS_MAX];
};

struct submission_order {
	struct json_rpc *rpc;
	const struct submission_key *key; /* NULL: dry run, preflight only */
	uint8_t from[ADDRESS_SIZE];       /* of the preflight */
	const struct decision_document *decision;
	enum submission_via via;
	struct sender_options options;
};

/** submission_send - preflight by eth_call, then the transaction; what the
 *  steward said of each group is read from the receipt's block.
 *  Returns: E_REFUSED the steward reverts (decoded), E_PEER, E_INTERRUPTED */
MUST_CHECK enum status submission_send(struct submission *out,
				       const struct submission_order *order,
				       struct error *error);

/** submission_governor_proposal - JSON {targets, values, calldatas,
 *  description} of the proposal that applies a recorded decision. */
void submission_governor_proposal(struct text *out,
				  const struct decision_document *decision);

/** "steward" or "governor". */
const char *submission_via_name(enum submission_via via);

const char *group_result_name(enum group_result result);

#endif
