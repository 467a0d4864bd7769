/* sweep.c -- see sweep.h. */
#include "backtest/sweep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backtest/backtest.h"
#include "backtest/plan_codec.h"
#include "backtest/prices.h"

size_t sweep_points(const struct sweep *sweep)
{
	size_t points = 1;

	for (size_t a = 0; a < sweep->axis_count; a++) {
		points *= sweep->axes[a].count;
		if (points > SWEEP_POINTS_MAX)
			return SWEEP_POINTS_MAX + 1;
	}
	return points;
}

const char *sweep_value(const struct sweep *sweep, size_t point, size_t axis)
{
	for (size_t a = sweep->axis_count; --a > axis;)
		point /= sweep->axes[a].count;
	return sweep->axes[axis].values[point % sweep->axes[axis].count];
}

void sweep_point_name(char out[SWEEP_NAME_MAX], const struct sweep *sweep,
		      size_t point)
{
	int used = snprintf(out, SWEEP_NAME_MAX, "%zu (", point);

	for (size_t a = 0; a < sweep->axis_count; a++)
		used += snprintf(out + used, SWEEP_NAME_MAX - (size_t)used,
				 "%s%s=%s", a ? " " : "", sweep->axes[a].key,
				 sweep_value(sweep, point, a));
	snprintf(out + used, SWEEP_NAME_MAX - (size_t)used, ")");
}

void sweep_point_path(char out[SWEEP_PATH_MAX], const struct sweep *sweep,
		      size_t point, const char *suffix)
{
	snprintf(out, SWEEP_PATH_MAX, "%s/points/%04zu%s", sweep->folder, point,
		 suffix);
}

uint32_t sweep_setters(const struct sweep *sweep, size_t point)
{
	uint32_t own = 1u << SETTER_PLIMSOLL;

	return point ? own : (sweep->setters | own) &
				     backtest_setters(sweep->base);
}

/* What went wrong, with the point before it. */
static enum status at_point(const struct sweep *sweep, size_t point,
			    enum status status, struct error *error)
{
	struct error said = *error;
	char name[SWEEP_NAME_MAX];

	sweep_point_name(name, sweep, point);
	error_set(error, status, "point %.180s: %.300s", name, said.message);
	return *said.hint ? error_hint(error, "%s", said.hint) : status;
}

static enum status make(struct sweep_point *out, const struct sweep *sweep,
			size_t point, struct error *error)
{
	const struct backtest_plan *base = sweep->base;
	const char *offender;
	struct buffer buffer;
	enum status status = OK;

	out->plan = *base;
	out->policy = *base->policy;
	for (size_t a = 0; a < sweep->axis_count && !status; a++)
		status = sweep->set(&out->policy, sweep->axes[a].key,
				    sweep_value(sweep, point, a), error);
	if (status)
		return status;
	offender = policy_check(&out->policy);
	if (offender)
		return error_set(error, E_USAGE, "%s", offender);
	buffer_init(&buffer, out->policy_bytes, sizeof(out->policy_bytes));
	policy_encode(&buffer, &out->policy);
	if (buffer.overflow)
		return error_set(error, E_SYSTEM, "policy too large");
	out->plan.policy = &out->policy;
	out->plan.policy_bytes = buffer_bytes(&buffer);
	/* Borrowers follow the market as the policy supposes. */
	if (base->population.follow_ppm == base->policy->relever_share_ppm)
		out->plan.population.follow_ppm = out->policy.relever_share_ppm;
	return OK;
}

enum status sweep_point_make(struct sweep_point *out, const struct sweep *sweep,
			     size_t point, struct error *error)
{
	enum status status = make(out, sweep, point, error);

	return status ? at_point(sweep, point, status, error) : OK;
}

enum status sweep_check(const struct sweep *sweep, struct error *error)
{
	struct sweep_point *made = memory_allocate(1, sizeof(*made));
	size_t points = sweep_points(sweep);
	enum status status = OK;

	for (size_t p = 0; p < points && !status; p++) {
		struct price_grid grid = { 0 };

		status = sweep_point_make(made, sweep, p, error);
		if (status)
			break;
		status = prices_open(&grid, &made->plan, error);
		prices_free(&grid);
		if (status)
			at_point(sweep, p, status, error);
	}
	memory_free(made);
	return status;
}

static uint32_t setters_of(const struct backtest_record *record)
{
	uint32_t setters = 0;

	for (size_t r = 0; r < record->run_count; r++)
		setters |= 1u << record->runs[r].setter;
	return setters;
}

/* Whether a record is the point's. */
static enum status is_of_point(const struct backtest_record *record,
			       const struct sweep *sweep, size_t point,
			       struct error *error)
{
	struct sweep_point *made = memory_allocate(1, sizeof(*made));
	uint8_t digest[HASH_SIZE];
	enum status status = sweep_point_make(made, sweep, point, error);

	if (!status) {
		plan_digest(digest, &made->plan);
		if (memcmp(digest, record->input_digest, HASH_SIZE) ||
		    setters_of(record) != sweep_setters(sweep, point))
			status = E_REFUSED;
	}
	memory_free(made);
	if (status != E_REFUSED)
		return status;
	error_set(error, status, "its record is of another sweep");
	error_hint(error, "Policy, market, range, seed, rules, bars or values "
			  "differ: choose another folder, or say --fresh.");
	return at_point(sweep, point, status, error);
}

enum status sweep_point_read(struct record_file **out,
			     const struct sweep *sweep, size_t point,
			     struct error *error)
{
	char path[SWEEP_PATH_MAX];
	struct record_file *file;
	enum status status;

	sweep_point_path(path, sweep, point, ".cbor");
	status = record_file_read(&file, path, error);
	if (status && status != E_MISSING)
		error_hint(error, "--fresh plays the points again.");
	if (status)
		return at_point(sweep, point, status, error);
	status = is_of_point(&file->record, sweep, point, error);
	if (status)
		record_file_free(file);
	else
		*out = file;
	return status;
}

enum status sweep_point_state(enum sweep_state *out, const struct sweep *sweep,
			      size_t point, struct error *error)
{
	char path[SWEEP_PATH_MAX];
	struct record_file *file;
	enum status status = sweep_point_read(&file, sweep, point, error);

	if (!status)
		record_file_free(file);
	else if (status != E_MISSING)
		return status;
	sweep_point_path(path, sweep, point, ".checkpoint");
	*out = !status ? SWEEP_OVER
		       : access(path, F_OK) ? SWEEP_NOTHING : SWEEP_BEGUN;
	return OK;
}

/* The record's file, then the checkpoint goes. */
static enum status keep(const struct backtest_record *record,
			const struct sweep *sweep, size_t point,
			struct error *error)
{
	char path[SWEEP_PATH_MAX];
	enum status status;

	sweep_point_path(path, sweep, point, ".cbor");
	status = record_file_write(path, record, error);
	sweep_point_path(path, sweep, point, ".checkpoint");
	if (!status)
		unlink(path);
	return status;
}

enum status sweep_play(const struct sweep *sweep, size_t point,
		       const struct backtest_hooks *hooks, struct error *error)
{
	struct sweep_point *made = memory_allocate(1, sizeof(*made));
	struct backtest_hooks own = *hooks;
	struct backtest_record record;
	char path[SWEEP_PATH_MAX];
	enum status status = make(made, sweep, point, error);

	sweep_point_path(path, sweep, point, ".checkpoint");
	own.checkpoint = path;
	if (!status)
		status = backtest_run(&record, &made->plan,
				      sweep_setters(sweep, point), &own, error);
	if (!status) {
		status = keep(&record, sweep, point, error);
		backtest_record_free(&record);
	}
	memory_free(made);
	return status && status != E_INTERRUPTED
		       ? at_point(sweep, point, status, error)
		       : status;
}
