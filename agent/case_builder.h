/* case_builder.h -- from the chain, the store and the policy to a case.  Host.
 *
 * Brings together what others read; judges nothing.  Everything is as of one
 * anchor block: bars closed by its time, live prices observed by it, samples of
 * use before it, the steward's state at it, the market at it. */
#ifndef AGENT_CASE_BUILDER_H
#define AGENT_CASE_BUILDER_H

#include "agent/backing_options.h"
#include "agent/history.h"
#include "agent/market_reader.h"
#include "agent/policy_file.h"
#include "agent/steward_reader.h"
#include "sql/cases.h"

struct case_order {
	const char *home;
	struct json_rpc *rpc;
	struct database *database;
	const struct policy_document *policy;
	const struct history_sources *sources;
	const struct backing_feeds *backing; /* feeds of tokens' reserves */
	const char *liquidity_path;   /* CSV: symbol,size_usd,impact_bps */
	uint8_t provider[ADDRESS_SIZE];
	const char *block;            /* anchor: "latest" or a number */
	uint64_t anchor_lag;          /* blocks before "latest": its hash must
				       * be known to the chain, and deep enough
				       * for loosening */
	uint64_t from_block;          /* first block searched for users */
	uint8_t mode, trigger;
};

struct built_case {
	uint8_t *bytes;               /* memory_free'd with built_case_free */
	size_t size;
	uint8_t digest[HASH_SIZE];
	uint64_t anchor_block;
	size_t input_count;           /* stored series it was made of */
	struct case_input_record inputs[ASSETS_MAX];
};

/** case_build - E_MISSING named input, E_PEER, E_AUTHENTIC when policy or state
 *  is not the steward's; E_REFUSED when an account is in an e-mode category
 *  whose values the pool does not tell (before 3.2); E_LIMIT more reserves, or
 *  categories in use, than a case holds. */
MUST_CHECK enum status case_build(struct built_case *out,
				  const struct case_order *order,
				  struct error *error);
void built_case_free(struct built_case *built);

#endif
