/* test_quality_recorded.c -- feeds/quality on real prices: every bad print
 * that is known in the files is caught, and in the hours of the crises no price
 * that another file confirms is thrown away.
 *
 * Each file is judged by its own past and by the other files of its asset,
 * which are known an interval ahead, as they are when history is imported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/host/quality_series.h"

#define WITNESSES_MAX 4
#define HOUR_S 3600

struct witness {
	const char *name;
	int64_t interval_s;
};

/** A file, and the others that speak of the same price. */
struct trial {
	const char *name;
	int64_t interval_s;
	bool stable;
	double outside;  /* share beyond a witness's two intervals: a bad print;
			  * 0: only those listed */
	struct witness witnesses[WITNESSES_MAX];
};

static const struct trial trials[] = {
	{ "prices/WETH-USD-aggregated-1h-2021_2023", 0, false, 0.05,
	  { { "prices/ETHUSDT-binance-1h", HOUR_S } } },
	{ "prices/UST-USD-aggregated-1h-2021_2023", 0, true, 0.05,
	  { { "prices/USTUSDT-binance-1h", HOUR_S } } },
	{ "prices/USDC-USD-aggregated-1h-2021_2023", 0, true, 0.02,
	  { { "prices/USDCUSDT-binance-1h", HOUR_S } } },
	{ "prices/DAI-USD-aggregated-1h-2021_2023", 0, true, 0.02,
	  { { "prices/DAI-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/USDT-USD-aggregated-1h-2021_2023", 0, true, 0.02,
	  { { "prices/USDT-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/CRV-USD-aggregated-1h-2021_2023", 0, false, 0,
	  { { "prices/CRVUSDT-binance-1h", HOUR_S } } },
	{ "prices/LINK-USD-aggregated-1h-2021_2023", 0, false, 0,
	  { { "prices/LINKUSDT-binance-1h", HOUR_S } } },
	{ "prices/AAVE-USD-aggregated-1h-2021_2023", 0, false, 0,
	  { { "prices/AAVEUSDT-binance-1h", HOUR_S } } },
	{ "prices/USDCUSD-cdd-1h", HOUR_S, true, 0,
	  { { "prices/USDCUSDT-binance-1h", HOUR_S },
	    { "prices/USDC-USD-aggregated-1h-2021_2023", 0 },
	    { "prices/USDC-USD-coinmarketcap-1d", 86400 },
	    { "prices/USDCUSD-kraken-1h-2023_03", HOUR_S } } },
	{ "prices/USDCUSD-kraken-1h-2023_03", HOUR_S, true, 0,
	  { { "prices/USDCUSDT-binance-1h", HOUR_S },
	    { "prices/USDCUSD-cdd-1h", HOUR_S },
	    { "prices/USDC-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/USDCUSDT-binance-1h", HOUR_S, true, 0,
	  { { "prices/USDC-USD-aggregated-1h-2021_2023", 0 },
	    { "prices/USDCUSD-kraken-1h-2023_03", HOUR_S },
	    { "prices/USDC-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/USTUSDT-binance-1h", HOUR_S, true, 0,
	  { { "prices/UST-USD-aggregated-1h-2021_2023", 0 },
	    { "prices/USTC-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/LUNAUSDT-binance-1h", HOUR_S, false, 0,
	  { { "prices/LUNC-USD-coinmarketcap-1d", 86400 } } },
	{ "prices/ETHUSDT-binance-1h", HOUR_S, false, 0,
	  { { "prices/WETH-USD-aggregated-1h-2021_2023", 0 },
	    { "chainlink/ETH-USD-rounds", 0 } } },
	{ "prices/BTCUSDT-binance-1h-2021_2023", HOUR_S, false, 0,
	  { { "prices/WBTC-USD-aggregated-1h-2021_2023", 0 },
	    { "prices/BTCUSDT-binance-1h-2017_2021", HOUR_S } } },
	{ "prices/BTCUSDT-binance-1h-2017_2021", HOUR_S, false, 0, { { 0 } } },
	{ "prices/BTCUSDT-binance-1h-2024_2026", HOUR_S, false, 0, { { 0 } } },
	{ "prices/USDEUSDT-bybit-1h", HOUR_S, true, 0, { { 0 } } },
	{ "chainlink/ETH-USD-rounds", 0, false, 0,
	  { { "prices/ETHUSDT-binance-1h", HOUR_S } } },
	{ "prices/USDC-USD-coinmarketcap-1d", 86400, true, 0, { { 0 } } },
	{ "prices/USDT-USD-coinmarketcap-1d", 86400, true, 0, { { 0 } } },
	{ "prices/DAI-USD-coinmarketcap-1d", 86400, true, 0, { { 0 } } },
};
#define TRIALS (sizeof(trials) / sizeof(trials[0]))

/** A print that the data's own notes call bad: any of that minute (points) or
 *  of the hour that opens then (candles). */
static const struct {
	const char *name, *time;
} listed[] = {
	{ "WETH-USD-aggregated", "2022-06-13T04:02:00Z" },
	{ "WETH-USD-aggregated", "2021-09-16T09:02:00Z" },
	{ "UST-USD-aggregated", "2022-03-25T22:04:00Z" },
	{ "UST-USD-aggregated", "2022-03-25T23:04:00Z" },
	{ "USDCUSD-cdd", "2023-01-25T21:00:00Z" },
	{ "USDCUSD-cdd", "2025-07-18T01:00:00Z" },
};
#define LISTED (sizeof(listed) / sizeof(listed[0]))

static const struct {
	const char *from, *to;
} crises[] = {
	{ "2020-03-12T00:00:00Z", "2020-03-14T00:00:00Z" },
	{ "2021-05-19T00:00:00Z", "2021-05-20T00:00:00Z" },
	{ "2022-05-07T00:00:00Z", "2022-05-14T00:00:00Z" },
	{ "2023-03-10T12:00:00Z", "2023-03-14T00:00:00Z" },
	{ "2025-10-10T00:00:00Z", "2025-10-12T00:00:00Z" },
};
#define CRISES (sizeof(crises) / sizeof(crises[0]))

/** The series of a trial, the judged one first, and what came of it. */
struct replay {
	const struct trial *trial;
	struct quality_rules rules;
	struct quality_state state;
	struct quality_series series[1 + WITNESSES_MAX];
	size_t next[1 + WITNESSES_MAX];
	size_t rejected, marked, bad, caught, listed_bad, listed_caught;
	size_t crisis, confirmed, thrown;
};

static int64_t at(const char *text)
{
	int64_t out = 0;

	assert_int_equal(time_parse(&out, bytes_of_string(text)), OK);
	return out;
}

static bool in_crisis(int64_t time_s)
{
	for (size_t i = 0; i < CRISES; i++)
		if (time_s > at(crises[i].from) && time_s <= at(crises[i].to))
			return true;
	return false;
}

static bool is_listed(const struct replay *r,
		      const struct quality_observation *o)
{
	int64_t opened_s = o->time_s - r->series[0].interval_s;

	for (size_t i = 0; i < LISTED; i++)
		if (strstr(r->trial->name, listed[i].name) &&
		    opened_s / 60 * 60 == at(listed[i].time))
			return true;
	return false;
}

/* The witness's own words, not the judge's: the ranges of the two intervals
 * around the moment; false where it has none. */
static bool range_around(double range[2], const struct replay *r, size_t w,
			 int64_t time_s)
{
	const struct quality_series *s = &r->series[w];
	int64_t span_s = s->interval_s ? s->interval_s : HOUR_S;
	bool any = false;

	for (size_t i = r->next[w], left = 4; i > 0 && left; i--, left--) {
		const struct quality_observation *o = &s->points[i - 1];
		bool candle = s->interval_s > 0;
		double low = candle ? o->low : o->price;
		double high = candle ? o->high : o->price;

		if (o->time_s - span_s > time_s ||
		    o->time_s + span_s < time_s)
			continue;
		range[0] = any && range[0] < low ? range[0] : low;
		range[1] = any && range[1] > high ? range[1] : high;
		any = true;
	}
	return any;
}

/* +1 some witness confirms within `slack`, -1 all that speak say otherwise. */
static int word_of_others(const struct replay *r,
			  const struct quality_observation *o, double slack)
{
	int says = 0;

	for (size_t w = 1; w < r->rules.source_count; w++) {
		double range[2];

		if (!range_around(range, r, w, o->time_s))
			continue;
		if (o->price >= range[0] * (1 - slack) &&
		    o->price <= range[1] * (1 + slack))
			return 1;
		says = -1;
	}
	return says;
}

static bool markets_disagreed(int64_t time_s)
{
	return time_s >= at("2022-05-12T00:00:00Z") &&
	       time_s < at("2022-05-14T00:00:00Z");
}

static void count(struct replay *r, const struct quality_observation *o,
		  enum quality_verdict verdict)
{
	double slack = r->trial->stable ? 0.004 : 0.01;
	bool rejected = verdict == QUALITY_REJECTED;
	bool is_bad = r->trial->outside > 0 && !markets_disagreed(o->time_s) &&
		      word_of_others(r, o, r->trial->outside) < 0;

	r->rejected += rejected;
	r->marked += verdict == QUALITY_MARKED;
	if (is_listed(r, o)) {
		r->listed_bad++;
		r->listed_caught += rejected;
	}
	if (is_bad) {
		r->bad++;
		r->caught += rejected;
	}
	if (!in_crisis(o->time_s))
		return;
	r->crisis++;
	if (word_of_others(r, o, slack) > 0) {
		r->confirmed++;
		r->thrown += rejected;
	}
}

/* Every witness up to an interval past this moment. */
static void hear_witnesses(struct replay *r, int64_t time_s)
{
	for (size_t w = 1; w < r->rules.source_count; w++) {
		const struct quality_series *s = &r->series[w];
		int64_t ahead_s = s->interval_s ? s->interval_s : HOUR_S;

		while (r->next[w] < s->count &&
		       s->points[r->next[w]].time_s - ahead_s < time_s) {
			struct quality_observation o = s->points[r->next[w]++];

			o.source = w;
			quality_judge(&r->state, &r->rules, &o, o.time_s);
		}
	}
}

static void set_up(struct replay *r, const struct trial *trial)
{
	r->trial = trial;
	r->rules = trial->stable ? quality_stable(1) : quality_major();
	r->rules.source_count = 1;
	r->series[0] = series_read(trial->name, trial->interval_s);
	for (size_t w = 0; w < WITNESSES_MAX && trial->witnesses[w].name; w++) {
		r->series[w + 1] = series_read(trial->witnesses[w].name,
					       trial->witnesses[w].interval_s);
		r->rules.sources[w + 1].family = (uint32_t)w + 1;
		r->rules.source_count++;
	}
}

static void report(const struct replay *r)
{
	printf("%-40s %6zu points: %5.2f %% rejected, %5.2f %% marked; bad "
	       "prints listed %zu caught %zu, outside the other source %zu "
	       "caught %zu; in crises %4zu, confirmed %4zu, of these thrown "
	       "away %zu%s\n", strchr(r->trial->name, '/') + 1,
	       r->series[0].count,
	       100.0 * (double)r->rejected / (double)r->series[0].count,
	       100.0 * (double)r->marked / (double)r->series[0].count,
	       r->listed_bad, r->listed_caught, r->bad, r->caught, r->crisis,
	       r->confirmed, r->thrown,
	       r->rules.source_count > 1 ? "" : " (no second source)");
}

static void run(const struct trial *trial)
{
	static struct replay r;

	r = (struct replay){ 0 };
	set_up(&r, trial);
	for (size_t i = 0; i < r.series[0].count; i++) {
		struct quality_observation o = r.series[0].points[i];
		struct quality_judgement judgement;

		hear_witnesses(&r, o.time_s);
		judgement = quality_judge(&r.state, &r.rules, &o, o.time_s);
		count(&r, &o, judgement.verdict);
	}
	report(&r);
	for (size_t i = 0; i < r.rules.source_count; i++)
		free(r.series[i].points);
	assert_int_equal(r.listed_caught, r.listed_bad);
	assert_int_equal(r.caught, r.bad);
	assert_int_equal(r.thrown, 0);
	assert_true(r.rejected * 25 < r.series[0].count);
}

static void test_files(void **state)
{
	(void)state;
	if (!recorded_available())
		return;
	for (size_t i = 0; i < TRIALS; i++)
		run(&trials[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests_name("quality_recorded", tests, NULL,
					   NULL);
}
