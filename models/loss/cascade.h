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
	double *health;                  /* [account] at the prices of now */
	size_t *by_health;               /* [account] ascending */
	uint8_t *asset, *collateral;     /* [holding] reserve; does it count */
	double *supplied, *borrowed;     /* [holding] tokens; 0 if it does not */
	double *backing;                 /* [holding] supplied * LT */
	double unit[ASSETS_MAX];         /* smallest units a token */
};

/** Prices along a path, [asset], filled up to whole vectors with copies of
 *  asset 0. */
struct cascade_prices {
	size_t assets, padded;
	double now_usd[ASSETS_MAX];      /* before the path */
	double path_usd[ASSETS_MAX];     /* without pressure */
	double market_usd[ASSETS_MAX];   /* with pressure */
	double answer_usd[ASSETS_MAX];   /* the oracle's last */
	double answer_age_s[ASSETS_MAX];
	double seen_usd[ASSETS_MAX];     /* the answer that is acted on */
	const double *said_usd;          /* as loss_stretch has it, or NULL */
	double answers[LOSS_DELAY_STEPS_MAX + 1][ASSETS_MAX];
	size_t delay_steps;
	double pressure_usd[ASSETS_MAX]; /* sold and not yet absorbed */
	double decay[ASSETS_MAX];        /* of pressure, a step */
	uint32_t pressed;                /* bit a: pressure on asset a */
	double depth;                    /* share left on this path */
	double seen_low[ASSETS_MAX], seen_high[ASSETS_MAX];
	double base_inverse[ASSETS_MAX]; /* 1 / seen when the base was set */
	double base_low, base_high;      /* seen over base now, any asset */
};

/** Who is told of every call; told NULL: nobody. */
struct cascade_listener {
	void (*told)(void *user, const struct loss_call *call);
	void *user;
};

/** What impact_capacity answered last: most calls ask for the same again. */
struct cascade_capacity {
	double impact, usd; /* impact 0: nothing was asked yet */
};

/** One task's private copy of what moves. */
struct cascade {
	const struct cascade_book *book;
	struct cascade_listener listener;
	struct engine_market engine;     /* prices are put in at a call */
	struct cascade_prices prices;
	/* [collateral][debt] of the market's curves as they are prepared */
	struct cascade_capacity capacities[ASSETS_MAX][ASSETS_MAX];

	size_t count;                    /* accounts in reach */
	uint32_t *members;               /* [count] of the book, ascending */
	uint8_t *is_member;              /* [account] */
	uint8_t *touched;                /* [count] liquidated once at least */
	uint32_t *close;                 /* members near their thresholds */
	double *close_health;            /* [close_count] at the base prices */
	size_t close_count;
	size_t *first;                   /* [count] its first holding here */
	struct engine_account *accounts; /* [count] holdings NULL until a call */
	struct engine_holding *holdings;
	uint8_t *asset, *collateral;     /* [holding], as in the book */
	double *supplied, *borrowed, *backing;

	double enough_usd;               /* a walk ends beyond such a loss */
	double loss_usd, liquidated_usd;
	double asset_loss_usd[ASSETS_MAX];
	uint32_t liquidated_accounts;
};

/** cascade_book_make - the book as the cascade needs it: debts levered up.
 *  out->market is set before. */
MUST_CHECK enum status cascade_book_make(struct cascade_book *out,
					 const struct loss_book *book,
					 struct arena *arena);

/** cascade_book_rank - its accounts ordered by their health now: for who asks
 *  which of them a path can reach. */
MUST_CHECK enum status cascade_book_rank(struct cascade_book *out,
					 struct arena *arena);

/** cascade_make - a cascade over a book, with nobody in reach yet. */
MUST_CHECK enum status cascade_make(struct cascade *out,
				    const struct cascade_book *book,
				    double step_s, struct arena *arena);

/** cascade_begin - the members' amounts; the prices have begun. */
void cascade_begin(struct cascade *c);

/** cascade_step - calls at the prices of now.  Returns: OK, E_RANGE. */
MUST_CHECK enum status cascade_step(struct cascade *c);

/** cascade_prices_begin - all prices at now, no pressure, base set. */
void cascade_prices_begin(struct cascade_prices *prices, double depth);

/** cascade_prices_step - step_s later, at ratios [asset]; `step` counts the
 *  steps, for delayed answers. */
void cascade_prices_step(struct cascade_prices *prices,
			 const struct loss_market *market,
			 const double *ratios, size_t step, double step_s);

/** cascade_prices_sale - `usd` of an asset more on the market. */
void cascade_prices_sale(struct cascade_prices *prices,
			 const struct loss_market *market, size_t asset,
			 double usd);

/** cascade_prices_base - what is seen now is what spread is measured from. */
void cascade_prices_base(struct cascade_prices *prices);

/** cascade_prices_reach - can what was seen since the base have brought a health
 *  of then to 1?  No health falls by more than prices seen have parted. */
static inline bool cascade_prices_reach(const struct cascade_prices *prices,
					double health)
{
	return !(health * (1.0 - 1e-8) * prices->base_low > prices->base_high);
}

/** cascade_walk - the members' fate along a path of `paths`; the results stand
 *  in the cascade.  No loss is ever taken back: one above enough_usd ends it.  Returns: OK, E_RANGE. */
MUST_CHECK enum status cascade_walk(struct cascade *c,
				    const struct loss_paths *paths,
				    size_t path);

#endif
