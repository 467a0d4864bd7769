/* verification_store.c -- see verification_store.h. */
#include "agent/verification_store.h"

#include <stdio.h>
#include <string.h>

#include "agent/cluster.h"
#include "base/time.h"
#include "case/policy.h"
#include "sql/bars.h"
#include "sql/cases.h"

struct comparison {
	struct verification *v;
	struct database *database;
	const struct case_input *in;
	uint32_t interval_s;
	size_t input_count; /* 0: this store did not see the case made */
	struct case_input_record *inputs;
	size_t compared;    /* bars */
};

/* What the store has of one series of the case, as it was known then. */
struct stored_series {
	struct stored_bars bars;
	bool found, whole; /* whole: from the first bar of the prefix on */
	int64_t snapshot;  /* 0: as known now */
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
				      const struct stored_series *stored,
				      struct error *error)
{
	const struct bar *first = stored->bars.bars;
	const struct bar *last = &series->bars[series->count - 1];
	struct altered_bar altered;
	size_t count = 0;
	struct bars_check_order order = {
		.feed_id = stored->bars.feed_id, .interval_s = c->interval_s,
		.from_s = first->open_time_s,
		.to_s = last->open_time_s + (int64_t)c->interval_s,
		.snapshot = stored->snapshot, .capacity = 1 };
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

/* Of the bars before the first one carried, the case has the digest. */
static bool same_prefix(struct comparison *c, const struct series *series,
			const struct stored_bars *stored)
{
	uint8_t digest[HASH_SIZE];

	bars_digest(digest, stored->bars,
		    series->first_index < stored->count ? series->first_index
							: stored->count);
	if (!memcmp(digest, series->prefix, HASH_SIZE))
		return true;
	name_bar(c, series, series->bars[0].open_time_s,
		 "the bars before this one differ from the case's");
	return false;
}

static bool compare_bars(struct comparison *c, const struct series *series,
			 const struct stored_series *stored)
{
	size_t at = 0;

	if (stored->whole && !same_prefix(c, series, &stored->bars))
		return false;
	for (uint32_t i = 0; i < series->count; i++) {
		const struct bar *bar = &series->bars[i];

		while (at < stored->bars.count &&
		       stored->bars.bars[at].open_time_s < bar->open_time_s)
			at++;
		if (at == stored->bars.count ||
		    !same_bar(bar, &stored->bars.bars[at])) {
			name_bar(c, series, bar->open_time_s,
				 "the stored bar differs from the case's");
			return false;
		}
	}
	c->compared += stored->bars.count;
	return true;
}

/* The store wrote down which series the case was made of, and when. */
static enum status load_input(struct stored_series *out, struct comparison *c,
			      size_t index, struct error *error)
{
	const struct case_input_record *input = &c->inputs[index];
	struct bars_query query = {
		.asset = input->asset, .quote = input->quote,
		.source = input->source, .interval_s = input->interval_s,
		.from_s = input->first_open_s,
		.to_s = input->last_open_s + 1, .snapshot = input->snapshot };
	enum status status = bars_load(&out->bars, c->database, &query, error);

	out->found = out->whole = !status && out->bars.count;
	out->snapshot = input->snapshot;
	return status;
}

/* A case of elsewhere does not say asset and quote: the source's series whose
 * bars agree with the first or last bar is meant. */
static enum status find_stored(struct stored_series *out,
			       struct comparison *c,
			       const struct series *series,
			       struct error *error)
{
	struct series_summary *list = NULL;
	size_t count = 0;
	enum status status = series_list(&list, &count, c->database, error);

	for (size_t i = 0; i < count && !status && !out->found; i++) {
		struct bars_query query = {
			.asset = list[i].asset, .quote = list[i].quote,
			.source = list[i].source, .interval_s = c->interval_s,
			.from_s = series->bars[0].open_time_s,
			.to_s = series->bars[series->count - 1].open_time_s + 1 };
		struct stored_bars *bars = &out->bars;

		if (strcmp(list[i].source, series->source) ||
		    list[i].interval_s != c->interval_s)
			continue;
		status = bars_load(bars, c->database, &query, error);
		if (status)
			break;
		out->found = bars->count &&
			     (same_bar(&bars->bars[0], &series->bars[0]) ||
			      same_bar(&bars->bars[bars->count - 1],
				       &series->bars[series->count - 1]));
		if (!out->found)
			stored_bars_free(bars);
	}
	memory_free(list);
	return status;
}

static enum status check_series(bool *same, struct comparison *c, size_t index,
				struct error *error)
{
	const struct series *series = &c->in->series[index];
	struct stored_series stored = { .found = false };
	enum status status = c->input_count == c->in->series_count
				     ? load_input(&stored, c, index, error)
				     : find_stored(&stored, c, series, error);

	*same = false;
	if (status)
		return status;
	if (!stored.found) {
		name_bar(c, series, series->bars[0].open_time_s,
			 "no stored series has these bars");
		return OK;
	}
	status = check_observations(same, c, series, &stored, error);
	if (!status && *same)
		*same = compare_bars(c, series, &stored);
	stored_bars_free(&stored.bars);
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
	status = case_inputs_load(&c.inputs, &c.input_count, c.database,
				  document->digest, error);
	for (uint8_t i = 0; i < c.in->series_count && !status && same; i++)
		if (c.in->series[i].count)
			status = check_series(&same, &c, i, error);
	memory_free(c.inputs);
	database_close(c.database);
	if (!status && same)
		verification_add(v, "store", CHECK_PASS, "%zu bars and their "
				 "observations are as they were%s", c.compared,
				 c.input_count ? ", as known when the case was "
						 "made" : "");
	return status;
}
