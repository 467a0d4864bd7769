/* market_fingerprint.c -- the protocol's code and oracles as one hash, made
 * here from reads of our own: the words of governance/contracts/src/
 * AaveFingerprint.sol, which the steward's adapter computes again on chain. */
#include <string.h>

#include "agent/market_internal.h"

#define TAG "Plimsoll Aave v3 fingerprint 1"
#define WORD 32

enum head_call {
	CALL_STRATEGY,
	CALL_POOL_REVISION,
	CALL_FLASH_LOAN,
	CALL_BORROW,
	CALL_LIQUIDATION,
	CALL_POOL_LOGIC,
	CALL_SUPPLY,
	CALL_CONFIGURATOR_REVISION,
	CALL_CONFIGURATOR_LOGIC,
	CALL_FALLBACK,
	HEAD_CALLS,
};

static void head_calls(struct chain_call *calls,
		       const struct market_contracts *at)
{
	static const char *const names[HEAD_CALLS] = {
		"RESERVE_INTEREST_RATE_STRATEGY()", "POOL_REVISION()",
		"getFlashLoanLogic()", "getBorrowLogic()",
		"getLiquidationLogic()", "getPoolLogic()", "getSupplyLogic()",
		"CONFIGURATOR_REVISION()", "getConfiguratorLogic()",
		"getFallbackOracle()",
	};

	for (size_t i = 0; i < HEAD_CALLS; i++) {
		const uint8_t *to = i < CALL_CONFIGURATOR_REVISION ? at->pool
				    : i < CALL_FALLBACK ? at->configurator
							: at->oracle;

		calls[i] = market_call(to, names[i], NULL, NULL);
		calls[i].may_fail = true;
	}
}

static void add_address(struct keccak *hash, const uint8_t *address)
{
	uint8_t word[WORD] = { 0 };

	memcpy(word + WORD - ADDRESS_SIZE, address, ADDRESS_SIZE);
	keccak_update(hash, word, WORD);
}

/* A getter that not every version has: its word, or 0. */
static void add_answer(struct keccak *hash, const struct chain_call *call)
{
	static const uint8_t zero[WORD];
	bool there = !call->failed && call->answer_size == WORD;

	keccak_update(hash, there ? call->answer : zero, WORD);
}

static void add_head(struct keccak *hash,
		     const struct market_snapshot *snapshot,
		     const struct chain_call *calls)
{
	const struct market_contracts *at = &snapshot->contracts;
	uint8_t word[WORD];

	keccak256(word, TAG, strlen(TAG));
	keccak_update(hash, word, WORD);
	store_be256(word, snapshot->chain_id);
	keccak_update(hash, word, WORD);
	add_address(hash, at->provider);
	add_address(hash, at->pool);
	for (size_t i = CALL_POOL_REVISION; i <= CALL_SUPPLY; i++)
		add_answer(hash, &calls[i]);
	add_address(hash, at->configurator);
	add_answer(hash, &calls[CALL_CONFIGURATOR_REVISION]);
	add_answer(hash, &calls[CALL_CONFIGURATOR_LOGIC]);
	add_address(hash, at->data_provider);
	add_address(hash, at->oracle);
	add_answer(hash, &calls[CALL_FALLBACK]);
}

static const struct market_reserve *
at_list_index(const struct market_snapshot *snapshot, size_t index)
{
	for (size_t i = 0; i < snapshot->reserve_count; i++)
		if (snapshot->reserves[i].list_index == index)
			return &snapshot->reserves[i];
	return NULL;
}

/* Reserves in the pool's own order, not ours. */
static void add_reserves(struct keccak *hash,
			 const struct market_snapshot *snapshot,
			 const struct chain_call *strategy)
{
	uint8_t shared[ADDRESS_SIZE] = { 0 };
	static const uint8_t none[ADDRESS_SIZE];

	if (!strategy->failed && strategy->answer_size == WORD)
		memcpy(shared, strategy->answer + WORD - ADDRESS_SIZE,
		       ADDRESS_SIZE);
	for (size_t i = 0; i < snapshot->reserve_count; i++) {
		const struct market_reserve *reserve =
			at_list_index(snapshot, i);

		add_address(hash, reserve->core.asset);
		add_address(hash, reserve->core.feed);
		add_address(hash, memcmp(shared, none, ADDRESS_SIZE)
					  ? shared : reserve->rate_strategy);
	}
}

enum status market_read_fingerprint(struct market_read *read,
				    struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	struct chain_call calls[HEAD_CALLS];
	struct keccak hash;
	enum status status;

	head_calls(calls, &snapshot->contracts);
	status = chain_call_all(&read->view, calls, HEAD_CALLS, NULL, error);
	if (status)
		return status;
	keccak_init(&hash);
	add_head(&hash, snapshot, calls);
	add_reserves(&hash, snapshot, &calls[CALL_STRATEGY]);
	keccak_final(&hash, snapshot->fingerprint);
	chain_answers_free(calls, HEAD_CALLS);
	return OK;
}
