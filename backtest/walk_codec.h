/* walk_codec.h -- a run that is under way as canonical CBOR: what a checkpoint
 * holds.  Host only.
 *
 * What the plan says again is left out: borrowers are drawn anew and only what
 * became of them is read. */
#ifndef BACKTEST_WALK_CODEC_H
#define BACKTEST_WALK_CODEC_H

#include "backtest/walk.h"
#include "base/host/memory.h"

/** walk_encode - appends one CBOR item.  Cost: O(borrowers + record) */
void walk_encode(struct text *out, const struct walk *walk);

/**
 * walk_decode - one item into a walk of the same plan and setter that was just
 * opened.
 * Returns: E_MALFORMED  other bytes, numbers that are not finite, counts that
 *                       are not the plan's, hours beyond it; the walk is then
 *                       of no use and is closed as ever */
MUST_CHECK enum status walk_decode(struct walk *walk,
				   struct cbor_reader *reader);

/** forecasts_encode, forecasts_decode - the log that rules share. */
void forecasts_encode(struct text *out, const struct forecast_log *log,
		      size_t asset_count);
MUST_CHECK enum status forecasts_decode(struct forecast_log *out,
					struct cbor_reader *reader,
					size_t asset_count);

#endif
