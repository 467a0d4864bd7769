/* population_report.c -- what the borrowers of a backtest were calibrated on:
 * sizes and use of 1,309 accounts (June 2023, one block), changes of five
 * users' positions (2020 to 2022), beside the constants of backtest/population.
 *
 * The accounts hold stETH, the users were all liquidated in the end: neither is
 * a sample of everybody who borrows.  Prints; exits 0 when every constant is
 * what the data says. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv.h"
#include "backtest/population.h"
#include "base/host/memory.h"
#include "tests/models/liquidations_events.h"
#include "tests/models/liquidations_history.h"
#include "tests/models/liquidations_marks.h"
#include "tests/models/population_walk.h"

#define ACCOUNTS_MAX 2048
#define LEAST_ETH 1.0     /* 307 are smaller, most of them of 0.10 ETH */
#define TOP 100           /* of the tail index */
#define HEALTH_MAX 10.0   /* above it nothing is at stake */
#define CHANGED 0.01      /* of the position's value */
#define REACTION_S (3 * DAY_S)
#define AWAY 0.05         /* from a user's mean health */
#define WALK_FROM_S 1606780800 /* 2020-12-01, about when the users' data */
#define WALK_TO_S 1622505600   /* begins; 2021-06-01 */

struct accounts {
	size_t count, all, small;
	double collateral[ACCOUNTS_MAX], use[ACCOUNTS_MAX];
	double debt[ACCOUNTS_MAX], health[ACCOUNTS_MAX];
	bool loops[ACCOUNTS_MAX]; /* ETH is most of the debt */
};

static void add_account(struct accounts *out, const struct csv_record *row)
{
	double collateral = cell_number(row->cells[1]);
	double debt = cell_number(row->cells[2]);
	double ltv = cell_number(row->cells[5]) / 1e4;
	size_t n = out->count;

	out->all++;
	if (debt <= 1e-9 || ltv <= 0.0)
		return;
	if (collateral <= LEAST_ETH) {
		out->small++;
		return;
	}
	out->collateral[n] = collateral;
	out->debt[n] = debt;
	out->use[n] = debt / (collateral * ltv);
	out->health[n] = cell_number(row->cells[6]);
	out->loops[n] = cell_number(row->cells[8]) > 0.5 * debt;
	out->count++;
}

static void read_accounts(struct accounts *out, const char *folder)
{
	struct bytes text = data_text(
		folder, "positions/aave-v2-steth-positions-2023-06.csv");
	struct csv_reader reader;
	struct csv_record row;

	csv_init(&reader, text);
	if (csv_next(&row, &reader))
		exit(2);
	while (!csv_next(&row, &reader) && out->count < ACCOUNTS_MAX)
		add_account(out, &row);
	memory_free((void *)(uintptr_t)text.data);
}

static void print_quantiles(const char *name, const double *x, size_t n)
{
	static double copy[ACCOUNTS_MAX];

	memcpy(copy, x, n * sizeof(*x));
	printf("%-28s", name);
	for (size_t i = 0; i < POPULATION_LEVELS; i++)
		printf(" %9.3f", quantile_of(copy, n,
					     population_traits.use_levels[i]));
	printf("   (%zu)\n", n);
}

/* Sorts x. */
static double hill(double *x, size_t n)
{
	double sum = 0.0;

	quantile_of(x, n, 0.5);
	for (size_t i = 0; i < TOP; i++)
		sum += log(x[n - 1 - i] / x[n - 1 - TOP]);
	return TOP / sum;
}

static void report_sizes(const struct accounts *a, struct marks *marks)
{
	static double logs[ACCOUNTS_MAX], copy[ACCOUNTS_MAX];
	double mean = 0.0, square = 0.0, sd, top = 0.0;

	for (size_t i = 0; i < a->count; i++) {
		logs[i] = log(a->collateral[i]);
		mean += logs[i] / (double)a->count;
		top = logs[i] > top ? logs[i] : top;
	}
	for (size_t i = 0; i < a->count; i++)
		square += (logs[i] - mean) * (logs[i] - mean);
	sd = sqrt(square / (double)(a->count - 1));
	memcpy(copy, a->collateral, a->count * sizeof(copy[0]));
	print_quantiles("collateral, ETH", a->collateral, a->count);
	print_quantiles("log collateral", logs, a->count);
	printf("lognormal: mean of logs %.3f, sd %.3f, largest at %.2f sd; "
	       "tail index of the %d largest %.2f\n", mean, sd,
	       (top - mean) / sd, TOP, hill(copy, a->count));
	marks_add(marks, fabs(sd - population_traits.size_log_sd) < 0.006,
		  "size_log_sd %.2f is the data's %.3f",
		  population_traits.size_log_sd, sd);
	marks_add(marks, fabs((top - mean) / sd -
			      population_traits.size_z_max) < 0.006,
		  "size_z_max %.2f is the data's %.3f",
		  population_traits.size_z_max, (top - mean) / sd);
}

static void report_use(const struct accounts *a, bool loops,
		       struct marks *marks)
{
	static double use[ACCOUNTS_MAX];
	const double *stated = loops ? population_traits.use_loop
				     : population_traits.use_other;
	double worst = 0.0;
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++)
		if (a->loops[i] == loops)
			use[n++] = a->use[i];
	print_quantiles(loops ? "use, debt mostly ETH"
			      : "use, debt mostly other", use, n);
	for (size_t i = 0; i < POPULATION_LEVELS; i++) {
		double apart = fabs(stated[i] - quantile_of(
			use, n, population_traits.use_levels[i]));

		worst = apart > worst ? apart : worst;
	}
	marks_add(marks, worst < 0.0006, "%s: nine quantiles, the furthest "
		  "%.4f off", loops ? "use_loop" : "use_other", worst);
}

static void report_accounts(const char *folder, struct marks *marks)
{
	static struct accounts accounts;
	double debt = 0.0, loop_debt = 0.0;
	size_t loops = 0;

	read_accounts(&accounts, folder);
	for (size_t i = 0; i < accounts.count; i++) {
		debt += accounts.debt[i];
		loops += accounts.loops[i];
		loop_debt += accounts.loops[i] ? accounts.debt[i] : 0.0;
	}
	printf("%zu accounts; %zu with debt and more than %.0f ETH of "
	       "collateral, %zu with debt and less\n%-28s", accounts.all,
	       accounts.count, LEAST_ETH, accounts.small, "quantiles");
	for (size_t i = 0; i < POPULATION_LEVELS; i++)
		printf(" %9.2f", population_traits.use_levels[i]);
	putchar('\n');
	report_sizes(&accounts, marks);
	report_use(&accounts, true, marks);
	report_use(&accounts, false, marks);
	print_quantiles("health", accounts.health, accounts.count);
	printf("debt mostly ETH: %.1f %% of accounts, %.1f %% of debt\n\n",
	       100.0 * (double)loops / (double)accounts.count,
	       100.0 * loop_debt / debt);
}

/* Changes of positions, of one user or of all. */
struct changes {
	double days, sizes[HISTORIES * HISTORY_ROWS_MAX];
	size_t windows, count, sized;
	size_t below, below_less, above, above_more;   /* changes by his mean */
	size_t fallen, fallen_back, risen, risen_back; /* states, 3 days on */
};

static double amount_of(const struct v2_account *account, int asset, bool debt)
{
	double sum = 0.0;

	for (size_t i = 0; i < account->count; i++)
		if (account->parts[i].asset == asset &&
		    account->parts[i].debt == debt)
			sum += account->parts[i].amount;
	return sum;
}

/* Two states at the prices of the first. */
struct comparison {
	double moved, value;         /* USD: sum of what changed; of the first */
	double share_from, share_to; /* debt over collateral */
};

static struct comparison compare(const struct history_row *a,
				 const struct history_row *b)
{
	double usd[2][2] = { { 0.0, 0.0 }, { 0.0, 0.0 } }; /* [debt][state] */
	struct comparison out = { 0.0, 0.0, 0.0, 0.0 };

	for (int asset = 0; asset < V2_ASSETS; asset++)
		for (int debt = 0; debt < 2; debt++) {
			double price = a->usd[asset];
			double x = amount_of(&a->account, asset, debt) * price;
			double y = amount_of(&b->account, asset, debt) * price;

			usd[debt][0] += x;
			usd[debt][1] += y;
			out.moved += fabs(y - x);
		}
	out.value = usd[0][0] + usd[1][0];
	out.share_from = usd[0][0] > 0.0 ? usd[1][0] / usd[0][0] : 0.0;
	out.share_to = usd[0][1] > 0.0 ? usd[1][1] / usd[0][1] : 0.0;
	return out;
}

static bool at_stake(const struct history_row *row)
{
	return row->health >= 1.0 && row->health < HEALTH_MAX;
}

static double mean_health(const struct history *history)
{
	double sum = 0.0;
	size_t n = 0;

	for (size_t i = 0; i < history->count; i++)
		if (at_stake(&history->rows[i])) {
			sum += history->rows[i].health;
			n++;
		}
	return n ? sum / (double)n : 0.0;
}

static bool was_liquidated(const struct liquidation_event *events, size_t n,
			   const struct history *history, size_t row)
{
	const struct history_row *from = &history->rows[row];

	for (size_t i = 0; i < n; i++)
		if (!strncmp(events[i].user, history->user,
			     strlen(history->user)) &&
		    events[i].time_s >= from[0].time_s - 60 &&
		    events[i].time_s <= from[1].time_s + 60)
			return true;
	return false;
}

static void add_change(struct changes *out, const struct history_row *row,
		       double mean)
{
	struct comparison c = compare(row, row + 1);

	out->windows++;
	out->days += (double)(row[1].time_s - row[0].time_s) / DAY_S;
	if (c.value <= 0.0 || c.moved <= CHANGED * c.value)
		return;
	out->count++;
	if (c.share_from <= 0.0 || c.share_to <= 0.0)
		return;
	out->sizes[out->sized++] = fabs(c.share_to / c.share_from - 1.0);
	if (row->health < mean) {
		out->below++;
		out->below_less += c.share_to < c.share_from;
	} else {
		out->above++;
		out->above_more += c.share_to > c.share_from;
	}
}

static void add_reaction(struct changes *out, const struct history *history,
			 size_t row, double mean)
{
	double health = history->rows[row].health, later;
	size_t k = row;
	bool back;

	while (k < history->count && history->rows[k].time_s <
				     history->rows[row].time_s + REACTION_S)
		k++;
	if (k == history->count || history->rows[k].health >= HEALTH_MAX)
		return;
	later = history->rows[k].health;
	back = fabs(later - mean) < fabs(health - mean);
	out->fallen += health < (1.0 - AWAY) * mean;
	out->fallen_back += health < (1.0 - AWAY) * mean && back;
	out->risen += health > (1.0 + AWAY) * mean;
	out->risen_back += health > (1.0 + AWAY) * mean && back;
}

static double share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 0.0;
}

static void print_changes(const char *name, const struct changes *c)
{
	printf("%-12s %7.1f %8zu %8.2f   %3zu of %3zu  %3zu of %3zu   "
	       "%3zu of %3zu  %3zu of %3zu\n", name, c->days, c->count,
	       c->count ? c->days / (double)c->count : 0.0, c->below_less,
	       c->below, c->above_more, c->above, c->fallen_back, c->fallen,
	       c->risen_back, c->risen);
}

/* Sums what is counted; sizes one after the other. */
static void add_changes(struct changes *all, const struct changes *one)
{
	all->days += one->days;
	all->windows += one->windows;
	all->count += one->count;
	all->below += one->below;
	all->below_less += one->below_less;
	all->above += one->above;
	all->above_more += one->above_more;
	all->fallen += one->fallen;
	all->fallen_back += one->fallen_back;
	all->risen += one->risen;
	all->risen_back += one->risen_back;
	memcpy(all->sizes + all->sized, one->sizes,
	       one->sized * sizeof(one->sizes[0]));
	all->sized += one->sized;
}

static void mark_changes(struct changes *all, double log_sd,
			 struct marks *marks)
{
	const struct population_conduct *conduct = &population_conduct;
	double size = quantile_of(all->sizes, all->sized, 0.5);
	double less = share(all->below_less, all->below);
	double more = share(all->above_more, all->above);

	marks_add(marks,
		  fabs(log_sd - population_traits.attention_log_sd) < 0.006,
		  "attention_log_sd %.2f is the data's of days a change, %.3f",
		  population_traits.attention_log_sd, log_sd);
	marks_add(marks, fabs(size - conduct->band) < 0.006,
		  "band %.2f is the median change of debt over collateral, "
		  "%.3f", conduct->band, size);
	marks_add(marks, fabs(less - conduct->repays) < 0.006,
		  "repays %.2f is the share of changes below his mean that "
		  "lower debt over collateral, %.3f", conduct->repays, less);
	marks_add(marks, fabs(more - conduct->borrows) < 0.006,
		  "borrows %.2f is the share of changes above it that raise "
		  "it, %.3f", conduct->borrows, more);
}

static struct changes changes_of(const struct history *history,
				 const struct liquidation_event *events,
				 size_t count)
{
	struct changes out;
	double mean = mean_health(history);

	memset(&out, 0, sizeof(out));
	for (size_t i = 0; i + 1 < history->count; i++) {
		if (!at_stake(&history->rows[i]) ||
		    was_liquidated(events, count, history, i))
			continue;
		add_change(&out, &history->rows[i], mean);
		add_reaction(&out, history, i, mean);
	}
	return out;
}

static double sd_of(const double *x, size_t n)
{
	double mean = 0.0, square = 0.0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean);
	return sqrt(square / (double)(n - 1));
}

/* Returns days a change. */
static double report_changes(const char *folder, struct marks *marks)
{
	static struct history history;
	static struct changes all, one;
	struct liquidation_event *events;
	size_t count = liquidation_events_read(&events, folder);
	double logs[HISTORIES];

	puts("Five users, windows of about 18 h that begin with health 1 to 10 "
	     "and see no liquidation; a change moves more\nthan 1 % of the "
	     "position's value at unchanged prices.  Below and above: the "
	     "user's own mean health.\n"
	     "user            days  changes   days a   below: less  above: more"
	     "  5 % below, above: nearer 3 days on\n"
	     "                                change      debt share");
	for (size_t i = 0; i < HISTORIES; i++) {
		history_read(&history, folder, i);
		one = changes_of(&history, events, count);
		print_changes(history.user, &one);
		add_changes(&all, &one);
		logs[i] = log(one.days / (double)one.count);
	}
	print_changes("all", &all);
	printf("health went back toward the mean within 3 days after %.1f %% "
	       "of states below, %.1f %% of states above\n",
	       100.0 * share(all.fallen_back, all.fallen),
	       100.0 * share(all.risen_back, all.risen));
	mark_changes(&all, sd_of(logs, HISTORIES), marks);
	memory_free(events);
	return all.days / (double)all.count;
}

/* The same measure on borrowers that were drawn: attention_days is what makes
 * the two agree, for who looks need not act. */
static void report_walk(const char *folder, double users_days,
			struct marks *marks)
{
	struct population_walk walk;
	double days;

	population_walk_run(&walk, folder, WALK_FROM_S, WALK_TO_S);
	days = walk.days / (double)walk.changes;
	printf("\n%zu drawn borrowers of dollars against ETH, hours of December "
	       "2020 to May 2021: %zu changes in %.0f days, one in %.2f;\n"
	       "%zu would have been liquidated; %.1f ns a borrower's hour\n",
	       walk.borrowers, walk.changes, walk.days, days, walk.ever_below,
	       walk.nanoseconds);
	marks_add(marks, fabs(days / users_days - 1.0) < 0.1,
		  "attention_days %.2f: drawn borrowers change once in %.2f "
		  "days, the users in %.2f (10 %%)",
		  population_traits.attention_days, days, users_days);
}

int main(void)
{
	const char *folder = getenv("PLIMSOLL_DATA");
	struct marks marks = { 0, 0 };
	double days;

	if (!folder)
		folder = "../shared/data";
	report_accounts(folder, &marks);
	days = report_changes(folder, &marks);
	report_walk(folder, days, &marks);
	printf("\npopulation: %d marks reached, %d not\n", marks.reached,
	       marks.missed);
	return marks.missed != 0;
}
