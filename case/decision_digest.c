/* decision_digest.c -- the EIP-712 digest of a decision, and abi.encode of
 * its attachment.
 *
 * Hand-laid words because the types are fixed; tests/chain compares it with
 * the contract and with ethers. */
#include "case/decision.h"

#include <string.h>

#define TUPLE_TYPE \
	"Tuple(address asset,uint8 kind,uint256[] oldValues,uint256[] newValues)"
#define DECISION_TYPE \
	"Decision(bytes32 market,uint8 mode,uint64 epoch,uint8 trigger," \
	"uint8 outcome,uint8 evidence,uint64 asOf,uint64 validUntil," \
	"uint64 anchorBlock,bytes32 anchorBlockHash,bytes32 previousState," \
	"bytes32 state,bytes32 caseDigest,bytes32 policyHash," \
	"bytes32 modelHash,bytes32 protocolFingerprint,bytes32 reportDigest," \
	"uint256 reasons,Tuple[] tuples)"
#define DOMAIN_TYPE \
	"EIP712Domain(string name,string version,uint256 chainId," \
	"address verifyingContract)"

static void add_number(struct keccak *keccak, u128 value)
{
	uint8_t word[32];

	store_be256(word, value);
	keccak_update(keccak, word, sizeof(word));
}

static void add_address(struct keccak *keccak, const uint8_t *address)
{
	static const uint8_t zeros[12];

	keccak_update(keccak, zeros, sizeof(zeros));
	keccak_update(keccak, address, ADDRESS_SIZE);
}

static void add_text_hash(struct keccak *keccak, const char *text)
{
	uint8_t hash[HASH_SIZE];

	keccak256(hash, text, strlen(text));
	keccak_update(keccak, hash, sizeof(hash));
}

static void hash_values(uint8_t out32[HASH_SIZE], const u128 *values,
			size_t count)
{
	struct keccak keccak;

	keccak_init(&keccak);
	for (size_t i = 0; i < count; i++)
		add_number(&keccak, values[i]);
	keccak_final(&keccak, out32);
}

static void hash_tuple(uint8_t out32[HASH_SIZE], const struct tuple *tuple)
{
	struct keccak keccak;
	uint8_t values[HASH_SIZE];

	keccak_init(&keccak);
	add_text_hash(&keccak, TUPLE_TYPE);
	add_address(&keccak, tuple->asset);
	add_number(&keccak, tuple->kind);
	hash_values(values, tuple->old_values, tuple->count);
	keccak_update(&keccak, values, HASH_SIZE);
	hash_values(values, tuple->new_values, tuple->count);
	keccak_update(&keccak, values, HASH_SIZE);
	keccak_final(&keccak, out32);
}

static void hash_tuples(uint8_t out32[HASH_SIZE],
			const struct decision *decision)
{
	struct keccak keccak;
	uint8_t hash[HASH_SIZE];

	keccak_init(&keccak);
	for (size_t i = 0; i < decision->tuple_count; i++) {
		hash_tuple(hash, &decision->tuples[i]);
		keccak_update(&keccak, hash, HASH_SIZE);
	}
	keccak_final(&keccak, out32);
}

static void add_scalars(struct keccak *keccak, const struct decision *d)
{
	keccak_update(keccak, d->market, HASH_SIZE);
	add_number(keccak, d->mode);
	add_number(keccak, d->epoch);
	add_number(keccak, d->trigger);
	add_number(keccak, d->outcome);
	add_number(keccak, d->evidence);
	add_number(keccak, d->as_of);
	add_number(keccak, d->valid_until);
	add_number(keccak, d->anchor_block);
}

static void add_hashes(struct keccak *keccak, const struct decision *d)
{
	const uint8_t *const hashes[] = {
		d->anchor_block_hash, d->previous_state, d->state,
		d->case_digest,       d->policy_hash,    d->model_hash,
		d->protocol_fingerprint, d->report_digest,
	};

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
		keccak_update(keccak, hashes[i], HASH_SIZE);
}

static void hash_decision(uint8_t out32[HASH_SIZE], const struct decision *d)
{
	struct keccak keccak;
	uint8_t hash[HASH_SIZE];

	keccak_init(&keccak);
	add_text_hash(&keccak, DECISION_TYPE TUPLE_TYPE);
	add_scalars(&keccak, d);
	add_hashes(&keccak, d);
	add_number(&keccak, d->reasons);
	hash_tuples(hash, d);
	keccak_update(&keccak, hash, HASH_SIZE);
	keccak_final(&keccak, out32);
}

void domain_separator(uint8_t out32[HASH_SIZE],
		      const struct signing_domain *domain)
{
	struct keccak keccak;

	keccak_init(&keccak);
	add_text_hash(&keccak, DOMAIN_TYPE);
	add_text_hash(&keccak, "Plimsoll");
	add_text_hash(&keccak, "1");
	add_number(&keccak, domain->chain_id);
	add_address(&keccak, domain->steward);
	keccak_final(&keccak, out32);
}

void decision_digest(uint8_t out32[HASH_SIZE], const struct decision *decision,
		     const struct signing_domain *domain)
{
	struct keccak keccak;
	uint8_t hash[HASH_SIZE];

	keccak_init(&keccak);
	keccak_update(&keccak, "\x19\x01", 2);
	domain_separator(hash, domain);
	keccak_update(&keccak, hash, HASH_SIZE);
	hash_decision(hash, decision);
	keccak_update(&keccak, hash, HASH_SIZE);
	keccak_final(&keccak, out32);
}

/* abi.encode of a dynamic struct: an offset word, then head and tails. */
void attachment_digest(uint8_t out32[HASH_SIZE],
		       const struct attachment *attachment)
{
	const size_t probes = attachment->probe_count;
	const size_t prices = attachment->price_count;
	struct keccak keccak;

	keccak_init(&keccak);
	add_number(&keccak, 32);
	keccak_update(&keccak, attachment->report, HASH_SIZE);
	add_number(&keccak, 128);
	add_number(&keccak, 128 + 32 * (1 + probes));
	add_number(&keccak, 128 + 32 * (2 + probes + prices));
	add_number(&keccak, probes);
	for (size_t i = 0; i < probes; i++)
		add_address(&keccak, attachment->probes[i]);
	add_number(&keccak, prices);
	for (size_t i = 0; i < prices; i++)
		add_address(&keccak, attachment->price_assets[i]);
	add_number(&keccak, prices);
	for (size_t i = 0; i < prices; i++)
		add_number(&keccak, attachment->prices[i]);
	keccak_final(&keccak, out32);
}
