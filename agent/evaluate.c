/* evaluate.c -- see evaluate.h. */
#include "agent/evaluate.h"

#include <string.h>

#include "agent/enclave_client.h"

static enum status compare(const struct decision_document *made,
			   const struct enclave_evaluation *enclave,
			   struct error *error)
{
	const struct wire_evaluated *answer = &enclave->answer;

	if (!bytes_equal(answer->decision, bytes_of(made->bytes, made->size)) ||
	    memcmp(answer->digest, made->digest, HASH_SIZE) ||
	    !bytes_equal(answer->state, bytes_of(made->next_state,
						 made->next_state_size))) {
		error_set(error, E_AUTHENTIC, "the enclave's decision is not "
			  "the one that this program computes");
		return error_hint(error, "They are different releases, or one "
				  "of them is not what it says it is; nothing "
				  "was sent.");
	}
	return OK;
}

enum status evaluate_case(struct decision_document *out, const char *home,
			  struct bytes case_bytes, struct error *error)
{
	struct enclave_evaluation enclave;
	struct decision_document made;
	enum status status =
		enclave_evaluate(&enclave, home, case_bytes, 0, error);

	if (status)
		return status;
	status = case_decide(&made, case_bytes, 0, error);
	if (!status) {
		status = compare(&made, &enclave, error);
		made.has_signature = true;
		memcpy(made.signature, enclave.answer.signature,
		       SIGNATURE_SIZE);
		if (status)
			decision_document_free(&made);
		else
			*out = made;
	}
	memory_free(enclave.storage);
	return status;
}
