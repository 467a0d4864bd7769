/* liquidations_market.c -- see liquidations_market.h. */
#include "tests/models/liquidations_market.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/host/memory.h"
#include "tests/models/market_files.h"

#define HOURS_FROM_S 1606780800 /* 2020-12-01 */
#define HOURS_END_S 1656633600  /* 2022-07-01 */
#define HOURS ((size_t)(HOURS_END_S - HOURS_FROM_S) / HOUR_S)

/* Thresholds and bonuses as published with the deployment of Aave v2
 * (aave/protocol-v2, markets/aave/reservesConfigs.ts); CRV and UST from the
 * protocol's risk documentation of 2021.  They held through May 2021; USDC's
 * threshold of 2022 is what the fifth user's own record says (health x debt /
 * collateral = 0.88 in every row). */
const struct v2_asset v2_assets[V2_ASSETS] = {
	{ "WETH", 18, 8250, 10500, false, NULL, "ETHUSDT-binance-1h" },
	{ "WBTC", 8, 7500, 11000, false, "WBTC-USD-aggregated-1h-2021_2023",
	  "BTCUSDT-binance-1h-2017_2021" },
	{ "LINK", 18, 7500, 11000, false, "LINK-USD-aggregated-1h-2021_2023",
	  "LINKUSDT-binance-1h" },
	{ "AAVE", 18, 6500, 11000, false, "AAVE-USD-aggregated-1h-2021_2023",
	  "AAVEUSDT-binance-1h" },
	{ "CRV", 18, 5500, 11500, false, "CRV-USD-aggregated-1h-2021_2023",
	  "CRVUSDT-binance-1h" },
	{ "USDC", 6, 8500, 10500, true, NULL, NULL },
	{ "USDC-2022", 6, 8800, 10500, true, NULL, NULL },
	{ "DAI", 18, 8000, 10500, true, NULL, NULL },
	{ "TUSD", 18, 8000, 10500, true, NULL, NULL },
	{ "USDT", 6, 0, 0, true, NULL, NULL },
	{ "BUSD", 18, 0, 0, true, NULL, NULL },
	{ "GUSD", 2, 0, 0, true, NULL, NULL },
	{ "SUSD", 18, 0, 0, true, NULL, NULL },
	{ "UST", 6, 0, 0, false, "UST-USD-aggregated-1h-2021_2023",
	  "USTUSDT-binance-1h" },
	{ "UNI", 18, 6500, 11000, false, NULL, NULL },
	{ "ENJ", 18, 6000, 11000, false, NULL, NULL },
	{ "BAT", 18, 7500, 11000, false, NULL, NULL },
	{ "ZRX", 18, 6500, 11000, false, NULL, NULL },
};

int v2_asset_find(struct bytes symbol)
{
	for (int i = 0; i < V2_ASSETS; i++)
		if (strlen(v2_assets[i].symbol) == symbol.size &&
		    !strncasecmp(v2_assets[i].symbol,
				 (const char *)symbol.data, symbol.size))
			return i;
	return -1;
}

bool v2_has_hours(int asset)
{
	return v2_assets[asset].candles != NULL;
}

static void add_series(struct v2_hour *hours, const char *folder,
		       const char *name)
{
	struct market_file file;
	char path[96];

	snprintf(path, sizeof(path), "%s.csv.gz", name);
	market_file_read(&file, folder, path);
	for (size_t i = 0; i < file.count; i++) {
		const struct bar *bar = &file.bars[i];
		int64_t at = (bar->open_time_s - HOURS_FROM_S) / HOUR_S;

		if (bar->open_time_s < HOURS_FROM_S || at >= (int64_t)HOURS)
			continue;
		hours[at].low = decimal_to_double(bar->low);
		hours[at].high = decimal_to_double(bar->high);
		hours[at].close = decimal_to_double(bar->close);
	}
	memory_free(file.bars);
}

void v2_prices_read(struct v2_prices *out, const char *folder)
{
	memset(out, 0, sizeof(*out));
	for (int i = 0; i < V2_ASSETS; i++) {
		if (!v2_assets[i].candles)
			continue;
		out->hours[i] = memory_allocate(HOURS, sizeof(*out->hours[i]));
		memset(out->hours[i], 0, HOURS * sizeof(*out->hours[i]));
		if (v2_assets[i].aggregated)
			add_series(out->hours[i], folder,
				   v2_assets[i].aggregated);
		add_series(out->hours[i], folder, v2_assets[i].candles);
	}
}

void v2_prices_free(struct v2_prices *prices)
{
	for (int i = 0; i < V2_ASSETS; i++)
		memory_free(prices->hours[i]);
}

static double between_at(const struct v2_between *b, int64_t time_s)
{
	double share;

	if (b->from_usd <= 0.0 || b->to_usd <= 0.0 || b->to_s <= b->from_s)
		return 0.0;
	share = (double)(time_s - b->from_s) / (double)(b->to_s - b->from_s);
	share = share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
	return b->from_usd * pow(b->to_usd / b->from_usd, share);
}

struct v2_hour v2_price(const struct v2_prices *prices, int asset,
			int64_t time_s)
{
	struct v2_hour out = { 1.0, 1.0, 1.0 };

	if (v2_assets[asset].dollar)
		return out;
	if (!v2_has_hours(asset)) {
		out.close = between_at(&prices->between[asset], time_s);
		out.low = out.high = out.close;
		return out;
	}
	if (time_s < HOURS_FROM_S || time_s >= HOURS_END_S)
		return (struct v2_hour){ 0.0, 0.0, 0.0 };
	return prices->hours[asset][(time_s - HOURS_FROM_S) / HOUR_S];
}

static double unit_of(int asset)
{
	return pow(10.0, v2_assets[asset].decimals);
}

void v2_open(struct v2_view *out, const struct v2_account *account)
{
	memset(out, 0, sizeof(*out));
	out->terms = *account;
	out->market.rule = ENGINE_AAVE_V2;
	out->market.reserve_count = account->count;
	out->account.count = account->count;
	out->account.holdings = out->holdings;
	for (size_t i = 0; i < account->count; i++) {
		const struct v2_part *part = &account->parts[i];
		const struct v2_asset *asset = &v2_assets[part->asset];
		u128 raw = (u128)(part->amount * unit_of(part->asset));

		out->market.reserves[i] = (struct engine_reserve){
			.unit = (u128)unit_of(part->asset),
			.lt_bps = asset->lt_bps, .lb_bps = asset->lb_bps };
		out->holdings[i].reserve = (uint8_t)i;
		out->holdings[i].collateral = !part->debt && asset->lt_bps;
		out->holdings[i].supplied = part->debt ? 0 : raw;
		out->holdings[i].borrowed = part->debt ? raw : 0;
	}
}

static bool moves(const struct v2_view *view, bool debt)
{
	for (size_t i = 0; i < view->terms.count; i++) {
		const struct engine_holding *h = &view->holdings[i];

		if ((debt ? h->borrowed : h->supplied) &&
		    !v2_assets[view->terms.parts[i].asset].dollar)
			return true;
	}
	return false;
}

bool v2_price_view(struct v2_view *view, const struct v2_prices *prices,
		   int64_t time_s, enum v2_point point)
{
	bool ranges = point == V2_ADVERSE &&
		      !(moves(view, true) && moves(view, false));

	for (size_t i = 0; i < view->terms.count; i++) {
		const struct v2_part *part = &view->terms.parts[i];
		struct v2_hour hour = v2_price(prices, part->asset, time_s);
		double price = !ranges ? hour.close
			       : part->debt ? hour.high
					    : hour.low;

		if (hour.close <= 0.0)
			return false;
		if (part->debt && view->terms.debt_factor > 0.0)
			price *= view->terms.debt_factor;
		view->market.reserves[i].price_e8 = (uint64_t)(price * 1e8);
	}
	return true;
}

double v2_health(const struct v2_view *view)
{
	struct engine_totals totals;

	if (engine_totals(&totals, &view->account, &view->market)) {
		fprintf(stderr, "health: out of range\n");
		exit(2);
	}
	return totals.debt_e8 ? (double)totals.health_e18 * 1e-18 : 1e9;
}

static double value_usd(const struct v2_view *view, size_t i, u128 raw)
{
	return (double)raw / (double)view->market.reserves[i].unit *
	       (double)view->market.reserves[i].price_e8 * 1e-8;
}

/* The largest debt against the largest collateral. */
static bool best_call(struct engine_call *out, const struct v2_view *view)
{
	double debt = 0.0, collateral = 0.0;

	for (size_t i = 0; i < view->terms.count; i++) {
		const struct engine_holding *h = &view->holdings[i];
		double owed = value_usd(view, i, h->borrowed);
		double held = h->collateral ? value_usd(view, i, h->supplied)
					    : 0.0;

		if (owed > debt) {
			debt = owed;
			out->debt = (uint8_t)i;
		}
		if (held > collateral) {
			collateral = held;
			out->collateral = (uint8_t)i;
		}
	}
	out->debt_to_cover = ~(u128)0;
	return debt > 0.0 && collateral > 0.0;
}

static bool call_once(struct v2_call *out, struct v2_view *view,
		      double gas_usd)
{
	struct engine_holding before[ASSETS_MAX];
	struct engine_liquidation done;
	struct engine_call call = { 0, 0, 0 };
	size_t c, d;

	memcpy(before, view->holdings, sizeof(before));
	if (!best_call(&call, view) ||
	    engine_liquidate(&done, &view->account, &view->market, &call))
		return false;
	c = call.collateral;
	d = call.debt;
	out->collateral = view->terms.parts[c].asset;
	out->debt = view->terms.parts[d].asset;
	out->repaid = (double)done.debt_repaid / unit_of(out->debt);
	out->seized = (double)done.collateral_seized / unit_of(out->collateral);
	out->repaid_usd = value_usd(view, d, done.debt_repaid);
	if (out->repaid_usd * (v2_assets[out->collateral].lb_bps - 10000) <
	    gas_usd * 10000.0) {
		memcpy(view->holdings, before, sizeof(before));
		return false;
	}
	return true;
}

size_t v2_walk(struct v2_call *out, size_t room, struct v2_view *view,
	       const struct v2_stretch *stretch)
{
	static const enum v2_point points[2] = { V2_ADVERSE, V2_CLOSE };
	size_t count = 0;

	for (int64_t h = stretch->from_s; h < stretch->end_s; h += HOUR_S)
		for (int k = 0; k < 2; k++) {
			if (!v2_price_view(view, stretch->prices, h, points[k]))
				continue;
			while (count < room &&
			       call_once(&out[count], view, stretch->gas_usd))
				out[count++].hour_s = h;
		}
	return count;
}
