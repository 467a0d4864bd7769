/* liquidations_market.h -- Aave v2 of 2021 as the engine sees it: reserves,
 * hourly prices, an account walked along them.
 *
 * Host only, for the reports on realised liquidations.  Amounts in whole
 * tokens, prices in USD; the rules themselves are the engine's (v2 rule). */
#ifndef TESTS_MODELS_LIQUIDATIONS_MARKET_H
#define TESTS_MODELS_LIQUIDATIONS_MARKET_H

#include "models/positions/aave_engine.h"

#define HOUR_S 3600
#define DAY_S 86400
#define V2_ASSETS 18

struct v2_asset {
	const char *symbol;
	uint8_t decimals;
	uint16_t lt_bps, lb_bps;  /* 0: no collateral */
	bool dollar;              /* taken at 1 USD */
	const char *aggregated;   /* hourly points, or NULL */
	const char *candles;      /* hourly candles: these win, or NULL */
};

extern const struct v2_asset v2_assets[V2_ASSETS];

/** v2_asset_find - index of a symbol, any case; -1: not in the table. */
int v2_asset_find(struct bytes symbol);

/** Prices inside one hour; close 0: none. */
struct v2_hour {
	double low, high, close;
};

/** A price known at two times only: log-linear between them. */
struct v2_between {
	int64_t from_s, to_s;
	double from_usd, to_usd;
};

struct v2_prices {
	struct v2_hour *hours[V2_ASSETS];
	struct v2_between between[V2_ASSETS]; /* where there are no hours */
};

void v2_prices_read(struct v2_prices *out, const char *folder);
void v2_prices_free(struct v2_prices *prices);
/** v2_price - of the hour that `time_s` lies in. */
struct v2_hour v2_price(const struct v2_prices *prices, int asset,
			int64_t time_s);
bool v2_has_hours(int asset);

struct v2_part {
	int asset;
	bool debt;
	double amount;
};

/** Supplied and borrowed of one asset are two parts. */
struct v2_account {
	size_t count;
	struct v2_part parts[ASSETS_MAX];
	double debt_factor; /* on the prices of debt: anchors the health */
};

/** Part i is holding i and reserve i. */
struct v2_view {
	struct v2_account terms;
	struct engine_market market;
	struct engine_account account;
	struct engine_holding holdings[ASSETS_MAX];
};

enum v2_point {
	V2_CLOSE,
	/* Collateral at its low or debt at its high; the close where both
	 * move, for the extremes of two assets need not meet. */
	V2_ADVERSE,
};

/** v2_open - raw amounts and thresholds; the view must stay in place. */
void v2_open(struct v2_view *out, const struct v2_account *account);
/** v2_price_view - prices of an hour; false when one is missing. */
bool v2_price_view(struct v2_view *view, const struct v2_prices *prices,
		   int64_t time_s, enum v2_point point);
/** v2_health - 1e9 without debt. */
double v2_health(const struct v2_view *view);

struct v2_call {
	int64_t hour_s;
	int collateral, debt; /* assets */
	double repaid, seized; /* tokens */
	double repaid_usd;
};

struct v2_stretch {
	const struct v2_prices *prices;
	int64_t from_s, end_s; /* whole hours; end not included */
	double gas_usd;        /* a call is made when its bonus is above */
};

/** v2_walk - every liquidation the v2 rule makes along the hours: at the
 *  adverse point and at the close, largest debt and collateral first, until
 *  health is 1 or the next bonus does not pay.  Returns how many were made;
 *  at most `room` are stored, and the walk ends there. */
size_t v2_walk(struct v2_call *out, size_t room, struct v2_view *view,
	       const struct v2_stretch *stretch);

#endif
