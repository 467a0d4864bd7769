/* decision_words.c -- the words of kinds, components, reasons and outcomes.
 *
 * One table each; C, JSON, SQL and the documents use these spellings. */
#include "case/decision.h"


static const struct {
	const char *name;
	uint8_t count;
	const char *components[TUPLE_VALUES_MAX];
} kinds[KINDS_COUNT + 1] = {
	[KIND_COLLATERAL] = { "COLLATERAL", 3, { "ltv", "lt", "lb" } },
	[KIND_SUPPLY_CAP] = { "SUPPLY_CAP", 1, { "supplyCap" } },
	[KIND_BORROW_CAP] = { "BORROW_CAP", 1, { "borrowCap" } },
	[KIND_RATES] = { "RATES", 4, { "optimal", "base", "slope1", "slope2" } },
	[KIND_EMODE] = { "EMODE", 4, { "id", "ltv", "lt", "lb" } },
	[KIND_PRICE_CAP] = { "PRICE_CAP", 3, { "ratio", "timestamp", "growth" } },
	[KIND_FREEZE] = { "FREEZE", 1, { "frozen" } },
	[KIND_RESERVE_FACTOR] = { "RESERVE_FACTOR", 1, { "reserveFactor" } },
};

static const char *const reasons[REASONS_COUNT] = {
	[REASON_INPUT_MISSING] = "input-missing",
	[REASON_PRICE_STALE] = "price-stale",
	[REASON_BARS_STALE] = "bars-stale",
	[REASON_SOURCES_DISAGREE] = "sources-disagree",
	[REASON_HISTORY_SHORT] = "history-short",
	[REASON_NO_CONVERGENCE] = "no-convergence",
	[REASON_COVERAGE_RED] = "coverage-red",
	[REASON_INSIDE_DEAD_BAND] = "inside-dead-band",
	[REASON_NOT_REACHABLE] = "not-reachable",
	[REASON_EVIDENCE_WEAK] = "evidence-weak",
	[REASON_HUMANS_FIRST] = "humans-first",
	[REASON_RESERVE_RESTRICTED] = "reserve-restricted",
	[REASON_PAUSED] = "paused",
	[REASON_WOULD_LIQUIDATE] = "would-liquidate",
	[REASON_PENDING] = "pending",
	[REASON_NO_FEASIBLE_VALUE] = "no-feasible-value",
	[REASON_SYNTHETIC_DATA] = "synthetic-data",
	[REASON_EVIDENCE_C] = "evidence-c",
	[REASON_LIQUIDITY_MISSING] = "liquidity-missing",
	[REASON_ORACLE_BOUND] = "oracle-bound",
	[REASON_BACKING_LOST] = "backing-lost",
	[REASON_LOSS_EMERGENCY] = "loss-emergency",
	[REASON_COVERAGE_LOW] = "coverage-low",
	[REASON_RECENTLY_TIGHTER] = "recently-tighter",
	[REASON_ORACLE_APART] = "oracle-apart",
};

uint8_t kind_value_count(uint8_t kind)
{
	return kind <= KINDS_COUNT ? kinds[kind].count : 0;
}

const char *kind_name(uint8_t kind)
{
	return kind <= KINDS_COUNT ? kinds[kind].name : NULL;
}

const char *kind_component_name(uint8_t kind, uint8_t index)
{
	return index < kind_value_count(kind) ? kinds[kind].components[index]
					      : NULL;
}

const char *reason_name(enum reason reason)
{
	return (unsigned)reason < REASONS_COUNT ? reasons[reason] : NULL;
}

const char *outcome_name(uint8_t outcome)
{
	static const char *const names[] = { NULL, "UPDATE", "HOLD", "FREEZE" };

	return outcome < 4 ? names[outcome] : NULL;
}

char evidence_letter(uint8_t evidence)
{
	return evidence >= EVIDENCE_A && evidence <= EVIDENCE_C
		       ? (char)('A' + evidence - EVIDENCE_A)
		       : '?';
}
