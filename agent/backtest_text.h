/* backtest_text.h -- a backtest's summary as text for a terminal.  Host. */
#ifndef AGENT_BACKTEST_TEXT_H
#define AGENT_BACKTEST_TEXT_H

#include "backtest/backtest.h"

/** backtest_text - who kept the market solvent and at what leverage; whether
 *  the forecasts pass; what each did in the crises. */
void backtest_text(struct text *out, const struct backtest_summary *summary);

#endif
