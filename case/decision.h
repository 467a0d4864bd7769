/* decision.h -- what is signed: kinds, tuples, the decision and its digest.
 *
 * Pure.  Mirrors governance/contracts/src/interfaces/PlimsollTypes.sol word
 * for word; any change of Tuple or Decision is a new version.  The EIP-712
 * digest is made here because a decision's identity is its digest. */
#ifndef CASE_DECISION_H
#define CASE_DECISION_H

#include "base/bytes.h"
#include "crypto/hex.h"
#include "crypto/keccak.h"

#define ASSETS_MAX 16
#define TUPLE_VALUES_MAX 4
#define TUPLES_MAX 48
#define PROBES_MAX 16

enum kind {
	KIND_COLLATERAL = 1,     /* ltv, lt, lb; basis points, lb 10500 = 5 % */
	KIND_SUPPLY_CAP = 2,     /* whole tokens */
	KIND_BORROW_CAP = 3,     /* whole tokens */
	KIND_RATES = 4,          /* optimal, base, slope1, slope2; bps */
	KIND_EMODE = 5,          /* id, ltv, lt, lb */
	KIND_PRICE_CAP = 6,      /* ratio, timestamp, growth */
	KIND_FREEZE = 7,         /* 1 frozen, 0 not */
	KIND_RESERVE_FACTOR = 8, /* basis points */
};
#define KINDS_COUNT 8 /* kinds are 1 .. KINDS_COUNT */

enum mode { MODE_LIVE = 0, MODE_SHADOW = 1 };
enum outcome { OUTCOME_UPDATE = 1, OUTCOME_HOLD = 2, OUTCOME_FREEZE = 3 };
enum evidence { EVIDENCE_A = 1, EVIDENCE_B = 2, EVIDENCE_C = 3 };

/** Bits of decision.reasons; the table of words is reason_name(). */
enum reason {
	REASON_INPUT_MISSING = 0,       /* a required input is absent */
	REASON_PRICE_STALE = 1,         /* an oracle price is too old */
	REASON_BARS_STALE = 2,          /* the newest bar is too old */
	REASON_SOURCES_DISAGREE = 3,    /* price families disagree */
	REASON_HISTORY_SHORT = 4,       /* fewer bars than the burn-in */
	REASON_NO_CONVERGENCE = 5,      /* a fit did not converge */
	REASON_COVERAGE_RED = 6,        /* recent forecasts failed coverage */
	REASON_INSIDE_DEAD_BAND = 7,    /* targets equal values in force */
	REASON_NOT_REACHABLE = 8,       /* the limiter admits no move now */
	REASON_EVIDENCE_WEAK = 9,       /* evidence class forbids the move */
	REASON_HUMANS_FIRST = 10,       /* outside change is too recent */
	REASON_RESERVE_RESTRICTED = 11, /* frozen, paused, ltv-zero reserve */
	REASON_PAUSED = 12,             /* the steward is paused */
	REASON_WOULD_LIQUIDATE = 13,    /* a cut would liquidate at once */
	REASON_PENDING = 14,            /* a queued loosening is not ready */
	REASON_NO_FEASIBLE_VALUE = 15,  /* no value meets the constraints */
	REASON_SYNTHETIC_DATA = 16,     /* price history is generated */
	REASON_EVIDENCE_C = 17,         /* nothing here is authenticated */
	REASON_LIQUIDITY_MISSING = 18,  /* no liquidity curve for an asset */
	REASON_ORACLE_BOUND = 19,       /* a price sits at its feed's bound */
	REASON_BACKING_LOST = 20,       /* less behind a token than policy asks */
	REASON_LOSS_EMERGENCY = 21,     /* losses exceed the emergency budget */
	REASON_COVERAGE_LOW = 22,       /* too much is unproven for this move */
	REASON_RECENTLY_TIGHTER = 23,   /* an epoch before wanted less */
	REASON_ORACLE_APART = 24,       /* families agree, the oracle does not,
					 * and its price can be taken */
	REASONS_COUNT = 25,
};

struct tuple {
	uint8_t asset[ADDRESS_SIZE];
	uint8_t kind;  /* enum kind */
	uint8_t count; /* values used, kind_value_count(kind) */
	u128 old_values[TUPLE_VALUES_MAX];
	u128 new_values[TUPLE_VALUES_MAX];
};

/** What the steward must see of the report (contract struct Attachment). */
struct attachment {
	uint8_t report[HASH_SIZE]; /* keccak of the report's canonical bytes */
	size_t probe_count;
	uint8_t probes[PROBES_MAX][ADDRESS_SIZE];
	size_t price_count;
	uint8_t price_assets[ASSETS_MAX][ADDRESS_SIZE];
	u128 prices[ASSETS_MAX]; /* the protocol oracle's unit (1e8 on Aave) */
};

struct decision {
	uint8_t market[HASH_SIZE];
	uint8_t mode, trigger, outcome, evidence;
	uint64_t epoch;
	uint64_t as_of;       /* unix s, oldest price used */
	uint64_t valid_until; /* unix s */
	uint64_t anchor_block;
	uint8_t anchor_block_hash[HASH_SIZE];
	uint8_t previous_state[HASH_SIZE];
	uint8_t state[HASH_SIZE];
	uint8_t case_digest[HASH_SIZE];
	uint8_t policy_hash[HASH_SIZE];
	uint8_t model_hash[HASH_SIZE];
	uint8_t protocol_fingerprint[HASH_SIZE];
	uint8_t report_digest[HASH_SIZE]; /* attachment_digest */
	uint64_t reasons;                 /* bits of enum reason */
	size_t tuple_count;
	struct tuple tuples[TUPLES_MAX]; /* ascending by (asset, kind) */
};

/** Where a signature is valid: EIP-712 domain "Plimsoll" version "1". */
struct signing_domain {
	uint64_t chain_id;
	uint8_t steward[ADDRESS_SIZE];
};

/** kind_value_count - values of a kind's tuple, 0 for an unknown kind. */
uint8_t kind_value_count(uint8_t kind);
/** kind_name / kind_component_name / reason_name / outcome_name - the words of
 *  contracts.md: "COLLATERAL", "ltv", "price-stale", "UPDATE"; NULL when out
 *  of range. */
const char *kind_name(uint8_t kind);
const char *kind_component_name(uint8_t kind, uint8_t index);
const char *reason_name(enum reason reason);
const char *outcome_name(uint8_t outcome);
/** evidence_letter - 'A', 'B', 'C', or '?'. */
char evidence_letter(uint8_t evidence);

/** tuple_order - <0, 0, >0 by (asset, kind). */
int tuple_order(const struct tuple *a, const struct tuple *b);

/** attachment_digest - keccak256(abi.encode(attachment)). */
void attachment_digest(uint8_t out32[HASH_SIZE],
		       const struct attachment *attachment);

/** decision_digest - the EIP-712 digest that is signed.
 *  Source: EIP-712, "Definition of hashStruct". */
void decision_digest(uint8_t out32[HASH_SIZE], const struct decision *decision,
		     const struct signing_domain *domain);

/** domain_separator - EIP-712 domain hash of the steward. */
void domain_separator(uint8_t out32[HASH_SIZE],
		      const struct signing_domain *domain);

/** A decision as it is stored and sent: canonical CBOR. */
struct signed_decision {
	struct signing_domain domain;
	struct decision decision;
	struct attachment attachment;
	struct bytes report; /* canonical CBOR of the report */
};

/** signed_decision_encode - canonical bytes; overflow shows in out. */
void signed_decision_encode(struct buffer *out,
			    const struct signed_decision *in);
/** signed_decision_decode - strict: E_MALFORMED for anything the encoder would
 *  not emit, out-of-range enums, unsorted tuples, wrong value counts.  The
 *  report points into `in`. */
MUST_CHECK enum status signed_decision_decode(struct signed_decision *out,
					      struct bytes in);

#endif
