/* case.h -- everything a decision depends on, as one canonical byte string.
 *
 * Pure.  Nouns and their canonical CBOR; nothing is judged here.  Arrays hang
 * in the caller's arena. */
#ifndef CASE_CASE_H
#define CASE_CASE_H

#include "base/decimal.h"
#include "case/decision.h"
#include "case/limits.h"
#include "case/policy.h"
#include "case/state.h"

#define CASE_VERSION 2
#define CASE_BYTES_MAX (64u << 20)
#define POSITIONS_MAX 200000u
#define BARS_MAX 100000u /* per series */
#define CURVE_POINTS_MAX 32
#define QUOTES_MAX 64
#define SOURCE_MAX 24
#define EMODES_MAX 16
#define USAGE_MAX 2000u /* samples per reserve */

enum reserve_flag {
	RESERVE_ACTIVE = 1,
	RESERVE_FROZEN = 2,
	RESERVE_PAUSED = 4,
	RESERVE_BORROWING = 8,
	RESERVE_LTV_ZERO = 16, /* ltv forced to zero, a pending ltv waits */
	RESERVE_ISOLATED = 32, /* has a debt ceiling */
	RESERVE_SILOED = 64,   /* borrowed alone or not at all */
};

struct reserve {
	uint8_t asset[ADDRESS_SIZE];
	char symbol[SYMBOL_MAX];
	uint8_t decimals;
	uint32_t flags;           /* enum reserve_flag */
	uint64_t price_e8;        /* protocol oracle, USD 1e-8; 0: none */
	uint64_t price_time_s;    /* updatedAt of its feed */
	uint8_t feed[ADDRESS_SIZE];
	uint32_t ltv_bps, lt_bps, lb_bps; /* effective ltv; lb 10500 = 5 % */
	uint64_t supply_cap, borrow_cap;  /* whole tokens, 0 none */
	uint32_t optimal_bps, base_bps, slope1_bps, slope2_bps;
	uint32_t reserve_factor_bps, protocol_fee_bps;
	u128 supplied;            /* raw units with accrued treasury */
	u128 borrowed;            /* raw units, variable debt */
	u128 available;           /* raw units in the aToken */
	u128 deficit;             /* raw units of recorded bad debt */
	uint64_t oracle_low_e8, oracle_high_e8; /* feed's bounds; 0: none */
	uint64_t debt_ceiling_cents; /* USD 0.01 of isolated debt; 0: none */
	/* Cap on the growth of a token's ratio: in force, and what the ratio's
	 * own history asks for; ratio 0: the asset has none. */
	u128 cap_ratio_e18, cap_target_ratio_e18;
	uint64_t cap_time_s, cap_target_time_s;
	uint32_t cap_growth_bps;  /* a year */
	uint32_t backing_ppm;     /* assets behind the token; 0: unknown */
	uint64_t outside_change_s; /* last change not by the steward, 0 none */
	uint8_t kind_count;       /* steward states that follow */
	struct tuple_state kinds[KINDS_COUNT]; /* ascending by kind */
};

struct holding {
	uint8_t reserve;   /* index into reserves */
	bool collateral;   /* usage as collateral enabled */
	u128 supplied;     /* raw units */
	u128 borrowed;     /* raw units */
};

struct position {
	uint8_t account[ADDRESS_SIZE];
	uint8_t emode;
	uint8_t count;
	struct holding *holdings; /* ascending by reserve */
};

/** An e-mode category: its values hold for collateral of its mask. */
struct emode {
	uint8_t id;                       /* 1 .. 255 */
	uint32_t ltv_bps, lt_bps, lb_bps;
	uint32_t collateral, borrowable;  /* bit r: index r of reserves */
};

/** How much of a reserve was lent out, and at what rate. */
struct usage_sample {
	int64_t time_s;
	uint32_t utilisation_ppm;  /* of supply; above 1000000: bad debt */
	uint32_t borrow_rate_bps;  /* annual */
};

struct usage {
	uint8_t reserve;
	uint32_t count;
	struct usage_sample *samples; /* ascending, at most USAGE_MAX */
};

/** Impact of selling `size_usd` at once, from quotes. */
struct curve_point {
	uint64_t size_usd;
	uint32_t impact_bps;
};

struct liquidity_curve {
	uint8_t reserve;
	uint64_t time_s;
	char source[SOURCE_MAX];
	uint8_t count;
	struct curve_point points[CURVE_POINTS_MAX]; /* ascending size */
};

struct bar {
	int64_t open_time_s;
	struct decimal open, high, low, close;
};

/** Price history of one reserve: the tail of its digest chain. */
struct series {
	uint8_t reserve;
	char source[SOURCE_MAX];
	bool synthetic;              /* generated data: labels every output */
	uint64_t first_index;        /* bars before these since genesis */
	uint8_t prefix[HASH_SIZE];   /* chain digest before bars[0] */
	uint32_t count;
	struct bar *bars;            /* ascending, interval of the policy */
};

/** The newest price a source family has for a reserve. */
struct quote {
	uint8_t reserve;
	char family[SOURCE_MAX];
	struct decimal price_usd;
	uint64_t time_s;
};

struct case_input {
	struct signing_domain domain;
	uint8_t market[HASH_SIZE];
	uint8_t mode, trigger, evidence; /* evidence class of the inputs */
	uint64_t epoch;
	uint64_t anchor_block;
	uint8_t anchor_hash[HASH_SIZE];
	uint64_t anchor_time_s;
	uint8_t epoch_block_hash[HASH_SIZE]; /* first block of the epoch */
	uint8_t fingerprint[HASH_SIZE];
	struct bytes policy;         /* canonical CBOR */
	struct bytes state;          /* canonical CBOR of the carried state */
	struct steward_state steward;
	uint8_t reserve_count;
	struct reserve *reserves;    /* ascending by asset */
	uint8_t emode_count;
	struct emode *emodes;        /* ascending by id */
	uint32_t position_count;
	struct position *positions;  /* ascending by account */
	uint8_t curve_count;
	struct liquidity_curve *curves; /* ascending by reserve */
	uint8_t series_count;
	struct series *series;       /* ascending by reserve */
	uint8_t usage_count;
	struct usage *usages;        /* ascending by reserve */
	uint8_t quote_count;
	struct quote *quotes;        /* ascending by (reserve, family) */
};

/** case_encode - canonical bytes; overflow shows in out. */
void case_encode(struct buffer *out, const struct case_input *in);
/** case_decode - strict, bounded; E_MALFORMED for anything case_encode would
 *  not emit, unsorted or duplicate members, indexes out of range; E_LIMIT when
 *  the arena is too small or a count is over its bound.  Byte strings point
 *  into `in`.  Cost: O(bytes). */
MUST_CHECK enum status case_decode(struct case_input *out, struct bytes in,
				   struct arena *arena);
/** What memory a case will take, read from its head alone. */
struct case_sizes {
	uint32_t horizon_s, step_s, path_count; /* of its policy */
	size_t reserve_count;
};
/** case_peek - E_MALFORMED or E_INPUT as case_decode and policy_decode.
 *  Cost: O(bytes of policy and state). */
MUST_CHECK enum status case_peek(struct case_sizes *out, struct bytes in);
/** case_digest - keccak of the canonical bytes. */
void case_digest(uint8_t out32[HASH_SIZE], struct bytes canonical);

/** bar_chain - history' = keccak(history || canonical bytes of the bar). */
void bar_chain(uint8_t history32[HASH_SIZE], const struct bar *bar);

/** case_seed - keccak("plimsoll-seed", chain id, steward, market, epoch, hash
 *  of the epoch's block): nothing the host chooses enters it. */
void case_seed(uint8_t out32[HASH_SIZE], const struct case_input *in);

#endif
