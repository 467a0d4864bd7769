/* record.h -- writes down in the store what a cycle saw, decided and sent.
 *
 * Host only.  Everything is taken from the canonical bytes themselves, so that
 * the store cannot say anything else than the case and the decision do.
 * Writing the same thing again changes nothing. */
#ifndef AGENT_RECORD_H
#define AGENT_RECORD_H

#include "agent/case_builder.h"
#include "agent/case_file.h"
#include "agent/submission.h"

/** record_case - policy, market snapshot, liquidity curves and the case with
 *  its inputs, whose bars are marked as used.  E_PEER, E_REFUSED. */
MUST_CHECK enum status record_case(struct database *database,
				   const struct built_case *built,
				   const char *policy_path,
				   struct error *error);

/** record_decision - the signed decision and its JSON. */
MUST_CHECK enum status record_decision(struct database *database,
				       const struct decision_document *decision,
				       struct error *error);

/** The submission of one decision, as its transaction moves on. */
struct recording {
	struct database *database;
	const struct decision_document *decision;
	enum submission_via via;
	int64_t submission; /* 0 until the first transaction */
};

/** record_transaction - sender_options.store, `user` a struct recording. */
MUST_CHECK enum status
record_transaction(void *user, const struct transaction_record *record,
		   struct error *error);

#endif
