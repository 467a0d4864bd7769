/* limits.h -- the nouns of the on-chain limiter: limits, buckets, pending.
 *
 * Pure data and its canonical CBOR; the rules themselves are
 * governance/limiter (README there).  Units as in the contract. */
#ifndef CASE_LIMITS_H
#define CASE_LIMITS_H

#include "base/cbor.h"
#include "case/decision.h"

struct component_limit {
	u128 floor, ceiling;        /* band, inclusive, component's unit */
	uint64_t step_tighten;      /* component's unit, or bps if relative */
	uint64_t step_loosen;
	uint64_t allowance_tighten; /* bucket capacity, same unit as steps */
	uint64_t allowance_loosen;
	uint64_t fast_loosen;       /* at most this: only confirm delay */
};

struct kind_limit {
	bool set;
	bool relative;              /* sizes are bps of the larger value */
	uint32_t window_s;          /* a bucket refills within this, s */
	uint32_t min_delay_tighten_s;
	uint32_t min_delay_loosen_s;
	uint8_t count;              /* components, kind_value_count() */
	struct component_limit components[TUPLE_VALUES_MAX];
};

/** Level in 1e18 units of size; updated_s 0: never touched, full. */
struct bucket {
	u128 level_e18;
	uint64_t updated_s;
};

struct pending_item {
	bool present;
	uint64_t ready_s, expires_s;
	u128 old_values[TUPLE_VALUES_MAX];
	u128 new_values[TUPLE_VALUES_MAX];
};

/** What the steward knows of one (asset, kind). */
struct tuple_state {
	uint8_t kind;
	struct kind_limit limit;
	uint64_t last_change_s;       /* 0: never */
	struct bucket tighten[TUPLE_VALUES_MAX];
	struct bucket loosen[TUPLE_VALUES_MAX];
	struct pending_item pending;
};

/** The steward's switches that bear on a market. */
struct steward_state {
	uint8_t state_digest[HASH_SIZE];
	uint8_t policy_hash[HASH_SIZE];
	uint64_t last_epoch;
	bool has_epoch;              /* false before the first decision */
	bool epoch_used;             /* an UPDATE was made in last_epoch */
	bool loosen_paused, all_paused, silent;
	bool development;            /* class C admitted; chain 31337 only */
	uint32_t confirm_delay_s, timelock_delay_s, pending_life_s;
	uint32_t max_age_s, max_validity_s;
};

void tuple_state_encode(struct buffer *out, const struct tuple_state *in);
MUST_CHECK enum status tuple_state_decode(struct tuple_state *out,
					  struct cbor_reader *reader);
void steward_state_encode(struct buffer *out, const struct steward_state *in);
MUST_CHECK enum status steward_state_decode(struct steward_state *out,
					    struct cbor_reader *reader);

#endif
