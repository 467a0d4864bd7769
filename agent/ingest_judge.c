/* ingest_judge.c -- see ingest_judge.h. */
#include "agent/ingest_judge.h"

#include <stdio.h>
#include <string.h>

#define REASON_SIGNATURE "signature"
#define REASON_SEQUENCER "sequencer"

static struct quality_observation observation_of(const struct live_feed *feed,
						 const struct ingest_row *row)
{
	struct quality_observation out = {
		.source = feed->place, .time_s = row->source_time_ms / 1000,
		.price = decimal_to_double(row->value) };

	if (!row->has_candle)
		return out;
	out.time_s += feed->source->interval_s; /* known when it closed */
	out.low = decimal_to_double(row->low);
	out.high = decimal_to_double(row->high);
	return out;
}

static void copy_candle(struct ingest_row *row, const struct reading *reading)
{
	row->has_candle = row->has_volume = true;
	row->open = reading->open;
	row->high = reading->high;
	row->low = reading->low;
	row->volume = reading->volume;
}

static enum ingest_signature signature_of(enum reading_signature signature)
{
	switch (signature) {
	case READING_UNSIGNED: return INGEST_SIGNATURE_NONE;
	case READING_VERIFIED: return INGEST_SIGNATURE_VERIFIED;
	case READING_FORGED: return INGEST_SIGNATURE_FAILED;
	}
	return INGEST_SIGNATURE_FAILED;
}

static struct ingest_row row_of(const struct live_feed *feed,
				const struct reading *reading,
				int64_t observed_ms)
{
	struct ingest_row row = {
		.feed_id = feed->id, .source_time_ms = reading->time_ms,
		.round = reading->round, .value = reading->value,
		.has_confidence = reading->has_confidence,
		.confidence = reading->confidence, .has_raw_digest = true,
		.block = reading->block,
		.signature = signature_of(reading->signature),
		.observed_ms = observed_ms };

	memcpy(row.raw_digest, reading->raw_digest, HASH_SIZE);
	if (reading->is_candle)
		copy_candle(&row, reading);
	return row;
}

static void set_verdict(struct ingest_row *row, enum ingest_verdict verdict,
			const char *reason)
{
	row->verdict = verdict;
	snprintf(row->reason, sizeof(row->reason), "%s", reason);
}

/* A message by nobody must not stand where the true one will: it is named by
 * its digest, which no round is. */
static void reject_forged(struct ingest_row *row)
{
	set_verdict(row, INGEST_REJECTED, REASON_SIGNATURE);
	row->round = (u128)1 << 127;
	for (size_t i = 0; i < sizeof(row->round) - 1; i++)
		row->round |= (u128)row->raw_digest[i] << 8 * i;
}

static enum ingest_verdict verdict_of(enum quality_verdict verdict)
{
	switch (verdict) {
	case QUALITY_ACCEPTED: return INGEST_ACCEPTED;
	case QUALITY_MARKED: return INGEST_MARKED;
	case QUALITY_REJECTED: return INGEST_REJECTED;
	}
	return INGEST_REJECTED;
}

/* Does the chain that a price was read from run, and did it when the price
 * was made? */
static bool chain_runs(const struct live_job *job,
		       const struct reading *reading, int64_t observed_ms)
{
	const struct source_chain *chain = &job->job.chain;
	int64_t then_s = reading->is_past ? reading->time_ms / 1000
					  : observed_ms / 1000;

	return !chain->uptime ||
	       quality_sequencer(!chain->is_up, chain->uptime_since_s, then_s,
				 job->source->config->grace_s) == SEQUENCER_UP;
}

/* While a chain stands still its prices teach nothing; what no price can be is
 * rejected all the same. */
static void mark_halted(struct ingest_row *row, const struct live_feed *feed,
			int64_t now_s)
{
	struct quality_observation said = observation_of(feed, row);
	struct quality_state scratch = feed->pair->state;
	struct quality_judgement judged =
		quality_judge(&scratch, &feed->pair->rules, &said, now_s);

	if (judged.reason == QUALITY_IN_FUTURE ||
	    judged.reason == QUALITY_NOT_POSITIVE ||
	    judged.reason == QUALITY_AT_BOUND)
		set_verdict(row, INGEST_REJECTED,
			    quality_reason_text(judged.reason));
	else if (judged.verdict == QUALITY_REJECTED && said.price <= 0)
		set_verdict(row, INGEST_REJECTED, "not-positive");
	else
		set_verdict(row, INGEST_MARKED, REASON_SEQUENCER);
}

static void judge_row(struct ingest_row *row, struct live_job *job,
		      const struct reading *reading)
{
	struct live_feed *feed = &job->feeds[reading->item];
	struct quality_observation said = observation_of(feed, row);
	int64_t now_s = reading->is_past ? said.time_s
					 : row->observed_ms / 1000;
	struct quality_judgement judged;

	if (reading->signature == READING_FORGED) {
		reject_forged(row);
		return;
	}
	if (!chain_runs(job, reading, row->observed_ms)) {
		mark_halted(row, feed, now_s);
		return;
	}
	judged = quality_judge(&feed->pair->state, &feed->pair->rules, &said,
			       now_s);
	set_verdict(row, verdict_of(judged.verdict),
		    quality_reason_text(judged.reason));
}

static bool same_decimal(struct decimal a, struct decimal b)
{
	return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

static bool same_name(const struct ingest_row *a, const struct ingest_row *b)
{
	return a->source_time_ms == b->source_time_ms && a->round == b->round;
}

static bool same_content(const struct ingest_row *a, const struct ingest_row *b)
{
	return same_decimal(a->value, b->value) &&
	       same_decimal(a->open, b->open) &&
	       same_decimal(a->high, b->high) && same_decimal(a->low, b->low) &&
	       same_decimal(a->volume, b->volume) &&
	       same_decimal(a->confidence, b->confidence);
}

/* Polls bring what is known again and again; the store need not be asked. */
static bool is_known(const struct live_feed *feed, const struct ingest_row *row)
{
	return feed->has_last && same_name(&feed->last, row) &&
	       (feed->source->kind->coarse_time ||
		same_content(&feed->last, row));
}

static void count_minute(struct live_feed *feed, int64_t now_s)
{
	if (now_s - feed->counted_s >= LIVE_MINUTE_S)
		memset(feed->per_second, 0, sizeof(feed->per_second));
	else
		for (int64_t s = feed->counted_s + 1; s <= now_s; s++)
			feed->per_second[s % LIVE_MINUTE_S] = 0;
	if (now_s > feed->counted_s)
		feed->counted_s = now_s;
	feed->per_second[feed->counted_s % LIVE_MINUTE_S]++;
}

uint32_t ingest_rate(const struct live_feed *feed, int64_t now_s)
{
	uint32_t sum = 0;

	for (int64_t s = now_s - LIVE_MINUTE_S + 1; s <= feed->counted_s; s++)
		if (s > feed->counted_s - LIVE_MINUTE_S && s > 0)
			sum += feed->per_second[s % LIVE_MINUTE_S];
	return sum;
}

static void count_verdict(struct live_feed *feed, const struct ingest_row *row)
{
	struct live_counts *counts = &feed->counts;

	switch (row->verdict) {
	case INGEST_ACCEPTED: counts->accepted++; break;
	case INGEST_MARKED: counts->marked++; break;
	case INGEST_REJECTED: counts->rejected++; break;
	}
	if (row->verdict != INGEST_ACCEPTED)
		memcpy(feed->reason, row->reason, sizeof(feed->reason));
}

static void remember(struct live_feed *feed, const struct ingest_row *row)
{
	if (row->signature == INGEST_SIGNATURE_FAILED ||
	    (feed->has_last && row->source_time_ms < feed->last.source_time_ms))
		return;
	feed->last = *row;
	feed->has_last = true;
}

bool ingest_judge(struct ingest_row *row, struct live_job *job,
		  const struct reading *reading, int64_t observed_ms)
{
	struct live_feed *feed = &job->feeds[reading->item];
	bool otherwise; /* of the moment that was the newest */
	struct error why;

	*row = row_of(feed, reading, observed_ms);
	feed->counts.received++;
	count_minute(feed, observed_ms / 1000);
	if (reading->signature != READING_FORGED && is_known(feed, row)) {
		feed->counts.duplicates++;
		return false;
	}
	otherwise = reading->signature != READING_FORGED && feed->has_last &&
		    same_name(&feed->last, row);
	if (otherwise)
		set_verdict(row, INGEST_REJECTED, "said-otherwise");
	else
		judge_row(row, job, reading);
	if (ingest_row_check(row, &why)) {
		feed->counts.unstorable++;
		snprintf(feed->reason, sizeof(feed->reason), "%.47s",
			 why.message);
		return false;
	}
	count_verdict(feed, row);
	if (!otherwise)
		remember(feed, row);
	return true;
}

void ingest_recall(struct live_feed *feed, const struct ingest_row *row)
{
	struct quality_observation said = observation_of(feed, row);
	struct quality_judgement judged = {
		.reason = quality_reason_find(row->reason),
		.verdict = row->verdict == INGEST_ACCEPTED ? QUALITY_ACCEPTED
			   : row->verdict == INGEST_MARKED ? QUALITY_MARKED
							   : QUALITY_REJECTED };

	quality_recall(&feed->pair->state, &feed->pair->rules, &said, &judged);
	remember(feed, row);
}
