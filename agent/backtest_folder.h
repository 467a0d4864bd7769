/* backtest_folder.h -- the folder that a backtest leaves its results in: whose
 * they are, and that one run at a time writes there.  Host. */
#ifndef AGENT_BACKTEST_FOLDER_H
#define AGENT_BACKTEST_FOLDER_H

#include <stdbool.h>

#include "backtest/backtest.h"
#include "base/host/error.h"

/** backtest_folder - made where it is not there.
 *  E_USAGE no name, or a file; E_SYSTEM it cannot be made, with the reason. */
MUST_CHECK enum status backtest_folder(const char *folder, struct error *error);

/** A folder that is being written to. */
struct folder_claim {
	int descriptor; /* -1: none */
};

/**
 * backtest_folder_claim - the folder, until backtest_folder_release or the end
 * of the process.
 *
 * In:      fresh  results of another backtest may be replaced
 * Out:     claim  to be released, also after a failure
 * Returns: E_REFUSED  another run writes there, or it holds the results of
 *                     another plan; as backtest_folder
 * Cost:    O(bytes) of the results that are there */
MUST_CHECK enum status backtest_folder_claim(struct folder_claim *claim,
					     const char *folder,
					     const struct backtest_plan *plan,
					     bool fresh, struct error *error);
void backtest_folder_release(struct folder_claim *claim);

#endif
