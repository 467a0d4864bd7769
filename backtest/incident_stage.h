/* incident_stage.h -- the small made-up market that incidents are staged in.
 *
 * Host.  Private to backtest/incident*.c and their test.  Four assets: a
 * volatile one with a thin book, a quieter one, a stable one, and a claim on
 * the quieter one.  Hours count from the incident's start. */
#ifndef BACKTEST_INCIDENT_STAGE_H
#define BACKTEST_INCIDENT_STAGE_H

#include "backtest/plan.h"

enum { INCIDENT_COIN, INCIDENT_CORE, INCIDENT_CASH, INCIDENT_CLAIM,
       INCIDENT_ASSETS };

#define INCIDENT_MOVES_MAX 8
#define INCIDENT_DISTURBANCES_MAX 16
#define INCIDENT_POLICY_BYTES 16384

/** What prices do beside their own noise. */
enum incident_move_kind {
	INCIDENT_LEVEL, /* to value times the level within hours; stays */
	INCIDENT_SWING, /* this share up and down, by turns, for hours */
	INCIDENT_QUIET, /* noise of value times its size, for hours */
};

struct incident_move {
	enum incident_move_kind kind;
	uint8_t asset;
	int32_t from, hours;
	double value;
};

struct incident_stage {
	uint64_t seed;
	uint32_t warm_hours;    /* of history before the range */
	uint32_t before, lasting, after; /* hours: the range's parts */
	bool calm;              /* without moves and disturbances */
	uint8_t attacked;       /* asset that it is about */
	size_t move_count, disturbance_count;
	struct incident_move moves[INCIDENT_MOVES_MAX];
	struct plan_disturbance disturbances[INCIDENT_DISTURBANCES_MAX];
	struct policy policy;
	uint8_t policy_bytes[INCIDENT_POLICY_BYTES];
	struct bar *bars[INCIDENT_ASSETS];
	struct backtest_plan plan;
};

/** incident_stage_begin - policy, market and times that designs start from. */
void incident_stage_begin(struct incident_stage *out, uint64_t seed);
/** incident_stage_move, incident_stage_disturb - one more; hours from the
 *  start; disturb returns it, to set what is special. */
void incident_stage_move(struct incident_stage *stage,
			 struct incident_move move);
struct plan_disturbance *
incident_stage_disturb(struct incident_stage *stage, enum disturbance_kind kind,
		       uint8_t asset, int32_t from, int32_t hours);
/** incident_stage_finish - bars, bytes, pointers; free it with
 *  incident_stage_free. */
void incident_stage_finish(struct incident_stage *stage);
void incident_stage_free(struct incident_stage *stage);

/** incident_start_s, incident_end_s - of the disturbance. */
int64_t incident_start_s(const struct incident_stage *stage);
int64_t incident_end_s(const struct incident_stage *stage);

#endif
