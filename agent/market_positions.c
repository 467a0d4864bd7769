/* market_positions.c -- who holds what, read at the pinned block.
 *
 * Every aToken and debt token balance begins with a Transfer to its holder
 * (supplies, borrows and the treasury's mints emit one from address zero), so
 * the receivers of those events are all possible holders.  Balances are then
 * asked, never summed from events. */
#include <stdlib.h>
#include <string.h>

#include "agent/market_internal.h"
#include "base/host/log.h"

#define USERS_AT_ONCE 1000

/** An account that once received a token of a reserve. */
struct sighting {
	uint8_t account[ADDRESS_SIZE];
	uint8_t reserve;
};

struct sightings {
	const struct market_snapshot *snapshot;
	struct sighting *items;
	size_t count, capacity;
};

static int by_account(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;
	int order = memcmp(x->account, y->account, ADDRESS_SIZE);

	return order ? order : (int)x->reserve - (int)y->reserve;
}

static void sort_unique(struct sightings *seen)
{
	size_t kept = 0;

	if (!seen->count)
		return;
	qsort(seen->items, seen->count, sizeof(*seen->items), by_account);
	for (size_t i = 0; i < seen->count; i++)
		if (!kept || by_account(&seen->items[kept - 1],
					&seen->items[i]))
			seen->items[kept++] = seen->items[i];
	seen->count = kept;
}

static void add_sighting(struct sightings *seen, const uint8_t *account,
			 size_t reserve)
{
	if (seen->count == seen->capacity) {
		sort_unique(seen); /* most repeat: often makes room */
		if (seen->count >= seen->capacity / 2) {
			seen->capacity = seen->capacity * 2 + 1024;
			seen->items = memory_resize(seen->items,
						    seen->capacity,
						    sizeof(*seen->items));
		}
	}
	memcpy(seen->items[seen->count].account, account, ADDRESS_SIZE);
	seen->items[seen->count++].reserve = (uint8_t)reserve;
}

static enum status on_transfer(void *user, const struct chain_log *log,
			       struct error *error)
{
	static const uint8_t nobody[ADDRESS_SIZE];
	struct sightings *seen = user;
	const uint8_t *receiver = log->topics[2] + 12;

	if (log->topic_count != 3)
		return error_set(error, E_PEER, "a Transfer with %zu topics "
				 "from an Aave token", log->topic_count);
	for (size_t r = 0; r < seen->snapshot->reserve_count; r++) {
		const struct market_reserve *reserve =
			&seen->snapshot->reserves[r];

		if (memcmp(receiver, nobody, ADDRESS_SIZE) &&
		    (!memcmp(log->address, reserve->atoken, ADDRESS_SIZE) ||
		     !memcmp(log->address, reserve->debt_token, ADDRESS_SIZE)))
			add_sighting(seen, receiver, r);
	}
	return OK;
}

static enum status find_holders(struct sightings *seen,
				struct market_read *read, struct error *error)
{
	const struct market_snapshot *snapshot = read->snapshot;
	uint8_t tokens[2 * MARKET_RESERVES_MAX][ADDRESS_SIZE];
	uint8_t topic[1][HASH_SIZE];
	struct chain_log_query query = {
		.addresses = (const uint8_t(*)[ADDRESS_SIZE])tokens,
		.address_count = 2 * snapshot->reserve_count,
		.topics = (const uint8_t(*)[HASH_SIZE])topic,
		.topic_count = 1,
		.from = read->query->from_block,
		.to = snapshot->block.number,
		.label = "finding holders",
		.each = on_transfer,
		.user = seen,
	};
	enum status status;

	if (query.from > query.to)
		return error_set(error, E_USAGE, "the first block searched is "
				 "after the block read");
	chain_event_topic(topic[0], "Transfer(address,address,uint256)");
	for (size_t r = 0; r < snapshot->reserve_count; r++) {
		memcpy(tokens[2 * r], snapshot->reserves[r].atoken,
		       ADDRESS_SIZE);
		memcpy(tokens[2 * r + 1], snapshot->reserves[r].debt_token,
		       ADDRESS_SIZE);
	}
	status = chain_logs(read->view.rpc, &query, error);
	sort_unique(seen);
	return status;
}

static size_t count_accounts(const struct sighting *items, size_t count)
{
	size_t accounts = 0;

	for (size_t i = 0; i < count; i++)
		accounts += i == 0 || memcmp(items[i].account,
					     items[i - 1].account,
					     ADDRESS_SIZE);
	return accounts;
}

/* End of the run of sightings that belongs to the account at `from`. */
static size_t account_end(const struct sightings *seen, size_t from)
{
	size_t end = from + 1;

	while (end < seen->count &&
	       !memcmp(seen->items[end].account, seen->items[from].account,
		       ADDRESS_SIZE))
		end++;
	return end;
}

/* Calls of one account: e-mode, account data, then one per reserve seen. */
static size_t account_calls(struct chain_call *calls,
			    const struct market_snapshot *snapshot,
			    const struct sighting *seen, size_t count)
{
	const struct market_contracts *at = &snapshot->contracts;

	calls[0] = market_call(at->pool, "getUserEMode(address)",
			       seen->account, NULL);
	calls[1] = market_call(at->pool, "getUserAccountData(address)",
			       seen->account, NULL);
	for (size_t i = 0; i < count; i++)
		calls[2 + i] = market_call(
			at->data_provider,
			"getUserReserveData(address,address)",
			snapshot->reserves[seen[i].reserve].core.asset,
			seen[i].account);
	return count + 2;
}

static enum status take_holding(struct position *position, uint8_t reserve,
				const struct chain_call *call,
				struct error *error)
{
	struct aave_user_reserve held;
	enum status status = aave_decode_user_reserve(&held,
						      chain_answer(call));

	if (status)
		return market_bad_answer(call, status, error);
	if (held.supplied || held.borrowed)
		position->holdings[position->count++] = (struct holding){
			reserve, held.collateral, held.supplied,
			held.borrowed };
	return OK;
}

/* Decodes one account's answers into the next position; an account that no
 * longer holds anything leaves none. */
static enum status take_account(struct market_read *read,
				const struct sighting *seen, size_t count,
				const struct chain_call *calls,
				struct error *error)
{
	struct market_snapshot *snapshot = read->snapshot;
	struct position *position =
		&snapshot->positions[snapshot->position_count];
	struct market_account *account =
		&snapshot->accounts[snapshot->position_count];
	u128 emode;
	enum status status = aave_decode_amount(&emode,
						chain_answer(&calls[0]));

	if (status || emode > 255)
		return market_bad_answer(&calls[0], E_RANGE, error);
	status = aave_decode_account(&account->reported,
				     chain_answer(&calls[1]));
	if (status)
		return market_bad_answer(&calls[1], status, error);
	*position = (struct position){ .emode = (uint8_t)emode };
	memcpy(position->account, seen->account, ADDRESS_SIZE);
	position->holdings = ARENA_NEW(snapshot->arena, struct holding, count);
	if (!position->holdings)
		return error_set(error, E_LIMIT, "too many holdings");
	for (size_t i = 0; i < count && !status; i++)
		status = take_holding(position, seen[i].reserve,
				      &calls[2 + i], error);
	if (!status && position->count)
		snapshot->position_count++;
	return status;
}

/* Reads the accounts of sightings [from, to). */
static enum status read_accounts(struct market_read *read,
				 const struct sightings *seen, size_t from,
				 size_t to, struct error *error)
{
	size_t capacity = 3 * (to - from);
	struct chain_call *calls = memory_allocate(capacity, sizeof(*calls));
	size_t count = 0;
	enum status status;

	for (size_t i = from; i < to; i = account_end(seen, i))
		count += account_calls(calls + count, read->snapshot,
				       seen->items + i,
				       account_end(seen, i) - i);
	status = chain_call_all(&read->view, calls, count, NULL,
				error);
	count = 0;
	for (size_t i = from; i < to && !status; i = account_end(seen, i)) {
		size_t size = account_end(seen, i) - i;

		status = take_account(read, seen->items + i, size,
				      calls + count, error);
		count += size + 2;
	}
	chain_answers_free(calls, count);
	memory_free(calls);
	return status;
}

static enum status read_all(struct market_read *read,
			    const struct sightings *seen, struct error *error)
{
	enum status status = OK;
	size_t from = 0;

	while (from < seen->count && !status) {
		size_t to = from;

		for (size_t users = 0; users < USERS_AT_ONCE &&
				       to < seen->count; users++)
			to = account_end(seen, to);
		progress_show("reading positions", from, seen->count);
		status = read_accounts(read, seen, from, to, error);
		from = to;
	}
	progress_clear();
	return status;
}

static void make_room(struct market_snapshot *snapshot, size_t accounts,
		      size_t sightings)
{
	/* Each allocation may be padded to 16 bytes. */
	snapshot->arena = arena_new(
		accounts * (sizeof(struct position) + 32) +
		sightings * sizeof(struct holding) + 4096);
	snapshot->positions = ARENA_NEW(snapshot->arena, struct position,
					accounts + 1);
	snapshot->accounts =
		memory_allocate(accounts + 1, sizeof(*snapshot->accounts));
}

enum status market_read_positions(struct market_read *read,
				  struct error *error)
{
	struct sightings seen = { .snapshot = read->snapshot };
	enum status status = find_holders(&seen, read, error);
	size_t accounts;

	if (!status) {
		accounts = count_accounts(seen.items, seen.count);
		if (accounts > POSITIONS_MAX) {
			status = error_set(error, E_LIMIT, "%zu accounts, more "
					   "than %u", accounts, POSITIONS_MAX);
		} else {
			make_room(read->snapshot, accounts, seen.count);
			status = read_all(read, &seen, error);
		}
	}
	memory_free(seen.items);
	return status;
}
