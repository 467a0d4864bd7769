/* state.h -- what must be remembered between decisions: the carried state.
 *
 * Pure.  An enclave has no disk; the case carries the state, the decision
 * signs the digest before and after, the steward stores the latest.  Integers
 * only, so that a digest covers it: scales are in the names. */
#ifndef CASE_STATE_H
#define CASE_STATE_H

#include "base/cbor.h"
#include "case/decision.h"

#define STATE_VERSION 1
#define RECENT_FORECASTS 256 /* bits kept for the coverage check */

/** A fitted GARCH(1,1)-t and EWMA, quantised where they are stored. */
struct volatility_state {
	bool fitted;
	bool converged;        /* of the newest fit */
	int64_t mu_e12;        /* mean return per bar */
	int64_t omega_e18;     /* variance per bar */
	int64_t alpha_e9, beta_e9;
	int64_t nu_e6;         /* Student-t degrees of freedom */
	int64_t decay_e6;      /* EWMA decay */
	int64_t garch_variance_e18; /* of the next bar */
	int64_t ewma_variance_e18;  /* of the next bar */
	uint64_t fitted_at;    /* bar_count when fitted */
};

struct asset_state {
	uint8_t asset[ADDRESS_SIZE];
	uint64_t bar_count;        /* bars folded in since genesis */
	int64_t last_open_time_s;  /* of the newest bar; 0 none */
	int64_t last_close_mantissa;
	int32_t last_close_exponent;
	uint8_t history[HASH_SIZE]; /* digest chain over all bars */
	struct volatility_state volatility;
	uint32_t forecast_count;   /* bits in use, <= RECENT_FORECASTS */
	uint8_t exceeded[RECENT_FORECASTS / 8]; /* VaR 99 hit bits, ring */
};

struct state {
	uint8_t market[HASH_SIZE];
	uint64_t sequence;         /* 0 at genesis, +1 a decision */
	size_t asset_count;
	struct asset_state assets[ASSETS_MAX]; /* ascending by address */
};

void state_encode(struct buffer *out, const struct state *state);
MUST_CHECK enum status state_decode(struct state *out, struct bytes in);
void state_digest(uint8_t out32[HASH_SIZE], struct bytes canonical);

#endif
