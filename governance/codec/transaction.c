/* transaction.c -- see transaction.h. */
#include "governance/codec/transaction.h"

#include "governance/codec/rlp.h"

#define TYPE_1559 0x02u
#define FIXED_ROOM 512u

static size_t access_room(const struct transaction *t)
{
	size_t room = 0;

	for (size_t i = 0; i < t->access_count; i++)
		room += 64 + 40 * t->access[i].key_count;
	return room;
}

static enum status put_entry(struct buffer *out,
			     const struct access_entry *entry,
			     struct arena *arena)
{
	struct buffer keys, members;
	size_t room = 40 * entry->key_count + 16;
	enum status status = buffer_from_arena(&keys, arena, room);

	if (!status)
		status = buffer_from_arena(&members, arena, room + 64);
	if (status)
		return status;
	for (size_t i = 0; i < entry->key_count; i++)
		rlp_put_bytes(&keys, bytes_of(entry->keys[i], HASH_SIZE));
	rlp_put_bytes(&members, bytes_of(entry->address, ADDRESS_SIZE));
	rlp_put_list(&members, buffer_bytes(&keys));
	rlp_put_list(out, buffer_bytes(&members));
	return OK;
}

static enum status put_access(struct buffer *out, const struct transaction *t,
			      struct arena *arena)
{
	struct buffer entries;
	enum status status =
		buffer_from_arena(&entries, arena, access_room(t) + 16);

	for (size_t i = 0; i < t->access_count && !status; i++)
		status = put_entry(&entries, &t->access[i], arena);
	if (!status)
		rlp_put_list(out, buffer_bytes(&entries));
	return status;
}

/* The members in order; signature NULL: the unsigned form. */
static enum status put_members(struct buffer *out, const struct transaction *t,
			       const uint8_t *signature65, struct arena *arena)
{
	enum status status;

	rlp_put_integer(out, t->chain_id);
	rlp_put_integer(out, t->nonce);
	rlp_put_word(out, t->priority_fee);
	rlp_put_word(out, t->max_fee);
	rlp_put_integer(out, t->gas_limit);
	rlp_put_bytes(out, bytes_of(t->to, t->creates ? 0 : ADDRESS_SIZE));
	rlp_put_word(out, t->value);
	rlp_put_bytes(out, t->data);
	status = put_access(out, t, arena);
	if (status || !signature65)
		return status;
	rlp_put_integer(out, (u128)(signature65[64] - 27));
	rlp_put_word(out, bytes_of(signature65, 32));
	rlp_put_word(out, bytes_of(signature65 + 32, 32));
	return OK;
}

static enum status serialise(struct bytes *raw, const struct transaction *t,
			     const uint8_t *signature65, struct arena *arena)
{
	size_t room = t->data.size + access_room(t) + FIXED_ROOM;
	struct buffer members, out;
	enum status status = buffer_from_arena(&members, arena, room);

	if (!status)
		status = buffer_from_arena(&out, arena, room + 16);
	if (!status)
		status = put_members(&members, t, signature65, arena);
	if (status)
		return status;
	buffer_append_byte(&out, TYPE_1559);
	rlp_put_list(&out, buffer_bytes(&members));
	if (out.overflow || members.overflow)
		return E_LIMIT;
	*raw = buffer_bytes(&out);
	return OK;
}

enum status transaction_digest_1559(uint8_t out32[HASH_SIZE],
				    const struct transaction *transaction,
				    struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct bytes raw;
	enum status status = serialise(&raw, transaction, NULL, arena);

	if (!status)
		keccak256(out32, raw.data, raw.size);
	arena_reset(arena, mark);
	return status;
}

enum status transaction_sign_1559(struct signed_transaction *out,
				  const struct transaction *transaction,
				  const struct transaction_key *key,
				  struct arena *arena)
{
	uint8_t digest[HASH_SIZE], signature[SIGNATURE_SIZE];
	uint8_t public_key[PUBLIC_KEY_SIZE];
	enum status status =
		transaction_digest_1559(digest, transaction, arena);

	if (!status)
		status = sign_digest(signature, key->context, digest,
				     key->secret32);
	if (!status)
		status = public_key_from_secret(public_key, key->context,
						key->secret32);
	if (!status)
		status = serialise(&out->raw, transaction, signature, arena);
	if (status)
		return status;
	keccak256(out->hash, out->raw.data, out->raw.size);
	address_from_public_key(out->from, public_key);
	return OK;
}
