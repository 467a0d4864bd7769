/* realised.h -- what liquidators do to a book of accounts while a given
 * stretch of prices goes by, and what the next stretch begins with.
 *
 * Pure.  The same cascade as simulate.h, along one history instead of many
 * possible futures: accounts change for good, and the oracle's answers and the
 * sales not yet absorbed are carried over.  Bad debt here is only what the
 * protocol records; who is under water and not liquidated stays so. */
#ifndef MODELS_LOSS_REALISED_H
#define MODELS_LOSS_REALISED_H

#include "models/loss/simulate.h"

/** What is carried from one stretch to the next; zeros: nothing before. */
struct loss_carry {
	bool begun;
	uint32_t step;                   /* of all so far, for delays */
	uint32_t waiting;                /* answers below that may be seen yet */
	double answer_usd[ASSETS_MAX];   /* the oracle's last */
	double answer_age_s[ASSETS_MAX];
	double seen_usd[ASSETS_MAX];     /* the answer that is acted on */
	double pressure_usd[ASSETS_MAX]; /* sold and not yet absorbed */
	double answers[LOSS_DELAY_STEPS_MAX + 1][ASSETS_MAX];
};

struct loss_stretch {
	const struct loss_market *market; /* values in force; relever unused;
					   * reserves' own prices unused */
	size_t account_count;
	struct engine_account *accounts; /* liquidated where they stand */
	size_t step_count;
	double step_s;
	const double *prices_usd;        /* [step][asset], > 0 */
	const double *said_usd;          /* [step][asset] what the oracle says
					  * whatever the market; 0: it answers
					  * the market, < 0: it is silent.  NULL:
					  * zeros */
	double depth;                    /* share that is left, (0, 1] */
	void (*told)(void *user, const struct loss_call *call); /* or NULL */
	void *user;
};

struct loss_realised {
	double deficit_usd;    /* recorded by the protocol */
	double liquidated_usd; /* debt repaid by liquidators */
	uint32_t accounts;     /* liquidated at least once */
};

/**
 * loss_realise - a stretch of prices.
 *
 * Out:     out, carry, the accounts' holdings; unspecified unless OK
 * In:      arena  loss_memory(accounts, holdings) bytes, given back
 * Returns: OK, E_LIMIT arena too small, E_RANGE an account's integers overflow
 * Cost:    O(holdings), and O(steps * holdings) where anyone can be reached */
MUST_CHECK enum status loss_realise(struct loss_realised *out,
				    struct loss_carry *carry,
				    const struct loss_stretch *stretch,
				    struct arena *arena);

#endif
