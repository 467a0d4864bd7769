/* eth_transaction.c -- the verb tx of eth_verbs.h: an object as an EIP-1559
 * transaction. */
#include <string.h>

#include "agent/eth_verbs.h"
#include "governance/codec/integer.h"
#include "governance/codec/transaction.h"

#define TYPE_1559 2

/* A member as an integer of 256 bits; missing is 0. */
static enum status word_member(struct bytes *out, struct eth_work *work,
			       const struct tree *tx, const char *name)
{
	const struct integer_range any = { 256, false };
	const struct tree *value = tree_get(tx, name);
	uint8_t *word = arena_allocate(work->arena, WORD_SIZE, 1);

	if (!word)
		return eth_trouble(work, E_LIMIT, "too large", "");
	*out = bytes_of(word, WORD_SIZE);
	if (tree_is_null(value))
		return OK;
	if ((value->kind != TREE_NUMBER && value->kind != TREE_TEXT) ||
	    integer_parse(word, any, value->text))
		return eth_trouble(work, E_MALFORMED,
				   "is not an integer from 0 to 2^256 - 1",
				   name);
	return OK;
}

static enum status small_member(uint64_t *out, struct eth_work *work,
				const struct tree *tx, const char *name)
{
	const struct tree *value = tree_get(tx, name);

	if (tree_is_null(value)) {
		*out = 0;
		return OK;
	}
	if ((value->kind != TREE_NUMBER && value->kind != TREE_TEXT) ||
	    integer_parse_u64(out, value->text))
		return eth_trouble(work, E_MALFORMED,
				   "is not an integer from 0 to 2^64 - 1", name);
	return OK;
}

static bool is_empty(const struct tree *value)
{
	return tree_is_null(value) ||
	       (value->kind == TREE_TEXT &&
		(!value->text.size ||
		 bytes_equal(value->text, bytes_of_string("0x"))));
}

static enum status read_recipient(struct transaction *out,
				  struct eth_work *work, const struct tree *to)
{
	out->creates = is_empty(to);
	if (out->creates)
		return OK;
	if (to->kind != TREE_TEXT || address_parse(out->to, to->text))
		return eth_trouble(work, E_MALFORMED,
				   "is not an address, or its checksum is wrong",
				   "to");
	return OK;
}

static enum status read_keys(struct access_entry *entry, struct eth_work *work,
			     const struct tree *keys)
{
	uint8_t (*data)[HASH_SIZE];
	size_t i = 0;

	if (!keys || keys->kind != TREE_LIST)
		return eth_trouble(work, E_MALFORMED,
				   "has an entry without a list of keys",
				   "accessList");
	data = arena_allocate(work->arena, keys->count, HASH_SIZE);
	if (!data)
		return eth_trouble(work, E_LIMIT, "too large", "accessList");
	for (const struct tree *k = keys->first; k; k = k->next, i++)
		if (k->kind != TREE_TEXT ||
		    hex_decode_fixed(data[i], HASH_SIZE, k->text))
			return eth_trouble(work, E_MALFORMED,
					   "has a storage key that is not "
					   "32 bytes", "accessList");
	entry->keys = (const uint8_t (*)[HASH_SIZE])data;
	entry->key_count = keys->count;
	return OK;
}

/* {"address","storageKeys"} or [address, [keys]]. */
static enum status read_entry(struct access_entry *entry, struct eth_work *work,
			      const struct tree *value)
{
	bool pair = value->kind == TREE_LIST && value->count == 2;
	const struct tree *address =
		pair ? value->first : tree_get(value, "address");
	const struct tree *keys =
		pair ? value->first->next : tree_get(value, "storageKeys");

	if (!address || address->kind != TREE_TEXT ||
	    address_parse(entry->address, address->text))
		return eth_trouble(work, E_MALFORMED,
				   "has an entry without an address",
				   "accessList");
	return read_keys(entry, work, keys);
}

static enum status read_access(struct transaction *out, struct eth_work *work,
			       const struct tree *list)
{
	struct access_entry *entries;
	size_t i = 0;

	if (tree_is_null(list))
		return OK;
	if (list->kind != TREE_LIST)
		return eth_trouble(work, E_MALFORMED, "is not a list",
				   "accessList");
	entries = ARENA_NEW(work->arena, struct access_entry, list->count);
	if (!entries)
		return eth_trouble(work, E_LIMIT, "too large", "accessList");
	for (const struct tree *e = list->first; e; e = e->next, i++) {
		enum status status = read_entry(&entries[i], work, e);

		if (status)
			return status;
	}
	out->access = entries;
	out->access_count = list->count;
	return OK;
}

/* What cannot be signed as meant is refused, not left out. */
static enum status check_members(struct eth_work *work, const struct tree *tx)
{
	static const char *const known[] = {
		"chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas",
		"gasLimit", "to", "value", "data", "accessList", "type",
	};
	uint64_t type = TYPE_1559;

	if (!tx || tx->kind != TREE_OBJECT)
		return eth_trouble(work, E_MISSING,
				   "is missing or not an object", "tx");
	for (const struct tree *m = tx->first; m; m = m->next) {
		size_t i = 0, count = sizeof(known) / sizeof(known[0]);

		while (i < count &&
		       !bytes_equal(m->name, bytes_of_string(known[i])))
			i++;
		if (i == count && !tree_is_null(m))
			return codec_trouble(&work->trouble, E_INPUT,
					     "is not a member of an EIP-1559 "
					     "transaction", m->name);
	}
	if (!tree_is_null(tree_get(tx, "type")) &&
	    (small_member(&type, work, tx, "type") || type != TYPE_1559))
		return eth_trouble(work, E_INPUT,
				   "is not 2: only EIP-1559 transactions",
				   "type");
	return OK;
}

static enum status read_numbers(struct transaction *out, struct eth_work *work,
				const struct tree *tx)
{
	enum status status = small_member(&out->chain_id, work, tx, "chainId");

	if (!status)
		status = small_member(&out->nonce, work, tx, "nonce");
	if (!status)
		status = small_member(&out->gas_limit, work, tx, "gasLimit");
	if (!status)
		status = word_member(&out->priority_fee, work, tx,
				     "maxPriorityFeePerGas");
	if (!status)
		status = word_member(&out->max_fee, work, tx, "maxFeePerGas");
	if (!status)
		status = word_member(&out->value, work, tx, "value");
	return status;
}

static enum status read_transaction(struct transaction *out,
				    struct eth_work *work,
				    const struct tree *tx)
{
	const struct tree *data = tree_get(tx, "data");
	enum status status = check_members(work, tx);

	if (!status)
		status = read_numbers(out, work, tx);
	if (!status)
		status = read_recipient(out, work, tree_get(tx, "to"));
	if (!status && !is_empty(data))
		status = eth_bytes(&out->data, work, "data", data);
	if (!status)
		status = read_access(out, work, tree_get(tx, "accessList"));
	return status;
}

enum status eth_tx(struct eth_work *work)
{
	struct transaction transaction = { 0 };
	struct signed_transaction made;
	struct eth_signer signer;
	struct transaction_key key = { work->signer, signer.secret };
	enum status status = eth_key(&signer, work);

	if (!status)
		status = read_transaction(&transaction, work,
					  tree_get(work->input, "tx"));
	if (status)
		return status;
	if (transaction_sign_1559(&made, &transaction, &key, work->arena))
		return eth_trouble(work, E_LIMIT, "too large", "tx");
	status = eth_add_hex(work, "raw", made.raw);
	if (!status)
		status = eth_add_hex(work, "hash",
				     bytes_of(made.hash, HASH_SIZE));
	return status ? status : eth_add_address(work, "from", made.from);
}
