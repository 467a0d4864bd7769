/* record_fields.h -- what the codecs of records, plans and runs under way share
 * of their tables of members.  Private to them. */
#ifndef BACKTEST_RECORD_FIELDS_H
#define BACKTEST_RECORD_FIELDS_H

#include "case/fields.h"

/* A double or float as the unsigned integer of its bits. */
#define BITS(structure, member) FIELD(FIELD_UNSIGNED, structure, member)

/* A struct parameters, member by member. */
#define PARAMETERS(structure, member) \
	FIELD(FIELD_UNSIGNED, structure, member.ltv_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.lt_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.lb_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.supply_cap), \
	FIELD(FIELD_UNSIGNED, structure, member.borrow_cap), \
	FIELD(FIELD_UNSIGNED, structure, member.optimal_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.base_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.slope1_bps), \
	FIELD(FIELD_UNSIGNED, structure, member.slope2_bps)

#endif
