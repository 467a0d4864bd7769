/* cmd_explain.c -- plimsoll explain DECISION. */
#include <stdio.h>

#include "agent/command.h"
#include "agent/decision_text.h"

static enum status run_explain(const struct invocation *invocation,
			       struct error *error)
{
	struct decision_document document;
	enum status status = decision_document_read(
		&document, invocation_argument(invocation, 0), error);

	if (status)
		return status;
	if (want_json(invocation)) {
		struct text text = { 0 };

		decision_document_write(&text, &document, NULL);
		fputs(text.data, stdout);
		text_free(&text);
	} else {
		decision_text_explain(stdout, &document);
	}
	decision_document_free(&document);
	return OK;
}

static const struct command verbs[] = {
	{ "", "DECISION",
	  "input, estimate, loss, target, limiter, value per parameter",
	  "  plimsoll explain decision.json\n", NULL, 1, 1, run_explain },
	{ 0 },
};

const struct command_group commands_explain = {
	"explain", "why a decision is what it is", verbs
};
