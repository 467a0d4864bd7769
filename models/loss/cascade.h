/* cascade.h -- one path's walk through its steps, for the accounts in reach.
 *
 * Pure, private to models/loss.  What simulate.c hands to its tasks. */
#ifndef MODELS_LOSS_CASCADE_H
#define MODELS_LOSS_CASCADE_H

#include "models/loss/simulate.h"

/** The book at the candidate, with what screening needs of it. */
struct cascade_book {
	const struct loss_market *market;
	size_t account_count;
	struct engine_account *accounts; /* debt levered up */
	size_t *first;                   /* [account] its first holding */
	uint8_t *asset;                  /* [holding] */
	double *backing, *debt; /* [holding] USD now: value * LT, borrowed */
};

/** One task's private copy of what moves. */
struct cascade {
	const struct cascade_book *book;
	struct engine_market engine;     /* prices that liquidators see */
	double now_usd[ASSETS_MAX];      /* before the path */
	double path_usd[ASSETS_MAX];     /* without pressure */
	double market_usd[ASSETS_MAX];   /* with pressure */
	double answer_usd[ASSETS_MAX];   /* the oracle's last */
	double answer_age_s[ASSETS_MAX];
	double seen_usd[ASSETS_MAX];     /* the answer that is acted on */
	double answers[LOSS_DELAY_STEPS_MAX + 1][ASSETS_MAX];
	size_t delay_steps;
	double pressure_usd[ASSETS_MAX]; /* sold and not yet absorbed */
	double seen_low[ASSETS_MAX], seen_high[ASSETS_MAX];
	double base_usd[ASSETS_MAX];     /* seen when `close` was listed */
	double base_low, base_high;      /* seen over base since, any asset */
	double decay[ASSETS_MAX];        /* of pressure, a step */
	double depth;                    /* share left on this path */

	size_t count;                    /* accounts in reach */
	uint32_t *members;               /* [count] of the book, ascending */
	uint8_t *is_member;              /* [account] */
	uint8_t *touched;                /* [count] liquidated once at least */
	uint32_t *close;                 /* members near their thresholds */
	size_t close_count;
	struct engine_account *accounts; /* [count] */
	struct engine_holding *holdings;
	double *supplied, *borrowed;     /* tokens, one a holding */

	double loss_usd, liquidated_usd;
	double asset_loss_usd[ASSETS_MAX];
	uint32_t liquidated_accounts;
};

/** cascade_walk - the members' fate along a path of `paths`; the results stand
 *  in the cascade.  Returns: OK, E_RANGE. */
MUST_CHECK enum status cascade_walk(struct cascade *c,
				    const struct loss_paths *paths,
				    size_t path);

#endif
