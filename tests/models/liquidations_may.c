/* liquidations_may.c -- see liquidations_may.h.
 *
 * Known of a user are events, not positions.  An event tells: half of the
 * debt was repaid, so as much is left; health was just below 1 at the oracle's
 * price, which the two amounts and the bonus give; so the collateral follows.
 * That position is walked along the hours to come; nothing of a later event
 * enters it. */
#include "tests/models/liquidations_may.h"

#include <stdio.h>
#include <string.h>

#define STATES_FROM_S 1617235200 /* 2021-04-01: events that give a state */
#define MAY_FROM_S 1619827200
#define MAY_END_S 1622505600
#define DAYS 31
#define CALLS_MAX 4096
#define GAS_USD 50.0
#define NEXT_MAX 4096

struct option {
	const char *name;
	int64_t memory_s;  /* other debts of the user seen within it remain */
	double gas_usd;
	bool free_run;     /* from the first event alone, to the month's end */
};

static const struct option options[] = {
	{ "this debt alone", 0, GAS_USD, false },
	{ "debts of 1 day", DAY_S, GAS_USD, false },
	{ "debts of 7 days", 7 * DAY_S, GAS_USD, false },
	{ "debts of 30 days", 30 * DAY_S, GAS_USD, false },
	{ "7 days, no gas", 7 * DAY_S, 1.0, false },
	{ "first event only", 7 * DAY_S, GAS_USD, true },
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))
#define SHOWN 2 /* 7 days: the option of the daily table */

struct score {
	double predicted[DAYS], realised[DAYS]; /* USD a day */
	double ratios[NEXT_MAX]; /* predicted over realised size */
	double healths[NEXT_MAX]; /* at the worst of the next event's hour */
	size_t states, next, hits, within_day, early, late, none_followed;
	double drawn; /* hits of an hour drawn evenly up to the next event */
	size_t at_once; /* next events within 2 h: what "now" would hit */
	size_t ratio_count, health_count;
};

static struct score scores[OPTIONS];

/* The events of one user that have prices and a table's reserves. */
struct user {
	const struct liquidation_event *events[512];
	size_t count;
};

struct debt_seen {
	int64_t time_s;
	double left; /* tokens; 0: never seen */
};

static int64_t hour_of(int64_t time_s)
{
	return time_s / HOUR_S * HOUR_S;
}

static bool covered(const struct liquidation_event *e,
		    const struct v2_prices *prices)
{
	return e->collateral >= 0 && e->debt >= 0 &&
	       v2_assets[e->collateral].lt_bps &&
	       v2_price(prices, e->collateral, e->time_s).close > 0.0 &&
	       v2_price(prices, e->debt, e->time_s).close > 0.0;
}

static double repaid_usd(const struct liquidation_event *e,
			 const struct v2_prices *prices)
{
	return e->repaid * v2_price(prices, e->debt, e->time_s).close;
}

/* What the oracle said of the collateral, by the amounts and the bonus. */
static double oracle_usd(const struct liquidation_event *e,
			 const struct v2_prices *prices)
{
	return repaid_usd(e, prices) / e->seized *
	       (double)v2_assets[e->collateral].lb_bps / 10000.0;
}

/* Health was 1 before `last`, with all debts that are remembered. */
static void position_after(struct v2_account *out,
			   const struct liquidation_event *last,
			   const struct debt_seen seen[V2_ASSETS],
			   const struct v2_prices *prices, int64_t memory_s)
{
	double debt_usd = repaid_usd(last, prices), held;

	memset(out, 0, sizeof(*out));
	out->count = 1;
	for (int a = 0; a < V2_ASSETS && out->count < ASSETS_MAX; a++) {
		double price = v2_price(prices, a, last->time_s).close;

		if (seen[a].left <= 0.0 || price <= 0.0 ||
		    last->time_s - seen[a].time_s > memory_s)
			continue;
		out->parts[out->count++] =
			(struct v2_part){ a, true, seen[a].left };
		debt_usd += seen[a].left * price;
	}
	held = debt_usd * 10000.0 / (double)v2_assets[last->collateral].lt_bps /
	       oracle_usd(last, prices) - last->seized;
	out->parts[0] = (struct v2_part){ last->collateral, false,
					  held > 0.0 ? held : 0.0 };
}

/* Predicted calls up to the hour of the next event count to their days. */
static void add_days(struct score *score, const struct v2_call *calls,
		     size_t count, int64_t until_s)
{
	for (size_t i = 0; i < count; i++)
		if (calls[i].hour_s >= MAY_FROM_S && calls[i].hour_s <= until_s)
			score->predicted[(calls[i].hour_s - MAY_FROM_S) /
					 DAY_S] += calls[i].repaid_usd;
}

/* The position as implied, untouched by predicted calls, at the worst price
 * of the hour in which the next event came: below 1 if all were known. */
static void add_health(struct score *score, const struct v2_account *account,
		       const struct liquidation_event *next,
		       const struct liquidation_record *record)
{
	static struct v2_view view;

	v2_open(&view, account);
	if (score->health_count < NEXT_MAX &&
	    v2_price_view(&view, record->prices, next->time_s, V2_ADVERSE))
		score->healths[score->health_count++] = v2_health(&view);
}

/* The first predicted call against the first event that followed. */
static void add_timing(struct score *score, const struct v2_call *calls,
		       size_t count, const struct liquidation_event *next,
		       const struct liquidation_record *record)
{
	int64_t apart;

	score->next++;
	if (!count || calls[0].hour_s > hour_of(next->time_s) + HOUR_S) {
		score->late++;
		return;
	}
	apart = (calls[0].hour_s - hour_of(next->time_s)) / HOUR_S;
	score->hits += apart >= -1;
	score->within_day += apart >= -24;
	score->early += apart < -1;
	if (score->ratio_count < NEXT_MAX)
		score->ratios[score->ratio_count++] =
			calls[0].repaid_usd / repaid_usd(next, record->prices);
}

static void predict(struct score *score, const struct v2_account *account,
		    const struct liquidation_event *last,
		    const struct liquidation_event *next,
		    const struct option *option,
		    const struct liquidation_record *record)
{
	static struct v2_call calls[CALLS_MAX];
	static struct v2_view view;
	bool ends = next && next->time_s < MAY_END_S;
	int64_t until = ends && !option->free_run ? hour_of(next->time_s)
						  : MAY_END_S - HOUR_S;
	struct v2_stretch stretch = { record->prices,
				      hour_of(last->time_s) + HOUR_S,
				      until + 2 * HOUR_S, option->gas_usd };
	size_t count;

	if (stretch.end_s > MAY_END_S)
		stretch.end_s = MAY_END_S;
	v2_open(&view, account);
	count = v2_walk(calls, CALLS_MAX, &view, &stretch);
	score->states++;
	add_days(score, calls, count, until);
	if (ends && next->time_s >= MAY_FROM_S) {
		add_timing(score, calls, count, next, record);
		add_health(score, account, next, record);
		score->drawn += 3.0 / ((double)(hour_of(next->time_s) -
						hour_of(last->time_s)) /
					       HOUR_S + 2.0);
		score->at_once += hour_of(next->time_s) - hour_of(last->time_s) <=
				  2 * HOUR_S;
	} else if (!ends) {
		score->none_followed += count > 0;
	}
}

/* Hour by hour: what is left of the debts, then the walk to the next event. */
static void score_user(struct score *score, const struct user *user,
		       const struct option *option,
		       const struct liquidation_record *record)
{
	struct debt_seen seen[V2_ASSETS] = { { 0, 0.0 } };
	struct v2_account account;

	for (size_t i = 0, j; i < user->count; i = j) {
		int64_t hour = hour_of(user->events[i]->time_s);

		for (j = i; j < user->count &&
			    hour_of(user->events[j]->time_s) == hour; j++) {
			const struct liquidation_event *e = user->events[j];

			seen[e->debt] = (struct debt_seen){ e->time_s,
							    e->repaid };
			if (i && hour >= MAY_FROM_S && hour < MAY_END_S)
				score->realised[(hour - MAY_FROM_S) / DAY_S] +=
					repaid_usd(e, record->prices);
		}
		if ((i && option->free_run) || hour >= MAY_END_S)
			continue;
		position_after(&account, user->events[j - 1], seen,
			       record->prices, option->memory_s);
		predict(score, &account, user->events[j - 1],
			j < user->count ? user->events[j] : NULL, option,
			record);
	}
}

static void score_all(const struct liquidation_record *record)
{
	static struct user user;

	for (size_t i = 0, j; i < record->count; i = j) {
		user.count = 0;
		for (j = i; j < record->count &&
			    !strcmp(record->events[j].user,
				    record->events[i].user); j++)
			if (record->events[j].time_s >= STATES_FROM_S &&
			    user.count < 512 &&
			    covered(&record->events[j], record->prices))
				user.events[user.count++] = &record->events[j];
		for (size_t k = 0; k < OPTIONS; k++)
			score_user(&scores[k], &user, &options[k], record);
	}
}

/* How much of the month the tables cover, and if the prices are the oracle's. */
static void print_coverage(const struct liquidation_record *record,
			   struct marks *marks)
{
	size_t events = 0, inside = 0, agree = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct liquidation_event *e = &record->events[i];
		struct v2_hour hour;
		double price;

		if (e->time_s < MAY_FROM_S || e->time_s >= MAY_END_S)
			continue;
		events++;
		if (!covered(e, record->prices))
			continue;
		inside++;
		hour = v2_price(record->prices, e->collateral, e->time_s);
		price = oracle_usd(e, record->prices);
		agree += price > hour.low * 0.97 && price < hour.high * 1.03;
	}
	printf("%zu events of the main pool in May 2021, %zu (%.1f %%) of "
	       "reserves with hourly prices\n", events, inside,
	       100.0 * (double)inside / (double)events);
	marks_add(marks, agree * 10 >= inside * 9,
		  "price implied by repaid x bonus / seized within 3 %% of the "
		  "hour's range in %.1f %% of them (at least 90)",
		  100.0 * (double)agree / (double)inside);
}

static double sum(const double *x, size_t n)
{
	double total = 0.0;

	for (size_t i = 0; i < n; i++)
		total += x[i];
	return total;
}

static size_t predicted_of(const struct score *score)
{
	return score->next - score->late + score->none_followed;
}

static double percent(size_t part, size_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

static void print_timing(void)
{
	printf("\nTiming\n%-17s %6s %6s %6s %7s %6s %6s %6s %6s %8s %8s  %s\n",
	       "position from", "states", "next", "+-1 h", "+-24 h", "early",
	       "late", "none", "now", "right", "now r.",
	       "health then: quartiles");
	for (size_t k = 0; k < OPTIONS; k++) {
		struct score *s = &scores[k];
		double low = quantile_of(s->healths, s->health_count, 0.25);

		printf("%-17s %6zu %6zu %6zu %7zu %6zu %6zu %6zu %6zu %7.1f%% "
		       "%7.1f%%  %6.3f %6.3f %6.3f\n", options[k].name,
		       s->states, s->next, s->hits, s->within_day, s->early,
		       s->late, s->none_followed, s->at_once,
		       percent(s->hits, predicted_of(s)),
		       percent(s->at_once, s->states), low,
		       quantile_of(s->healths, s->health_count, 0.5),
		       quantile_of(s->healths, s->health_count, 0.75));
	}
	puts("states: positions implied; next: those with a later event in May; "
	     "+-1 h: the first predicted call in that\nevent's hour or one beside "
	     "it; early: more than 1 h before; late: not by then; none: predicted, "
	     "nothing followed;\nnow: events within 2 h, which the rule \"again "
	     "at once\" hits; right: share of predictions, of ours and of that\n"
	     "rule's, that are within 1 h; health then: of the implied position "
	     "at the worst price of the event's hour");
	printf("an hour drawn evenly up to the event, which therefore knows "
	       "when it comes, would hit %.0f of %zu (7 days)\n",
	       scores[SHOWN].drawn, scores[SHOWN].next);
}

static void print_sizes(void)
{
	printf("\nSize and volume\n%-17s %29s %13s %13s %6s\n",
	       "position from", "predicted/realised: quartiles", "predicted M$",
	       "realised M$", "rank");
	for (size_t k = 0; k < OPTIONS; k++) {
		struct score *s = &scores[k];
		double low = quantile_of(s->ratios, s->ratio_count, 0.25);

		printf("%-17s %13.3f %7.3f %7.3f %13.1f %13.1f %6.3f\n",
		       options[k].name, low,
		       quantile_of(s->ratios, s->ratio_count, 0.5),
		       quantile_of(s->ratios, s->ratio_count, 0.75),
		       sum(s->predicted, DAYS) * 1e-6,
		       sum(s->realised, DAYS) * 1e-6,
		       rank_correlation(s->predicted, s->realised, DAYS));
	}
}

static void print_days(void)
{
	printf("\nRepaid a day, thousand USD (first event of each user left "
	       "out of both)\n%-11s %12s %12s %12s\n", "day", "predicted",
	       "free run", "realised");
	for (int d = 0; d < DAYS; d++)
		printf("2021-05-%02d  %12.1f %12.1f %12.1f\n", d + 1,
		       scores[SHOWN].predicted[d] * 1e-3,
		       scores[OPTIONS - 1].predicted[d] * 1e-3,
		       scores[SHOWN].realised[d] * 1e-3);
}

/* What no position is needed for. */
static void print_baselines(const struct liquidation_record *record)
{
	const double *real = scores[SHOWN].realised;
	double falls[DAYS];

	for (int d = 0; d < DAYS; d++) {
		int64_t day = MAY_FROM_S + (int64_t)d * DAY_S;
		double before = v2_price(record->prices, 0, day - HOUR_S).close;
		double low = before;

		for (int h = 0; h < 24; h++) {
			struct v2_hour hour = v2_price(record->prices, 0,
						       day + h * HOUR_S);

			low = hour.low > 0.0 && hour.low < low ? hour.low : low;
		}
		falls[d] = 1.0 - low / before;
	}
	printf("\nwithout any position: the day's fall of ETH has a rank "
	       "correlation of %.3f with the volume, yesterday's volume %.3f\n",
	       rank_correlation(falls, real, DAYS),
	       rank_correlation(real, real + 1, DAYS - 1));
}

static void mark_volume(struct marks *marks)
{
	double worst = 1.0, free_run;

	for (size_t k = 0; k + 1 < OPTIONS; k++) {
		double rank = rank_correlation(scores[k].predicted,
					       scores[k].realised, DAYS);

		worst = rank < worst ? rank : worst;
	}
	free_run = rank_correlation(scores[OPTIONS - 1].predicted,
				    scores[OPTIONS - 1].realised, DAYS);
	putchar('\n');
	marks_add(marks, worst >= 0.6, "rank correlation of predicted and "
		  "realised daily volume, lowest of five rules: %.3f (at least "
		  "0.6)", worst);
	marks_add(marks, free_run >= 0.6, "the same from each user's first "
		  "event alone: %.3f (at least 0.6)", free_run);
}

static void mark_sizes(struct marks *marks)
{
	struct score *s = &scores[SHOWN];
	double middle = quantile_of(s->ratios, s->ratio_count, 0.5);
	double health = quantile_of(s->healths, s->health_count, 0.5);

	marks_add(marks, middle > 0.95 && middle < 1.05,
		  "median predicted over realised size: %.3f (0.95 to 1.05)",
		  middle);
	marks_add(marks, health > 0.95 && health < 1.05,
		  "median health of the implied position in the hour of the "
		  "next event: %.3f (0.95 to 1.05)", health);
	marks_add(marks, s->hits * s->states > s->at_once * predicted_of(s),
		  "a predicted hour is right more often than \"again at once\": "
		  "%.1f %% against %.1f %%", percent(s->hits, predicted_of(s)),
		  percent(s->at_once, s->states));
}

void may_report(const struct liquidation_record *record, struct marks *marks)
{
	puts("May 2021, every user: each event implies a position (half of the "
	     "debt is left, health was 1 at the oracle's\nprice), the engine "
	     "walks it along the hours until the user's next event; nothing "
	     "later enters");
	print_coverage(record, marks);
	score_all(record);
	print_timing();
	print_sizes();
	print_days();
	print_baselines(record);
	mark_volume(marks);
	mark_sizes(marks);
}
