/* revert_reasons.h -- what a contract's revert bytes say, in words.
 *
 * Pure.  A hand-kept list of error signatures (ours, Aave v3's, OpenZeppelin's,
 * Solidity's own); selectors are computed from it, never written down. */
#ifndef FEEDS_WIRE_REVERT_REASONS_H
#define FEEDS_WIRE_REVERT_REASONS_H

#include "base/bytes.h"

#define REVERT_TEXT_MAX 320
#define REVERT_NAME_MAX 64

struct revert_reason {
	bool known;                  /* the selector is in the list */
	char name[REVERT_NAME_MAX];  /* "InvalidSupplyCap", "" if unknown */
	char text[REVERT_TEXT_MAX];  /* "UpdateNotInRange()", or the hex */
	const char *meaning;         /* a sentence, or "" */
};

/** revert_describe - arguments of fixed-size types are decoded, other ones
 *  shown as "..."; Error(string) and Panic(uint256) give their text.  Never
 *  fails: unknown bytes become "unknown error 0x...".
 *  Cost: one Keccak per signature in the list, about 200 us. */
void revert_describe(struct revert_reason *out, struct bytes data);

/** revert_matches - data begins with the selector of `signature`. */
bool revert_matches(struct bytes data, const char *signature);

#endif
