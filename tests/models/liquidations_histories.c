/* liquidations_histories.c -- see liquidations_histories.h.
 *
 * Unconditional: a window is from one recorded state to the next (about 18 h),
 * if it holds a liquidation or not.  Prices are the realised ones; what the
 * user does inside a window is not known to the engine. */
#include "tests/models/liquidations_histories.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/models/liquidations_history.h"

#define PRICES_FROM_S 1609459200 /* recorded USD prices begin in 2021 */
#define WINDOW_MAX_S 100000
#define CALLS_MAX 1024
#define GAS_SHOWN 1 /* of gas_usd: the table by user and the marks */
#define GAS_LEVELS 4
#define SIZES_MAX 256

/* Of one user; the last element is of all. */
struct tally {
	size_t rows, near_anchored, near_balances;
	size_t windows, skipped;
	size_t hourly_both, hourly_unforeseen; /* no interpolated price */
	size_t both, in_hour, in_3_hours, false_alarm, unforeseen, neither;
	size_t sunk_paying, sunk_paying_event, sunk_dust, sunk_dust_event;
	size_t events, accepted, same_pair, size_count;
	double sizes[SIZES_MAX]; /* engine's repayment over the recorded */
};

static const double gas_usd[GAS_LEVELS] = { 1.0, 50.0, 200.0, 500.0 };
static struct tally tallies[GAS_LEVELS][HISTORIES + 1];

/* collateral / debt by the view's prices and amounts. */
static double cover_of(const struct v2_view *view)
{
	struct engine_totals totals;

	if (engine_totals(&totals, &view->account, &view->market) ||
	    !totals.debt_e8)
		return 0.0;
	return (double)totals.collateral_e8 / (double)totals.debt_e8;
}

static void price_as_recorded(struct v2_view *view,
			      const struct history_row *row)
{
	for (size_t i = 0; i < view->terms.count; i++) {
		double usd = row->usd[view->terms.parts[i].asset];

		view->market.reserves[i].price_e8 = (uint64_t)(usd * 1e8);
	}
}

/* The engine's health from balances and recorded prices, and the same with
 * collateral over debt as the totals have it (the oracle's prices): what is
 * left to differ then is the threshold. */
static void check_health(struct tally *tally, const struct history_row *row)
{
	static struct v2_view view;
	double health, cover;

	if (row->time_s < PRICES_FROM_S || row->health <= 0.0)
		return;
	v2_open(&view, &row->account);
	price_as_recorded(&view, row);
	cover = cover_of(&view);
	if (cover <= 0.0)
		return;
	health = v2_health(&view);
	tally->rows++;
	tally->near_balances +=
		fabs(health - row->health) <= 0.005 + 0.03 * row->health;
	health *= row->collateral_eth / row->debt_eth / cover;
	tally->near_anchored +=
		fabs(health - row->health) <= 0.005 + 0.01 * row->health;
}

/* A window: state, events of the user inside, prices between. */
struct window {
	const struct history_row *from, *to;
	const struct liquidation_event *events;
	size_t count;
	struct v2_prices *prices;
	struct v2_account account;
	double gas_usd;
};

static void set_between(struct window *w)
{
	for (int a = 0; a < V2_ASSETS; a++)
		w->prices->between[a] = (struct v2_between){
			w->from->time_s, w->to->time_s, w->from->usd[a],
			w->to->usd[a] };
}

/* Debt's prices are scaled so that the state has its recorded totals. */
static bool anchor(struct window *w)
{
	static struct v2_view view;
	double factor;

	w->account = w->from->account;
	w->account.debt_factor = 1.0;
	v2_open(&view, &w->account);
	if (w->from->debt_eth <= 0.0 || w->from->collateral_eth <= 0.0 ||
	    !v2_price_view(&view, w->prices, w->from->time_s, V2_CLOSE))
		return false;
	factor = cover_of(&view) / (w->from->collateral_eth / w->from->debt_eth);
	w->account.debt_factor = factor;
	return factor > 0.9 && factor < 1.1;
}

static bool all_hourly(const struct v2_account *account)
{
	for (size_t i = 0; i < account->count; i++)
		if (!v2_assets[account->parts[i].asset].dollar &&
		    !v2_has_hours(account->parts[i].asset))
			return false;
	return true;
}

static void classify(struct tally *tally, const struct window *w, bool sunk,
		     const struct v2_call *first)
{
	int64_t apart;

	if (sunk) {
		*(first ? &tally->sunk_paying : &tally->sunk_dust) += 1;
		*(first ? &tally->sunk_paying_event
			: &tally->sunk_dust_event) += w->count > 0;
		return;
	}
	tally->both += first && w->count;
	tally->false_alarm += first && !w->count;
	tally->unforeseen += !first && w->count;
	tally->neither += !first && !w->count;
	if (all_hourly(&w->account)) {
		tally->hourly_both += first && w->count;
		tally->hourly_unforeseen += !first && w->count;
	}
	if (!first || !w->count)
		return;
	apart = (first->hour_s - w->events[0].time_s / HOUR_S * HOUR_S) /
		HOUR_S;
	tally->in_hour += apart >= -1 && apart <= 1;
	tally->in_3_hours += apart >= -3 && apart <= 3;
}

static void take(struct v2_account *account, int asset, bool debt,
		 double amount)
{
	for (size_t i = 0; i < account->count; i++) {
		struct v2_part *part = &account->parts[i];

		if (part->asset == asset && part->debt == debt)
			part->amount = part->amount > amount
					       ? part->amount - amount
					       : 0.0;
	}
}

static int part_of(const struct v2_account *account, int asset, bool debt)
{
	for (size_t i = 0; i < account->count; i++)
		if (account->parts[i].asset == asset &&
		    account->parts[i].debt == debt)
			return (int)i;
	return -1;
}

/* One recorded call put to the engine as it stands at that hour. */
static void size_event(struct tally *tally, const struct v2_account *account,
		       const struct liquidation_event *e,
		       const struct v2_prices *prices)
{
	static struct v2_view view;
	struct engine_liquidation done;
	struct v2_call own;
	struct v2_stretch hour = { prices, e->time_s / HOUR_S * HOUR_S,
				   e->time_s / HOUR_S * HOUR_S + HOUR_S, 0.0 };
	int c = part_of(account, e->collateral, false);
	int d = part_of(account, e->debt, true);
	struct engine_call call = { (uint8_t)c, (uint8_t)d, ~(u128)0 };

	tally->events++;
	v2_open(&view, account);
	if (c < 0 || d < 0 ||
	    !v2_price_view(&view, prices, e->time_s, V2_ADVERSE) ||
	    engine_liquidate(&done, &view.account, &view.market, &call))
		return;
	tally->accepted++;
	if (tally->size_count < SIZES_MAX)
		tally->sizes[tally->size_count++] =
			(double)done.debt_repaid /
			(double)view.market.reserves[d].unit / e->repaid;
	v2_open(&view, account);
	if (v2_walk(&own, 1, &view, &hour))
		tally->same_pair += own.collateral == e->collateral &&
				    own.debt == e->debt;
}

static void size_events(struct tally *tally, const struct window *w)
{
	struct v2_account account = w->account;

	for (size_t i = 0; i < w->count; i++) {
		const struct liquidation_event *e = &w->events[i];

		size_event(tally, &account, e, w->prices);
		take(&account, e->collateral, false, e->seized);
		take(&account, e->debt, true, e->repaid);
	}
}

static void replay(struct tally *tally, struct window *w)
{
	static struct v2_view view;
	struct v2_stretch stretch = { w->prices,
				      w->from->time_s / HOUR_S * HOUR_S,
				      w->to->time_s / HOUR_S * HOUR_S + HOUR_S,
				      w->gas_usd };
	struct v2_call first;
	bool sunk;
	size_t made;

	set_between(w);
	if (w->to->time_s - w->from->time_s > WINDOW_MAX_S || !anchor(w)) {
		tally->skipped++;
		return;
	}
	tally->windows++;
	v2_open(&view, &w->account);
	if (!v2_price_view(&view, w->prices, w->from->time_s, V2_CLOSE))
		return;
	sunk = v2_health(&view) < 1.0;
	if (!sunk) /* the state's own hour is half over */
		stretch.from_s += HOUR_S;
	made = v2_walk(&first, 1, &view, &stretch);
	classify(tally, w, sunk, made ? &first : NULL);
	size_events(tally, w);
}

static void replay_user(struct tally *tally, const struct history *history,
			const struct liquidation_record *record,
			struct v2_prices *prices, double gas)
{
	const struct liquidation_event *e = record->events;
	const struct liquidation_event *end = e + record->count;

	while (e < end && strncmp(e->user, history->user, 10))
		e++;
	for (size_t i = 0; i < history->count; i++)
		check_health(tally, &history->rows[i]);
	for (size_t i = 0; i + 1 < history->count; i++) {
		struct window w = { &history->rows[i], &history->rows[i + 1],
				    NULL, 0, prices, { 0 }, gas };

		while (e < end && !strncmp(e->user, history->user, 10) &&
		       e->time_s <= w.from->time_s)
			e++;
		w.events = e;
		while (e + w.count < end &&
		       !strncmp(e[w.count].user, history->user, 10) &&
		       e[w.count].time_s <= w.to->time_s)
			w.count++;
		replay(tally, &w);
	}
}

/* Every number but the sizes is a count: add them one by one. */
static void add_up(struct tally *all, const struct tally *one)
{
	all->rows += one->rows;
	all->near_anchored += one->near_anchored;
	all->near_balances += one->near_balances;
	all->windows += one->windows;
	all->skipped += one->skipped;
	all->hourly_both += one->hourly_both;
	all->hourly_unforeseen += one->hourly_unforeseen;
	all->both += one->both;
	all->in_hour += one->in_hour;
	all->in_3_hours += one->in_3_hours;
	all->false_alarm += one->false_alarm;
	all->unforeseen += one->unforeseen;
	all->neither += one->neither;
	all->sunk_paying += one->sunk_paying;
	all->sunk_paying_event += one->sunk_paying_event;
	all->sunk_dust += one->sunk_dust;
	all->sunk_dust_event += one->sunk_dust_event;
	all->events += one->events;
	all->accepted += one->accepted;
	all->same_pair += one->same_pair;
	for (size_t i = 0; i < one->size_count; i++)
		if (all->size_count < SIZES_MAX)
			all->sizes[all->size_count++] = one->sizes[i];
}

static void print_tally(const char *name, struct tally *t)
{
	printf("%-11s %5zu %5zu %5zu %5zu %5zu | %5zu %4zu %4zu %5zu %5zu "
	       "%5zu | %4zu/%-4zu %4zu/%-4zu | %4zu %4zu %4zu %5.3f %5.3f "
	       "%5.3f\n", name, t->rows, t->near_anchored, t->near_balances,
	       t->windows, t->skipped, t->both, t->in_hour, t->in_3_hours,
	       t->unforeseen, t->false_alarm, t->neither, t->sunk_paying_event,
	       t->sunk_paying, t->sunk_dust_event, t->sunk_dust, t->events,
	       t->accepted, t->same_pair,
	       quantile_of(t->sizes, t->size_count, 0.25),
	       quantile_of(t->sizes, t->size_count, 0.5),
	       quantile_of(t->sizes, t->size_count, 0.75));
}

/* What a liquidator's cost does to the same windows. */
static void print_gas(void)
{
	printf("\nThe same windows by what a call must earn to be made\n%-9s "
	       "%12s %12s %12s %20s %20s\n", "gas, USD", "foreseen",
	       "unforeseen", "false", "sunk, pays: event", "sunk, dust: event");
	for (size_t g = 0; g < GAS_LEVELS; g++) {
		const struct tally *t = &tallies[g][HISTORIES];

		printf("%9.0f %12zu %12zu %12zu %9zu of %-7zu %9zu of %-7zu\n",
		       gas_usd[g], t->both, t->unforeseen, t->false_alarm,
		       t->sunk_paying_event, t->sunk_paying,
		       t->sunk_dust_event, t->sunk_dust);
	}
}

static void mark_all(struct tally *t, struct marks *marks)
{
	double middle = quantile_of(t->sizes, t->size_count, 0.5);
	size_t alarms = t->false_alarm + t->neither;

	putchar('\n');
	marks_add(marks, t->near_anchored * 100 >= t->rows * 98,
		  "engine's health with the totals' collateral over debt equals "
		  "the record within its rounding + 1 %% in %zu of %zu states "
		  "(98 %%)", t->near_anchored, t->rows);
	marks_add(marks, t->near_balances * 100 >= t->rows * 90,
		  "from balances and recorded prices alone within rounding + "
		  "3 %% in %zu of %zu (90 %%)", t->near_balances, t->rows);
	printf("began healthy and saw a liquidation: foreseen %zu of %zu; where "
	       "an asset's price is known at the two\nstates only (UNI, ENJ, "
	       "BAT, ZRX) a peak between them is not seen\n", t->both,
	       t->both + t->unforeseen);
	marks_add(marks, t->hourly_both * 10 >=
		  (t->hourly_both + t->hourly_unforeseen) * 9,
		  "of those with hourly prices of all assets: %zu of %zu (90 %%)",
		  t->hourly_both, t->hourly_both + t->hourly_unforeseen);
	marks_add(marks, t->in_hour * 2 >= t->both,
		  "of the foreseen in the hour or one beside it: %zu of %zu (half)",
		  t->in_hour, t->both);
	marks_add(marks, t->false_alarm * 10 <= alarms,
		  "windows that began healthy and saw none: false alarms %zu of "
		  "%zu (10 %%)", t->false_alarm, alarms);
	marks_add(marks, middle > 0.99 && middle < 1.01,
		  "median repayment by the engine over the recorded: %.4f (1 %%)",
		  middle);
}

void histories_report(const struct liquidation_record *record,
		      struct v2_prices *prices, const char *folder,
		      struct marks *marks)
{
	static struct history history;

	puts("\nFive users, every recorded state: the engine's health, then the "
	     "walk along realised hourly prices to the next\nstate (about 18 h); "
	     "user's own acts inside a window are unknown to it\n"
	     "            ---- health ----  window      | began healthy: foreseen"
	     "                 | under water, event | recorded calls\n"
	     "user         rows +-1 %  +-3 %  used  left |  seen +-1h +-3h "
	     "unfor false  none | pays      dust      |  all acc. pair "
	     "size: quartiles");
	for (size_t i = 0; i < HISTORIES; i++) {
		history_read(&history, folder, i);
		for (size_t g = 0; g < GAS_LEVELS; g++) {
			replay_user(&tallies[g][i], &history, record, prices,
				    gas_usd[g]);
			add_up(&tallies[g][HISTORIES], &tallies[g][i]);
		}
		print_tally(history.user, &tallies[GAS_SHOWN][i]);
	}
	print_tally("all", &tallies[GAS_SHOWN][HISTORIES]);
	print_gas();
	mark_all(&tallies[GAS_SHOWN][HISTORIES], marks);
}
