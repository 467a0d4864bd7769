/* internal.h -- what the limiter's files share and nobody else includes. */
#ifndef GOVERNANCE_LIMITER_INTERNAL_H
#define GOVERNANCE_LIMITER_INTERNAL_H

#include "governance/limiter/limiter.h"

#define LIMITER_U128_MAX (~(u128)0)

bool limiter_is_cap(uint8_t kind);
/** limiter_below - a < b, where no cap (0) counts as infinity. */
bool limiter_below(uint8_t kind, u128 a, u128 b);
u128 limiter_distance(u128 a, u128 b);
/** limiter_size_e18 - as limiter_size() in 1e18 units, rounded up; saturates
 *  at UINT128_MAX, which is above every level. */
u128 limiter_size_e18(const struct limiter_step *step);
/** limiter_step_limit - the step that binds a move that way. */
uint64_t limiter_step_limit(const struct component_limit *limit,
			    enum limiter_direction way);
/** limiter_band_admits - inside [floor, ceiling], or from outside toward it
 *  and not past its far side. */
bool limiter_band_admits(const struct component_limit *limit,
			 const struct limiter_step *step);

#endif
