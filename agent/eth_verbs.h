/* eth_verbs.h -- the verbs of `plimsoll eth`: one object in, results out.
 *
 * The codec by itself, for tests against other implementations and for
 * scripts.  cmd_eth.c reads and writes the lines. */
#ifndef AGENT_ETH_VERBS_H
#define AGENT_ETH_VERBS_H

#include "crypto/secp256k1.h"
#include "governance/codec/tree.h"

#define ETH_RESULTS_MAX 6

struct eth_result {
	const char *name;
	const char *text; /* in the arena; nothing that JSON escapes */
};

struct eth_work {
	struct arena *arena;
	const struct tree *input;
	const struct signer_context *signer;
	struct codec_trouble trouble;
	struct eth_result results[ETH_RESULTS_MAX];
	size_t count;
};

/* Each adds its results, or returns a status with trouble filled. */
typedef enum status eth_verb(struct eth_work *work);

eth_verb eth_keccak, eth_address, eth_checksum, eth_abi, eth_call,
	eth_selector, eth_rlp, eth_eip712, eth_tx;

/* Parts that the verbs share. */
MUST_CHECK enum status eth_add_hex(struct eth_work *work, const char *name,
				   struct bytes value);
MUST_CHECK enum status eth_add_address(struct eth_work *work, const char *name,
				       const uint8_t *address20);
MUST_CHECK enum status eth_trouble(struct eth_work *work, enum status status,
				   const char *reason, const char *where);
/** eth_text - a text member of the input. */
MUST_CHECK enum status eth_text(struct bytes *out, struct eth_work *work,
				const char *name);
/** eth_key - the 32 bytes of "key" and the address they sign for. */
struct eth_signer {
	uint8_t secret[SECRET_KEY_SIZE];
	uint8_t address[20];
};
MUST_CHECK enum status eth_key(struct eth_signer *out, struct eth_work *work);
/** eth_bytes - 0x text as bytes in the arena. */
MUST_CHECK enum status eth_bytes(struct bytes *out, struct eth_work *work,
				 const char *name, const struct tree *value);

#endif
