/* quality.h -- is a price to be believed?  The verdict on each observation, the
 * price that several sources give together, and when to stop listening.
 *
 * Pure; asks no clock and no source, changes no price, drops none: a rejected
 * observation is kept by whoever asked, with its reason.  The order of the
 * steps is fixed and the first that fails names the reason:
 *
 *   1 schema and signature   2 in time   3 bounds, peg, ratio
 *   4 jump against the source's own volatility   5 outlier among the families
 *
 * Steps 3 to 5 look odd also when something true happens.  So a price that
 * another family of sources confirms is at most marked, never rejected; one
 * that nobody confirms is rejected until its source repeats it and nobody
 * contradicts, but for a peg or ratio that was left before.  A single print
 * outside of all that another market traded around it is an outlier.  A family is all sources that read one market: they confirm
 * nothing of each other.  What follows is for the price of several sources:
 *
 *   6 median of the families, by depth   7 breaker with hysteresis
 *
 * Source: Hampel (1974) for step 5; the rest are this house's rules. */
#ifndef FEEDS_QUALITY_QUALITY_H
#define FEEDS_QUALITY_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUALITY_SOURCES_MAX 16
#define QUALITY_INTERVALS 9 /* of a source, remembered for its median */

enum quality_verdict {
	QUALITY_ACCEPTED,
	QUALITY_MARKED,   /* kept and used, but nothing is loosened on it */
	QUALITY_REJECTED, /* kept and not used */
};

enum quality_reason {
	QUALITY_NO_REASON,
	QUALITY_SCHEMA,       /* its message did not fit its format */
	QUALITY_SIGNATURE,    /* its message is not by its signers */
	QUALITY_IN_FUTURE,
	QUALITY_OUT_OF_ORDER, /* older than the source's newest */
	QUALITY_STALE,
	QUALITY_NOT_POSITIVE, /* or no number, or low and high not around it */
	QUALITY_AT_BOUND,     /* the least or greatest answer the source has */
	QUALITY_OFF_PEG,
	QUALITY_RATIO_CAP,    /* grew faster than a staked token can */
	QUALITY_JUMP,
	QUALITY_OUTLIER,
	QUALITY_REASONS
};

/** quality_reason_text - "at-bound", "off-peg", ...; "" for none. */
const char *quality_reason_text(enum quality_reason reason);
/** quality_reason_find - of such a word; QUALITY_REASONS: it is none. */
enum quality_reason quality_reason_find(const char *text);

/** What is known of a source beforehand; zero: nothing. */
struct quality_source {
	uint32_t family;
	int64_t heartbeat_s;     /* 0: three times the median interval seen */
	int64_t speaks_s;        /* how long its price says something of what
				  * comes after, as a candle hardly does; 0:
				  * until it is stale */
	double lowest, highest;  /* answers it never goes beyond; 0: none */
	double ratio;            /* at ratio_s; 0: no cap */
	double ratio_growth;     /* a year, as a share */
	int64_t ratio_s;         /* unix */
};

/** One asset's rules.  Start from quality_major or quality_stable. */
struct quality_rules {
	size_t source_count;     /* 1 .. QUALITY_SOURCES_MAX */
	struct quality_source sources[QUALITY_SOURCES_MAX];
	double peg, peg_band;    /* quote units; share of the peg; peg 0: none */
	double jump_sigmas;      /* k of step 4 */
	double sigma_least;      /* a root hour: a source is not calmer */
	double sigma_first;      /* a root hour: until its moves were seen */
	double hampel;           /* multiples of 1.4826 MAD */
	double mad_least;        /* share of the price */
	double agreement;        /* log: two prices that far apart agree */
	double disagreement;     /* share: beyond it the breaker counts */
	size_t families_least;   /* of an aggregate */
	uint32_t breaker_ticks;  /* more ticks than this open it */
	uint32_t calm_ticks;     /* that close it again, below half the limit */
	uint32_t repeats;        /* of a new level that nobody contradicts */
	int64_t ahead_s;         /* of the clock, admitted */
};

/** quality_major / quality_stable - rules of a volatile asset (2 %) and of one
 *  pegged to `peg` quote units (0.5 %), without sources. */
struct quality_rules quality_major(void);
struct quality_rules quality_stable(double peg);

/** What is remembered of a source: the newest price that was used, and what it
 *  said last and before, used or not, which is what it can confirm. */
struct quality_memory {
	bool used;
	int64_t used_s;
	double price;            /* at used_s */
	double variance;         /* a second, of log returns that were used */
	int64_t said_s[2];       /* newest, and the one before; 0: nothing */
	double low[2], high[2];  /* of these; equal unless a candle */
	int64_t intervals[QUALITY_INTERVALS]; /* between what was said */
	uint32_t interval_count; /* all there ever were */
	double level;            /* a price that was rejected, ... */
	uint32_t level_repeats;  /* ... how often it came in a row ... */
	int64_t level_s;         /* ... and when it came last */
};

struct quality_state {
	struct quality_memory sources[QUALITY_SOURCES_MAX];
};

struct quality_observation {
	size_t source;           /* index in the rules */
	int64_t time_s;          /* source time; end of a candle */
	double price;            /* quote units; close of a candle */
	double low, high;        /* of a candle; else both 0 */
	bool bad_schema, bad_signature;
};

struct quality_judgement {
	enum quality_verdict verdict;
	enum quality_reason reason;
	uint32_t confirming, contradicting; /* families that could say */
	bool unseen;             /* a whole market's two candles had no such
				  * price: one of those contradicting */
};

/**
 * quality_judge - steps 1 to 5; the state learns from what is used.
 * In:      now_s   when it came in; for history, its own time
 *          rules, state  of the asset; a state begins as zeros
 * Cost:    O(sources^2) */
struct quality_judgement
quality_judge(struct quality_state *state, const struct quality_rules *rules,
	      const struct quality_observation *observation, int64_t now_s);

/**
 * quality_recall - what was judged before teaches the state what it taught then:
 * a source's own past, as if the process had never ended.
 * In:      observation, judged  verdict and reason as they were; ascending in
 *                               time for each source, sources in any order
 * Cost:    O(1) */
void quality_recall(struct quality_state *state,
		    const struct quality_rules *rules,
		    const struct quality_observation *observation,
		    const struct quality_judgement *judged);

/** One source's say in an aggregate. */
struct quality_vote {
	uint32_t family;
	double price;            /* > 0 */
	double depth_usd;        /* weight: depth at 2 %; 0 in all: equal */
};

struct quality_aggregate {
	double price;            /* 0 when nobody voted */
	size_t families;
	double dispersion;       /* (highest - lowest) / price, of families */
	bool enough;             /* families_least are there */
};

/**
 * quality_combine - step 6: each family's median, then the median of the
 * families by depth, no family with more than a third of the weight.
 * In:      votes [count], count <= QUALITY_SOURCES_MAX
 * Cost:    O(count^2) */
struct quality_aggregate quality_combine(const struct quality_rules *rules,
					 const struct quality_vote *votes,
					 size_t count);

/** quality_votes - the newest prices that are not stale at now_s, depths 0.
 *  Out: votes [QUALITY_SOURCES_MAX].  Returns their number. */
size_t quality_votes(struct quality_vote *votes,
		     const struct quality_state *state,
		     const struct quality_rules *rules, int64_t now_s);

/** quality_depth - a venue's weight: none when it trades more a day than
 *  `turns_most` times what stands within 2 %, which is washing. */
double quality_depth(double depth_usd, double volume_usd, double turns_most);

struct quality_breaker {
	bool open;               /* open: nothing that loosens */
	uint32_t wild, calm;     /* ticks in a row */
};

/** quality_breaker_step - step 7, once a tick; a tick without enough families
 *  neither opens nor closes it.  Returns breaker->open. */
bool quality_breaker_step(struct quality_breaker *breaker,
			  const struct quality_rules *rules,
			  const struct quality_aggregate *aggregate);

enum quality_sequencer { SEQUENCER_UP, SEQUENCER_GRACE, SEQUENCER_DOWN };

/** quality_sequencer - of an L2's uptime feed: answer 0 up, 1 down; started_s
 *  is the last change, 0 never initialised.  Anything but up: no outputs. */
enum quality_sequencer quality_sequencer(int64_t answer, int64_t started_s,
					 int64_t now_s, int64_t grace_s);

#endif
