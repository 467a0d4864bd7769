/* sweep.h -- one history under many policies: the points of a grid, each a
 * backtest with files of its own.
 *
 * A point is played alone and leaves its record in FOLDER/points/NNNN.cbor
 * (record_file.h); until it is over, its checkpoint lies beside it.  Who plays
 * which point, in which order and how often interrupted does not matter: the
 * bytes are the same.  The first point also plays the other rules; their runs
 * are what the whole sweep is compared with.
 *
 * Host, but asks no clock and starts no process. */
#ifndef BACKTEST_SWEEP_H
#define BACKTEST_SWEEP_H

#include "backtest/record_file.h"
#include "base/host/error.h"

struct backtest_hooks; /* backtest.h, which includes this */

#define SWEEP_AXES_MAX 8
#define SWEEP_VALUES_MAX 64   /* of an axis */
#define SWEEP_POINTS_MAX 4096
#define SWEEP_KEY_MAX 64
#define SWEEP_VALUE_MAX 24
#define SWEEP_NAME_MAX (SWEEP_AXES_MAX * (SWEEP_KEY_MAX + SWEEP_VALUE_MAX))
#define SWEEP_PATH_MAX 4096
#define SWEEP_POLICY_MAX 65536 /* canonical bytes of a policy */

/** A member of the policy and the values that it takes. */
struct sweep_axis {
	char key[SWEEP_KEY_MAX];  /* as `set` takes it */
	size_t count;
	char values[SWEEP_VALUES_MAX][SWEEP_VALUE_MAX];
};

struct sweep {
	const struct backtest_plan *base; /* under the policy that is varied */
	uint32_t setters;         /* at the first point; plimsoll elsewhere */
	const char *folder;
	size_t axis_count;
	struct sweep_axis axes[SWEEP_AXES_MAX];
	/** A member of a policy by its name; E_USAGE none such, or outside its
	 *  bounds. */
	enum status (*set)(struct policy *policy, const char *key,
			   const char *value, struct error *error);
};

/** sweep_points - how many; SWEEP_POINTS_MAX + 1: too many. */
size_t sweep_points(const struct sweep *sweep);

/** sweep_value - of an axis at a point; the last axis moves fastest. */
const char *sweep_value(const struct sweep *sweep, size_t point, size_t axis);

/** sweep_point_name - "3 (ltv_touch_ppm=20000 COIN.lt_ceiling_bps=7000)". */
void sweep_point_name(char out[SWEEP_NAME_MAX], const struct sweep *sweep,
		      size_t point);

/** sweep_point_path - FOLDER/points/NNNN and the suffix: ".cbor",
 *  ".checkpoint". */
void sweep_point_path(char out[SWEEP_PATH_MAX], const struct sweep *sweep,
		      size_t point, const char *suffix);

/** A point's plan: the base under the point's policy. */
struct sweep_point {
	struct backtest_plan plan; /* points into this point: not to be moved */
	struct policy policy;
	uint8_t policy_bytes[SWEEP_POLICY_MAX];
};

/** sweep_point_make - E_USAGE its policy cannot be (policy_check), the message
 *  names the point. */
MUST_CHECK enum status sweep_point_make(struct sweep_point *out,
					const struct sweep *sweep, size_t point,
					struct error *error);

/** sweep_check - every point before any is played: policies and whether the
 *  bars suffice.  Errors as sweep_point_make and prices_open.
 *  Cost: the grid of prices, a point */
MUST_CHECK enum status sweep_check(const struct sweep *sweep,
				   struct error *error);

/** sweep_point_read - the record of a point that is over.
 *  E_MISSING it is not; E_REFUSED the file is of another sweep; E_MALFORMED. */
MUST_CHECK enum status sweep_point_read(struct record_file **out,
					const struct sweep *sweep, size_t point,
					struct error *error);

/** How far a point is, by its files. */
enum sweep_state { SWEEP_NOTHING, SWEEP_BEGUN, SWEEP_OVER };

/** sweep_point_state - errors as sweep_point_read but E_MISSING. */
MUST_CHECK enum status sweep_point_state(enum sweep_state *out,
					 const struct sweep *sweep,
					 size_t point, struct error *error);

/** sweep_play - a point to its end, from its checkpoint where there is one.
 *  Its folder must be there; hooks->checkpoint is set here.
 *  Errors as backtest_run and file_write, the point named. */
MUST_CHECK enum status sweep_play(const struct sweep *sweep, size_t point,
				  const struct backtest_hooks *hooks,
				  struct error *error);

/** sweep_setters - those that a point plays. */
uint32_t sweep_setters(const struct sweep *sweep, size_t point);

#endif
