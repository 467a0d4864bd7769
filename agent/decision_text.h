/* decision_text.h -- a decision in words and tables, for a terminal. */
#ifndef AGENT_DECISION_TEXT_H
#define AGENT_DECISION_TEXT_H

#include <stdio.h>

#include "agent/decision_file.h"

/** decision_text_summary - outcome, reasons, tuples with binding, losses. */
void decision_text_summary(FILE *out, const struct decision_document *d);
/** decision_text_symbol - the asset's symbol, "?" when the report has none. */
const char *decision_text_symbol(const struct report *report,
				 const uint8_t asset20[ADDRESS_SIZE]);

/** decision_text_explain - per parameter: input, estimate, target, limiter,
 *  value. */
void decision_text_explain(FILE *out, const struct decision_document *d);

#endif
