/* feed_list.h -- which prices are read from where: the file `feeds.ini`.
 *
 * Host only.  One section a source, named as the store will name it:
 *
 *   [chainlink]
 *   kind = chainlink              chainlink, pyth, redstone, coinbase, ...
 *   url = https://...             several lines: in order of preference
 *   every_s = 12                  between two polls
 *   chain_id = 1                  chainlink
 *   sequencer = 0xADDRESS         chainlink on an L2: the uptime feed
 *   grace_s = 3600                after it came up again (default 3600)
 *   service = redstone-primary-prod         redstone
 *   interval_s = 3600             candles
 *   since = 2024-01-01T00:00:00Z  candles: history from here (default: 300
 *                                 intervals)
 *   signers = FILE                redstone: addresses and `threshold N`
 *   follow = FILE                 pyth: guardian sets from the first on
 *   family = NAME                 sources that read one market (default: own)
 *   feed = ETH/USD KEY [heartbeat_s=N] [lowest=X] [highest=X] [peg=X]
 *
 * KEY is the API's own name: an address, an id, a product.  An address may
 * hold a key: only its scheme, host and port are ever shown.  FILEs are looked
 * for beside this one. */
#ifndef AGENT_FEED_LIST_H
#define AGENT_FEED_LIST_H

#include "case/case.h"
#include "feeds/net/endpoints.h"
#include "feeds/net/source.h"

#define FEED_SOURCES_MAX 64
#define FEED_KEY_MAX 68

/** One feed of a source; zeros: not told. */
struct feed_entry {
	char asset[SYMBOL_MAX], quote[SYMBOL_MAX], key[FEED_KEY_MAX];
	int64_t heartbeat_s;
	double lowest, highest, peg; /* quote units */
};

struct feed_source {
	char name[SOURCE_MAX], family[SOURCE_MAX];
	const struct source_kind *kind;
	size_t url_count;
	char *urls[ENDPOINTS_MAX]; /* feed_list_free */
	int64_t every_s, chain_id, interval_s, since_s;
	char *service, *signers, *follow; /* NULL: not told */
	char *sequencer;           /* address; NULL: not told */
	int64_t grace_s;           /* with sequencer */
	size_t feed_count;
	struct feed_entry feeds[SOURCE_ITEMS_MAX];
};

struct feed_list {
	size_t count;
	struct feed_source sources[FEED_SOURCES_MAX];
};

/** feed_list_read - the file, every line understood and every source whole.
 *  Returns: E_MISSING no file; E_USAGE a line or source that cannot be, named.
 *  Out: filled or freed; feed_list_free it after OK. */
MUST_CHECK enum status feed_list_read(struct feed_list *out, const char *path,
				      struct error *error);
void feed_list_free(struct feed_list *list);

#endif
