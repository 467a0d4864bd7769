/* steward.h -- the RiskSteward's words: answers of its views, call data of its
 * entry points.
 *
 * Pure.  Layouts are those of StewardViews.sol and PlimsollTypes.sol; every
 * decoder wants exactly the words of its layout. */
#ifndef FEEDS_WIRE_STEWARD_H
#define FEEDS_WIRE_STEWARD_H

#include "case/decision.h"
#include "case/limits.h"

#define STEWARD_CALL_MAX 132 /* selector and four words */

/** What the DAO chose for a market, beyond steward_state. */
struct steward_config {
	uint8_t adapter[ADDRESS_SIZE];
	uint32_t epoch_period_s;
	uint32_t anchor_depth;
	uint16_t tolerance_bps;
};

/** steward_decode_config - marketConfig(bytes32): 14 words; fills delays, ages
 *  and policy hash of state. */
MUST_CHECK enum status steward_decode_config(struct steward_config *config,
					     struct steward_state *state,
					     struct bytes answer);
/** steward_decode_state - marketState(bytes32): 13 words; now_s tells whether
 *  a pause of everything still lasts. */
MUST_CHECK enum status steward_decode_state(struct steward_state *state,
					    struct bytes answer,
					    uint64_t now_s);
/** steward_decode_tuple - tupleState(bytes32,address,uint8): 33 words; the
 *  pending item counts only when it still stands. */
MUST_CHECK enum status steward_decode_tuple(struct tuple_state *out,
					    struct bytes answer,
					    bool pending_stands);
/** steward_decode_limits - limitsOf(bytes32,address,uint8). */
MUST_CHECK enum status steward_decode_limits(struct kind_limit *out,
					     uint8_t kind, struct bytes answer);

/** steward_view_call - selector and words of (market[, asset, kind]); asset
 *  NULL: market alone.  Returns the size. */
size_t steward_view_call(uint8_t out[STEWARD_CALL_MAX], const char *signature,
			 const uint8_t market[HASH_SIZE],
			 const uint8_t *asset, uint8_t kind);

/** Call data of submit(Decision,Attachment,bytes), record(Decision,bytes) and
 *  applyRecorded(Decision); overflow shows in out. */
void steward_put_submit(struct buffer *out, const struct signed_decision *made,
			const uint8_t signature65[65]);
void steward_put_record(struct buffer *out, const struct signed_decision *made,
			const uint8_t signature65[65]);
void steward_put_apply_recorded(struct buffer *out,
				const struct signed_decision *made);

#endif
