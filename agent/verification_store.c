/* verification_store.c -- see verification_store.h. */
#include "agent/verification_store.h"

#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "base/time.h"
#include "case/policy.h"
#include "sql/bars.h"

struct comparison {
	struct verification *v;
	struct database *database;
	const struct case_input *in;
	uint32_t interval_s;
	size_t compared; /* bars */
};

static bool same_price(struct decimal a, struct decimal b)
{
	return decimal_compare(a, b) == 0;
}

static bool same_bar(const struct bar *a, const struct bar *b)
{
	return a->open_time_s == b->open_time_s &&
	       same_price(a->open, b->open) && same_price(a->high, b->high) &&
	       same_price(a->low, b->low) && same_price(a->close, b->close);
}

static void name_bar(const struct comparison *c, const struct series *series,
		     int64_t time_s, const char *what)
{
	char time[TIME_TEXT_MAX];

	time_format(time, time_s);
	verification_add(c->v, "store", CHECK_FAIL, "%s from %s at %s: %s",
			 c->in->reserves[series->reserve].symbol,
			 series->source, time, what);
}

/* The bars' own observations: an altered one is named with both values. */
static enum status check_observations(bool *same, struct comparison *c,
				      const struct series *series,
				      const struct stored_bars *stored,
				      struct error *error)
{
	struct altered_bar altered;
	size_t count = 0;
	struct bars_check_order order = {
		.feed_id = stored->feed_id, .interval_s = c->interval_s,
		.from_s = series->bars[0].open_time_s,
		.to_s = series->bars[series->count - 1].open_time_s +
			(int64_t)c->interval_s,
		.capacity = 1 };
	char what[200];
	enum status status = bars_check(&altered, &count, c->database, &order,
					error);

	*same = !status && !count;
	if (status || !count)
		return status;
	snprintf(what, sizeof(what), "observation altered: %.8s was %.64s, is "
		 "%.64s", altered.field, altered.bar_value,
		 altered.observed_value);
	name_bar(c, series, altered.open_time_s, what);
	return OK;
}

static bool compare_bars(struct comparison *c, const struct series *series,
			 const struct stored_bars *stored)
{
	size_t at = 0;

	for (uint32_t i = 0; i < series->count; i++) {
		const struct bar *bar = &series->bars[i];

		while (at < stored->count &&
		       stored->bars[at].open_time_s < bar->open_time_s)
			at++;
		if (at == stored->count ||
		    !same_bar(bar, &stored->bars[at])) {
			name_bar(c, series, bar->open_time_s,
				 "the stored bar differs from the case's");
			return false;
		}
	}
	c->compared += series->count;
	return true;
}

/* Asset and quote are not in the case: the source's series whose bars agree
 * with the first bar is meant. */
static enum status find_stored(struct stored_bars *out, bool *found,
			       struct comparison *c,
			       const struct series *series,
			       struct error *error)
{
	struct series_summary *list = NULL;
	size_t count = 0;
	enum status status = series_list(&list, &count, c->database, error);

	*found = false;
	for (size_t i = 0; i < count && !status && !*found; i++) {
		struct bars_query query = {
			.asset = list[i].asset, .quote = list[i].quote,
			.source = list[i].source, .interval_s = c->interval_s,
			.from_s = series->bars[0].open_time_s,
			.to_s = series->bars[series->count - 1].open_time_s + 1 };

		if (strcmp(list[i].source, series->source) ||
		    list[i].interval_s != c->interval_s)
			continue;
		status = bars_load(out, c->database, &query, error);
		if (status)
			break;
		*found = out->count &&
			 (same_bar(&out->bars[0], &series->bars[0]) ||
			  same_bar(&out->bars[out->count - 1],
				   &series->bars[series->count - 1]));
		if (!*found)
			stored_bars_free(out);
	}
	memory_free(list);
	return status;
}

static enum status check_series(bool *same, struct comparison *c,
				const struct series *series,
				struct error *error)
{
	struct stored_bars stored;
	bool found;
	enum status status = find_stored(&stored, &found, c, series, error);

	*same = false;
	if (status)
		return status;
	if (!found) {
		name_bar(c, series, series->bars[0].open_time_s,
			 "no stored series has these bars");
		return OK;
	}
	status = check_observations(same, c, series, &stored, error);
	if (!status && *same)
		*same = compare_bars(c, series, &stored);
	stored_bars_free(&stored);
	return status;
}

enum status verify_store(struct verification *v,
			 const struct case_document *document,
			 const char *home, struct error *error)
{
	static struct policy policy;
	struct comparison c = { .v = v, .in = &document->input };
	bool same = true;
	enum status status = policy_decode(&policy, document->input.policy);

	if (status)
		return error_set(error, E_MALFORMED, "the case's policy does "
				 "not parse");
	c.interval_s = policy.bar_interval_s;
	status = database_open_home(&c.database, home, error);
	if (status)
		return status;
	for (uint8_t i = 0; i < c.in->series_count && !status && same; i++)
		if (c.in->series[i].count)
			status = check_series(&same, &c, &c.in->series[i],
					      error);
	database_close(c.database);
	if (!status && same)
		verification_add(v, "store", CHECK_PASS, "%zu bars and their "
				 "observations are as they were", c.compared);
	return status;
}
