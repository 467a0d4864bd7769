/* source.h -- a source of prices: what its API is asked, and what its answers
 * say, as readings.
 *
 * Host only.  No sockets here: a request is an address and a body, an answer is
 * bytes; http_pool.h carries both, endpoints.h says where to.  A job asks one
 * API for several feeds; kinds of sources are rows of one table.  Readings are
 * what was said, judged by signatures alone: whether to believe a price is
 * feeds/quality's business. */
#ifndef FEEDS_NET_SOURCE_H
#define FEEDS_NET_SOURCE_H

#include "base/decimal.h"
#include "crypto/keccak.h"
#include "feeds/net/json.h"
#include "feeds/wire/redstone.h"
#include "feeds/wire/wormhole.h"

#define SOURCE_ITEMS_MAX 64

enum reading_signature {
	READING_UNSIGNED, /* the source signs nothing */
	READING_VERIFIED, /* by us, of the raw message */
	READING_FORGED,   /* not by those who may sign */
};

/** One price as it was said. */
struct reading {
	size_t item;                    /* of the job */
	int64_t time_ms;                /* unix; open time of a candle */
	u128 round;                     /* 0 where the source has none */
	struct decimal value;           /* price; close of a candle */
	struct decimal open, high, low, volume; /* with is_candle */
	struct decimal confidence;      /* with has_confidence: +- of value */
	bool is_candle, has_confidence;
	bool is_past;                   /* an event, not the state now */
	uint64_t block;                 /* where it was read; 0 none */
	uint8_t raw_digest[HASH_SIZE];  /* keccak of the message */
	enum reading_signature signature;
};

struct readings {
	struct reading *items; /* readings_free */
	size_t count, capacity;
};

/** readings_add - a zeroed reading at the end; lives until the next call. */
struct reading *readings_add(struct readings *readings);
void readings_free(struct readings *readings);

/** One feed of a job. */
struct source_item {
	const char *key;       /* the API's name: product, id, address */
	int64_t newest_ms;     /* what is stored already; 0: nothing */
	u128 round;            /* of that */
	int64_t asked_to_s;    /* candles: end of the page under way, ... */
	int64_t read_to_s;     /* ... and of those that will not fill again */
};

/** Whose signatures count; NULL where the kind has none. */
struct source_trust {
	const struct redstone_rules *redstone;
	const struct guardian_set *guardians; /* ascending by index */
	size_t guardian_count;
	const struct signer_context *context;
	bool any_set;          /* one set, which counts for every index */
};

/** Where a job stands that reads a chain: the logs since the last snapshot, then
 *  a snapshot of all feeds at one block. */
struct source_chain {
	uint64_t chain_id;     /* expected */
	uint64_t read_block;   /* logs are known up to here; 0: none wanted */
	bool without_logs;     /* they failed: the next snapshot comes alone */
	const char *uptime;    /* an L2's uptime feed, read with the rounds */
	bool uptime_read;      /* once; from then on these two hold: */
	bool is_up;            /* also false when it could not be read */
	int64_t uptime_since_s; /* unix; its last change */
	uint32_t step;         /* of source_chainlink.c, like all below */
	uint64_t block, block_time_s, span, pages;
	uint8_t block_hash[HASH_SIZE];
	struct source_aggregator {
		uint8_t address[20], decimals;
		uint16_t phase;
		bool known;
	} aggregators[SOURCE_ITEMS_MAX];
};

struct source_job {
	const struct source_kind *kind;
	const char *service;   /* RedStone's data service */
	int64_t interval_s;    /* of candles */
	int64_t since_s;       /* history from here where nothing is stored */
	int64_t now_s;         /* the host's clock, renewed before every call */
	size_t item_count;     /* 1 .. kind->items_max */
	struct source_item items[SOURCE_ITEMS_MAX];
	struct source_trust trust;
	struct source_chain chain;
	bool more;             /* set by an answer: ask again at once */
};

struct source_request {
	struct text url;       /* source_request_free */
	struct text body;      /* empty: GET */
};
void source_request_free(struct source_request *request);

struct source_kind {
	const char *name;
	const char *default_url; /* public address; NULL: none */
	size_t items_max;
	bool coarse_time;        /* several prices share a time: the first of
				  * them is the one of that time */
	int burst;               /* what its hosts take: see endpoints.h */
	int64_t refill_ms;
	/** Writes the next request.  E_USAGE: a key that cannot be; E_MISSING:
	 *  there can be nothing new yet. */
	enum status (*ask)(struct source_request *out, struct source_job *job,
			   const char *base_url, struct error *error);
	/** The address of its event stream, whose events are answers; NULL. */
	enum status (*follow)(struct source_request *out,
			      const struct source_job *job,
			      const char *base_url, struct error *error);
	/** Appends what an answer says, a whole answer or nothing.  E_PEER: it
	 *  is no such answer; the endpoint is sick.  Feeds of the job that it
	 *  does not name are no error. */
	enum status (*answer)(struct readings *out, struct source_job *job,
			      struct bytes body, struct error *error);
};

/** source_kind_find - NULL: no such name. */
const struct source_kind *source_kind_find(const char *name);
/** source_kind_at - the i-th, NULL behind the last. */
const struct source_kind *source_kind_at(size_t index);

/** source_decimal - value * 10^exponent; of more than 18 digits the last are
 *  rounded off, half away from zero: a part in 10^18.  E_RANGE. */
MUST_CHECK enum status source_decimal(struct decimal *out, i128 value,
				      int32_t exponent);

/* Rows of the table. */
extern const struct source_kind source_pyth, source_redstone, source_coinbase,
	source_kraken, source_binance, source_chainlink;

#endif
